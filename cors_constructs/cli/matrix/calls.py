"""The calls to try: each method of an API, as a page makes it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote

import attrs

from cors_constructs.check.needs import KEY_HEADER, read_headers, wants_key_header
from cors_constructs.cli.matrix.pages import Page
from cors_constructs.policy.names import SAFELISTED_METHODS
from cors_constructs.simulate.browser.page_request import unsafe_names
from cors_constructs.simulate.messages import Headers, Request
from cors_constructs.simulate.model import Api, Method

SAFE: Final = frozenset({"GET", "HEAD"})
"""https://httpwg.org/specs/rfc9110.html#safe.methods that a page may send."""

_ANY: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_STAND_IN: Final = "sample"


@attrs.frozen
class Call:
    """A method, called by a page.

    Attributes:
        method: The method of the template.
        verb: What is sent: the method's verb, or one of those that ANY stands for.
        path: The path, its parameters filled in.
        page: The page.
        lines: The headers that the page sets.
        names: The names of headers that it asks leave for: those set, and those that the method reads.
        include: Whether it sends credentials.
        body: The request's body.
    """

    method: Method
    verb: str
    path: str
    page: Page
    lines: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    include: bool = False
    body: bytes = b""

    @property
    def name(self) -> str:
        """`"GET /users/{id}"`."""
        return f"{self.verb} {self.method.path}"

    @property
    def needs_leave(self) -> bool:
        """Whether a browser asks before it sends this."""
        return self.verb not in SAFELISTED_METHODS or bool(self.names)

    def preflight(self, base: str = "") -> Request:
        """What asks for leave: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0."""
        lines = [("Accept", "*/*"), ("Access-Control-Request-Method", self.verb)]
        if self.names:
            lines.append(("Access-Control-Request-Headers", ",".join(self.names)))
        return Request("OPTIONS", base + self.path, Headers([*lines, ("Origin", self.page.origin)]))

    def request(self, base: str = "") -> Request:
        """The page's own request."""
        accepts = () if any(name.lower() == "accept" for name, _ in self.lines) else (("Accept", "*/*"),)
        lines = Headers([*self.lines, *accepts, ("Origin", self.page.origin)])
        return Request(self.verb, base + self.path, lines, b"" if self.verb in SAFE else self.body)


@attrs.frozen(kw_only=True)
class Manner:
    """How pages call, whatever they call.

    Attributes:
        headers: The headers that they set.
        key: The API key that they send to methods that ask for one; None for none.
        path_parameters: What stands for `{name}` in paths.
        include: Whether they send credentials.
        body: The body of requests that have one.
    """

    headers: Sequence[tuple[str, str]] = ()
    key: str | None = None
    path_parameters: Mapping[str, str] = attrs.field(factory=dict)
    include: bool = False
    body: bytes = b""


def calls_of(api: Api, pages: Sequence[Page], manner: Manner) -> Iterator[Call]:
    """Each method of the API, in the template's order, called by each page."""
    taken = {(method.path, method.verb) for method in api.methods}
    for method in api.methods:
        verbs = [verb for verb in _ANY if (method.path, verb) not in taken] if method.verb == "ANY" else [method.verb]
        for verb in (verb for verb in verbs if verb != "OPTIONS"):
            yield from (_call(api, method, verb, page, manner) for page in pages)


def names_in_paths(api: Api) -> frozenset[str]:
    """The names of path parameters, without their braces."""
    return frozenset(name for path in api.paths for name in _PARAMETER.findall(path))


_PARAMETER: Final = re.compile(r"\{([^{}+]+)\+?\}")


def _call(api: Api, method: Method, verb: str, page: Page, manner: Manner) -> Call:
    lines = [*manner.headers]
    keyed = wants_key_header(method, api) is not False
    if keyed and manner.key is not None:
        lines.append((KEY_HEADER, manner.key))
    read = (*read_headers(method), *((KEY_HEADER,) if keyed else ()))
    names = tuple(sorted({*unsafe_names(tuple(lines)), *read}))

    def filled(found: re.Match[str]) -> str:
        greedy = found[0].endswith("+}")
        return quote(manner.path_parameters.get(found[1], _STAND_IN), safe="/" if greedy else "")

    path = _PARAMETER.sub(filled, method.path)
    return Call(method, verb, path, page, tuple(lines), names, manner.include, manner.body)
