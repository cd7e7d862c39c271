"""Scanners of CORS find nothing in what is served but what a policy means: `make test-scanners`.

They need an environment of their own. CORScanner takes a failure for the lack of a finding: its requests are counted.
"""

import json
import subprocess
from collections.abc import Iterator
from typing import Final

import pytest

from tests.examples.apps import ROOT
from tests.scanners.front import proxy_to
from tests.serve.probed import HOST, POLICIES, REFLECTING, SITE, synthesized
from tests.serve.probes import corsy
from tests.serve.running import Running, serving, wait_for

PYTHON: Final = ROOT / ".venv-scanners" / "bin" / "python"
SCAN: Final = ROOT / "tests" / "scanners" / "scan.py"

Found = tuple[str, str, str, str, str]
"""Scanner, path, verb, what the scanner calls it, and the origin."""

BELOW: Final = "https://scarymonster.app.example.org"
NOTES: Final[dict[str, set[Found]]] = {
    # `https://**.example.org` means every name below: whoever can have one there is trusted.
    "patterns": {
        ("CORScanner", "/patterns/users", "get", "trust_any_subdomain", "https://evil.app.example.org"),
        ("corsair", "/patterns/users", "get", "sub-domain", BELOW),
        ("corsair", "/patterns/users", "options", "sub-domain", BELOW),
        ("Corsy", "/patterns/users", "get", "pre-domain", "https://d3vapp.example.org"),
        ("Corsy", "/patterns/users", "options", "pre-domain", "https://d3vapp.example.org"),
    },
    # `https://*.example.org` means one label in the wildcard's place.
    "patterns-with-credentials": {
        ("Corsy", "/patterns-with-credentials/users", "get", "pre-domain", "https://d3vapp.example.org"),
        ("Corsy", "/patterns-with-credentials/users", "options", "pre-domain", "https://d3vapp.example.org"),
    },
}
"""The wildcards' notes. That a policy of `*` is open to everybody is no finding: see below."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    if not PYTHON.exists():
        pytest.fail("The scanners are not installed: run these tests by `make test-scanners`.", pytrace=False)
    folder = synthesized(tmp_path_factory.mktemp("scanned"))
    with serving(folder, "--no-reload", "--allowed-host", HOST) as it:
        yield it


@pytest.fixture(scope="module")
def proxy(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with proxy_to(running.port, tmp_path_factory.mktemp("certificate")) as it:
        yield it


def scanned(running: Running, proxy: str, api: str) -> set[Found]:
    """What all three find in an API."""
    before = len(running.lines)
    url = f"https://{HOST}/{api}/users"
    done = subprocess.run([PYTHON, "-W", "ignore", SCAN, proxy, SITE, url], capture_output=True, text=True)  # noqa: S603, PLW1510 - our own; its status is looked at
    assert done.returncode == 0, done.stderr
    found = {_path_alone(json.loads(line)) for line in done.stdout.splitlines()}
    for name, origin in corsy(HOST):
        for verb in ("get", "options"):
            headers = {"Origin": origin, **({"Access-Control-Request-Method": "GET"} if verb == "options" else {})}
            answer = running.ask(verb.upper(), f"/{api}/users", headers)
            if answer.headers.get("access-control-allow-origin") in {origin, "*"}:
                found.add(("Corsy", f"/{api}/users", verb, name, origin))
    wait_for(lambda: len(_asked(running, before, api)) >= _asks(api), lambda: running.out)
    asked = _asked(running, before, api)
    assert len(asked) == _asks(api)
    assert all("  200  " in line or "  204  " in line for line in asked), asked
    return found


def _asked(running: Running, before: int, api: str) -> list[str]:
    """What the log says of the API's requests."""
    return [line for line in running.lines[before:] if f"/{api}/users" in line]


def _asks(api: str) -> int:
    """How often it is asked: eight of CORScanner's tests ask once, one 6 times and one 23 times unless it finds
    something; corsair-scan's four tests ask by two verbs, and so do Corsy's eight."""
    return 8 + (2 if api == REFLECTING else 6 + 23) + 2 * (4 + 8)


def _path_alone(found: list[str]) -> Found:
    scanner, url, verb, what, origin = found
    return scanner, url.removeprefix(f"https://{HOST}"), verb, what, origin


@pytest.mark.parametrize("api", sorted(set(POLICIES) - {"everybody"}))
def test_nothing_is_found_but_what_a_wildcard_means(running: Running, proxy: str, api: str) -> None:
    assert scanned(running, proxy, api) == NOTES.get(api, set())


def test_an_api_that_is_open_to_everybody_says_so_and_no_more(running: Running, proxy: str) -> None:
    found = scanned(running, proxy, "everybody")
    path = "/everybody/users"
    verbs = ("get", "options")
    monsters = {
        "fake_origin": "https://scarymonster.com",
        "post-domain": f"{SITE}.scarymonster.com",
        "sub-domain": BELOW,
        "pre-domain": "https://app.scarymonsterexample.org",
    }
    assert found == {
        *(("corsair", path, verb, name, origin) for name, origin in monsters.items() for verb in verbs),
        *(("Corsy", path, verb, name, origin) for name, origin in corsy(HOST) for verb in verbs),
    }
    for origin in (SITE, *monsters.values()):
        answer = running.ask("GET", path, {"Origin": origin})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


def test_each_scanner_finds_an_origin_that_is_reflected(running: Running, proxy: str) -> None:
    found = scanned(running, proxy, REFLECTING)
    names = {(scanner, verb, name) for scanner, _, verb, name, _ in found}
    for name in (
        "reflect_origin",
        "prefix_match",
        "suffix_match",
        "trust_null",
        "include_match",
        "not_escape_dot",
        "custom_third_parties",
        "special_characters_bypass",
        "trust_any_subdomain",
        "https_trust_http",
    ):
        assert ("CORScanner", "get", name) in names
    for verb in ("get", "options"):
        assert {name for scanner, way, name in names if (scanner, way) == ("corsair", verb)} == {
            "fake_origin",
            "post-domain",
            "sub-domain",
            "pre-domain",
        }
        assert {name for scanner, way, name in names if (scanner, way) == ("Corsy", verb)} == set(dict(corsy(HOST)))
