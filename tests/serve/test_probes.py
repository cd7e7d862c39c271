"""Origins that are nearly a listed one are let in nowhere, over the wire no more than in the simulator."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from cors_constructs.check import Severity, check
from cors_constructs.serve.limits import Limits
from cors_constructs.serve.settings import Settings
from cors_constructs.serve.site import Site, read_site
from cors_constructs.simulate import Request
from cors_constructs.simulate.template import read_template
from tests.serve.probed import HOST, POLICIES, REFLECTING, SITE, synthesized
from tests.serve.probes import Probe, probes
from tests.serve.running import Running, read_answer, serving

PROBES: Final = probes(HOST)
SUBDOMAINS: Final = {
    "CORScanner: trust_any_subdomain",
    "corsair: sub-domain",
    "Corsy: pre-domain",
    "ours: a homograph",
}
EXPECTED: Final[Mapping[str, set[str]]] = {
    # Whoever has `https://**.example.org` lets in all names below, whoever made them up; one label with `*`.
    "patterns": SUBDOMAINS,
    "patterns-with-credentials": {"Corsy: pre-domain", "ours: a homograph"},
    "everybody": {name for name, probe in PROBES.items() if probe.origin is not None},
}
"""The probes that an API lets in, as its policy says."""

WAYS: Final = {
    "GET": ("GET", "/users", {}),
    "preflight": ("OPTIONS", "/users", {"Access-Control-Request-Method": "GET"}),
    "preflight with a header": (
        "OPTIONS",
        "/orders",
        {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-api-key"},
    ),
    "GET without its key": ("GET", "/orders", {}),
}
ERRORS: Final = {"several", "patterns", "credentials", "patterns-with-credentials"}
"""Those whose gateway responses can name no one origin, and are for everybody to read, without credentials."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesized(tmp_path_factory.mktemp("probed"))


@pytest.fixture(scope="module")
def site(folder: Path) -> Site:
    return read_site(Settings(target=str(folder)), Limits())


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Running]:
    with serving(folder, "--no-reload") as it:
        yield it


def expected(api: str, way: str) -> set[str]:
    if way == "GET without its key" and api in ERRORS:
        return EXPECTED["everybody"]
    return EXPECTED.get(api, set())


def is_let_in(probe: Probe, headers: Mapping[str, str]) -> bool:
    """Whether a page of the probe's origin may read an answer; and that the answer says nothing it must not."""
    allowed = headers.get("access-control-allow-origin")
    assert allowed in {None, "*", SITE, probe.origin}
    assert allowed not in {"null", ""}
    if allowed == "*":
        assert "access-control-allow-credentials" not in headers
    return probe.origin is not None and allowed in {"*", probe.origin}


def let_in_here(site: Site, api: str, way: str) -> set[str]:
    method, path, headers = WAYS[way]
    (place,) = (it for it in site.places if it.path == api)
    found = set()
    for name, probe in PROBES.items():
        given = headers if probe.origin is None else {**headers, "Origin": probe.origin}
        answer = place.gateway(Request(method, path + probe.query, given))
        if is_let_in(probe, {name.lower(): value for name, value in answer.headers.items()}):
            found.add(name)
    return found


def let_in_there(running: Running, api: str, way: str) -> set[str]:
    method, path, headers = WAYS[way]
    found = set()
    with running.connect() as connection:
        for name, probe in PROBES.items():
            given = headers if probe.origin is None else {**headers, "Origin": probe.origin}
            lines = [f"{method} /{api}{path}{probe.query} HTTP/1.1", "Host: localhost"]
            lines += [f"{name}: {value}" for name, value in given.items()]
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            answer = read_answer(connection, method)
            if probe.is_trimmed:
                assert answer.headers["access-control-allow-origin"] in {SITE, "*"}
            elif is_let_in(probe, answer.headers):
                found.add(name)
    return found


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("api", POLICIES)
def test_no_probe_is_let_in_that_the_policy_does_not_mean(site: Site, api: str, way: str) -> None:
    assert let_in_here(site, api, way) == expected(api, way)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("api", POLICIES)
def test_nor_over_the_wire(running: Running, api: str, way: str) -> None:
    trimmed = {name for name, probe in PROBES.items() if probe.is_trimmed}
    assert let_in_there(running, api, way) == expected(api, way) - trimmed


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("api", POLICIES)
def test_the_listed_origin_is(running: Running, api: str, way: str) -> None:
    method, path, headers = WAYS[way]
    answer = running.ask(method, f"/{api}{path}", {**headers, "Origin": SITE})
    assert answer.headers["access-control-allow-origin"] in {SITE, "*"}


@pytest.mark.parametrize("way", ["GET", "preflight"])
def test_an_api_that_reflects_origins_lets_in_what_it_is_sent(site: Site, way: str) -> None:
    method, path, headers = WAYS[way]
    (place,) = (it for it in site.places if it.path == REFLECTING)
    for probe in PROBES.values():
        if probe.origin:
            answer = place.gateway(Request(method, path, {**headers, "Origin": probe.origin}))
            assert answer.headers["access-control-allow-origin"] == probe.origin


def test_the_checker_finds_no_error_but_in_the_api_that_reflects_origins(folder: Path) -> None:
    for api in (*POLICIES, REFLECTING):
        findings = check(read_template(folder / f"{api}.template.json"))
        errors = [it for it in findings if it.rule.severity is Severity.ERROR]
        assert bool(errors) == (api == REFLECTING), errors
