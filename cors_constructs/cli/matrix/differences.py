"""Where the CORS headers of two answers differ, a clause for each."""

from collections.abc import Iterator
from typing import Final

from cors_constructs.simulate.browser.cors_check import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    EXPOSE_HEADERS,
    MAX_AGE,
    get,
)
from cors_constructs.simulate.browser.header_values import read_list
from cors_constructs.simulate.messages import Headers

OF_PREFLIGHTS: Final = (ALLOW_ORIGIN, ALLOW_CREDENTIALS, ALLOW_METHODS, ALLOW_HEADERS, MAX_AGE)
"""What decides about leave: https://fetch.spec.whatwg.org/#http-responses."""

OF_ANSWERS: Final = (ALLOW_ORIGIN, ALLOW_CREDENTIALS, EXPOSE_HEADERS)
"""What decides about reading."""

_LISTS: Final = frozenset({ALLOW_METHODS, ALLOW_HEADERS, EXPOSE_HEADERS})
_UNKNOWN: Final = "${"


def differences(template: Headers, reality: Headers, names: tuple[str, ...]) -> Iterator[str]:
    """The headers in which reality differs from the template.

    What the template leaves to its deployment is not compared. More names in Vary than the template has do no harm.

    Args:
        template: The headers by the template.
        reality: The headers that came.
        names: Which to compare, beside Vary.
    """
    for name in names:
        wanted, came = get(template, name), get(reality, name)
        if wanted is not None and _UNKNOWN in wanted:
            continue
        if wanted is None or came is None:
            if came is not None:
                yield f"{name} is {came!r:.200}, and by the template there is none"
            elif wanted is not None:
                yield f"{name} is missing, and by the template it is {wanted!r:.200}"
        elif name in _LISTS:
            yield from _of_lists(name, wanted, came)
        elif wanted != came:
            yield f"{name} is {came!r:.200}, and by the template it is {wanted!r:.200}"
    if "origin" in listed("Vary", template) and not {"origin", "*"} & listed("Vary", reality):
        yield "Vary lacks Origin, so that a cache may hand one site's answer to another"


def _of_lists(name: str, wanted: str, came: str) -> Iterator[str]:
    of_template, of_reality = _items(name, wanted), _items(name, came)
    for verb, items in (("lacks", of_template - of_reality), ("has", of_reality - of_template)):
        if items:
            beside = ", which the template has" if verb == "lacks" else ", which the template has not"
            yield f"{name} {verb} {', '.join(sorted(items))}{beside}"


def listed(name: str, headers: Headers) -> set[str]:
    """The items of a header that is a list, as they are compared."""
    return _items(name, get(headers, name) or "")


def _items(name: str, value: str) -> set[str]:
    items = filter(None, read_list((value,)) or (value,))
    # Methods are compared as they are written: https://fetch.spec.whatwg.org/#methods
    return set(items) if name == ALLOW_METHODS else {item.lower() for item in items}
