"""What the lens's modules make of calls and verdicts, by themselves: what no browser of today does is among it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from .engines.chromium import Chromium
from .lenses import Lens, Served, served


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("lens")) as made:
        yield made


@pytest.mark.parametrize("said", ["differ", "explained", "agree"])
def test_no_difference_is_passed_over(chromium: Chromium, site: Served, said: str) -> None:
    """The comparison itself, with what no browser of today does."""
    lens = Lens.at(chromium, site.origin)
    sent = {"method": "GET", "url": "http://127.0.0.1/prod/users", "headers": []}
    preflight = {**sent, "method": "OPTIONS", "headers": [["Access-Control-Request-Method", "GET"]]}
    got = {"status": 200, "headers": [], "body": "", "why": ""}
    allowed: dict[str, Any] = {
        "outcome": "ALLOWED",
        "allowed": True,
        "steps": [{"sent": preflight, "got": got}, {"sent": sent, "got": got}],
        "page_sees": {"status": 200, "headers": [], "body": ""},
    }
    blocked = {**allowed, "outcome": "ORIGIN_MISSING", "allowed": False, "page_sees": None}
    at_preflight = {**blocked, "outcome": "HEADER_NOT_ALLOWED", "steps": allowed["steps"][:1]}
    read: dict[str, Any] = {"tried": True, "ok": True, "status": 200, "headers": [], "seen": [preflight, sent]}
    failed = {**read, "ok": False, "error": "TypeError"}
    rows: dict[str, list[tuple[dict[str, Any], dict[str, Any], str]]] = {
        "agree": [
            (allowed, read, "GET"),
            (blocked, failed, "GET"),
            (at_preflight, {**failed, "seen": [preflight]}, "GET"),
            (allowed, {**read, "headers": [["content-length", "2"]]}, "GET"),
            (allowed, {**read, "seen": [sent]}, "GET"),
        ],
        "differ": [
            (allowed, failed, "GET"),
            (allowed, {**failed, "seen": []}, "GET"),
            (blocked, read, "GET"),
            (at_preflight, failed, "GET"),
            (at_preflight, read, "GET"),
            (blocked, {**failed, "seen": [preflight]}, "GET"),
            (allowed, {**read, "status": 500}, "GET"),
            (allowed, {**read, "headers": [["x-secret", "1"]]}, "GET"),
            ({**allowed, "steps": allowed["steps"][1:]}, read, "GET"),
        ],
        "explained": [
            (at_preflight, {**read, "seen": [sent]}, "GET"),
            ({**at_preflight, "outcome": "AUTHORIZATION_NOT_ALLOWED"}, read, "GET"),
            (allowed, {**read, "status": 429}, "GET"),
            (allowed, {**read, "status": 409}, "POST"),
            (allowed, {**read, "status": 304, "seen": []}, "GET"),
            ({**blocked, "notes": ["Chromium differs: it does"]}, read, "GET"),
        ],
    }
    for judged, real, method in rows[said]:
        lens.page.evaluate(f"window.given = {json.dumps([judged, real, {'method': method, 'headers': []}])}")
        found = lens.page.evaluate("import('/_cors/compare.mjs').then(({ compare }) => compare(...given))")
        assert found["agreement"] == said, (judged, real, found)
        assert said == "agree" or found["notes"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("example('https://*.preview.example.com')", "https://any.preview.example.com"),
        ("example('https://**.example.com')", "https://one.two.example.com"),
        ("example('http://localhost:*')", "http://localhost:3000"),
        ("filled('/users/{id}/{part}', { id: 'a/b c', part: '1' })", "/users/a%2Fb%20c/1"),
        ("filled('/files/{proxy+}', { 'proxy+': 'a/b c' })", "/files/a/b%20c"),
        ("parametersOf('/users/{id}/{proxy+}')", ["id", "proxy+"]),
        ("usual({ method: 'ANY' }).method", "GET"),
        (
            "usual({ method: 'PATCH' })",
            {"method": "PATCH", "headers": [["content-type", "application/json"]], "body": "{}"},
        ),
        (
            "['Host', 'sec-x', 'Proxy-A', 'x-a', ' cookie '].filter(isForbidden)",
            ["Host", "sec-x", "Proxy-A", " cookie "],
        ),
        ("fromFragment('#route=GET+/a&header=x-a:b:c&header=x-d')['headers']", [["x-a", "b:c"], ["x-d", ""]]),
        ("fromFragment('#{id}=7&fresh=1')", {"params": {"id": "7"}, "fresh": True}),
        ("fromFragment('#results')", {}),
    ],
)
def test_what_is_picked_becomes_a_call(chromium: Chromium, site: Served, expression: str, value: object) -> None:
    page = chromium.open(f"{site.origin}/_cors/frame")
    names = "example, filled, fromFragment, isForbidden, parametersOf, usual"
    assert page.evaluate(f"import('/_cors/call.mjs').then(({{ {names} }}) => {expression})") == value
