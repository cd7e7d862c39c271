"""Notes on verdicts: what browsers do by themselves, and where they differ from the standard."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from cors_constructs.simulate.browser.addresses import OPAQUE, Address
from cors_constructs.simulate.browser.cors_check import MAX_AGE, Asked, get
from cors_constructs.simulate.browser.header_values import TAB_OR_SPACE, read_max_age
from cors_constructs.simulate.browser.page_request import Lines, PageRequest, unsafe_names
from cors_constructs.simulate.messages import Headers

CAPS: Final = {"Firefox": 86_400, "Chromium": 7_200, "WebKit": 600}
"""Seconds that each browser keeps a preflight at most, whatever the server says."""

FORGOTTEN: Final = "Chromium and WebKit differ: they remember what the preflight allowed, although the fetch failed"

AUTHORIZATION: Final = (
    "browsers differ: Chrome, Firefox and Safari still let Access-Control-Allow-Headers: * cover Authorization, which "
    "the standard has ended (https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name)"
)

REDIRECT_WITH_CREDENTIALS: Final = (
    "Chromium differs: it follows no redirect to a URL with a user name or a password, within the page's origin neither"
)

# https://fetch.spec.whatwg.org/#http-network-or-cache-fetch: they bypass the HTTP cache, and Chromium's of preflights.
_CONDITIONAL: Final = frozenset({"if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since"})

# What Chromium adds to requests by itself.
_CHROMIUM_ADDS: Final = frozenset(
    {"device-memory", "downlink", "dpr", "ect", "intervention", "rtt", "save-data", "viewport-width", "width"}
)


_LOOPBACK = re.compile(r"http://(?:(?:[^/]*\.)?localhost|127\.[0-9.]+|\[::1\])(?::[0-9]+)?")


def of_address(page: str, address: Address) -> Iterator[str]:
    """What is worth knowing of where a request goes.

    Args:
        page: The page's origin.
        address: Where to.
    """
    if page.startswith("https:") and address.scheme == "http" and not _LOOPBACK.fullmatch(address.origin or ""):
        yield (
            f"browsers block {address.origin} for pages of https: as mixed content, whatever its CORS headers are "
            "(https://w3c.github.io/webappsec-mixed-content/)"
        )


def of_request(request: PageRequest) -> Iterator[str]:
    """What is worth knowing of the page's request."""
    for name in request.dropped:
        yield f"browsers let no script set the header {name}, and leave it out without a word"
    yield from _of_lines(request.lines)


@lru_cache(1024)
def _of_lines(given: Lines) -> tuple[str, ...]:
    return tuple(_differences(given))


def _differences(given: Lines) -> Iterator[str]:
    lines: dict[str, list[str]] = {}
    for name, value in given:
        lines.setdefault(name.lower(), []).append(value)
    for name in lines:
        if name == "user-agent":
            yield "Chromium differs: it sends its own User-Agent, and asks for no leave to"
        elif name in _CHROMIUM_ADDS:
            yield (
                f"Chromium differs: {name} is a header that it adds by itself, so that it asks for no leave to send it "
                "with values of its own kind, and leaves it out after redirects"
            )
    joined = unsafe_names(tuple((name, ", ".join(values)) for name, values in lines.items()))
    if joined != unsafe_names(given):
        asks = f"ask for leave to send {', '.join(joined)}" if joined else "ask for no leave"
        yield f"Chromium and WebKit differ: they join the lines of a header into one value, and so {asks}"


def of_kept(url: str, asked: Asked) -> Iterator[str]:
    """What is worth knowing where an earlier preflight spares the page one."""
    yield f"no preflight to {url}: an earlier one has been kept"
    if asked.origin == OPAQUE:
        yield "Chromium differs: it keeps no preflight for a page whose origin is null"
    if not _CONDITIONAL.isdisjoint(asked.unsafe):
        yield "Chromium and Firefox differ: they send a preflight before each conditional request"


def of_redirect(locations: tuple[str, ...]) -> Iterator[str]:
    """What is worth knowing of a redirect, by the lines of its Location."""
    if len(locations) > 1 and len(set(locations)) == 1:
        yield (
            "Chromium and Firefox differ: they follow a redirect whose Location stands there several times, if always "
            "the same; WebKit joins them"
        )
    elif not any(location.strip(TAB_OR_SPACE) for location in locations):
        yield (
            "Chromium and WebKit differ: they follow no redirect with an empty Location; Chromium gives it to the page "
            "as an answer"
        )


def of_max_age(headers: Headers) -> Iterator[str]:
    """What is worth knowing of the time that a preflight's answer is kept."""
    max_age = read_max_age(headers.all(MAX_AGE))
    if max_age is None:
        value = get(headers, MAX_AGE)
        if value is not None:
            yield f"Access-Control-Max-Age: {value} is no number of seconds; the preflight is kept for 5 of them"
        if value is not None and value.startswith("-"):
            yield "Chromium, Firefox and WebKit differ: they take a negative Access-Control-Max-Age for 0"
        elif value is not None:
            yield "Firefox differs: it keeps no preflight whose Access-Control-Max-Age cannot be read"
        return
    capped = [f"{cap} seconds in {browser}" for browser, cap in CAPS.items() if max_age > cap]
    if capped:
        yield f"Access-Control-Max-Age: {max_age} is cut to {', '.join(capped)}"
