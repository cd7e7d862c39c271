"""What an API consists of, once the whole app is built."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
from aws_cdk import Stage
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.parts import deployments_of, of_api
from cors_constructs.cdk.resources import Ledger, Note
from cors_constructs.cdk.routes import MethodSite, Route
from cors_constructs.cdk.tree import identity


@attrs.frozen(eq=False, kw_only=True)
class Survey:
    """The parts of one API that matter to browsers and to keys."""

    routes: Sequence[Route]
    loose_methods: Sequence[apigateway.CfnMethod]
    """Methods that the CDK may not tie to the Deployment: those made by hand, or outside the API's scope."""
    foreign_methods: Sequence[apigateway.CfnMethod]
    """Methods in other stacks of the app."""
    gateway_responses: Sequence[apigateway.CfnGatewayResponse]
    deployments: Sequence[apigateway.Deployment]
    bare_deployments: Sequence[apigateway.CfnDeployment]
    """Deployments that are none of the CDK's `Deployment`."""
    usage_plans: Sequence[apigateway.CfnUsagePlan]
    nodes: Sequence[IConstruct]
    """All constructs of the app, or of its stage of it, each before those below it."""

    def methods(self) -> Iterator[MethodSite]:
        """Every method but OPTIONS."""
        for route in self.routes:
            yield from (site for verb, site in route.methods.items() if verb != "OPTIONS")


# Asking each of a thousand constructs for each kind takes its time; asking each class of theirs does not.
_KINDS: Final = (
    apigateway.Method,
    apigateway.CfnMethod,
    apigateway.CfnGatewayResponse,
    apigateway.CfnUsagePlan,
    apigateway.Deployment,
    apigateway.CfnDeployment,
)


def survey(api: apigateway.RestApiBase, ledger: Ledger, shares: Sequence[apigateway.RestApiBase] = ()) -> Survey:
    """Read the API, and what belongs to it elsewhere in the app, or in its stage of it.

    Args:
        api: The API.
        ledger: Its methods that were noted.
        shares: All constructs that stand for this API, where there are several: what is theirs is left to them.
    """
    nodes = (Stage.of(api) or api.node.root).node.find_all()
    kinds = {kind: tuple(base for base in _KINDS if issubclass(kind, base)) for kind in {type(node) for node in nodes}}
    parts: dict[type[Any], list[Any]] = {base: [] for base in _KINDS}
    for node in nodes:
        for base in kinds[type(node)]:
            parts[base].append(node)
    noted, others = _noted_routes([node for node in nodes if kinds[type(node)]], ledger)
    strays = None
    if others:
        from cors_constructs.cdk.strays import find_strays  # noqa: PLC0415 - many APIs have none, and loading is timed

        strays = find_strays(api, noted, ledger, shares)
    deployments, bare_deployments = deployments_of(
        api, [node for node in nodes if isinstance(node, apigateway.Deployment | apigateway.CfnDeployment)]
    )
    return Survey(
        routes=[*noted.values(), *(strays.routes if strays else ())],
        loose_methods=strays.loose if strays else (),
        foreign_methods=strays.foreign if strays else (),
        gateway_responses=of_api(api, parts[apigateway.CfnGatewayResponse]),
        deployments=deployments,
        bare_deployments=bare_deployments,
        usage_plans=parts[apigateway.CfnUsagePlan],
        nodes=nodes,
    )


def _noted_routes(nodes: Sequence[IConstruct], ledger: Ledger) -> tuple[dict[str, Route], bool]:
    """The routes of the methods that were noted, and whether there are methods that were not.

    In the list of all constructs, what follows a method and comes before its first `CfnMethod` is the method's own.
    """
    routes: dict[str, Route] = {}
    others = False
    note: Note | None = None
    for node in nodes:
        if isinstance(node, apigateway.Method):
            note = ledger.notes.get(identity(node))
        elif isinstance(node, apigateway.CfnMethod):
            if note is None:
                others = True
            else:
                route = routes.setdefault(identity(note.resource), Route(note.resource, note.path))
                route.add(node, note.verb, note.integration)
            note = None
    return routes, others
