"""Whatever tree of resources and methods, made in whatever ways: the promise holds."""

import itertools
from typing import Any

import attrs
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from cors_constructs import CorsPolicy, CorsRestApi

from .synthesis import ORIGIN, OTHER_ORIGIN, Api, cors_api, mock, synthesize

VERBS = ("ANY", "DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
EVERYTHING = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]
SEGMENTS = ("a", "b", "{id}")

# How a resource and a method come to be. A bare resource has bare ones below it alone.
RESOURCE_WAYS = ("add", "path", "construct", "construct-outside", "handle", "bare")
METHOD_WAYS = ("add", "construct", "bare", "bare-outside")


@attrs.frozen
class Method:
    path: tuple[str, ...]
    verb: str
    resource_way: str
    method_way: str
    says: bool | None
    keyless: bool

    @property
    def name(self) -> str:
        return f"{self.verb} /{'/'.join(self.path)}"


METHODS = st.lists(
    st.builds(
        Method,
        path=st.lists(st.sampled_from(SEGMENTS), max_size=3).map(tuple),
        verb=st.sampled_from(VERBS),
        resource_way=st.sampled_from(RESOURCE_WAYS),
        method_way=st.sampled_from(METHOD_WAYS),
        says=st.sampled_from([None, True, False]),
        keyless=st.booleans(),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda method: (method.path, method.verb),
)


class Builder:
    """Makes what a list of methods says."""

    def __init__(self, api: CorsRestApi) -> None:
        self._api = api
        self._stack = Stack.of(api)
        self._count = itertools.count()
        self._nodes: dict[tuple[str, ...], apigateway.IResource | str] = {(): api.root}
        self._other_root: apigateway.IResource | None = None

    def add(self, method: Method) -> None:
        node = self._node(method.path, method.resource_way)
        options: dict[str, Any] = {} if method.says is None else {"api_key_required": method.says}
        if isinstance(node, str) or method.method_way.startswith("bare"):
            apigateway.CfnMethod(
                self._api if method.method_way == "bare" else self._stack,
                self._name(),
                http_method=method.verb,
                resource_id=node if isinstance(node, str) else node.resource_id,
                rest_api_id=self._api.rest_api_id,
                **options,
            )
        elif method.method_way == "construct":
            apigateway.Method(
                self._stack,
                self._name(),
                http_method=method.verb,
                resource=node,
                integration=mock(),
                options=apigateway.MethodOptions(**options),
            )
        else:
            node.add_method(method.verb, mock(), **options)

    def _node(self, path: tuple[str, ...], way: str) -> apigateway.IResource | str:
        if path not in self._nodes:
            self._nodes[path] = self._make(self._node(path[:-1], way), path, way)
        return self._nodes[path]

    def _make(self, parent: apigateway.IResource | str, path: tuple[str, ...], way: str) -> apigateway.IResource | str:
        part = path[-1]
        if isinstance(parent, str) or way == "bare":
            parent_id = parent if isinstance(parent, str) else parent.resource_id
            api_id = self._api.rest_api_id
            return apigateway.CfnResource(
                self._stack, self._name(), rest_api_id=api_id, parent_id=parent_id, path_part=part
            ).ref
        if way == "path":
            return parent.resource_for_path(part)
        if way == "handle" and len(path) == 1:
            return self._handle().add_resource(part)
        if way.startswith("construct"):
            scope = self._stack if way.endswith("outside") else self._api
            return apigateway.Resource(scope, self._name(), parent=parent, path_part=part)
        return parent.add_resource(part)

    def _handle(self) -> apigateway.IResource:
        if self._other_root is None:
            self._other_root = apigateway.RestApi.from_rest_api_attributes(
                self._stack,
                "Handle",
                rest_api_id=self._api.rest_api_id,
                root_resource_id=self._api.rest_api_root_resource_id,
            ).root
        return self._other_root

    def _name(self) -> str:
        return f"Node{next(self._count)}"


@given(methods=METHODS, several_origins=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_method_is_keyed_unless_named_and_each_path_with_methods_has_one_true_preflight(
    methods: list[Method],
    several_origins: bool,
) -> None:
    for method in methods:
        event(f"{method.resource_way} resource, {method.method_way} method")
    keyless = {method.name for method in methods if method.keyless}
    policy = CorsPolicy(allow_origins=[ORIGIN, OTHER_ORIGIN] if several_origins else [ORIGIN])

    def build(stack: Stack) -> None:
        builder = Builder(cors_api(stack, cors=policy, keyless=keyless))
        for method in methods:
            builder.add(method)

    api = Api(synthesize(build))
    assert api.working == {method.name for method in methods}
    assert api.keyed == api.working - keyless
    verbs: dict[str, list[str]] = {}
    for verb, _, path in (name.partition(" ") for name in sorted(api.working)):
        verbs.setdefault(path, []).append(verb)
    assert api.preflights == set(verbs)
    for path, had in verbs.items():
        preflight = api.preflight(path)
        assert preflight.allowed_methods == (EVERYTHING if "ANY" in had else had)
        assert preflight.properties["AuthorizationType"] == "NONE"
        assert preflight.properties["ApiKeyRequired"] is False
    assert set(api.ids.values()) <= api.deployed_after
