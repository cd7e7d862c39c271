"""The paths of routes: what API Gateway takes for one, and which cannot stand beside each other."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from cors_constructs.policy.tokens import holds_token

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html: what a segment may hold,
# and that a variable is all of its segment.
_SEGMENT: Final = re.compile(r"[A-Za-z0-9._:,$-]+")
_VARIABLE: Final = re.compile(r"\{(?P<name>[A-Za-z0-9._:$-]+)(?P<greedy>\+?)\}")


def variables_of(path: str) -> list[str]:
    """The names of a path's variables, in their order: `/{id}/{proxy+}` has `id` and `proxy`."""
    return [found["name"] for segment in path.split("/") if (found := _VARIABLE.fullmatch(segment))]


def path_problems(path: Any) -> list[str]:
    """What is wrong with a path by itself."""
    if not isinstance(path, str):
        return [f'path={path!r} is no text: write "/users/{{id}}"']
    if path == "/":
        return []
    if holds_token(path):
        return [f"path={path!r} is known only at deployment, and has to be read before: write it out"]
    if not path.startswith("/"):
        return [f'path={path!r} does not begin with a slash: write "/{path}"']
    segments = path[1:].split("/")
    if not all(segments):
        meant = "/".join(["", *filter(None, segments)]) or "/"
        return [f'path={path!r} has a slash at its end, or two in a row: write "{meant}"']
    problems = [problem for segment in segments if (problem := _segment_problem(path, segment))]
    names = variables_of(path)
    problems += [
        f"path={path!r} has the variable {{{name}}} twice: give each its own name"
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if any(segment.endswith("+}") for segment in segments[:-1]):
        problems.append(f"path={path!r} goes on after a greedy variable, which takes the rest of a path: end there")
    return problems


def sibling_problems(path: str, others: Iterable[str]) -> list[str]:
    """A sentence where another path has a variable of another name in the place of one of this path's.

    API Gateway says "A sibling of this resource already has a variable path part -- only one is allowed".
    """
    mine = dict(_variable_places(path))
    for other in others:
        for above, segment in _variable_places(other):
            if mine.get(above, segment) != segment:
                return [
                    f"path={path!r} has {mine[above]} where {other} has {segment}, and API Gateway takes one variable "
                    f"in a place: write {segment} in both, or {mine[above]}"
                ]
    return []


def _variable_places(path: str) -> Sequence[tuple[str, str]]:
    """Each variable of a path, with the path above it."""
    segments = path.split("/")
    return [("/".join(segments[:place]), segment) for place, segment in enumerate(segments) if segment.startswith("{")]


def _segment_problem(path: str, segment: str) -> str | None:
    if segment.startswith(":"):  # it could be a name, and is what other frameworks write for a variable
        return f"path={path!r}: write {{{segment[1:]}}} for {segment}"
    if _SEGMENT.fullmatch(segment) or _VARIABLE.fullmatch(segment):
        return None
    if "{" in segment or "}" in segment:
        return (
            f"path={path!r}: {segment!r} is neither a name nor a variable, which is all of its segment: write {{id}}, "
            "or {proxy+} for the rest of a path"
        )
    odd = "".join(dict.fromkeys(_SEGMENT.sub("", segment)))
    return f"path={path!r}: {segment!r} holds {odd!r}, and a segment takes letters, digits, and . _ - : , $"
