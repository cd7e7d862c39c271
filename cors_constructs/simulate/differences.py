"""Notes on verdicts: what browsers do by themselves, and where they differ from the standard."""

from collections.abc import Iterator
from typing import Final

from cors_constructs.simulate.cors_check import ALLOW_HEADERS, MAX_AGE, Asked, get
from cors_constructs.simulate.header_values import is_safelisted, read_list, read_max_age
from cors_constructs.simulate.messages import Headers
from cors_constructs.simulate.page_request import NON_WILDCARD, PageRequest

CAPS: Final = {"Firefox": 86_400, "Chromium": 7_200, "WebKit": 600}
"""Seconds that each browser keeps a preflight at most, whatever the server says."""


def of_request(request: PageRequest) -> Iterator[str]:
    """What is worth knowing of the page's request."""
    for name in request.dropped:
        yield f"browsers let no script set the header {name}, and leave it out without a word"
    lines: dict[str, list[str]] = {}
    for name, value in request.lines:
        lines.setdefault(name.lower(), []).append(value)
    for name, values in lines.items():
        apart = all(is_safelisted(name, value) for value in values)
        if len(values) > 1 and apart and not is_safelisted(name, ", ".join(values)):
            yield (
                f"Chromium differs: it joins the lines of {name} into one value, which is not safelisted, and sends a "
                "preflight where the standard sends none"
            )


def of_preflight(headers: Headers, asked: Asked) -> Iterator[str]:
    """What is worth knowing of a preflight's answer that has passed the CORS check."""
    names = read_list(headers.all(ALLOW_HEADERS)) or ()
    if (
        NON_WILDCARD in asked.unsafe
        and not asked.include
        and "*" in names
        and NON_WILDCARD not in map(str.lower, names)
    ):
        yield (
            "browsers differ: Chrome, Firefox and Safari still let Access-Control-Allow-Headers: * cover "
            "Authorization, which the standard has ended "
            "(https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name)"
        )
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
