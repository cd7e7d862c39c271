"""The records: what the functions answer, what pages may read of it, and what each function may do to the table."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest
from aws_cdk import App

from cors_constructs import CorsPolicy
from cors_constructs.check import check
from cors_constructs.simulate import Outcome, Request, Response, Verdict
from cors_constructs.simulate.gateway.routing import Router
from cors_constructs.simulate.template import read_template
from cors_constructs.testing import Browser
from examples.scan_records import seed
from examples.scan_records.app import POLICY, TABLE, ScanRecordsStack
from examples.scan_records.records import get, scan

from ..invoking import Functions
from ..invoking.backend import as_response, proxy_event
from ..runtime.nodejs import node
from .apps import CDK_JSON, ROOT, api_of, of_type, template_of
from .dynamodb import DynamoDB, records

EXAMPLE: Final = "ScanRecords"
PAGE: Final = "https://records.example.com"
LOCAL: Final = "http://localhost:8080"
STRANGER: Final = "https://records.example.com.evil.test"
FOLDER: Final = ROOT / "examples" / "scan_records"
HANDLERS: Final = {"/scanRecords": scan.handler, "/records/{id}": get.handler}


@pytest.fixture
def database() -> Iterator[DynamoDB]:
    """A table with records, where boto3 finds it by itself."""
    with records() as found:
        yield found


@pytest.fixture
def browser(database: DynamoDB, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """The page, and the functions' own code behind the API."""
    assert database.items
    variables = functions()["ScanRecords"]["Environment"]["Variables"]
    monkeypatch.setenv("CORS_CONSTRUCTS_POLICY", variables["CORS_CONSTRUCTS_POLICY"])
    router: list[Router] = []

    def backend(request: Request) -> Response:
        route = router[0].route(request.method, request.url.partition("?")[0])
        assert route
        return as_response(HANDLERS[route.method.path](proxy_event(request, route), None))

    made = Browser.on(template_of(EXAMPLE), backend=backend, origin=PAGE)
    router.append(Router(made.gateway.api))
    return made


def functions() -> dict[str, dict[str, Any]]:
    """What the template says of the functions, by the name in the app."""
    resources = template_of(EXAMPLE)["Resources"]
    found = {re.sub("[0-9A-F]{8}$", "", it): it for it in of_type(template_of(EXAMPLE), "AWS::Lambda::Function")}
    return {name: resources[it]["Properties"] for name, it in found.items()}


def ask(browser: Browser, body: object, **options: Any) -> Verdict:
    headers = {"x-api-key": browser.key("web"), "content-type": "application/json"}
    text = body if isinstance(body, str) else json.dumps(body)
    return browser.fetch("POST", "/scanRecords", headers=headers, body=text, **options)


def read(verdict: Verdict) -> tuple[int, Any]:
    """What the page reads."""
    assert verdict.allowed, verdict
    assert verdict.response
    return verdict.response.status, json.loads(verdict.response.body)


def ids(found: dict[str, Any]) -> list[str]:
    return [record["id"] for record in found["records"]]


def test_the_table_is_billed_by_use_encrypted_and_can_be_restored() -> None:
    (name,) = of_type(template_of(EXAMPLE), "AWS::DynamoDB::Table")
    said = template_of(EXAMPLE)["Resources"][name]
    assert said["Properties"]["TableName"] == TABLE == "RecordsTable"
    assert said["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
    assert said["Properties"]["SSESpecification"] == {"SSEEnabled": True}
    assert said["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert said["DeletionPolicy"] == "Retain"


def test_each_function_may_do_one_thing_to_the_table() -> None:
    (name,) = of_type(template_of(EXAMPLE), "AWS::DynamoDB::Table")
    policies = [
        template_of(EXAMPLE)["Resources"][it]["Properties"] for it in of_type(template_of(EXAMPLE), "AWS::IAM::Policy")
    ]
    allowed = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
    assert sorted(it["Action"] for it in allowed) == ["dynamodb:GetItem", "dynamodb:Scan"]
    arn, nothing = {"Fn::GetAtt": [name, "Arn"]}, {"Ref": "AWS::NoValue"}  # as older CDKs have it
    assert all(it["Resource"] in (arn, [arn, nothing]) for it in allowed)
    assert len(policies) == 2


def test_every_method_asks_for_the_key_of_the_one_client() -> None:
    api = api_of(EXAMPLE, "Api")
    assert api.keyed == api.working == {"POST /scanRecords", "GET /records/{id}"}
    assert len(api.plans) == len(api.plan_keys) == 1


def test_functions_and_preflights_obey_the_policy_of_the_file() -> None:
    assert CorsPolicy.from_dict(json.loads((FOLDER / "cors.json").read_text())) == POLICY
    for function in functions().values():
        told = json.loads(function["Environment"]["Variables"]["CORS_CONSTRUCTS_POLICY"])
        assert CorsPolicy.from_dict(told) == POLICY
    assert check(read_template(template_of(EXAMPLE))) == []


def test_the_file_says_the_policy_whole_since_other_languages_know_no_defaults() -> None:
    said = json.loads((FOLDER / "cors.json").read_text())
    assert {"allow_origins", "allow_headers", "expose_headers", "max_age"} == set(said)
    assert (set(said["allow_headers"]), set(said["expose_headers"])) == (
        set(POLICY.allow_headers),
        set(POLICY.expose_headers),
    )


def test_the_functions_code_is_the_package_and_nothing_beside_it(tmp_path: Path) -> None:
    """And it starts where boto3 is not: a bad request is refused before any table is looked for."""
    app = App(outdir=str(tmp_path), context=CDK_JSON["context"], tree_metadata=False)
    ScanRecordsStack(app, EXAMPLE)
    app.synth()
    (code,) = (it for it in tmp_path.glob("asset.*") if (it / "records").is_dir())
    package = {it.relative_to(FOLDER) for it in (FOLDER / "records").glob("*.py")}
    assert {it.relative_to(code) for it in code.rglob("*") if it.is_file()} == package
    with Functions(tmp_path, EXAMPLE) as running:
        page = Browser(running.gateway(), origin=PAGE)
        assert read(ask(page, "no JSON")) == (400, {"message": "the body is not JSON"})
        verdict = page.fetch("GET", "/records/a%20b", headers={"x-api-key": page.key("web")})
        assert read(verdict) == (400, {"message": "an id is 1 to 64 letters, digits and hyphens"})


@pytest.mark.parametrize("origin", [PAGE, LOCAL])
def test_a_page_scans_all_records_or_those_of_a_status(browser: Browser, origin: str) -> None:
    status, found = read(ask(browser, {"status": "all"}, origin=origin))
    assert (status, found) == (200, {"records": seed.RECORDS, "next": None})
    assert ids(read(ask(browser, {"status": "open"}, origin=origin))[1]) == ["r-1", "r-3", "r-5"]
    assert ids(read(ask(browser, {"status": "closed"}, origin=origin))[1]) == ["r-2", "r-4"]


def test_it_goes_on_where_the_page_before_ended(browser: Browser) -> None:
    pages: list[list[str]] = []
    after = None
    while not pages or after is not None:
        _, found = read(ask(browser, {"status": "open", "limit": 2, "next": after}))
        pages.append(ids(found))
        after = found["next"]
    assert pages == [["r-1"], ["r-3"], ["r-5"]]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param("no JSON", "the body is not JSON", id="no-json"),
        pytest.param("", "the body is not JSON", id="no-body"),
        pytest.param([], "the body is not a JSON object", id="a-list"),
        pytest.param({}, "status is one of all, open, closed", id="nothing-said"),
        pytest.param({"status": ["open"]}, "status is one of all, open, closed", id="a-list-for-a-text"),
        pytest.param({"status": "all", "limit": 101}, "limit is a number from 1 to 100", id="too-many"),
        pytest.param({"status": "all", "limit": True}, "limit is a number from 1 to 100", id="true-is-no-number"),
        pytest.param({"status": "all", "next": ""}, "next is what the page before said", id="empty-next"),
        pytest.param(
            {"limit": 0, "next": 7, "order": "id"},
            "status is one of all, open, closed; limit is a number from 1 to 100; next is what the page before said; "
            "order is unknown",
            id="all-that-is-wrong-at-once",
        ),
    ],
)
def test_a_bad_request_is_refused_and_the_table_not_asked(
    browser: Browser, database: DynamoDB, body: object, says: str
) -> None:
    assert read(ask(browser, body)) == (400, {"message": says})
    assert database.asked == []


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        pytest.param("/records/r-3", (200, seed.RECORDS[2]), id="there"),
        pytest.param("/records/r-9", (404, {"message": "there is no record r-9"}), id="unknown"),
        pytest.param("/records/r_9", (400, {"message": "an id is 1 to 64 letters, digits and hyphens"}), id="no-id"),
    ],
)
def test_a_page_opens_a_record_or_reads_why_not(browser: Browser, path: str, answer: tuple[int, Any]) -> None:
    verdict = browser.fetch("GET", path, headers={"x-api-key": browser.key("web")})
    assert read(verdict) == answer


def test_a_page_reads_that_the_table_is_away(browser: Browser, database: DynamoDB) -> None:
    database.items = None
    assert read(ask(browser, {"status": "all"})) == (500, {"message": "Internal server error"})


def test_a_page_reads_that_its_key_is_wrong(browser: Browser) -> None:
    verdict = browser.fetch("GET", "/records/r-1", headers={"x-api-key": "guessed"})
    assert read(verdict) == (403, {"message": "Forbidden"})


def test_pages_of_others_send_nothing(browser: Browser, database: DynamoDB) -> None:
    assert ask(browser, {"status": "all"}, origin=STRANGER).outcome is Outcome.PREFLIGHT_ORIGIN_MISSING
    assert database.asked == []


def test_numbers_are_told_as_numbers(browser: Browser, database: DynamoDB) -> None:
    assert database.items is not None
    database.items["r-1"] |= {"hours": {"N": "2.5"}, "floor": {"N": "-1"}}
    _, record = read(browser.fetch("GET", "/records/r-1", headers={"x-api-key": browser.key("web")}))
    assert (record["hours"], record["floor"]) == (2.5, -1)


def test_seeding_twice_is_seeding_once(database: DynamoDB, capsys: pytest.CaptureFixture[str]) -> None:
    seed.main()
    assert capsys.readouterr().out.endswith(f"5 records are in RecordsTable at {database.url}\n")
    assert database.items is not None
    assert list(database.items) == [record["id"] for record in seed.RECORDS]


def test_seeding_writes_to_a_local_endpoint_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SystemExit, match=r"^AWS_ENDPOINT_URL is not set; write the address"):
        seed.main()


class Html(HTMLParser):
    """Which fields have a label, and what has an id."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.unlabelled: list[str] = []
        self.files: list[str] = []
        self._labels = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        self._labels += tag == "label"
        if said.get("id"):
            self.ids.append(str(said["id"]))
        if tag in {"input", "select"} and not self._labels:
            self.unlabelled.append(str(said))
        # What the page's own policy for content would refuse.
        assert not {name for name in said if name == "style" or name.startswith("on")}, said
        assert tag != "style"
        self.files += [str(it) for name, it in said.items() if name in {"src", "href"} and it and it[0] not in "#d"]

    def handle_endtag(self, tag: str) -> None:
        self._labels -= tag == "label"


@pytest.fixture(scope="module")
def html() -> Html:
    parsed = Html()
    parsed.feed((FOLDER / "page" / "index.html").read_text())
    return parsed


def test_every_field_of_the_page_has_a_label_and_every_file_is_there(html: Html) -> None:
    assert html.unlabelled == []
    assert sorted(html.files) == ["page.css", "page.mjs"]
    assert all((FOLDER / "page" / name).is_file() for name in html.files)


def test_the_script_names_no_element_that_the_page_lacks(html: Html) -> None:
    script = (FOLDER / "page" / "page.mjs").read_text()
    named = {*re.findall(r"\belement\.(\w+)", script), *re.findall(r'\belement\["([\w-]+)"\]', script)}
    assert named <= set(html.ids)
    assert len(html.ids) == len(set(html.ids))


def test_the_pages_scripts_can_be_read_by_a_browser() -> None:
    for name in ("page.mjs", "calls.mjs"):
        done = subprocess.run(  # noqa: S603 - our own file
            [node(), "--check", str(FOLDER / "page" / name)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), name


def test_what_runs_beside_the_api_does_without_the_cdk() -> None:
    script = "import sys; from examples.scan_records import records, seed; print('jsii' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.returncode, done.stdout, done.stderr) == (0, "False\n", "")
