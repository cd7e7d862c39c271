"""What an API consists of, once the whole app is built."""

from collections.abc import Iterator, Sequence

import attrs
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct, IConstruct

from cors_constructs.cdk.resources import Ledger, Note
from cors_constructs.cdk.tree import Tree, identity
from cors_constructs.policy.tokens import is_string_token


@attrs.frozen(eq=False)
class MethodSite:
    """One method of the API, however it came to be.

    Attributes:
        verb: `GET`, `ANY`, ...
        cfn: The CloudFormation resource.
        route: Where it is.
        noted: Whether it was noted as it was added, and so asks for a key already if it has to.
    """

    verb: str
    cfn: apigateway.CfnMethod
    route: "Route"
    noted: bool

    @property
    def name(self) -> str:
        """`GET /users`."""
        return f"{self.verb} {self.route.path}"

    @property
    def guarded(self) -> bool:
        """Whether an authorizer or IAM guards it."""
        return self.cfn.authorization_type not in {None, "NONE"}


@attrs.define(eq=False)
class Route:
    """A resource that has methods."""

    resource: apigateway.IResource
    _path: str | None = None
    methods: dict[str, MethodSite] = attrs.field(factory=dict, init=False)
    repeated: list[MethodSite] = attrs.field(factory=list, init=False)
    """Methods whose verb was there already: API Gateway has one of each."""

    @property
    def path(self) -> str:
        """`/users/{id}`."""
        if self._path is None:
            self._path = self.resource.path
        return self._path

    def add(self, cfn: apigateway.CfnMethod, verb: str | None = None) -> None:
        """Add a method; without its verb, it is asked for it."""
        known = verb or cfn.http_method
        known = known if is_string_token(known) else known.upper()
        site = MethodSite(known, cfn, self, noted=verb is not None)
        if self.methods.setdefault(known, site) is not site:
            self.repeated.append(site)


@attrs.frozen(kw_only=True)
class Survey:
    """The parts of one API that matter to browsers and to keys."""

    routes: Sequence[Route]
    loose_methods: Sequence[apigateway.CfnMethod]
    """Methods that the CDK may not tie to the Deployment: those made by hand, or outside the API's scope."""
    gateway_responses: Sequence[apigateway.CfnGatewayResponse]
    deployments: Sequence[apigateway.Deployment]
    usage_plans: Sequence[apigateway.CfnUsagePlan]

    def methods(self) -> Iterator[MethodSite]:
        """Every method but OPTIONS."""
        for route in self.routes:
            yield from (site for verb, site in route.methods.items() if verb != "OPTIONS")


def survey(api: apigateway.RestApi, ledger: Ledger) -> Survey:
    """Read the API, and what belongs to it elsewhere in its stack."""
    nodes = Stack.of(api).node.find_all()
    noted, others = _noted_routes(nodes, ledger)
    found, strays = _other_routes(api, noted, ledger) if others else ([], [])
    api_id = api.rest_api_id
    return Survey(
        routes=[*noted.values(), *found],
        loose_methods=strays,
        gateway_responses=[
            node for node in nodes if isinstance(node, apigateway.CfnGatewayResponse) and node.rest_api_id == api_id
        ],
        deployments=[node for node in nodes if isinstance(node, apigateway.Deployment) and node.api is api],
        usage_plans=[node for node in nodes if isinstance(node, apigateway.CfnUsagePlan)],
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
                route.add(node, note.verb)
            note = None
    return routes, others


def _other_routes(
    api: apigateway.RestApi, routes: dict[str, Route], ledger: Ledger
) -> tuple[list[Route], list[apigateway.CfnMethod]]:
    """Enter the methods that nobody noted; the routes that are new, and the bare methods, are the result."""
    tree = Tree.below(Stack.of(api))
    inside = tree.descendants(tree.place_of(api))
    known = dict(routes)
    strays: list[apigateway.CfnMethod] = []
    for place, cfn in tree.all(apigateway.CfnMethod):
        home = _home(tree, place)
        if home is not None and identity(home.method) in ledger.notes:
            continue
        if home is None or place not in inside or not _belongs(home.resource, api):
            strays.append(cfn)
        else:
            known.setdefault(identity(home.resource), Route(home.resource)).add(cfn)
    api_id = api.rest_api_id
    mine = [cfn for cfn in strays if cfn.rest_api_id == api_id]
    _enter_strays(mine, api, tree, known)
    return [route for key, route in known.items() if key not in routes], mine


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


def _enter_strays(
    strays: Sequence[apigateway.CfnMethod], api: apigateway.RestApi, tree: Tree, routes: dict[str, Route]
) -> None:
    """Give each method made by hand, or outside the API's scope, to its resource's route, by the resource's id."""
    if not strays:
        return
    resources = _resources(api, tree)
    bare = {resource.ref: resource for _, resource in tree.all(apigateway.CfnResource)}
    spelled = {resource.attr_resource_id: ref for ref, resource in bare.items()}
    by_id: dict[str, Route] = {}
    for cfn in strays:
        where = spelled.get(cfn.resource_id, cfn.resource_id)
        if where not in by_id:
            resource = resources.get(where)
            if resource is not None and _belongs(resource, api):
                by_id[where] = routes.get(identity(resource)) or Route(resource)
            else:
                path = _path(where, bare, resources)
                scope = bare.get(where, cfn) if resource is None else resource
                by_id[where] = Route(_handle(scope, api, where, path), path)
            routes[identity(by_id[where].resource)] = by_id[where]
        by_id[where].add(cfn)


def _belongs(resource: apigateway.IResource, api: apigateway.RestApi) -> bool:
    """Whether a resource is the API's by the CDK's account, not by that of an imported handle to it."""
    return identity(resource.api) == identity(api)


def _resources(api: apigateway.RestApi, tree: Tree) -> dict[str, apigateway.ResourceBase]:
    """The CDK's resources by id; of several for one id, the API's own before those of an imported handle to it."""
    inside = tree.descendants(tree.place_of(api))
    found: dict[str, apigateway.ResourceBase] = {}
    every = tree.all(apigateway.ResourceBase)  # type: ignore[type-abstract]  # only asks isinstance
    for _, resource in sorted(every, key=lambda placed: placed[0] not in inside):
        found.setdefault(resource.resource_id, resource)
    return found


def _handle(scope: Construct, api: apigateway.RestApi, resource_id: str, path: str) -> apigateway.IResource:
    """Something to add an OPTIONS to that the Deployment will know of, for a resource it does not."""
    # No path part has this name, and so no resource below this one either.
    name = "(Cors)"
    return apigateway.Resource.from_resource_attributes(scope, name, rest_api=api, resource_id=resource_id, path=path)


def _path(
    resource_id: str, bare: dict[str, apigateway.CfnResource], resources: dict[str, apigateway.ResourceBase]
) -> str:
    if resource_id in resources:
        return resources[resource_id].path
    if resource_id not in bare:
        return f"/<{resource_id}>"  # a resource from elsewhere: its path is nowhere in this app
    resource = bare[resource_id]
    return f"{_path(resource.parent_id, bare, resources).rstrip('/')}/{resource.path_part}"
