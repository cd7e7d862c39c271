"""An API that several constructs stand for: the one that makes it, and imports of it in other stacks or nested ones.

Each of them is a share of the API, and completes what was added through it. Here they learn of each other, so that no
two make an OPTIONS for one path, and so that what only deployment would find out is said at synthesis.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import attrs
from aws_cdk import Stack, Stage, Token
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.references import referents, target_of
from cors_constructs.cdk.registry import entry_of
from cors_constructs.cdk.resources import Ledger, path_of
from cors_constructs.cdk.routes import Route
from cors_constructs.cdk.survey import Survey, survey
from cors_constructs.cdk.tree import identity
from cors_constructs.policy import CorsPolicy
from cors_constructs.render.branches import PolicyTree

_Meaning: TypeAlias = tuple[str, ...]
"""What an API's id means, wherever in the app it is written."""


@attrs.define(eq=False)
class Shares:
    """The shares of one API.

    Attributes:
        members: The construct that makes the API, where it is in this app, and then the imports as they were made.
    """

    members: list[apigateway.RestApiBase] = attrs.field(factory=list)
    _routes: dict[str, dict[str, Route]] = attrs.field(factory=dict, init=False)
    _completed: set[str] = attrs.field(factory=set, init=False)

    def tell(self, api: apigateway.RestApiBase, routes: Sequence[Route]) -> list[str]:
        """Tell the routes of a member what the others have on their paths.

        Returns:
            What cannot be, of that which the members completed so far have.
        """
        self._look()
        problems = []
        for route in routes:
            for other in self._beside(api):
                theirs = self._routes[identity(other)].get(route.path)
                if theirs is not None:
                    route.elsewhere = route.elsewhere.union(theirs.methods)
                    problems += self._conflicts(api, route, other, theirs)
        return problems

    def elsewhere(self, api: apigateway.RestApiBase) -> dict[str, frozenset[str]]:
        """The paths that the other members have, with their verbs."""
        self._look()
        paths: dict[str, frozenset[str]] = {}
        for other in self._beside(api):
            paths |= {path: paths.get(path, frozenset()) for path in _resources(other)}
            for path, route in self._routes[identity(other)].items():
                paths[path] = paths.get(path, frozenset()).union(route.methods)
        return paths

    def enter(self, api: apigateway.RestApiBase, before: Survey) -> list[str]:
        """Note what a member has now that it is completed.

        Returns:
            What was made of it, and cannot be, since another member has it.
        """
        after = survey(api, _ledger_of(api), self.members)
        self._routes[identity(api)] = _by_path(after)
        self._completed.add(identity(api))
        resources = _resources(api)
        had = {identity(site.cfn) for route in before.routes for site in route.methods.values()}
        problems = []
        for other in filter(self._is_settled, self._beside(api)):
            theirs = self._routes[identity(other)]
            problems += [
                _twice(site.name, theirs[route.path].methods[verb].cfn, site.cfn)
                for route in after.routes
                for verb, site in route.methods.items()
                if identity(site.cfn) not in had and route.path in theirs and verb in theirs[route.path].methods
            ]
            problems += _same_resources(_resources(other), resources)
        return problems

    def policies(self) -> list[CorsPolicy]:
        """The policies of all members: the gateway's errors are the API's, wherever its methods are added."""
        entries = [entry_of(member) for member in self.members]
        trees = [PolicyTree(entry.settings.policy, entry.branches) for entry in entries if entry.settings is not None]
        return list(dict.fromkeys(policy for tree in trees for policy in tree.all()))

    def _look(self) -> None:
        """See what each member has, before the first is completed."""
        if not self._routes:
            for member in self.members:
                self._routes[identity(member)] = _by_path(survey(member, _ledger_of(member), self.members))

    def _conflicts(
        self, api: apigateway.RestApiBase, route: Route, other: apigateway.RestApiBase, theirs: Route
    ) -> list[str]:
        if not self._is_settled(other):
            return []  # it will say so itself
        twice = [
            _twice(site.name, theirs.methods[verb].cfn, site.cfn)
            for verb, site in route.methods.items()
            if verb in theirs.methods
        ]
        return twice or _policies_at(route.path, api, other)

    def _beside(self, api: apigateway.RestApiBase) -> list[apigateway.RestApiBase]:
        return [member for member in self.members if identity(member) != identity(api)]

    def _is_settled(self, member: apigateway.RestApiBase) -> bool:
        """Whether a member is completed, or is one of the CDK's own that nobody completes."""
        return identity(member) in self._completed or entry_of(member).owner is None


def maker_of(rest_api_id: str) -> apigateway.RestApiBase | None:
    """The construct that makes an API; None where it is not in this app, or is bare CloudFormation."""
    target = target_of(rest_api_id)
    maker = target.node.scope if isinstance(target, apigateway.CfnRestApi) else None
    return maker if isinstance(maker, apigateway.RestApiBase) else None


def join(api: apigateway.RestApiBase) -> None:
    """Take an import for a share of its API."""
    maker = maker_of(api.rest_api_id)
    shares = _SHARES.setdefault(_meaning(api), Shares([] if maker is None else [maker]))
    shares.members.append(api)


def shares_of(api: apigateway.RestApiBase) -> Shares | None:
    """The shares of an API; None where it has only one, as most have."""
    shares = _SHARES.get(_meaning(api)) if _SHARES else None
    return shares if shares is not None and len(shares.members) > 1 else None


def members_of(api: apigateway.RestApiBase) -> Sequence[apigateway.RestApiBase]:
    """All constructs that stand for an API, where there are several."""
    shares = shares_of(api)
    return shares.members if shares is not None else ()


def is_same_api(one: apigateway.IRestApi, other: apigateway.IRestApi) -> bool:
    """Whether two constructs stand for one API, as far as their ids tell."""
    return _meaning(one) == _meaning(other)


def _meaning(api: apigateway.IRestApi) -> _Meaning:
    api_id, stack = api.rest_api_id, Stack.of(api)
    target = target_of(api_id)
    if target is not None:
        return ("construct", identity(target))
    if not Token.is_unresolved(api_id) or set(stack.resolve(api_id)) == {"Fn::ImportValue"}:
        # The same text is the same API within one environment, and a stage of an app is an app of its own.
        return ("text", identity(Stage.of(api) or api.node.root), stack.environment, *referents(stack, [api_id]))
    return ("expression", identity(stack), *referents(stack, [api_id]))


_SHARES: Final[dict[_Meaning, Shares]] = {}


def _ledger_of(api: apigateway.RestApiBase) -> Ledger:
    """The methods noted of an API; none, where it is one of the CDK's own that nobody completes."""
    ledger = entry_of(api).ledger
    if ledger is None:
        return Ledger(lambda *_: False, lambda _: None, lambda _: None, scopes_by_default=False)
    return ledger


def _by_path(found: Survey) -> dict[str, Route]:
    return {route.path: route for route in found.routes}


def _resources(api: apigateway.RestApiBase) -> dict[str, IConstruct]:
    """The resources that are made below an API, and not imported, by path."""
    nodes = [node for node in api.node.find_all() if isinstance(node, apigateway.Resource)]
    return {path_of(node): node for node in nodes}


def _same_resources(theirs: dict[str, IConstruct], ours: dict[str, IConstruct]) -> list[str]:
    return [
        f"{path} was made twice, at {theirs[path].node.path} and at {resource.node.path}. API Gateway has one resource "
        "for each path: make it at one of them, and import it at the other: CorsRestApi.from_attributes(..., "
        f'root_resource_id=<its resource_id>, path="{path}").'
        for path, resource in ours.items()
        if path in theirs
    ]


def _twice(name: str, first: apigateway.CfnMethod, second: apigateway.CfnMethod) -> str:
    return (
        f"{name} was made twice, at {first.node.path} and at {second.node.path}. API Gateway has one of each on a "
        "resource: leave one out."
    )


def _policies_at(path: str, api: apigateway.RestApiBase, other: apigateway.RestApiBase) -> list[str]:
    """A sentence where two policies are for one path, whose preflight can only follow one."""
    entries = [entry_of(api), entry_of(other)]
    policies = {
        PolicyTree(entry.settings.policy, entry.branches).at(path) for entry in entries if entry.settings is not None
    }
    if len(policies) < len(entries):
        return []
    return [
        f"{path} has methods of {other.node.path} and of {api.node.path}, whose policies differ, and one OPTIONS "
        "answers for both: give both one policy there."
    ]
