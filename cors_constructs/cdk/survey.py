"""What an API consists of, once the whole app is built."""

from collections.abc import Iterator, Sequence

import attrs
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs.cdk.tree import Tree


@attrs.frozen(eq=False)
class MethodSite:
    """One method of the API, however it came to be."""

    verb: str
    cfn: apigateway.CfnMethod
    route: "Route"

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
    methods: dict[str, MethodSite] = attrs.field(factory=dict)

    @property
    def path(self) -> str:
        """`/users/{id}`."""
        return self.resource.path

    def add(self, cfn: apigateway.CfnMethod) -> None:
        """Note a method of the resource."""
        verb = cfn.http_method.upper()
        self.methods[verb] = MethodSite(verb, cfn, self)


@attrs.frozen(kw_only=True)
class Survey:
    """The parts of one API that matter to browsers and to keys."""

    routes: Sequence[Route]
    loose_methods: Sequence[apigateway.CfnMethod]
    """Methods that the CDK does not tie to the Deployment: those made as bare CloudFormation resources."""
    gateway_responses: Sequence[apigateway.CfnGatewayResponse]
    deployments: Sequence[apigateway.Deployment]
    usage_plans: Sequence[apigateway.CfnUsagePlan]

    def methods(self) -> Iterator[MethodSite]:
        """Every method but OPTIONS."""
        for route in self.routes:
            yield from (site for verb, site in route.methods.items() if verb != "OPTIONS")


def survey(api: apigateway.RestApi) -> Survey:
    """Read the API, and what belongs to it elsewhere in its stack."""
    tree = Tree.below(Stack.of(api))
    inside = tree.descendants(tree.place_of(api))
    routes: dict[int, Route] = {}
    strays: list[apigateway.CfnMethod] = []
    for place, cfn in tree.all(apigateway.CfnMethod):
        home = _home(tree, place)
        if home is None:
            strays.append(cfn)
        elif home in inside:
            routes.setdefault(home, Route(tree.nodes[home])).add(cfn)  # type: ignore[arg-type]  # _home checked it
    strays = [cfn for cfn in strays if cfn.rest_api_id == api.rest_api_id]
    return Survey(
        routes=[*routes.values(), *_routes_of_strays(strays, api, tree, routes)],
        loose_methods=strays,
        gateway_responses=[
            cfn for _, cfn in tree.all(apigateway.CfnGatewayResponse) if cfn.rest_api_id == api.rest_api_id
        ],
        deployments=[found for _, found in tree.all(apigateway.Deployment) if found.api is api],
        usage_plans=[cfn for _, cfn in tree.all(apigateway.CfnUsagePlan)],
    )


def _home(tree: Tree, place: int) -> int | None:
    """The place of the resource that a method was added to, if it was added as the CDK adds methods."""
    method = tree.parent(place)
    resource = tree.parent(method)
    if method is None or resource is None or not isinstance(tree.nodes[method], apigateway.Method):
        return None
    return resource if isinstance(tree.nodes[resource], apigateway.ResourceBase) else None


def _routes_of_strays(
    strays: Sequence[apigateway.CfnMethod], api: apigateway.RestApi, tree: Tree, routes: dict[int, Route]
) -> list[Route]:
    """Give each method made by hand to its resource's route; the routes that are new are the result."""
    if not strays:
        return []
    known: dict[str, Route] = {}
    for place, resource in tree.all(apigateway.ResourceBase):
        known[resource.resource_id] = routes.get(place) or Route(resource)
    bare = {resource.ref: resource for _, resource in tree.all(apigateway.CfnResource)}
    bare |= {resource.attr_resource_id: resource for resource in list(bare.values())}
    for cfn in strays:
        where = cfn.resource_id
        if where in bare:
            where = bare[where].ref
        if where not in known:
            known[where] = Route(_handle(cfn, api, bare, known))
        known[where].add(cfn)
    old = list(routes.values())
    return [route for route in known.values() if route.methods and not any(route is other for other in old)]


def _handle(
    cfn: apigateway.CfnMethod,
    api: apigateway.RestApi,
    bare: dict[str, apigateway.CfnResource],
    known: dict[str, Route],
) -> apigateway.IResource:
    """Something to add an OPTIONS to, for a resource that is bare CloudFormation too."""
    scope = bare.get(cfn.resource_id, cfn)
    path = _path(cfn.resource_id, bare, known)
    return apigateway.Resource.from_resource_attributes(
        scope, "Cors", rest_api=api, resource_id=cfn.resource_id, path=path
    )


def _path(resource_id: str, bare: dict[str, apigateway.CfnResource], known: dict[str, Route]) -> str:
    if resource_id in known:
        return known[resource_id].path
    if resource_id not in bare:
        return f"/<{resource_id}>"  # a resource from elsewhere: its path is nowhere in this app
    resource = bare[resource_id]
    return f"{_path(resource.parent_id, bare, known).rstrip('/')}/{resource.path_part}"
