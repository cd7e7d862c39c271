"""The API, the Flask app and the Express app of one backend: a page meets the same answers at each of them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from cors_constructs.cli.wire import Wire
from cors_constructs.simulate import Browser, Outcome, Request, Response, Verdict
from cors_constructs.simulate.gateway import Gateway
from cors_constructs.simulate.gateway.routing import Router
from examples.scan_records import seed
from examples.scan_records.records import get, scan

from ..examples.apps import ROOT, of_type, template_of
from ..examples.dynamodb import DynamoDB, records
from ..invoking.backend import as_response, proxy_event
from ..runtime.nodejs import node
from .servers import COMMANDS, EXPRESS, KEY, PACKAGES, running

PAGE: Final = "https://records.example.com"
LOCAL: Final = "http://localhost:8080"
STRANGERS: Final = [
    "https://records.example.com.evil.test", "https://evilrecords.example.com", "https://recordsxexample.com", "null",
    "http://records.example.com", "https://records.example.com:8443", "http://localhost:8081", "http://localhost",
]  # fmt: skip
JSON: Final = {"content-type": "application/json"}
HANDLERS: Final = {"/scanRecords": scan.handler, "/records/{id}": get.handler}


@attrs.frozen
class Call:
    """What a page does, and what it is to meet."""

    method: str
    path: str
    status: int | None
    body: str | None = None
    key: str | None = KEY
    headers: dict[str, str] = attrs.field(factory=dict)
    origin: str = PAGE
    outcome: Outcome = Outcome.ALLOWED

    def on(self, browser: Browser, address: str) -> Verdict:
        keyed = {"x-api-key": self.key} if self.key is not None else {}
        headers = {**self.headers, **keyed}
        return browser.fetch(self.method, address + self.path, origin=self.origin, headers=headers, body=self.body)


def post(body: object, status: int | None, **more: Any) -> Call:
    text = body if isinstance(body, str) else json.dumps(body)
    return Call(**{"method": "POST", "path": "/scanRecords", "status": status, "body": text, "headers": JSON, **more})


CALLS: Final = {
    "all-records": post({"status": "all"}, 200),
    "open-records": post({"status": "open", "limit": 3}, 200),
    "the-next-page": post({"status": "all", "limit": 3, "next": "r-3"}, 200),
    "from-a-page-of-ones-own": post({"status": "closed"}, 200, origin=LOCAL),
    "no-json": post("no JSON", 400),
    "no-body": post("", 400),
    "a-list": post([], 400),
    "all-wrong-at-once": post({"limit": 0, "next": 7, "order": "id"}, 400),
    "null-for-a-limit": post({"status": "all", "limit": None}, 400),
    "a-record": Call("GET", "/records/r-1", 200),
    "no-such-record": Call("GET", "/records/r-9", 404),
    "no-id": Call("GET", "/records/r_9", 400),
    "no-key": Call("GET", "/records/r-1", 403, key=None),
    "no-key-but-a-preflight": post({"status": "all"}, 403, key=None),
    "a-wrong-key": Call("GET", "/records/r-1", 403, key="guessed"),
    "a-method-that-nobody-has": Call(
        "DELETE", "/records/r-1", None, outcome=Outcome.METHOD_NOT_ALLOWED
    ),
    "a-method-of-no-path": post({"status": "all"}, None, method="PUT", outcome=Outcome.METHOD_NOT_ALLOWED),
    "a-header-that-nobody-allows": Call(
        "GET", "/records/r-1", None, headers={"x-debug": "1"}, outcome=Outcome.HEADER_NOT_ALLOWED
    ),
    "a-path-that-is-not-there": Call("GET", "/nowhere", None, outcome=Outcome.PREFLIGHT_STATUS_NOT_OK),
    **{
        f"a-stranger-{stranger}": Call(
            "GET", "/records/r-1", None, origin=stranger, outcome=Outcome.PREFLIGHT_ORIGIN_MISSING
        )
        for stranger in STRANGERS
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def database() -> Iterator[DynamoDB]:
    with records() as found:
        yield found


@pytest.fixture(scope="module", params=COMMANDS)
def address(request: pytest.FixtureRequest, database: DynamoDB) -> Iterator[str]:
    """Where each server is, in turn."""
    with running(request.param, database) as url:
        yield url


@pytest.fixture(scope="module")
def wire() -> Iterator[Browser]:
    """A browser whose requests are sent for real; it keeps no preflight's answer from one test to the next."""
    with Wire() as sending:
        yield Browser(sending, max_age_limit=0)


@pytest.fixture(scope="module")
def simulated(database: DynamoDB) -> Iterator[Browser]:
    """The API that is deployed, with its functions' code behind it."""
    assert database.items
    template = template_of("ScanRecords")
    name, *_ = of_type(template, "AWS::Lambda::Function")
    variables = template["Resources"][name]["Properties"]["Environment"]["Variables"]
    router: list[Router] = []

    def backend(request: Request) -> Response:
        route = router[0].route(request.method, request.url)
        assert route
        return as_response(HANDLERS[route.method.path](proxy_event(request, route), None))

    gateway = Gateway.from_template(template, backend=backend, api_keys={"web": KEY})
    router.append(Router(gateway.api))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CORS_CONSTRUCTS_POLICY", variables["CORS_CONSTRUCTS_POLICY"])
        yield Browser(gateway, max_age_limit=0)


def read(verdict: Verdict) -> tuple[int, Any] | None:
    """What the page reads, if it may."""
    if not verdict.allowed:
        return None
    assert verdict.response
    return verdict.response.status, json.loads(verdict.response.body)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_server_answers_a_page_as_the_api_does(call: Call, address: str, wire: Browser, simulated: Browser) -> None:
    met, api = call.on(wire, address), call.on(simulated, "")
    assert (met.outcome, api.outcome) == (call.outcome, call.outcome), f"{met}\n{api}"
    assert read(met) == read(api)
    assert call.status == (met.response.status if met.allowed and met.response else None)


def test_a_stranger_cannot_read_what_needs_no_preflight_either(address: str, wire: Browser) -> None:
    for stranger in STRANGERS:
        verdict = Call("GET", "/records/r-1", None, key=None, origin=stranger).on(wire, address)
        assert verdict.outcome is Outcome.ORIGIN_MISSING, verdict


def test_a_page_reads_that_the_table_is_away(
    address: str, wire: Browser, database: DynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "items", None)
    assert read(CALLS["a-record"].on(wire, address)) == (500, {"message": "Internal server error"})


def test_a_page_reads_an_error_where_there_is_no_such_path(address: str, wire: Browser, simulated: Browser) -> None:
    """Each in words of its own."""
    for browser, at in ((wire, address), (simulated, "")):
        answer = read(Call("GET", "/nowhere", 403, key=None).on(browser, at))
        assert answer is not None
        assert answer[0] == 403


@pytest.mark.parametrize(
    ("origin", "status", "said"),
    [(PAGE, 0, "is allowed, and the page reads 200"), (STRANGERS[0], 1, "PREFLIGHT_ORIGIN_MISSING")],
    ids=["page", "stranger"],
)
def test_the_command_says_so_too(address: str, origin: str, status: int, said: str) -> None:
    arguments = ["GET", "/records/r-1", "--origin", origin, "-H", f"x-api-key:{KEY}"]
    command = [sys.executable, "-m", "cors_constructs.cli", "fetch", address, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (done.returncode, done.stderr) == (status, ""), done.stdout
    assert said in done.stdout


def test_a_whole_template_agrees_with_it(address: str, tmp_path: Path) -> None:
    template = tmp_path / "template.json"
    template.write_text(json.dumps(template_of("ScanRecords")))
    arguments = ["--matrix", str(template), "--key", f"web={KEY}", "--path-parameter", "id=r-1", "--send-all"]
    command = [sys.executable, "-m", "cors_constructs.cli", "fetch", address, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "of 6 calls 6 agree" in done.stdout


ASK: Final = """
const { getRecord, scanRecords } = await import(process.argv[1]);
const [api, key] = process.argv.slice(2);
const told = async (asked) => asked.catch((error) => error.message);
console.log(JSON.stringify([
  await told(scanRecords(api + "/", key, { status: "open" })),
  await told(scanRecords(api, key, { status: "any" })),
  await told(getRecord(api, key, "r-2")),
  await told(getRecord(api, key, "r/2")),
  await told(getRecord(api, "guessed", "r-2")),
  await told(getRecord("http://127.0.0.1:9", key, "r-2")),
]));
"""


def test_the_front_ends_calls_give_data_and_say_what_went_wrong(address: str) -> None:
    script = ROOT / "examples" / "scan_records" / "page" / "calls.mjs"
    command = [node(), "--input-type=module", "--eval", ASK, script.as_uri(), address, KEY]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (done.returncode, done.stderr) == (0, "")
    found, wrong, record, *refused = json.loads(done.stdout)
    assert [it["id"] for it in found["records"]] == ["r-1", "r-3", "r-5"]
    assert wrong == "400: status is one of all, open, closed"
    assert record == seed.RECORDS[1]
    assert refused[0].startswith(("400: ", "404: "))
    assert refused[1] == "403: Forbidden"
    assert refused[2].startswith("No answer that this page may read (")


def test_the_express_app_names_one_version_of_each_package_and_that_is_what_was_tested() -> None:
    wanted = json.loads((EXPRESS / "package.json").read_text())["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {name: json.loads((PACKAGES / name / "package.json").read_text())["version"] for name in wanted} == wanted
