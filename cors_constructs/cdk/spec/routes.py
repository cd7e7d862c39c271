"""Routes: operations that are added to an API's document one by one, without a document of the app's own."""

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from cors_constructs.cdk.spec.declarations import parameters_of, responses_of
from cors_constructs.cdk.spec.integrations import Integration, Lambda, read_integration
from cors_constructs.cdk.spec.paths import path_problems, sibling_problems, variables_of
from cors_constructs.cdk.tree import identity
from cors_constructs.render.openapi.dialects import OPENAPI_3, SWAGGER_2, Dialect, schemes_in
from cors_constructs.render.openapi.operations import INTEGRATION

_ANY: Final = "x-amazon-apigateway-any-method"
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html: no TRACE.
KEYS: Final[Mapping[str, str]] = {verb: verb.lower() for verb in ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")} | {
    "ANY": _ANY
}
_VERB_ADVICE: Final = f"write one of {', '.join(sorted(KEYS))}"


@attrs.frozen
class Route:
    """One operation.

    Attributes:
        path: Its path.
        verb: `GET`, ..., or `ANY`.
        integration: What answers.
        security: What the operation asks for besides a key, as OpenAPI has it.
    """

    path: str
    verb: str
    integration: Integration
    security: Sequence[Mapping[str, Any]]

    @property
    def name(self) -> str:
        """`GET /users`."""
        return f"{self.verb} {self.path}"


@attrs.define
class Routes:
    """The routes of an API so far.

    Args:
        document: What the app's document says, None where there is none.
    """

    _document: Mapping[str, Any] | None
    _routes: dict[str, Route] = attrs.field(factory=dict, init=False)

    def add(self, path: Any, methods: Any, integration: Any, security: Any) -> Sequence[Route]:
        """Add operations: all of them, or none.

        Raises:
            ValueError: With all that is wrong.
        """
        wrong_path = path_problems(path)
        verbs, wrong_methods = _verbs(methods)
        what, wrong_integration = read_integration(integration, variables_of(path) if isinstance(path, str) else [])
        problems = [*wrong_path, *wrong_methods, *wrong_integration, *self._security_problems(security)]
        if not wrong_path:
            problems += [*self._clashes(path, verbs), *sibling_problems(path, self._paths())]
        if problems or what is None:
            raise ValueError(f"add_routes: {'; '.join(problems)}")
        added = [Route(path, verb, what, security) for verb in verbs]
        self._routes.update((route.name, route) for route in added)
        return added

    def into(self, document: dict[str, Any], uri_of: Callable[[Any], Any]) -> dict[str, Any]:
        """A document with the routes' operations after its own; it is not changed itself.

        Args:
            document: The document.
            uri_of: What API Gateway calls a function by.
        """
        given = document.get("paths")
        if given is not None and not isinstance(given, Mapping):
            return document  # which is what will be found wrong with it
        paths = dict(given or {})
        dialect = SWAGGER_2 if "swagger" in document else OPENAPI_3
        spelled = {_resource(path): path for path in paths}
        uris: dict[str, Any] = {}
        for route in self._routes.values():
            operation = _operation(route, dialect)
            if isinstance(route.integration, Lambda):
                function = route.integration.function
                known = identity(function)
                if known not in uris:
                    uris[known] = uri_of(function)
                operation[INTEGRATION]["uri"] = uris[known]
            path = spelled.setdefault(route.path, route.path)
            paths[path] = {**(paths.get(path) or {}), KEYS[route.verb]: operation}
        return {**document, "paths": paths}

    def _paths(self) -> Iterator[str]:
        yield from self._items()
        yield from (route.path for route in self._routes.values())

    def _items(self) -> Mapping[str, Any]:
        """The document's path items."""
        paths = (self._document or {}).get("paths")
        items = paths if isinstance(paths, dict) else {}
        return {_resource(path): item for path, item in items.items() if path.startswith("/")}

    def _clashes(self, path: str, verbs: Iterable[str]) -> Iterator[str]:
        item = self._items().get(path) or {}
        if not isinstance(item, dict) or "$ref" in item:
            yield f"{path} is a reference in the document, and nothing can be added to it: write its operations there"
            return
        for verb in verbs:
            name = f"{verb} {path}"
            if KEYS[verb] in item:
                yield f"{name} is in the document already, as paths.{path}.{KEYS[verb]}: leave one of them out"
            elif name in self._routes:
                yield f"{name} is a route already, by an earlier add_routes: leave one of them out"

    def _security_problems(self, security: Any) -> list[str]:
        advice = 'write security=[{"users": []}], with the name of a security scheme of the document'
        if not isinstance(security, list | tuple) or not all(isinstance(it, Mapping) for it in security):
            return [f"security={security!r:.200} is no list of mappings: {advice}"]
        schemes = schemes_in(self._document or {})
        unknown = sorted({str(name) for requirement in security for name in requirement if name not in schemes})
        had = ", ".join(schemes) or "none"
        return [
            f"security names {name!r}, and the document has no such scheme (it has {had}): {advice}" for name in unknown
        ]


def _verbs(methods: Any) -> tuple[list[str], list[str]]:
    """The verbs that an argument names, and what is wrong with it."""
    if isinstance(methods, str | bytes | Mapping) or not isinstance(methods, Iterable):
        return [], [f'methods={methods!r} is no list: write methods=["GET"]']
    listed = [method.name if isinstance(method, enum.Enum) else method for method in methods]
    if not listed:
        return [], ['methods is empty: write methods=["GET"], or leave it out for ANY']
    problems = [problem for method in listed if (problem := _verb_problem(method))]
    verbs = [method.upper() for method in listed if isinstance(method, str)]
    problems += [f"methods names {verb} twice: write it once" for verb in dict.fromkeys(verbs) if verbs.count(verb) > 1]
    return [verb for verb in dict.fromkeys(verbs) if verb in KEYS], problems


def _verb_problem(method: Any) -> str | None:
    if isinstance(method, str) and method.upper() in KEYS:
        return None
    if isinstance(method, str) and method.upper() == "OPTIONS":
        return (
            "methods names OPTIONS, which is the preflight's, and made of the policy: leave it out (one that answers "
            "otherwise goes into the document)"
        )
    return f"methods names {method!r}, which is no method that API Gateway knows: {_VERB_ADVICE}"


def _operation(route: Route, dialect: Dialect) -> dict[str, Any]:
    integration = route.integration.value_for(route.verb)
    parameters = parameters_of(integration, dialect)
    return {
        **({"parameters": parameters} if parameters else {}),
        "responses": responses_of(integration, dialect),
        **({"security": [dict(requirement) for requirement in route.security]} if route.security else {}),
        INTEGRATION: integration,
    }


def _resource(path: str) -> str:
    """The path as API Gateway has it: a document may write a slash at its end."""
    return path.rstrip("/") or "/"
