"""A browser before Lambda functions that share a policy: whoever is listed can read, and nobody else."""

import asyncio
import functools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler import Response as PowertoolsResponse
from hypothesis import given

from cors_constructs import CorsPolicy
from cors_constructs.runtime import cors, flask_cors, powertools_cors, starlette_cors
from cors_constructs.simulate import Browser
from tests.render.strategies import unhurried
from tests.runtime.cases import ADMIN, APP, FAILED, PREVIEW, STRANGER
from tests.runtime.test_properties import policies_and_origins

from .functions import FUNCTIONS, calling, flask_app, told

pytestmark = pytest.mark.newest

ALLOW_ORIGIN = "access-control-allow-origin"
EVERY = {ALLOW_ORIGIN, "access-control-allow-credentials", "access-control-expose-headers"}
"""The headers of real responses. The libraries send some of preflights with them, which browsers ignore there."""

LOCAL = "http://[::1]:3000"
ORIGINS = [APP, ADMIN, PREVIEW, LOCAL, "http://localhost:5173", "capacitor://localhost", STRANGER]
STRANGERS = [
    "https://app.example.com.evil.test", "https://evilapp.example.com", "https://appxexample.com", "http://app.example.com",
    "https://app.example.com:8443", "https://preview.example.com", "https://a.b.preview.example.com", "http://[::2]:3000",
    "null",
]  # fmt: skip
# What no browser sends, and yet must not get in.
FORGED = [
    "http://:::3000",
    APP.upper(), "https://App.example.com", f"{APP}/", f"{APP}\n", f"{APP},{ADMIN}", f"{APP}, {ADMIN}", f"{APP}:443",
    "*",
    f"{PREVIEW}.evil.test", f"{PREVIEW}\n", PREVIEW.upper(), "http://localhost:80", "http://localhost:99999", "",
    f"https://{'a' * 64}.preview.example.com",
]  # fmt: skip

POLICIES = {
    "one": CorsPolicy(allow_origins=[APP]),
    "any": CorsPolicy(allow_origins=["*"]),
    "several": CorsPolicy(allow_origins=[APP, ADMIN, "capacitor://localhost"]),
    "credentials": CorsPolicy(allow_origins=[APP, ADMIN], allow_credentials=True),
    "one-with-credentials": CorsPolicy(allow_origins=[APP], allow_credentials=True, max_age=0),
    "pattern": CorsPolicy(allow_origins=["https://*.preview.example.com"]),
    "patterns": CorsPolicy(
        allow_origins=[APP, "https://*.preview.example.com", "http://localhost:*", "http://[::1]:*"],
        allow_credentials=True,
        allow_methods=["GET", "PUT"],
        expose_headers=[],
    ),
    "address": CorsPolicy(allow_origins=[APP, LOCAL], expose_headers=["x-id"]),
    "wildcards": CorsPolicy(allow_origins=["*"], allow_methods=["*"], allow_headers=["*", "authorization"]),
}


@pytest.fixture(autouse=True)
def _loop() -> Iterator[None]:
    """Mangum asks for the thread's event loop, and Python makes none by itself any more."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


@pytest.fixture(params=POLICIES)
def policy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> CorsPolicy:
    chosen = POLICIES[request.param]
    monkeypatch.setenv("CORS_CONSTRUCTS_POLICY", json.dumps(chosen.to_dict()))
    return chosen


by_every_function = pytest.mark.parametrize("function", FUNCTIONS)


@by_every_function
def test_a_page_reads_if_and_only_if_its_origin_is_listed(policy: CorsPolicy, function: str) -> None:
    transport = calling(FUNCTIONS[function]())
    credentials: Any = "include" if policy.allow_credentials else "same-origin"
    headers = {"x-api-key": "k", "content-type": "application/json", "authorization": "Bearer t"}
    for origin in [*ORIGINS, *STRANGERS]:
        page = functools.partial(Browser(transport).fetch, url="/items/1", origin=origin, credentials=credentials)
        simple, keyed = page("GET"), page("PUT", headers=headers, body="{}")
        assert (simple.allowed, keyed.allowed) == (policy.allows_origin(origin),) * 2, f"{simple}\n{keyed}"
        if keyed.allowed:
            _, (_, response) = ((it.request, it.response) for it in keyed.exchanges)
            assert response is not None
            assert json.loads(response.body).keys() == {"hello"}


@by_every_function
def test_the_headers_are_those_of_the_policy(policy: CorsPolicy, function: str) -> None:
    handler = FUNCTIONS[function]()
    for origin in [*ORIGINS, *STRANGERS, *FORGED]:
        got = {name: value.replace(", ", ",") for name, value in told(handler, origin).items()}
        expected = {name.lower(): value for name, value in policy.headers_for(origin).items() if name != "Vary"}
        if policy.allows_origin(origin):
            assert {name: value for name, value in got.items() if name in EVERY} == expected
        elif function in {"@cors", "Powertools"} or policy.any_origin:
            assert got.get(ALLOW_ORIGIN) == expected.get(ALLOW_ORIGIN)
        else:  # the others name their one origin to that origin only
            assert ALLOW_ORIGIN not in got


@by_every_function
def test_caches_are_told_where_the_answer_depends_on_the_origin(policy: CorsPolicy, function: str) -> None:
    listed = next(origin for origin in ORIGINS if policy.allows_origin(origin))
    for origin in [listed] if function == "Flask" else [listed, STRANGER]:
        vary = told(FUNCTIONS[function](), origin).get("vary", "")
        assert not policy.depends_on_origin or "Origin" in vary.split(", ")


@by_every_function
@pytest.mark.parametrize("variable", [None, "", "{", '{"allow_origins": ["*"], "allow_credentials": true}'])
def test_without_a_policy_nobody_reads(function: str, variable: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORS_CONSTRUCTS_POLICY", raising=False)
    if variable is not None:
        monkeypatch.setenv("CORS_CONSTRUCTS_POLICY", variable)
    browser = Browser(calling(FUNCTIONS[function]()))
    assert not browser.fetch("GET", "/items/1", origin=APP).allowed


def test_flask_through_its_own_test_client(policy: CorsPolicy) -> None:
    client = flask_app().test_client()
    for origin in [*ORIGINS, *STRANGERS]:
        allowed = client.get("/items/1", headers={"Origin": origin}).headers.getlist("Access-Control-Allow-Origin")
        expected = ["*"] if policy.any_origin else [origin] if policy.allows_origin(origin) else []
        assert allowed == expected


@unhurried
@given(it=policies_and_origins())
def test_the_expressions_for_the_libraries_take_what_the_policy_takes(it: tuple[CorsPolicy, str]) -> None:
    policy, origin = it
    (flask_origin,) = flask_cors(policy)["origins"]
    middleware = starlette_cors(policy)
    if policy.any_origin:
        assert (flask_origin, middleware["allow_origins"]) == ("*", ["*"])
        return
    assert bool(flask_origin.match(origin)) is policy.allows_origin(origin)
    assert bool(re.fullmatch(middleware["allow_origin_regex"], origin)) is policy.allows_origin(origin)
    assert middleware["allow_origins"] == []


def test_powertools_keeps_the_vary_of_the_app() -> None:
    app = APIGatewayRestResolver(cors=powertools_cors(POLICIES["several"]))

    @app.get("/items/<item>")
    def items(item: str) -> PowertoolsResponse[str]:
        return PowertoolsResponse(200, body=item, headers={"Vary": "Accept"})

    assert told(app.resolve, APP)["vary"] == "Accept, Origin"


def test_powertools_allows_in_preflights_the_methods_of_the_routes_unless_the_policy_says_which() -> None:
    asked = {"method": "OPTIONS", "access_control_request_method": "PUT"}
    names = {name: told(FUNCTIONS["Powertools"](POLICIES[name]), APP, **asked) for name in ("several", "patterns")}
    allowed = {name: headers["access-control-allow-methods"] for name, headers in names.items()}
    assert allowed == {"several": "GET,OPTIONS,PUT", "patterns": "GET,PUT"}


@pytest.mark.parametrize("function", [name for name in FUNCTIONS if name != "@cors"])
def test_with_branches_cors_goes_around_any_of_them(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    items = {"allow_origins": [ADMIN, "https://*.preview.example.com"]}
    monkeypatch.setenv("CORS_CONSTRUCTS_POLICY", json.dumps({"allow_origins": [APP], "branches": {"/items": items}}))
    handler = cors(FUNCTIONS[function]())  # the bridge in it lets nobody in
    read = {origin: Browser(calling(handler)).fetch("PUT", "/items/1", origin=origin).allowed for origin in ORIGINS}
    assert read == {origin: origin in {ADMIN, PREVIEW} for origin in ORIGINS}
    assert all(told(handler, origin)["vary"].endswith("Origin") for origin in (ADMIN, STRANGER))


def test_an_error_that_powertools_raises_on_is_readable_with_cors_around_it() -> None:
    app = APIGatewayRestResolver(cors=powertools_cors(POLICIES["one"]))

    @app.get("/items/<item>")
    def items(item: str) -> None:
        raise LookupError(f"there is no {item}")

    with pytest.raises(LookupError):
        told(app.resolve, APP)
    verdict = Browser(calling(cors(app.resolve, policy=POLICIES["one"]))).fetch("GET", "/items/1", origin=APP)
    (exchange,) = verdict.exchanges
    assert verdict.allowed
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (500, FAILED.encode())
