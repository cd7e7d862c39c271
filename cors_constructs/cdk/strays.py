"""Methods that nobody noted: of proxies, of other libraries, outside the API's scope, and bare CloudFormation."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import attrs
from aws_cdk import Stack, Stage
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cors_constructs.cdk.parts import of_api
from cors_constructs.cdk.references import referents
from cors_constructs.cdk.registry import entry_of
from cors_constructs.cdk.resources import Ledger
from cors_constructs.cdk.routes import Route
from cors_constructs.cdk.tree import Tree, identity


@attrs.frozen
class Strays:
    """What was found.

    Attributes:
        routes: The routes that are new; methods of known ones have been entered there.
        loose: The methods that the CDK may not tie to the Deployment.
        foreign: The methods in other stacks, which cannot be completed from here.
    """

    routes: Sequence[Route] = ()
    loose: Sequence[apigateway.CfnMethod] = ()
    foreign: Sequence[apigateway.CfnMethod] = ()


def find_strays(
    api: apigateway.RestApiBase,
    routes: Mapping[str, Route],
    ledger: Ledger,
    shares: Sequence[apigateway.RestApiBase] = (),
) -> Strays:
    """Enter the methods that nobody noted into the routes there are, and into new ones.

    Args:
        api: The API.
        routes: The routes of the methods that were noted.
        ledger: Where they were.
        shares: All constructs that stand for this API, where there are several.
    """
    tree = Tree.below(Stage.of(api) or api.node.root)
    inside = tree.descendants(tree.place_of(api))
    stack = tree.descendants(tree.place_of(Stack.of(api)))
    others = _Others.of(api, shares, tree)
    known = dict(routes)
    within: list[apigateway.CfnMethod] = []
    beyond: list[apigateway.CfnMethod] = []
    for place, cfn in tree.all(apigateway.CfnMethod):
        home = _home(tree, place)
        if home is not None and (identity(home.method) in ledger.notes or others.noted(home.method)):
            continue
        belongs = home is not None and (place in inside or bool(shares)) and belongs_to(home.resource, api)
        if home is not None and belongs and place in inside:
            known.setdefault(identity(home.resource), Route(home.resource)).add(cfn)
        elif not belongs and home is not None and others.own(home.resource):
            continue
        elif place in stack:
            within += [cfn] if belongs or not others.come_first(place) else []
        elif not others.have(place):
            beyond.append(cfn)
    loose = of_api(api, within)
    _enter(loose, api, tree, known)
    return Strays(
        routes=[route for key, route in known.items() if key not in routes],
        loose=loose,
        foreign=of_api(api, beyond),
    )


@attrs.frozen
class _Others:
    """The other constructs that stand for an API. What is added to theirs is theirs.

    What does not say whose it is belongs to the first of those whose stack it is in.
    """

    _identities: frozenset[str] = frozenset()
    _notes: Sequence[Mapping[str, object]] = ()
    _stacks: Sequence[range] = ()
    _earlier: Sequence[range] = ()

    @classmethod
    def of(cls, api: apigateway.RestApiBase, shares: Sequence[apigateway.RestApiBase], tree: Tree) -> "_Others":
        names = [identity(share) for share in shares]
        beside = [share for share, name in zip(shares, names, strict=True) if name != identity(api)]
        stacks = {identity(it): tree.descendants(tree.place_of(Stack.of(it))) for it in beside if entry_of(it).owner}
        # An API that nobody completes claims nothing.
        earlier = names[: names.index(identity(api))] if names and entry_of(api).owner else names
        ledgers = [entry_of(share).ledger for share in beside]
        return cls(
            frozenset(map(identity, beside)),
            [ledger.notes for ledger in ledgers if ledger is not None],
            list(stacks.values()),
            [places for name, places in stacks.items() if name in earlier],
        )

    def noted(self, method: apigateway.Method) -> bool:
        """Whether a method was added through one of theirs."""
        return any(identity(method) in notes for notes in self._notes)

    def own(self, resource: apigateway.IResource) -> bool:
        """Whether a resource is one of theirs."""
        return bool(self._identities) and identity(resource.api) in self._identities

    def have(self, place: int) -> bool:
        """Whether a place is in a stack of theirs."""
        return any(place in places for places in self._stacks)

    def come_first(self, place: int) -> bool:
        """Whether a place is in a stack of one that comes earlier."""
        return any(place in places for places in self._earlier)


@attrs.frozen
class _Home:
    method: apigateway.Method
    resource: apigateway.ResourceBase


def _home(tree: Tree, place: int) -> _Home | None:
    """The method and the resource that a CloudFormation method belongs to, if it was made as the CDK makes them."""
    above = tree.parent(place)
    beyond = tree.parent(above)
    if above is None or beyond is None:
        return None
    method, resource = tree.nodes[above], tree.nodes[beyond]
    if isinstance(method, apigateway.Method) and isinstance(resource, apigateway.ResourceBase):
        return _Home(method, resource)
    return None


def _enter(
    strays: Sequence[apigateway.CfnMethod], api: apigateway.RestApiBase, tree: Tree, routes: dict[str, Route]
) -> None:
    """Give each method to its resource's route, by the resource's id."""
    if not strays:
        return
    resources = Resources(api, tree)
    by_id: dict[str, Route] = {}
    ids = [cfn.resource_id for cfn in strays]
    for cfn, spelled, where in zip(strays, ids, referents(Stack.of(api), ids), strict=True):
        if where not in by_id:
            resource = resources.built.get(where)
            if resource is not None and belongs_to(resource, api):
                by_id[where] = routes.get(identity(resource)) or Route(resource)
            else:
                path = resources.path(where)
                scope = resources.bare.get(where, cfn) if resource is None else resource
                by_id[where] = Route(handle(scope, api, spelled, path), path)
            routes[identity(by_id[where].resource)] = by_id[where]
        by_id[where].add(cfn)


def belongs_to(resource: apigateway.IResource, api: apigateway.RestApiBase) -> bool:
    """Whether a resource is the API's by the CDK's account, not by that of an imported handle to it."""
    return identity(resource.api) == identity(api)


def handle(scope: Construct, api: apigateway.RestApiBase, resource_id: str, path: str) -> apigateway.IResource:
    """Something to add an OPTIONS to that the Deployment will know of, for a resource it does not."""
    # No path part has this name, and so no resource below this one either.
    name = "(Cors)"
    while (found := scope.node.try_find_child(name)) is not None:
        if isinstance(found, apigateway.ResourceBase) and belongs_to(found, api):
            return found
        name = f"({name})"
    return apigateway.Resource.from_resource_attributes(scope, name, rest_api=api, resource_id=resource_id, path=path)


class Resources:
    """The resources of the API's stack, by what their ids refer to.

    Attributes:
        built: The CDK's; of several for one id, the API's own before those of an imported handle to it.
        bare: CloudFormation's own.
    """

    def __init__(self, api: apigateway.RestApiBase, tree: Tree) -> None:
        stack = Stack.of(api)
        inside = tree.descendants(tree.place_of(api))
        nodes = [(place, tree.nodes[place]) for place in tree.descendants(tree.place_of(stack))]
        built = [node for place, node in nodes if place in inside and isinstance(node, apigateway.ResourceBase)]
        built += [node for place, node in nodes if place not in inside and isinstance(node, apigateway.ResourceBase)]
        bare = [node for _, node in nodes if isinstance(node, apigateway.CfnResource)]
        self.built: dict[str, apigateway.ResourceBase] = _first(
            referents(stack, [node.resource_id for node in built]), built
        )
        self.bare: dict[str, apigateway.CfnResource] = _first(referents(stack, [node.ref for node in bare]), bare)
        parents = referents(stack, [node.parent_id for node in bare])
        self._parents: dict[str, str] = _first(referents(stack, [node.ref for node in bare]), parents)
        self._paths: dict[str, str] = {}

    def path(self, where: str) -> str:
        """The path of a resource; where it comes from elsewhere, as much as is known."""
        parts: list[str] = []
        seen: set[str] = set()
        while where not in self.built and where in self.bare and where not in seen:
            seen.add(where)
            parts.append(self.bare[where].path_part)
            where = self._parents[where]
        top = self.built[where].path.rstrip("/") if where in self.built else f"/<{where}>"
        return "/".join([top, *reversed(parts)]) or "/"


_Thing = TypeVar("_Thing")


def _first(names: Sequence[str], things: Sequence[_Thing]) -> dict[str, _Thing]:
    found: dict[str, _Thing] = {}
    for name, thing in zip(names, things, strict=True):
        found.setdefault(name, thing)
    return found
