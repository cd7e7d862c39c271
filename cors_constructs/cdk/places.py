"""The resources of an API by path, those without methods among them, and what can be added to them."""

from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cors_constructs.cdk.parts import of_api
from cors_constructs.cdk.resources import path_of
from cors_constructs.cdk.routes import Route
from cors_constructs.cdk.strays import Resources, belongs_to, handle
from cors_constructs.cdk.tree import Tree, identity
from cors_constructs.policy.tokens import holds_token


class Places:
    """Where an API has resources.

    Args:
        api: The API, or an import of it.
        routes: Its resources that have methods.
    """

    def __init__(self, api: apigateway.RestApiBase, routes: Sequence[Route]) -> None:
        self._api = api
        self._found: dict[str, apigateway.IResource] = {path_of(api.root): api.root}
        self._bare: dict[str, apigateway.CfnResource] = {}
        self._read()
        self._found |= {route.path: route.resource for route in routes}

    @property
    def base(self) -> str:
        """The path of the resource that all others are below: `/`, but for some imports."""
        return path_of(self._api.root)

    @property
    def paths(self) -> list[str]:
        """The paths of all resources."""
        return [*self._found, *(path for path in self._bare if path not in self._found)]

    @property
    def unknown(self) -> str | None:
        """The construct of a resource whose path only deployment knows; None where there is none."""
        unknown = next((path for path in self.paths if path.startswith("/<") or holds_token(path)), None)
        if unknown is None:
            return None
        # What is below it by this name is our own handle to it.
        return (self._bare.get(unknown) or self._found[unknown]).node.path.partition("/(Cors)")[0]

    def at(self, path: str) -> apigateway.IResource:
        """The resource at a path."""
        if path not in self._found:
            cfn = self._bare[path]
            self._found[path] = handle(cfn, self._api, cfn.ref, path)
        return self._found[path]

    def add_proxy(self, path: str) -> apigateway.IResource:
        """Make the `{proxy+}` at a path, which is not there yet.

        It has the logical id that `add_proxy` and `add_resource` would give it.
        """
        parent = self.at(path.rpartition("/")[0] or "/")
        part = path.rpartition("/")[2]
        if parent.default_cors_preflight_options is None:
            defaults = parent.default_method_options
            if defaults is None or not defaults.request_parameters:
                return parent.add_resource(part)
            # A preflight does not bring what the app's methods want by default. Not to say so would leave it as it is.
            return parent.add_resource(part, default_method_options=apigateway.MethodOptions(request_parameters={}))
        # The CDK would make an OPTIONS there.
        cfn = apigateway.CfnResource(
            Construct(cast("Construct", parent), part),
            "Resource",
            rest_api_id=self._api.rest_api_id,
            parent_id=parent.resource_id,
            path_part=part,
        )
        return handle(cfn, self._api, cfn.ref, path)

    def _read(self) -> None:
        tree = Tree.below(Stack.of(self._api))
        resources = Resources(self._api, tree)
        mine = {identity(cfn) for cfn in of_api(self._api, list(resources.bare.values()))}
        ours: Mapping[str, apigateway.CfnResource] = {
            where: cfn for where, cfn in resources.bare.items() if identity(cfn) in mine
        }
        for where, cfn in ours.items():
            built, path = resources.built.get(where), resources.path(where)
            if built is not None and belongs_to(built, self._api):
                self._found[path] = built
            else:
                self._bare[path] = cfn
