"""The preflight cache: what spares a page a preflight, and for how long."""

from typing import Any

import pytest

from cors_constructs.simulate import Browser, Outcome, Response

from . import sections
from .scripted import API, SITE, Server, allows

URL = f"{API}/users"
PUT: dict[str, Any] = {"method": "PUT"}


class Clock:
    """A clock that stands still until it is told otherwise."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Visit:
    """A page that fetches, and a server that counts."""

    def __init__(self, preflight: Response, **options: Any) -> None:
        self.clock = Clock()
        self.server = Server(preflight=preflight)
        self.browser = Browser(self.server, clock=self.clock, **options)

    def preflights(self, *, after: float = 0.0, **page: Any) -> int:
        """How many preflights a fetch takes, some seconds later."""
        self.clock.now += after
        before = len(self.server.preflights)
        self.browser.fetch(**{"method": "GET", "url": URL, "origin": SITE, **page})
        return len(self.server.preflights) - before


@pytest.mark.parametrize(
    ("max_age", "seconds"),
    [
        pytest.param(None, 5, id="without-the-header"),
        pytest.param("60", 60, id="60"),
        pytest.param("060", 60, id="a-leading-zero"),
        pytest.param(" 60\t", 60, id="between-blanks"),
        pytest.param("7200", 7200, id="7200"),
        pytest.param("86400", 7200, id="above-the-cap"),
        pytest.param("9" * 5000, 7200, id="beyond-all-numbers"),
        pytest.param("-1", 5, id="below-zero"),
        pytest.param("", 5, id="empty"),
        pytest.param("x", 5, id="a-word"),
        pytest.param("1.5", 5, id="a-fraction"),
        pytest.param("60s", 5, id="a-unit"),
        pytest.param("+60", 5, id="a-plus"),
        pytest.param("\u0661", 5, id="other-digits"),
        pytest.param("60, 60", 5, id="a-list"),
        pytest.param(["60", "60"], 5, id="twice"),
    ],
)
def test_a_preflight_is_kept_for_its_max_age(max_age: str | list[str] | None, seconds: float) -> None:
    visit = Visit(allows("PUT", max_age=max_age))
    assert visit.preflights(**PUT) == 1, sections.PREFLIGHT
    assert visit.preflights(**PUT, after=seconds - 1) == 0
    assert visit.preflights(**PUT, after=1) == 1, "entries are removed after max-age seconds have passed"


def test_a_max_age_of_zero_keeps_nothing() -> None:
    visit = Visit(allows("PUT", max_age="0"))
    assert [visit.preflights(**PUT) for _ in range(3)] == [1, 1, 1], sections.CACHE


@pytest.mark.parametrize(
    ("limit", "seconds"), [pytest.param(600, 600, id="WebKit"), pytest.param(86400, 86400, id="Firefox")]
)
def test_the_cap_may_be_another(limit: int, seconds: float) -> None:
    visit = Visit(allows("PUT", max_age="999999"), max_age_limit=limit)
    visit.preflights(**PUT)
    assert visit.preflights(**PUT, after=seconds - 1) == 0
    assert visit.preflights(**PUT, after=1) == 1


KEYED: dict[str, Any] = {"headers": {"X-Api-Key": "k"}}
WITH_CREDENTIALS: dict[str, Any] = {"credentials": "include"}
OWN = {"Access-Control-Allow-Origin": SITE, "Access-Control-Allow-Credentials": "true"}


def own(methods: str, names: str) -> Response:
    return Response(204, {**OWN, "Access-Control-Allow-Methods": methods, "Access-Control-Allow-Headers": names})


@pytest.mark.parametrize(
    ("answer", "first", "then", "spared"),
    [
        pytest.param(allows("PUT"), PUT, PUT, True, id="the-same"),
        pytest.param(allows("PUT, DELETE"), PUT, {"method": "DELETE"}, True, id="another-method-that-was-listed"),
        pytest.param(allows("*"), PUT, {"method": "DELETE"}, True, id="another-method-by-*"),
        pytest.param(allows("PUT"), PUT, {"method": "DELETE"}, False, id="another-method"),
        pytest.param(allows("PUT", "x-api-key"), PUT, {**PUT, **KEYED}, True, id="a-header-that-was-listed"),
        pytest.param(allows("PUT", "X-API-KEY"), PUT, KEYED, True, id="a-header-listed-in-another-case"),
        pytest.param(allows("PUT", "*"), PUT, KEYED, True, id="a-header-by-*"),
        pytest.param(allows("PUT"), PUT, {**PUT, **KEYED}, False, id="another-header"),
        pytest.param(
            allows("PUT", "*"), PUT, {"headers": {"Authorization": "x"}}, False, id="Authorization-is-not-covered-by-*"
        ),
        pytest.param(
            allows("PUT", "*, Authorization"),
            PUT,
            {"headers": {"Authorization": "x"}},
            True,
            id="Authorization-by-name",
        ),
        pytest.param(allows("PUT"), PUT, {**PUT, "url": f"{API}/users/1"}, False, id="another-path"),
        pytest.param(allows("PUT"), PUT, {**PUT, "url": f"{URL}?q=1"}, False, id="another-query"),
        pytest.param(allows("PUT"), PUT, {**PUT, "url": f"{URL}#part"}, True, id="another-fragment"),
        pytest.param(allows("PUT"), PUT, {**PUT, "origin": "https://b.example"}, False, id="another-origin"),
        pytest.param(allows("PUT"), PUT, {**PUT, **WITH_CREDENTIALS}, False, id="with-credentials-now"),
        pytest.param(own("PUT", ""), {**PUT, **WITH_CREDENTIALS}, PUT, True, id="without-credentials-now"),
        pytest.param(
            own("PUT, *", ""),
            {**PUT, **WITH_CREDENTIALS},
            {"method": "DELETE", **WITH_CREDENTIALS},
            False,
            id="*-beside-credentials-is-a-method",
        ),
        pytest.param(
            own("PUT", "*"),
            {**PUT, **WITH_CREDENTIALS},
            {**KEYED, **WITH_CREDENTIALS},
            False,
            id="*-beside-credentials-is-a-name",
        ),
        pytest.param(allows("PUT", "x-api-key"), KEYED, PUT, True, id="a-method-learnt-beside-a-header"),
    ],
)
def test_a_preflight_spares_another(
    answer: Response, first: dict[str, Any], then: dict[str, Any], spared: bool
) -> None:
    visit = Visit(answer)
    visit.server.response = Response(
        200, OWN if "Access-Control-Allow-Credentials" in answer.headers else answer.headers
    )
    assert visit.preflights(**first) == 1
    assert visit.preflights(**then) == (0 if spared else 1), sections.CACHE


def test_a_refusal_is_not_kept() -> None:
    visit = Visit(allows("GET", max_age="600"))
    assert [visit.preflights(**PUT) for _ in range(2)] == [1, 1]


def test_a_request_that_fails_makes_the_browser_forget() -> None:
    visit = Visit(allows("PUT"))
    visit.preflights(**PUT)
    visit.server.response = Response(200)
    assert visit.preflights(**PUT) == 0
    assert visit.preflights(**PUT) == 1, sections.MAIN_FETCH


def test_a_later_preflight_sets_the_max_age_of_what_it_names_again() -> None:
    visit = Visit(allows("PUT", max_age="10"))
    visit.preflights(**PUT)
    visit.server.preflight = allows("PUT", "x-api-key", max_age="100")
    assert visit.preflights(**PUT, **KEYED) == 1
    assert visit.preflights(**PUT, after=50) == 0, sections.PREFLIGHT


def test_a_kept_preflight_is_noted() -> None:
    visit = Visit(allows("PUT"))
    visit.preflights(**PUT)
    verdict = visit.browser.fetch("PUT", URL, origin=SITE)
    assert [exchange.kind for exchange in verdict.exchanges] == ["request"]
    assert any("an earlier one has been kept" in note for note in verdict.notes)


def test_browsers_remember_for_themselves() -> None:
    server = Server(preflight=allows("PUT"))
    for _ in range(2):
        assert Browser(server).fetch("PUT", URL, origin=SITE).outcome is Outcome.ALLOWED
    assert len(server.preflights) == 2


def test_the_cache_does_not_grow_without_end() -> None:
    visit = Visit(allows("PUT", max_age="600"))
    for number in range(10_001):
        visit.browser.fetch("PUT", f"{URL}/{number}", origin=SITE)
    assert visit.preflights(**PUT, url=f"{URL}/10000") == 0
    assert visit.preflights(**PUT, url=f"{URL}/0") == 1, "the oldest goes first"
