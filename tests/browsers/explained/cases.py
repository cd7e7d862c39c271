"""Exchanges that show one difference each."""

from collections.abc import Sequence
from typing import Final

from ..exchanges import Answer, Ask, Case, Hop

FETCH: Final = "https://fetch.spec.whatwg.org/#"
MIME: Final = "https://mimesniff.spec.whatwg.org/#"
CHROMIUM, FIREFOX, WEBKIT = "chromium", "firefox", "webkit"


def get(*headers: tuple[str, str], method: str = "GET", body: str | None = None) -> Ask:
    return Ask(method, headers, "same-origin", body)


def answer(status: int = 200, *more: tuple[str, str], allow_origin: str = "*") -> Answer:
    return Answer(status, (("Access-Control-Allow-Origin", allow_origin), *more))


_NAMES: Final = "accept, accept-language, content-type, range, x-a, user-agent, dpr, if-none-match, authorization"
LISTS: Final = (
    ("Access-Control-Allow-Methods", "GET, PUT, DELETE, PATCH"),
    ("Access-Control-Allow-Headers", _NAMES),
)
LONG: Final = ("Access-Control-Max-Age", "600")
YES: Final = answer(200, *LISTS, LONG)
_PRIVATELY: Final = (LONG, ("Access-Control-Allow-Credentials", "true"))
PRIVATE: Final = answer(200, *LISTS, *_PRIVATELY, allow_origin="{origin}")
PRIVATE_WILDCARD: Final = answer(
    200, ("Access-Control-Allow-Methods", "*"), LISTS[1], *_PRIVATELY, allow_origin="{origin}"
)
PUT: Final = get(method="PUT")


def redirect(location: str = "{next}", *more: tuple[str, str], status: int = 302) -> Answer:
    return answer(status, ("Location", location), *more)


def case(
    *asks: Ask, preflight: Answer = YES, response: Answer = YES, hosts: Sequence[str] = ("api",), opaque: bool = False
) -> Case:
    first, *further = hosts
    answers = [response] * max(len(further), 1) + [YES]  # the last one is not led on
    hops = (Hop(first, preflight, answers[0]), *map(Hop, further, [YES] * len(further), answers[1:]))
    return Case(0, opaque, asks, hops)
