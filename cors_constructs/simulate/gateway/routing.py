"""From verb and path to a method, as API Gateway routes.

A resource is taken for the verb that it has: a literal segment goes before `{id}`, and that before `{proxy+}`, but a
resource that lacks the verb is passed over for the next. So `OPTIONS /users` reaches `OPTIONS /{proxy+}` where
`/users` has no OPTIONS (and no ANY).

ANY stands for seven verbs, and there are no others: TRACE or PROPFIND reaches nothing.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

import attrs

from cors_constructs.simulate.model import Api, Method

VERBS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
"""The verbs that API Gateway knows, and that ANY stands for."""

_KNOWN: Final = frozenset(VERBS)
_NO_PARAMETERS: Final[Mapping[str, str]] = {}


@attrs.frozen
class Route:
    """Where a request goes.

    Attributes:
        method: The method.
        parameters: The path parameters, decoded, by name: `proxy` for `{proxy+}`.
    """

    method: Method
    parameters: Mapping[str, str] = _NO_PARAMETERS


class Router:
    """The methods of an API, by path."""

    def __init__(self, api: Api) -> None:
        self._root = _Node()
        self._literal: dict[str, dict[str, Route]] = {}
        for method in api.methods:
            verb = method.verb.upper()
            segments = _segments(method.path)
            _grow(self._root, segments).methods[verb] = method
            if not any(map(_is_variable, segments)):
                self._literal.setdefault("/" + "/".join(segments), {})[verb] = Route(method)
        self._paths = sorted(api.paths | {method.path for method in api.methods})
        self._literal_first = sorted(self._paths, key=lambda path: [*map(_rank, _segments(path))])

    def route(self, verb: str, path: str) -> Route | None:
        """The method for a request, or None.

        Args:
            verb: As sent: verbs are case-sensitive. One that API Gateway does not know reaches nothing, ANY included.
            path: The path below the stage, percent-encoded. A slash at its end does not count; one that is encoded
                is part of its segment.
        """
        return self._route(verb, path) if verb in _KNOWN else None

    def verbs(self, path: str) -> tuple[str, ...]:
        """The verbs that a path can be called with, whichever resource has them."""
        known = {method.verb for node in self._root.all() for method in node.methods.values()}
        return tuple(sorted(verb for verb in known if self._route(verb, path) is not None))

    def resource(self, path: str) -> str | None:
        """The resource that a path leads to where verbs do not count; None where there is none."""
        segments = [unquote(segment) for segment in _segments(path)]
        return next((it for it in self._literal_first if _leads(_segments(it), segments)), None)

    @property
    def paths(self) -> Sequence[str]:
        """Every path, sorted."""
        return self._paths

    def _route(self, verb: str, path: str) -> Route | None:
        # Nothing goes before a path that is literal all through.
        if (literal := self._literal.get(path)) and (found := literal.get(verb) or literal.get("ANY")):
            return found
        segments = _segments(path)
        if "%" in path:
            segments = [unquote(segment) for segment in segments]
        return _search(self._root, verb, segments, 0, ())


class _Node:
    """A resource."""

    __slots__ = ("greedy", "literal", "methods", "variable")

    def __init__(self) -> None:
        self.methods: dict[str, Method] = {}
        self.literal: dict[str, _Node] = {}
        self.variable: dict[str, _Node] = {}
        self.greedy: dict[str, _Node] = {}

    def all(self) -> Iterable["_Node"]:
        yield self
        for children in (self.literal, self.variable, self.greedy):
            for child in children.values():
                yield from child.all()


def _segments(path: str) -> list[str]:
    # API Gateway overlooks slashes at the end.
    return path.rstrip("/").split("/")[1:]


def _leads(resource: Sequence[str], segments: Sequence[str]) -> bool:
    if resource and resource[-1].endswith("+}"):
        return len(segments) >= len(resource) and _leads(resource[:-1], segments[: len(resource) - 1])
    return len(resource) == len(segments) and all(
        wanted == given or (_is_variable(wanted) and given) for wanted, given in zip(resource, segments, strict=True)
    )


def _rank(segment: str) -> int:
    return 2 if segment.endswith("+}") else int(_is_variable(segment))


def _is_variable(segment: str) -> bool:
    return segment.startswith("{") and segment.endswith("}")


def _grow(node: _Node, segments: Sequence[str]) -> _Node:
    for segment in segments:
        children, name = node.literal, segment
        if _is_variable(segment):
            children, name = (node.greedy, segment[1:-2]) if segment.endswith("+}") else (node.variable, segment[1:-1])
        node = children.setdefault(name, _Node())
    return node


def _search(
    node: _Node, verb: str, segments: Sequence[str], at: int, parameters: tuple[tuple[str, str], ...]
) -> Route | None:
    if at == len(segments):
        method = node.methods.get(verb) or node.methods.get("ANY")
        return None if method is None else Route(method, dict(parameters))
    segment = segments[at]
    if (child := node.literal.get(segment)) and (found := _search(child, verb, segments, at + 1, parameters)):
        return found
    if segment:
        for name, child in node.variable.items():
            if found := _search(child, verb, segments, at + 1, (*parameters, (name, segment))):
                return found
    for name, child in node.greedy.items():
        if method := child.methods.get(verb) or child.methods.get("ANY"):
            return Route(method, dict([*parameters, (name, "/".join(segments[at:]))]))
    return None
