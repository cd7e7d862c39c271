"""`cors-constructs fetch`: the conversation, the verdict and the exit status."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.cli import servers
from tests.cli.running import Ran, run
from tests.cli.servers import Answer, Seen, answering, refused_port, talking
from tests.cli.templates import ORIGIN, Template, guarded, keyed, keyed_perhaps, staged, twice, write

ALLOWING = f"access-control-allow-origin:{ORIGIN}"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def fetch(
    target: str, *options: str, method: str = "GET", path: str = "/users", origin: str = ORIGIN, stdin: str = ""
) -> Ran:
    return run("fetch", target, method, path, "--origin", origin, *options, stdin=stdin)


def told(ran: Ran) -> Any:
    return json.loads(ran.out)


@pytest.fixture
def template() -> str:
    return str(write(Path("a.json")))


@pytest.fixture
def broken() -> str:
    return str(write(Path("broken.json"), keyed))


def test_a_fetch_that_is_allowed_exits_with_0(template: str) -> None:
    ran = fetch(template, "--key", "web", "--backend-header", ALLOWING)
    assert ran.status == 0
    assert ran.err == ""
    lines = ran.out.splitlines()
    assert "preflight: OPTIONS /users" in lines
    assert "request: GET /users" in lines
    assert "  > Access-Control-Request-Headers: x-api-key" in lines
    assert "  < 204" in lines
    assert "  < 200" in lines
    assert lines[-1].startswith("allowed: ")


def test_a_fetch_that_is_blocked_exits_with_1_and_says_why_the_gateway_answered_so(broken: str) -> None:
    ran = fetch(broken, "--key", "web")
    assert ran.status == 1
    assert "  < 403" in ran.out.splitlines()
    assert "  why: " in ran.out
    assert "console: Access to fetch at '/users' from origin" in ran.out
    assert ran.out.splitlines()[-1].startswith("blocked: ")


def test_a_backend_that_sends_no_cors_headers_is_the_default(template: str) -> None:
    ran = fetch(template, "--key", "web", "--format", "json")
    assert ran.status == 1
    assert told(ran)["outcome"] == "ORIGIN_MISSING"


def test_a_backend_can_answer_something_else(template: str) -> None:
    ran = fetch(template, "--key", "web", "--backend-status", "404", "--backend-header", ALLOWING, "--format", "json")
    assert ran.status == 0
    assert told(ran)["exchanges"][1]["response"]["status"] == 404


def test_a_gateway_in_trouble_answers_by_itself(template: str) -> None:
    ran = fetch(template, "--key", "web", "--answering", "throttled", "--format", "json")
    assert ran.status == 0
    answer = told(ran)["exchanges"][1]["response"]
    assert answer["status"] == 429
    assert answer["why"] == "GET /users: the gateway is told to answer so (THROTTLED, as DEFAULT_4XX has it)"


def test_an_error_that_the_page_reads_is_told_first_and_last(template: str) -> None:
    ran = fetch(template)
    assert ran.status == 0
    first, *_, last = ran.out.splitlines()
    assert first == f"GET /users from a page of {ORIGIN} is allowed, and the page reads 403: ALLOWED"
    assert last.startswith(
        "allowed: the response allows the page's origin, and the page reads 403; why it was answered"
    )
    assert "asks for an API key, and the request has no x-api-key header" in last


@pytest.mark.parametrize(
    ("decision", "status", "why"),
    [
        pytest.param([], 200, "answered 200", id="left-out"),
        pytest.param(["--authorizer", "allow"], 200, "answered 200", id="allow"),
        pytest.param(["--authorizer", "deny"], 403, "says denied (ACCESS_DENIED", id="deny"),
        pytest.param(["--authorizer", "unauthorized"], 401, "says unauthorized (UNAUTHORIZED", id="unauthorized"),
        pytest.param(["--authorizer", "failure"], 500, "says failed (AUTHORIZER_FAILURE", id="failure"),
    ],
)
def test_what_authorizers_decide_can_be_given(decision: list[str], status: int, why: str) -> None:
    target = str(write(Path("a.json"), guarded))
    page = ["-H", "authorization:t", "--backend-header", ALLOWING, "--format", "json"]
    answer = told(fetch(target, *page, *decision))["exchanges"][1]["response"]
    assert answer["status"] == status
    assert why in answer["why"]
    without = told(fetch(target, *page[2:], *decision))["exchanges"][0]["response"]
    assert without["status"] == 401, "who brings nothing is not asked about"


def sharing(policy: dict[str, Any], variable: str = "CORS_CONSTRUCTS_POLICY") -> str:
    """A template whose method is a function that is told a policy."""

    def change(template: Template) -> None:
        uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations"
        called = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": uri}}
        template["Resources"]["UsersGet"]["Properties"]["Integration"] = called
        variables = {variable: json.dumps(policy)}
        properties = {"Runtime": "python3.13", "Handler": "a.b", "Environment": {"Variables": variables}}
        template["Resources"]["Fn"] = {"Type": "AWS::Lambda::Function", "Properties": properties}

    return str(write(Path("sharing.json"), change))


def notes(ran: Ran) -> list[str]:
    return [line for line in ran.out.splitlines() if line.startswith("note: ") and "stand-in" in line]


def test_a_stand_in_for_a_function_that_is_told_the_policy_comes_with_a_hint_that_helps() -> None:
    target = sharing({"allow_origins": [ORIGIN], "allow_credentials": True})
    ran = fetch(target, "--key", "web")
    assert ran.status == 1
    (note,) = notes(ran)
    assert "the function Fn is told the API's policy, and adds its headers to what it answers" in note
    hinted = shlex.split(note.partition("to see the call as it will be, add ")[2])
    assert f"access-control-allow-origin:{ORIGIN}" in [it.lower() for it in hinted]
    assert "access-control-allow-credentials:true" in [it.lower() for it in hinted]
    assert fetch(target, "--key", "web", *hinted).status == 0


def test_a_function_s_policy_that_lets_nobody_in_is_told_so() -> None:
    (note,) = notes(fetch(sharing({"allow_origins": ["https://other.example.com"]}), "--key", "web"))
    assert note.endswith(f"that policy does not let {ORIGIN} in either")


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--key", "web", "--backend-status", "200"], id="something-is-said-of-the-backend"),
        pytest.param(["--key", "web", "--backend-header", ALLOWING], id="it-is-allowed"),
        pytest.param([], id="the-gateway-refuses"),
        pytest.param(["--key", "web", "--answering", "THROTTLED"], id="the-gateway-is-in-trouble"),
        pytest.param(["--key", "web", "-H", "x-other:1"], id="the-preflight-fails"),
    ],
)
def test_where_no_stand_in_is_to_blame_there_is_no_hint(options: list[str]) -> None:
    assert not notes(fetch(sharing({"allow_origins": [ORIGIN]}), *options))


def test_a_refusal_that_the_page_cannot_read_is_not_the_stand_in_s(template: str) -> None:
    shared = json.loads(Path(sharing({"allow_origins": [ORIGIN]})).read_text())
    for name in ("Errors4XX", "Errors5XX"):
        del shared["Resources"][name]
        shared["Resources"]["Deployment"]["DependsOn"].remove(name)
    Path(template).write_text(json.dumps(shared))
    ran = fetch(template)
    assert ran.status == 1
    assert "asks for an API key" in ran.out
    assert not notes(ran)


def test_where_no_policy_is_told_there_is_no_hint(template: str) -> None:
    assert not notes(fetch(template, "--key", "web"))
    assert not notes(fetch(sharing({"allow_origins": [ORIGIN]}, "ANOTHER"), "--key", "web"))


def test_a_template_may_come_by_the_standard_input(template: str) -> None:
    ran = fetch("-", "--key", "web", "--backend-header", ALLOWING, stdin=Path(template).read_text())
    assert (ran.status, ran.err) == (0, "")


def test_a_page_of_the_origin_null_is_not_helped_to_its_leave(template: str) -> None:
    ran = fetch(template, "--key", "web", origin="null")
    assert ran.status == 1
    assert "give no site leave by the name null" in ran.out.splitlines()[-1]
    assert "Access-Control-Allow-Origin: null" not in ran.out


def test_a_missing_key_is_told_by_the_gateway(template: str) -> None:
    ran = fetch(template, "-H", "x-api-key:none-such", "--format", "json")
    answer = told(ran)["exchanges"][1]["response"]
    assert answer["status"] == 403
    assert answer["why"]


def test_json_is_the_whole_conversation(template: str) -> None:
    ran = fetch(template, "--key", "web", "--backend-header", ALLOWING, "-H", "X-Api-Key-2:b", "--format", "json")
    document = told(ran)
    assert list(document) == [
        "allowed",
        "outcome",
        "reason",
        "console",
        "method",
        "url",
        "origin",
        "readable_headers",
        "notes",
        "exchanges",
    ]
    assert (document["allowed"], document["outcome"]) == (False, "HEADER_NOT_ALLOWED")
    (preflight,) = document["exchanges"]
    assert preflight["kind"] == "preflight"
    assert ["Origin", ORIGIN] in preflight["request"]["headers"]
    assert preflight["response"]["status"] == 204


def test_a_method_is_passed_as_it_is_written(template: str) -> None:
    ran = fetch(template, method="patch", path="/users")
    assert "preflight: OPTIONS /users" in ran.out
    assert "  > Access-Control-Request-Method: patch" in ran.out
    assert "does not allow the method patch: write PATCH in the page" in ran.out.splitlines()[-1]


def test_a_path_may_lack_its_slash(template: str) -> None:
    assert "OPTIONS /users" in fetch(template, "--key", "web", path="users").out


def test_a_folder_is_read_as_well() -> None:
    write(Path("cdk.out/a.template.json"))
    assert fetch("cdk.out", "--key", "web", "--backend-header", ALLOWING).status == 0


def test_a_parameter_can_be_given() -> None:
    target = str(write(Path("a.json"), keyed_perhaps))
    open_ = fetch(target, "--key", "web", "--backend-header", ALLOWING, "--parameter", "Keyed=false")
    assert open_.status == 0
    assert fetch(target, "--key", "web", "--parameter", "Keyed=true").status == 1


def test_one_of_several_apis_is_named() -> None:
    target = str(write(Path("a.json"), twice))
    for name in ("Api", "Shop"):
        assert fetch(target, "--api", name, "--key", "web", "--backend-header", ALLOWING).status == 0


def test_a_stage_can_be_named(template: str) -> None:
    assert fetch(template, "--stage", "prod", "--key", "web", "--backend-header", ALLOWING).status == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["missing.json", "GET", "/", "--origin", ORIGIN], ["missing.json"], id="no-such-template"),
        pytest.param(
            ["localhost:3000/x", "GET", "/", "--origin", ORIGIN], ["write http://localhost:3000/x"], id="no-http"
        ),
        pytest.param(
            ["api.example.com/prod", "GET", "/", "--origin", ORIGIN], ["http://api.example.com/prod"], id="no-https"
        ),
        pytest.param(
            ["two.json", "GET", "/", "--origin", ORIGIN],
            ["say which: --api one of Other (Other), Shop (Api)\n"],
            id="several-apis",
        ),
        pytest.param(
            ["staged.json", "GET", "/", "--origin", ORIGIN],
            ["say which: --stage one of prod, test\n"],
            id="several-stages",
        ),
        pytest.param(
            ["two.json", "GET", "/", "--origin", ORIGIN, "--api", "Other", "--stage", "prod"],
            ["the API has no stage 'prod', and no other; leave --stage out\n"],
            id="no-stage",
        ),
        pytest.param(
            ["perhaps.json", "GET", "/users", "--origin", ORIGIN, "--key", "web"],
            ["OPTIONS /users asks for an API key", "if that is a parameter, give --parameter Keyed=VALUE\n"],
            id="a-parameter-to-give",
        ),
        pytest.param(
            ["a.json", "GET", "/", "--origin", ORIGIN, "--parameter", "Kyed=true"],
            ['a.json: Parameters: there is no parameter "Kyed"; give one of Keyed\n'],
            id="no-such-parameter",
        ),
        pytest.param(["a.json", "GET", "/", "--origin", ORIGIN, "--authorizer", "no"], ["'no'"], id="bad-decision"),
        pytest.param(
            ["a.json", "GET", "/", "--origin", ORIGIN, "--api", "Nobody"], ["Nobody", "Api"], id="no-such-api"
        ),
        pytest.param(["a.json", "GET", "/", "--origin", ORIGIN, "--stage", "dev"], ["dev", "prod"], id="no-such-stage"),
        pytest.param(
            ["a.json", "GET", "/", "--origin", ORIGIN, "--key", "nobody"], ["nobody", "web"], id="no-such-key"
        ),
        pytest.param(["a.json", "GET", "/"], ["--origin"], id="no-origin"),
        pytest.param(["a.json", "GET"], ["PATH"], id="no-path"),
        pytest.param(
            ["a.json", "GET", "/", "--origin", "https://App.example.com/"], ["https://app.example.com"], id="bad-origin"
        ),
        pytest.param(
            ["a.json", "GET", "/", "--origin", "app.example.com"], ["https://app.example.com"], id="no-scheme"
        ),
        pytest.param(["a.json", "GET", "/", "--origin", ORIGIN, "-H", "x"], ["name:value"], id="bad-header"),
        pytest.param(["a.json", "GET", "/", "--origin", ORIGIN, "--credentials", "yes"], ["'yes'"], id="bad-mode"),
        pytest.param(["a.json", "GET", "/", "--origin", ORIGIN, "--backend-status", "99"], ["99"], id="bad-status"),
        pytest.param(
            ["a.json", "GET", "/", "--origin", ORIGIN, "--answering", "TIRED"], ["TIRED", "THROTTLED"], id="bad-trouble"
        ),
        pytest.param(["a.json", "GET", "https://b.test/", "--origin", ORIGIN], ["PATH"], id="an-address-as-path"),
        pytest.param(["a.json", "GET", "/", "--origin", ORIGIN, "--timeout", "1"], ["--timeout"], id="timeout-of-none"),
        pytest.param(["http://", "GET", "/", "--origin", ORIGIN], ["'http://'"], id="an-address-without-host"),
        pytest.param(["http://a:b@127.0.0.1", "GET", "/", "--origin", ORIGIN], ["write https://host"], id="a-password"),
        pytest.param(["http://127.0.0.1/?a=b", "GET", "/", "--origin", ORIGIN], ["PATH"], id="an-address-with-query"),
        pytest.param(
            ["http://127.0.0.1:1", "GET", "/", "--origin", ORIGIN, "--key", "web"],
            ["--key", "write -H x-api-key:VALUE"],
            id="key-of-a-url",
        ),
        pytest.param(
            ["http://127.0.0.1:1", "GET", "/", "--origin", ORIGIN, "--api", "A"], ["--api"], id="api-of-a-url"
        ),
        pytest.param(
            ["http://127.0.0.1:1", "GET", "/", "--origin", ORIGIN, "--parameter", "A=b"],
            ["--parameter"],
            id="a-parameter-of-a-url",
        ),
        pytest.param(
            ["http://127.0.0.1:1", "GET", "/", "--origin", ORIGIN, "--authorizer", "deny"],
            ["--authorizer is about a template"],
            id="a-decision-of-a-url",
        ),
        pytest.param(
            ["-", "GET", "/", "--origin", ORIGIN], ["<stdin>: it is empty"], id="nothing-by-the-standard-input"
        ),
    ],
)
def test_what_cannot_be_tried_exits_with_2_and_one_line(arguments: list[str], words: list[str]) -> None:
    write(Path("a.json"))
    write(Path("two.json"), twice)
    write(Path("staged.json"), staged)
    write(Path("perhaps.json"), keyed_perhaps)
    ran = run("fetch", *arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("cors-constructs: ")
    for word in words:
        assert word in ran.err


# Over the wire.


def deployed(seen: Seen) -> Answer:
    allow = [("Access-Control-Allow-Origin", ORIGIN), ("Access-Control-Allow-Headers", "x-api-key")]
    return (204, allow, b"") if seen.method == "OPTIONS" else (200, allow[:1], b"[]")


@pytest.mark.parametrize("stage", ["/prod", "/prod/"])
def test_an_address_is_really_called(stage: str) -> None:
    with answering(deployed) as server:
        ran = fetch(f"{server.url}{stage}", "-H", "x-api-key: secret", path="/users?page=2")
    assert ran.status == 0
    assert [(seen.method, seen.path) for seen in server.seen] == [
        ("OPTIONS", "/prod/users?page=2"),
        ("GET", "/prod/users?page=2"),
    ]
    assert server.seen[0].header("x-api-key") == []
    assert server.seen[1].header("x-api-key") == ["secret"]
    assert f"preflight: OPTIONS {server.url}/prod/users?page=2" in ran.out


def test_an_address_that_refuses_the_preflight_is_blocked() -> None:
    with answering(lambda _: (403, [], b'{"message":"Forbidden"}')) as server:
        ran = fetch(server.url, "-H", "x-api-key: secret")
    assert ran.status == 1
    assert '{"message":"Forbidden"}' in ran.out
    assert [seen.method for seen in server.seen] == ["OPTIONS"]


def test_a_403_of_api_gateway_that_the_page_reads_has_its_reasons_told() -> None:
    allow = [("Access-Control-Allow-Origin", ORIGIN)]
    error = [*allow, ("x-amzn-errortype", "ForbiddenException")]
    for headers, is_told in ((error, True), (allow, False)):
        with answering(lambda _, headers=headers: (403, headers, b'{"message":"Forbidden"}')) as server:  # type: ignore[misc]
            ran = fetch(server.url)
        assert ran.status == 0
        assert ("the key is missing, unknown or in no usage plan of the stage" in ran.out) is is_told


def test_a_body_is_sent() -> None:
    with answering(deployed) as server:
        ran = fetch(server.url, "-H", "content-type: text/plain", "-d", "hello", method="POST")
    assert ran.status == 0
    assert [(seen.method, seen.body) for seen in server.seen] == [("POST", b"hello")]


def test_a_server_that_is_not_there_exits_with_2_and_one_line() -> None:
    url = refused_port()
    ran = fetch(url)
    host = url.removeprefix("http://")
    assert ran == Ran(2, "", f"cors-constructs: {host} refuses the connection: nothing listens on that port\n")


def test_a_server_that_hangs_exits_with_2_in_time() -> None:
    with talking(servers.silence) as url:
        ran = fetch(url, "--timeout", "0.3")
    assert ran.status == 2
    assert "has not answered within 0.3 s" in ran.err


def test_a_server_that_is_gone_after_the_preflight_is_shown_as_far_as_it_went() -> None:
    def answer(seen: Seen) -> Answer:
        return deployed(seen) if seen.method == "OPTIONS" else (999_999, [], b"")

    with answering(answer) as server:
        ran = fetch(server.url, "-H", "x-api-key: secret")
    assert ran.status == 2
    assert "preflight: OPTIONS" in ran.out
    assert "no answer: " in ran.out
    assert ran.err.count("\n") == 1


def test_as_json_it_is_told_as_well() -> None:
    ran = fetch(refused_port(), "--format", "json")
    assert ran.status == 2
    assert told(ran)["outcome"] == "NETWORK_ERROR"
    assert told(ran)["exchanges"][0]["response"] is None


def test_a_server_cannot_send_commands_to_the_terminal() -> None:
    with answering(lambda _: (500, [("X-Evil", "a\x1b[2Jb")], b"\x1b]0;title\x07")) as server:
        ran = fetch(server.url)
    assert "\x1b" not in ran.out
    assert "\x07" not in ran.out


def test_colours_are_shown_when_they_are_asked_for(template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = fetch(template, "--key", "web").out
    assert "\x1b[" not in plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in fetch(template, "--key", "web").out


@pytest.mark.parametrize(
    ("options", "shade"),
    [
        pytest.param(["--key", "web", "--backend-header", ALLOWING], 32, id="what-was-asked-for-is-green"),
        pytest.param([], 33, id="an-error-that-is-read-is-yellow"),
        pytest.param(["--key", "web"], 31, id="what-is-blocked-is-red"),
    ],
)
def test_the_verdict_s_colour_tells_how_it_ended(
    template: str, options: list[str], shade: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert fetch(template, *options).out.splitlines()[-1].startswith(f"\x1b[{shade}m")
