"""Notes on verdicts: what browsers do by themselves, and where they differ from the standard."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from cors_constructs.simulate.cors_check import MAX_AGE, get
from cors_constructs.simulate.header_values import TAB_OR_SPACE, read_max_age
from cors_constructs.simulate.messages import Headers
from cors_constructs.simulate.page_request import Lines, PageRequest, unsafe_names

CAPS: Final = {"Firefox": 86_400, "Chromium": 7_200, "WebKit": 600}
"""Seconds that each browser keeps a preflight at most, whatever the server says."""

FORGOTTEN: Final = "Chromium differs: it remembers what the preflight allowed, although the fetch failed"

AUTHORIZATION: Final = (
    "browsers differ: Chrome, Firefox and Safari still let Access-Control-Allow-Headers: * cover Authorization, which the "
    "standard has ended (https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name)"
)

KEPT: Final = "no preflight to {url}: an earlier one has been kept"
KEPT_FOR_OPAQUE: Final = "Chromium differs: it keeps no preflight for a page whose origin is null"

REDIRECT_WITH_CREDENTIALS: Final = "Chromium differs: it follows no redirect to a URL with a user name or a password, not even within the page's origin"

# Client hints and others that Chromium sends by itself, and so takes for safelisted: with values such as these.
_CHROMIUM_SAFELISTED: Final = {
    **dict.fromkeys(("device-memory", "downlink", "dpr"), re.compile(r"[0-9]+(?:\.[0-9]+)?")),
    **dict.fromkeys(("rtt", "viewport-width", "width"), re.compile("[0-9]+")),
    "ect": re.compile(".*"),
    "intervention": re.compile(".*"),
    "save-data": re.compile("on", re.IGNORECASE),
}


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
    for name, values in lines.items():
        if name == "user-agent":
            yield "Chromium differs: it sends its own User-Agent, and asks for no leave to"
        if name in _CHROMIUM_SAFELISTED and _CHROMIUM_SAFELISTED[name].fullmatch(", ".join(values)):
            yield f"Chromium differs: it takes {name} for safelisted, and asks for no leave to send it"
    joined = unsafe_names(tuple((name, ", ".join(values)) for name, values in lines.items()))
    if joined != unsafe_names(given):
        asks = f"asks for leave to send {', '.join(joined)}" if joined else "asks for no leave"
        yield f"Chromium differs: it joins the lines of a header into one value, and so {asks}"


def of_redirect(locations: tuple[str, ...]) -> Iterator[str]:
    """What is worth knowing of a redirect, by the lines of its Location."""
    if len(locations) > 1 and len(set(locations)) == 1:
        yield "Chromium differs: it follows a redirect whose Location stands there several times, if always the same"
    elif not any(location.strip(TAB_OR_SPACE) for location in locations):
        yield "Chromium differs: it takes a redirect with an empty Location for an answer, and gives it to the page"


def of_max_age(headers: Headers) -> Iterator[str]:
    """What is worth knowing of the time that a preflight's answer is kept."""
    max_age = read_max_age(headers.all(MAX_AGE))
    if max_age is None:
        value = get(headers, MAX_AGE)
        if value is not None:
            yield f"Access-Control-Max-Age: {value} is no number of seconds; the preflight is kept for 5 of them"
        if value is not None and value.startswith("-"):
            yield "Chromium differs: it takes a negative Access-Control-Max-Age for 0"
        return
    capped = [f"{cap} seconds in {browser}" for browser, cap in CAPS.items() if max_age > cap]
    if capped:
        yield f"Access-Control-Max-Age: {max_age} is cut to {', '.join(capped)}"
