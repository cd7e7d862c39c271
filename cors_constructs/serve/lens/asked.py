"""What the lens's page asks to be judged, read from its JSON."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

import attrs

from cors_constructs.simulate.browser import Credentials

_EXAMPLE: Final = '{"place": "orders/prod", "origin": "https://app.example.com", "method": "GET", "path": "/users"}'
_NEEDED: Final = ("place", "origin", "method", "path")
_KNOWN: Final = (*_NEEDED, "headers", "credentials", "body")


class ProblemError(ValueError):
    """What was asked cannot be judged; the message, one line, says what is wrong and what to write."""


@attrs.frozen
class Asked:
    """A page's fetch().

    Attributes:
        place: The id of the place that it calls.
        origin: The page's origin.
        method: The method, as the page writes it.
        path: The path below the stage, with the query.
        headers: The headers that the page sets.
        credentials: The credentials mode.
        body: The body; None for none.
    """

    place: str
    origin: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    credentials: Credentials = "same-origin"
    body: str | None = None


def read_asked(content: bytes) -> Asked:
    """Reads it.

    Args:
        content: JSON, in UTF-8.

    Raises:
        ProblemError: It is not what can be judged; the message tells all that is wrong.
    """
    try:
        given = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ProblemError(f"the body is no JSON ({reason}); write {_EXAMPLE}") from error
    if not isinstance(given, dict):
        raise ProblemError(f"the body is no JSON object; write {_EXAMPLE}")
    if problems := list(_problems(given)):
        raise ProblemError("; ".join(problems))
    headers = tuple((name, value) for name, value in given.get("headers") or ())
    needed = {name: given[name] for name in _NEEDED}
    credentials = given.get("credentials", "same-origin")
    return Asked(**needed, headers=headers, credentials=credentials, body=given.get("body"))


def _problems(given: Mapping[str, Any]) -> Iterator[str]:
    unknown = [name for name in given if name not in _KNOWN]
    if unknown:
        yield f"{', '.join(map(_shown, unknown))}: not known; write {', '.join(_KNOWN)} only"
    for name in _NEEDED:
        if name not in given:
            yield f"{name}: it is missing; write {_EXAMPLE}"
        elif not isinstance(given[name], str):
            yield f"{name}: it is {_kind(given[name])}; write a string"
    path = given.get("path")
    if isinstance(path, str) and not path.startswith("/"):
        yield f"path: {_shown(path)} does not begin with a slash; write /{_shown(path)[1:-1]}"
    if not _are_headers(given.get("headers", [])):
        yield 'headers: write a list of pairs of strings, such as [["x-api-key", "..."]]'
    if given.get("credentials", "omit") not in get_args(Credentials):
        yield f"credentials: {_shown(given['credentials'])} is no mode; write {', '.join(get_args(Credentials))}"
    if not isinstance(given.get("body"), str | None):
        yield f"body: it is {_kind(given['body'])}; write a string or null"


def _are_headers(given: Any) -> bool:
    return isinstance(given, list) and all(
        isinstance(pair, list) and len(pair) == len(("name", "value")) and all(isinstance(it, str) for it in pair)
        for pair in given
    )


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case dict():
            return "an object"
    return "a string"


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= len(_EXAMPLE) else f"{text[: len(_EXAMPLE)]}..."
