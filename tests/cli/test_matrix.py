"""`cors-constructs fetch URL --matrix TEMPLATE`: whether what is deployed does what its template says."""

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cors_constructs import CorsPolicy
from cors_constructs.cli.matrix.calls import Manner, calls_of
from cors_constructs.cli.matrix.differences import OF_PREFLIGHTS, differences
from cors_constructs.cli.matrix.oracle import Oracle
from cors_constructs.cli.matrix.pages import Kind, pages_of
from cors_constructs.cli.matrix.rows import Agreement
from cors_constructs.cli.matrix.trying import about_all, rows_of
from cors_constructs.simulate import Response
from cors_constructs.simulate.browser import Transport
from cors_constructs.simulate.messages import Headers, Request
from cors_constructs.simulate.template import read_template
from tests.cli.gateways import (
    LISTED,
    POLICY,
    PREVIEW,
    STRANGER,
    VALUE,
    Template,
    changed,
    deployed,
    gateway,
    obedient,
    paths,
    shop,
    without,
    written,
)
from tests.cli.running import Ran, run
from tests.cli.servers import Answer, Seen, Server, answering, refused_port
from tests.cli.templates import keyed_perhaps, write

KEY = ("--key", f"web={VALUE}")
PUBLIC = CorsPolicy(allow_origins=["*"])

Alter = Callable[[Seen, Response], Response]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def matrix(url: str, *options: str, template: Template | None = None) -> Ran:
    return run("fetch", url, "--matrix", written(shop() if template is None else template), *options)


def told(ran: Ran) -> Any:
    return json.loads(ran.out)


def disagreeing(document: Any) -> set[str]:
    rows = (row for row in document["rows"] if row["agreement"] == "disagrees")
    return {f"{row['method']} {row['path']} {row['origin']}" for row in rows}


def sent(server: Server) -> list[str]:
    """What was sent beside preflights, without repetition."""
    return list(dict.fromkeys(f"{it.method} {it.path}" for it in server.seen if it.method != "OPTIONS"))


# What agrees.


def test_an_api_that_does_what_its_template_says_agrees() -> None:
    with deployed(shop()) as server:
        ran = matrix(server.url, *KEY)
    assert (ran.status, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == f"{server.url} against Shop, stage prod"
    assert lines[-1] == "reality agrees with the template: of 12 calls 12 agree"
    assert any(it.startswith("GET /users") and LISTED in it and "answer 200 is read" in it for it in lines)
    assert any("DELETE /users/{id}" in it and f"{PREVIEW} (made up for a pattern)" in it for it in lines)
    assert any("GET /health" in it and f"{STRANGER} (stranger)" in it and "blocked" in it for it in lines)


def test_every_method_is_asked_for_from_every_origin() -> None:
    with deployed(shop()) as server:
        assert matrix(server.url, *KEY).status == 0
    asked = {
        (it.path, it.header("access-control-request-method")[0], it.header("origin")[0])
        for it in server.seen
        if it.method == "OPTIONS"
    }
    methods = [("/users", "GET"), ("/users", "PUT"), ("/users/sample", "DELETE"), ("/health", "GET")]
    assert asked == {(f"/prod{path}", verb, origin) for path, verb in methods for origin in (LISTED, PREVIEW, STRANGER)}


def test_preflights_carry_no_key_and_keyed_calls_do() -> None:
    with deployed(shop()) as server:
        matrix(server.url, *KEY)
    for seen in server.seen:
        is_keyed = seen.method == "GET" and seen.path == "/prod/users"
        assert seen.header("x-api-key") == ([VALUE] if is_keyed else [])
        if seen.method == "OPTIONS":
            names = seen.header("access-control-request-headers")
            assert names == ([] if seen.path == "/prod/health" else ["x-api-key"])


def test_a_key_may_be_given_as_a_header() -> None:
    with deployed(shop()) as server:
        ran = matrix(server.url, "-H", f"X-Api-Key: {VALUE}")
    assert ran.status == 0
    assert "answer 200 is read" in ran.out


def test_a_key_that_the_template_holds_is_given_by_its_name() -> None:
    template = shop()
    template["Resources"]["Key"]["Properties"]["Value"] = VALUE
    with deployed(shop()) as server:
        assert matrix(server.url, "--key", "web", template=template).status == 0
        assert any(it.header("x-api-key") == [VALUE] for it in server.seen)


def test_without_a_key_the_errors_are_compared() -> None:
    with deployed(shop()) as server:
        ran, keyed = matrix(server.url), matrix(server.url, *KEY)
    assert ran.status == 0
    assert "answer 403 is read" in ran.out
    assert "no API key was sent, so methods that ask for one refuse the call: --key NAME=VALUE sends one" in ran.out
    assert "no API key was sent" not in keyed.out


def test_a_wildcard_lets_strangers_in_and_that_agrees() -> None:
    with deployed(shop(PUBLIC), backend=obedient(PUBLIC)) as server:
        ran = matrix(server.url, *KEY, "--format", "json", template=shop(PUBLIC))
    assert ran.status == 0
    assert {row["origin"] for row in told(ran)["rows"]} == {STRANGER}
    assert all(row["reality"]["preflight"]["allowed"] for row in told(ran)["rows"])


def test_an_unsigned_call_of_a_signed_method_is_refused_and_that_agrees() -> None:
    def signed(template: Template) -> None:
        method = template["Resources"]["UsersGet"]["Properties"]
        method.update(ApiKeyRequired=False, AuthorizationType="AWS_IAM")

    template = json.loads(write(Path("signed.json"), signed).read_text())
    with deployed(template) as server:
        ran = matrix(server.url, template=template)
    assert (ran.status, "answer 403 is read" in ran.out) == (0, True)


def test_credentials_are_compared_as_the_page_sends_them() -> None:
    policy = POLICY.evolve(allow_credentials=True)

    def forgets(_: Seen, response: Response) -> Response:
        return without(response, "Access-Control-Allow-Credentials")

    with deployed(shop(policy), backend=obedient(policy)) as server:
        assert matrix(server.url, *KEY, "--credentials", "include", template=shop(policy)).status == 0
    with deployed(shop(policy), backend=obedient(policy), alter=forgets) as server:
        ran = matrix(server.url, *KEY, "--credentials", "include", template=shop(policy))
    assert ran.status == 1
    assert "Access-Control-Allow-Credentials" in ran.out


def test_any_method_is_tried_as_each_that_it_stands_for() -> None:
    def any_(documented: dict[str, Any]) -> None:
        del documented["/users"]["put"]
        documented["/users"]["x-amazon-apigateway-any-method"] = documented["/users"].pop("get")

    template = changed(shop(), any_)
    with deployed(template) as server:
        ran = matrix(server.url, *KEY, "--format", "json", template=template)
    verbs = {row["method"] for row in told(ran)["rows"] if row["path"] == "/users"}
    assert verbs == {"GET", "POST", "PUT", "PATCH", "DELETE"}
    assert sent(server) == ["GET /prod/users", "GET /prod/health"]


# What is sent.


def test_what_changes_something_is_not_sent_unless_asked_for() -> None:
    with deployed(shop()) as server:
        matrix(server.url, *KEY)
    assert sent(server) == ["GET /prod/users", "GET /prod/health"]


def test_with_send_all_it_is_sent_with_its_body_once_its_preflight_passes() -> None:
    with deployed(shop()) as server:
        ran = matrix(server.url, *KEY, "--send-all", "-d", "{}", "--path-parameter", "id=a b/7")
    assert ran.status == 0
    assert set(sent(server)) == {
        "GET /prod/users",
        "PUT /prod/users",
        "DELETE /prod/users/a%20b%2F7",
        "GET /prod/health",
    }
    for seen in server.seen:
        assert seen.body == (b"{}" if seen.method in {"PUT", "DELETE"} else b"")
        if seen.method in {"PUT", "DELETE"}:
            assert seen.header("origin") != [STRANGER]


def naming_what_is_asked_for(allowed: set[str]) -> Alter:
    """As flask-cors does."""

    def alter(seen: Seen, response: Response) -> Response:
        if seen.method != "OPTIONS" or "access-control-allow-headers" not in response.headers:
            return response
        asked = {name.strip().lower() for it in seen.header("access-control-request-headers") for name in it.split(",")}
        lines = without(response, "Access-Control-Allow-Headers").headers.lines
        named = ", ".join(sorted(asked & allowed))
        more = [("Access-Control-Allow-Headers", named)] if named else []
        return Response(response.status, [*lines, *more], response.body)

    return alter


def test_a_server_that_names_but_the_headers_asked_for_agrees_if_it_allows_all() -> None:
    allowed = {name.lower() for name in POLICY.allow_headers} | {"x-api-key"}
    with deployed(shop(), alter=naming_what_is_asked_for(allowed)) as server:
        assert matrix(server.url, *KEY).status == 0
    with deployed(shop(), alter=naming_what_is_asked_for(allowed - {"content-type"})) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 1
    assert "the preflight's Access-Control-Allow-Headers lacks " in ran.out


def test_what_a_stranger_is_told_beside_its_origin_decides_nothing() -> None:
    def alter(seen: Seen, response: Response) -> Response:
        if seen.header("origin") != [STRANGER]:
            return response
        more = {"Access-Control-Allow-Methods": "GET", "Access-Control-Max-Age": "600"}
        more |= {"Access-Control-Expose-Headers": "x-own"}
        return Response(response.status, [*response.headers.lines, *more.items()], response.body)

    with deployed(shop(), alter=alter) as server:
        assert matrix(server.url, *KEY).status == 0


# What disagrees.


def keyed_preflight(documented: dict[str, Any]) -> None:
    documented["/users"]["options"]["security"] = documented["/users"]["get"]["security"]


def dropping(*names: str, method: str = "OPTIONS") -> Alter:
    return lambda seen, response: without(response, *names) if seen.method == method else response


def letting_everybody_in(seen: Seen, response: Response) -> Response:
    lines = [*without(response, "Access-Control-Allow-Origin").headers.lines]
    return Response(response.status, [*lines, ("Access-Control-Allow-Origin", seen.header("origin")[0])], response.body)


@pytest.mark.parametrize(
    ("alter", "who", "words"),
    [
        pytest.param(
            dropping("Access-Control-Allow-Origin"),
            {f"{it} {page}" for it in ("GET /users", "PUT /users") for page in (LISTED, PREVIEW)},
            "by the template the preflight passes; the preflight was answered 204 without Access-Control-Allow-Origin",
            id="the-preflight-forgets-the-origin",
        ),
        pytest.param(
            dropping("Access-Control-Allow-Headers"),
            {f"GET /users {LISTED}", f"PUT /users {PREVIEW}", f"DELETE /users/{{id}} {LISTED}"},
            "x-api-key",
            id="the-preflight-forgets-the-key-s-header",
        ),
        pytest.param(
            dropping("Access-Control-Allow-Headers"),
            {f"GET /health {LISTED}"},
            "the preflight's Access-Control-Allow-Headers is missing, and by the template it is '",
            id="even-where-this-call-needs-none",
        ),
        pytest.param(
            dropping("Access-Control-Max-Age"),
            {f"GET /users {LISTED}"},
            "the preflight's Access-Control-Max-Age is missing, and by the template it is '7200'",
            id="the-preflight-forgets-how-long",
        ),
        pytest.param(
            dropping("Vary"), {f"GET /users {STRANGER}"}, "the preflight's Vary lacks Origin", id="it-forgets-vary"
        ),
        pytest.param(
            dropping("Access-Control-Allow-Origin", method="GET"),
            {f"GET /users {LISTED}", f"GET /health {PREVIEW}"},
            "the preflight lets the page in, and the backend does not: its headers are its own to send; the response "
            "(200) has no Access-Control-Allow-Origin",
            id="the-backend-forgets-the-origin",
        ),
        pytest.param(
            letting_everybody_in,
            {f"GET /users {STRANGER}", f"PUT /users {STRANGER}"},
            f"a stranger is let in: its preflight allows its origin, by Access-Control-Allow-Origin: '{STRANGER}'",
            id="a-stranger-may-ask",
        ),
        pytest.param(
            letting_everybody_in,
            {f"GET /health {STRANGER}"},
            "a stranger is let in: the page reads the answer",
            id="a-stranger-may-read",
        ),
    ],
)
def test_a_header_that_is_changed_disagrees(alter: Alter, who: set[str], words: str) -> None:
    with deployed(shop(), alter=alter) as server:
        ran = matrix(server.url, *KEY, "--format", "json")
        text = matrix(server.url, *KEY).out
    document = told(ran)
    assert (ran.status, document["agrees"]) == (1, False)
    assert who <= disagreeing(document)
    assert all(any(words in problem for problem in row["problems"]) for row in _rows(document, who))
    assert words in text
    assert "  disagrees" in text
    assert "reality disagrees with the template: of 12 calls " in text


def _rows(document: Any, names: set[str]) -> list[Any]:
    return [row for row in document["rows"] if f"{row['method']} {row['path']} {row['origin']}" in names]


@pytest.mark.parametrize(
    ("change", "who", "words"),
    [
        pytest.param(
            keyed_preflight,
            {f"{it} {page}" for it in ("GET /users", "PUT /users") for page in (LISTED, PREVIEW)},
            ["the preflight was answered with status 403", "OPTIONS asks for an API key"],
            id="a-key-on-options",
        ),
        pytest.param(
            lambda documented: documented["/users"].pop("get"),
            {f"GET /users {page}" for page in (LISTED, PREVIEW, STRANGER)},
            ["the stage has no such method and path", "deploy the API again"],
            id="a-method-lost",
        ),
        pytest.param(
            lambda documented: documented["/users"].pop("options"),
            {f"{it} {page}" for it in ("GET /users", "PUT /users") for page in (LISTED, PREVIEW)},
            ["the preflight was answered with status 403", "the stage has no such method and path"],
            id="a-preflight-lost",
        ),
        pytest.param(
            lambda documented: documented["/health"]["get"].update(security=documented["/users"]["get"]["security"]),
            {f"GET /health {page}" for page in (LISTED, PREVIEW, STRANGER)},
            ["by the template the call reaches its backend; API Gateway answers 403 ForbiddenException"],
            id="a-key-asked-for",
        ),
    ],
)
def test_a_deployment_that_differs_disagrees_and_nothing_else_does(
    change: Callable[[dict[str, Any]], object], who: set[str], words: list[str]
) -> None:
    with deployed(changed(shop(), change)) as server:
        ran = matrix(server.url, *KEY, "--format", "json")
    document = told(ran)
    assert ran.status == 1
    assert disagreeing(document) == who
    for word in words:
        assert all(any(word in problem for problem in row["problems"]) for row in _rows(document, who))


def test_a_method_that_the_preflight_no_longer_lists_disagrees_though_it_is_not_sent() -> None:
    lost = shop()
    fewer = shop(POLICY.evolve(allow_methods=["GET"]))
    with deployed(fewer) as server:
        document = told(matrix(server.url, *KEY, "--format", "json", template=lost))
    (row,) = _rows(document, {f"PUT /users {LISTED}"})
    assert "Access-Control-Allow-Methods list PUT" in row["problems"][0]
    (row,) = _rows(document, {f"GET /users {LISTED}"})
    assert "Access-Control-Allow-Methods lacks PUT, which the template has" in row["problems"][0]


def test_a_method_that_has_lost_its_key_is_told() -> None:
    with deployed(changed(shop(), lambda it: it["/users"]["get"].pop("security"))) as server:
        ran = matrix(server.url)
    assert ran.status == 1
    assert "the call is answered 200; by the template it is refused: GET /users" in ran.out


def test_a_method_that_is_lost_is_told_without_a_key_as_well() -> None:
    with deployed(changed(shop(), lambda it: it["/users"].pop("get"))) as server:
        ran = matrix(server.url)
    assert ran.status == 1
    assert "the template has the method; API Gateway answers 403 MissingAuthenticationTokenException" in ran.out


@pytest.mark.parametrize(
    ("template", "reality", "said"),
    [
        pytest.param({"Vary": "Origin"}, {"Vary": "accept, ORIGIN"}, [], id="vary-may-say-more"),
        pytest.param({"Vary": "Origin"}, {"Vary": "*"}, [], id="or-everything"),
        pytest.param({}, {"Vary": "Origin"}, [], id="or-more-than-the-template"),
        pytest.param({"Vary": "Origin"}, {"Vary": "Accept"}, ["Vary lacks Origin"], id="vary-is-short"),
        pytest.param(
            {"Access-Control-Max-Age": "600"}, {"Access-Control-Max-Age": "7"}, ["is '7', and by the"], id="another"
        ),
        pytest.param({}, {"Access-Control-Allow-Credentials": "true"}, ["there is none"], id="one-too-many"),
        pytest.param({"Access-Control-Allow-Origin": "${Site}"}, {}, [], id="one-that-is-not-known"),
        pytest.param(
            {"Access-Control-Allow-Headers": "a, B"},
            {"Access-Control-Allow-Headers": "b,A"},
            [],
            id="names-in-any-case",
        ),
        pytest.param(
            {"Access-Control-Allow-Methods": "PUT,GET"},
            {"Access-Control-Allow-Methods": "put,GET"},
            ["lacks PUT, which the template has", "has put, which the template has not"],
            id="methods-are-compared-as-they-are-written",
        ),
    ],
)
def test_headers_are_compared_by_what_they_mean(
    template: dict[str, str], reality: dict[str, str], said: list[str]
) -> None:
    found = list(differences(Headers(template), Headers(reality), OF_PREFLIGHTS))
    assert len(found) == len(said)
    for sentence, words in zip(found, said, strict=True):
        assert words in sentence


def test_a_wrong_key_is_told_and_never_shown() -> None:
    with deployed(shop()) as server:
        ran = matrix(server.url, "--key", "web=a-key-of-yesterday")
    assert ran.status == 1
    assert "the key is missing, unknown or in no usage plan of the stage" in ran.out
    assert "a-key-of-yesterday" not in ran.out + ran.err


def test_a_function_that_is_told_the_policy_is_held_to_its_headers() -> None:
    policy = POLICY.evolve(expose_headers=["x-total"])
    template = shop(policy)
    template["Resources"]["Fn"] = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Code": {"ZipFile": "import cors_constructs.runtime"},
            "Environment": {"Variables": {"CORS_CONSTRUCTS_POLICY": json.dumps(policy.to_dict())}},
        },
    }
    uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations"
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::Sub": uri}}
    paths(template)["/health"]["get"]["x-amazon-apigateway-integration"] = integration
    with deployed(shop(policy), backend=obedient(policy)) as server:
        assert matrix(server.url, *KEY, template=template).status == 0
    with deployed(shop(policy), backend=obedient(POLICY)) as server:
        ran = matrix(server.url, *KEY, "--format", "json", template=template)
    assert ran.status == 1
    assert disagreeing(told(ran)) == {f"GET /health {LISTED}", f"GET /health {PREVIEW}"}
    assert "Access-Control-Expose-Headers" in ran.out


# What no template can mend.


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(
            (403, [("x-amzn-errortype", "ForbiddenException")], b'{"message":"Forbidden"}'),
            "the address names no stage of the API, or a WAF or a resource policy blocks all",
            id="an-unknown-stage",
        ),
        pytest.param(
            (403, [], b'{"message":"Missing Authentication Token"}'),
            "the deployment is missing or older than the template (deploy the API again), or the address lacks",
            id="a-missing-deployment",
        ),
    ],
)
def test_what_is_wrong_with_the_address_is_told_once(answer: Answer, words: str) -> None:
    with answering(lambda _: answer) as server:
        ran = matrix(server.url, *KEY)
        document = told(matrix(server.url, *KEY, "--format", "json"))
    assert ran.status == 1
    assert ran.out.count(words) == 1
    assert "disagree:" not in ran.out.splitlines()
    assert words in document["problems"][0]


def test_a_stage_that_is_there_is_not_called_unknown() -> None:
    def all_keyed(documented: dict[str, Any]) -> None:
        for item in documented.values():
            item["options"]["security"] = documented["/users"]["get"]["security"]

    with deployed(changed(shop(), all_keyed)) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 1
    assert "OPTIONS asks for an API key" in ran.out
    assert "names no stage" not in ran.out


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param((413, [], b'{"message":"Request Too Long"}'), "takes bodies of up to 10 MB", id="too-large"),
        pytest.param(
            (403, [("Server", "CloudFront")], b"<H1>403 ERROR</H1> The request could not be satisfied."),
            "CloudFront answers by itself",
            id="cloudfront",
        ),
        pytest.param((403, [], b"blocked by rule 7"), "so something before it answers: a WAF's own", id="a-waf"),
    ],
)
def test_what_no_template_can_mend_is_told(answer: Answer, words: str) -> None:
    def alter(seen: Seen, response: Response) -> Response:
        return Response(answer[0], answer[1], answer[2]) if seen.method == "PUT" else response

    with deployed(shop(), alter=alter) as server:
        ran = matrix(server.url, *KEY, "--send-all")
        single = run("fetch", server.url, "PUT", "/users", "--origin", LISTED)
    assert (ran.status, single.status) == (1, 1)
    assert words in ran.out
    assert any(line.startswith("note: ") and words in line for line in single.out.splitlines())


def test_errors_that_api_gateway_makes_are_held_to_its_gateway_responses() -> None:
    def throttled(seen: Seen, response: Response) -> Response:
        if seen.method != "GET":
            return response
        headers = [("x-amzn-errortype", "TooManyRequestsException"), ("Access-Control-Allow-Origin", "*")]
        expose = ("Access-Control-Expose-Headers", "retry-after,x-amzn-errortype,x-amzn-requestid")
        return Response(429, [*headers, expose], b'{"message":"Too Many Requests"}')

    with deployed(shop(), alter=throttled) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 0
    assert "API Gateway answers by itself: API Gateway answers 429 TooManyRequestsException" in ran.out

    def mute(seen: Seen, response: Response) -> Response:
        return without(throttled(seen, response), "Access-Control-Allow-Origin") if seen.method == "GET" else response

    with deployed(shop(), alter=mute) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 1
    assert "by the template the page reads the answer; the response (429) has no Access-Control-Allow-Origin" in ran.out


def test_a_redirect_is_told_and_not_followed() -> None:
    def moved(_: Seen) -> Answer:
        return 301, [("Location", "https://elsewhere.invalid/")], b""

    with answering(moved) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 1
    assert "the preflight was answered by a redirect (301), which browsers do not follow" in ran.out
    assert "the answer is a redirect to https://elsewhere.invalid/" in ran.out


# While it runs.


def test_somebody_who_watches_is_told_how_far_it_is() -> None:
    watched, terminal = pty.openpty()
    with deployed(shop()) as server, os.fdopen(terminal, "wb") as stderr:
        command = [sys.executable, "-m", "cors_constructs.cli", "fetch", server.url, "--matrix", written(shop()), *KEY]
        done = subprocess.run(command, env=_terminal(), stdout=subprocess.PIPE, stderr=stderr, check=False)  # noqa: S603 - our own
    shown = os.read(watched, 65_536).decode()
    os.close(watched)
    assert done.returncode == 0
    assert f"12 of 12: GET /health from {STRANGER}" in shown
    assert shown.endswith("\x1b[K"), "the line is gone in the end"
    assert b"12 of 12" not in done.stdout


def test_who_interrupts_it_need_not_wait_for_answers() -> None:
    def interruptible() -> None:
        # A test run in the background of a shell ignores interrupts, and what it starts would do so too.
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    asked, over = threading.Event(), threading.Event()

    def hang(seen: Seen, response: Response) -> Response:
        if seen.path != "/prod/users":
            asked.set()
            over.wait(30)
        return response

    with deployed(shop(), alter=hang) as server:
        command = [sys.executable, "-m", "cors_constructs.cli", "fetch", server.url, "--matrix", written(shop()), *KEY]
        with subprocess.Popen(  # noqa: S603 - our own
            [*command, "--timeout", "60"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=interruptible,  # noqa: PLW1509 - it takes no lock that a thread could hold
        ) as process:
            try:
                assert asked.wait(30)
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=20)
            finally:
                over.set()
                process.kill()
    assert (process.returncode, out, err.strip()) == (130, b"", b"")


def _terminal() -> dict[str, str]:
    return {**os.environ, "TERM": "xterm"}


# What cannot be told, or tried.


def test_what_only_a_deployment_knows_is_not_compared() -> None:
    template = shop(CorsPolicy(allow_origins=[LISTED]))
    text = json.dumps(template).replace(f"'{LISTED}'", "'${Site}'")
    for item in paths(json.loads(text)).values():
        assert "${Site}" in json.dumps(item["options"])
    unknown = json.loads(text)
    body = unknown["Resources"]["Api"]["Properties"]["Body"]
    unknown["Resources"]["Api"]["Properties"]["Body"] = _substituted(body)
    with deployed(shop(CorsPolicy(allow_origins=[LISTED])), backend=obedient(CorsPolicy(allow_origins=[LISTED]))) as it:
        ran = matrix(it.url, *KEY, template=unknown)
        known = matrix(it.url, *KEY, "--parameter", f"Site={LISTED}", template=unknown)
    assert ran.status == 2
    assert "Access-Control-Allow-Origin is ${Site}, which only a deployment knows" in ran.out
    assert "it could not be found out whether reality agrees with the template" in ran.out
    assert known.status == 0
    assert LISTED in known.out


def _substituted(value: Any) -> Any:
    """The same with `Fn::Sub` at each string that holds a parameter."""
    if isinstance(value, dict):
        return {name: _substituted(it) for name, it in value.items()}
    if isinstance(value, list):
        return [_substituted(it) for it in value]
    return {"Fn::Sub": value} if isinstance(value, str) and "${" in value else value


def backend_answers_options(documented: dict[str, Any]) -> None:
    documented["/users"]["options"] = {
        **documented["/users"]["options"],
        "x-amazon-apigateway-integration": documented["/users"]["get"]["x-amazon-apigateway-integration"],
    }


def unknown_origin_in_list(documented: dict[str, Any]) -> None:
    text = json.dumps(documented["/users"]["options"])
    assert f"'{LISTED}'" in text
    documented["/users"]["options"] = _substituted(json.loads(text.replace(f"'{LISTED}'", "'${Site}'")))


def told_an_unknown_policy(template: Template) -> None:
    policy = {"Fn::Sub": json.dumps({"allow_origins": ["${Site}", "https://x.test"]})}
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Environment": {"Variables": {"CORS_CONSTRUCTS_POLICY": policy}}},
    }
    template["Resources"]["Fn"] = function
    uri = {"Fn::Sub": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations"}
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": uri}
    paths(template)["/users"]["get"]["x-amazon-apigateway-integration"] = integration


@pytest.mark.parametrize(
    ("change", "who", "words"),
    [
        pytest.param(
            lambda it: backend_answers_options(paths(it)),
            {f"{it} {page}" for it in ("GET /users", "PUT /users") for page in (LISTED, PREVIEW, STRANGER)},
            "a backend answers OPTIONS /users, and the template does not say what",
            id="a-backend-answers-preflights",
        ),
        pytest.param(
            lambda it: unknown_origin_in_list(paths(it)),
            {f"{it} {LISTED}" for it in ("GET /users", "PUT /users")},
            "whom OPTIONS /users lets in depends on a value which only a deployment knows",
            id="an-unknown-origin-in-a-list",
        ),
        pytest.param(
            told_an_unknown_policy,
            {f"GET /users {LISTED}"},
            "whom the function of GET /users lets in depends on a value which only a deployment knows",
            id="an-unknown-policy-of-a-function",
        ),
        pytest.param(
            lambda it: paths(it)["/health"].pop("options"),
            {f"GET /health {page}" for page in (LISTED, PREVIEW, STRANGER)},
            "the backend of GET /health decides its headers, and no preflight says what it should",
            id="no-preflight",
        ),
    ],
)
def test_what_the_template_does_not_say_is_no_disagreement(
    change: Callable[[Template], object], who: set[str], words: str
) -> None:
    template = shop()
    change(template)
    with deployed(shop()) as server:
        ran = matrix(server.url, *KEY, "--origin", LISTED, "--format", "json", template=template)
    rows = [row for row in told(ran)["rows"] if row["untold"]]
    named = {f"{row['method']} {row['path']} {row['origin']}" for row in rows}
    assert who <= named
    assert all(any(words in why for why in row["untold"]) for row in _rows(told(ran), who))


def call_keyed_perhaps(template: Template) -> None:
    template["Resources"]["UsersGet"]["Properties"]["ApiKeyRequired"] = {"Ref": "Keyed"}


@pytest.mark.parametrize("change", [keyed_perhaps, call_keyed_perhaps])
def test_a_flag_that_only_a_deployment_knows_is_named_with_its_parameter(change: Callable[[Template], None]) -> None:
    def answer(_: Seen) -> Answer:
        return 204, [("Access-Control-Allow-Origin", LISTED)], b""

    with answering(answer) as server:
        path = write(Path("perhaps.json"), change)
        ran = run("fetch", server.url, "--matrix", path, "--key", f"web={VALUE}")
    assert "if that is a parameter, give --parameter Keyed=VALUE" in ran.out
    assert "cannot tell:" in ran.out.splitlines()


def test_an_origin_of_one_s_own_is_tried_as_well() -> None:
    mine = "https://b.preview.example.com"
    with deployed(shop()) as server:
        ran = matrix(server.url, *KEY, "--origin", mine)
    assert ran.status == 0
    assert f"{mine} (given)" in ran.out
    assert "of 16 calls 16 agree" in ran.out


def test_a_server_that_is_not_there_is_told_in_one_line() -> None:
    ran = matrix(refused_port(), *KEY)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.endswith(" refuses the connection: nothing listens on that port\n")
    assert ran.err.count("\n") == 1


def test_one_method_without_an_answer_leaves_the_others_to_be_compared() -> None:
    def broken(seen: Seen, response: Response) -> Response:
        return Response(407, [], b"") if seen.path.startswith("/prod/users/") else response

    with deployed(shop(), alter=broken) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 2
    assert "of 12 calls 9 agree, 3 could not be tried" in ran.out
    assert "not tried:" in ran.out.splitlines()


def test_an_answer_that_does_not_come_is_told_beside_its_preflight() -> None:
    def broken(seen: Seen, response: Response) -> Response:
        return Response(407, [], b"") if seen.method == "GET" and seen.path == "/prod/health" else response

    with deployed(shop(), alter=broken) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 2
    assert "preflight passes, answer missing" in ran.out
    assert "a server's answer has no status 407" in ran.out


def test_what_fails_within_a_thread_is_raised_to_who_asked() -> None:
    template = read_template(shop())
    oracle = Oracle(template, api=None, stage=None, api_keys={"web": VALUE})
    calls = list(calls_of(oracle.api, pages_of(oracle.api), Manner(key=VALUE)))
    own = gateway(shop())

    def failing(request: Request) -> Response:
        if request.url == "/health":
            raise ZeroDivisionError("a mistake")
        return own(request)

    with pytest.raises(ZeroDivisionError, match="a mistake"):
        rows_of(calls, oracle, failing, "", send_all=False, show=lambda _: None)


def test_a_connection_that_breaks_is_told_of_the_answer_alone() -> None:
    oracle = Oracle(read_template(shop()), api=None, stage=None, api_keys={"web": VALUE})
    (call, *_) = calls_of(oracle.api, pages_of(oracle.api), Manner(key=VALUE))
    own = gateway(shop())

    def breaking(request: Request) -> Response:
        if request.method == "GET":
            raise ConnectionResetError("it broke off")
        return own(request)

    (row,) = rows_of([call], oracle, breaking, "", send_all=False, show=lambda _: None)
    assert row.agreement is Agreement.UNTRIED
    assert row.errors == ("it broke off",)
    assert row.real.preflight is not None
    assert row.real.preflight.passes


def test_an_address_that_breaks_off_meanwhile_is_not_judged() -> None:
    oracle = Oracle(read_template(shop()), api=None, stage=None, api_keys={"web": VALUE})
    calls = list(calls_of(oracle.api, pages_of(oracle.api), Manner(key=VALUE)))

    def forbidding(request: Request) -> Response:
        if "not-there" in request.url:
            raise ConnectionResetError("it broke off")
        return Response(403, {"x-amzn-errortype": "ForbiddenException"}, b'{"message":"Forbidden"}')

    rows = rows_of(calls, oracle, forbidding, "", send_all=False, show=lambda _: None)
    assert {row.agreement for row in rows} == {Agreement.DISAGREES, Agreement.AGREES}
    assert list(about_all(rows, forbidding, "")) == []


def test_where_nothing_is_answered_nothing_is_said_of_the_address() -> None:
    def gone(_: Request) -> Response:
        raise OSError("it is gone")

    assert list(about_all([], gone, "")) == []
    forbidden = (403, [("x-amzn-errortype", "ForbiddenException")], b'{"message":"Forbidden"}')

    def here_alone(seen: Seen) -> Answer:
        return forbidden if "not-there" not in seen.path else (407, [], b"")

    with answering(here_alone) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 1
    assert "every request is answered 403 without a reason" in ran.out


def test_patterns_that_only_a_function_is_told_are_tried_as_well() -> None:
    template = shop(PUBLIC)
    told_an_unknown_policy(template)
    policy = {"allow_origins": [LISTED, "https://*.preview.example.com"]}
    template["Resources"]["Fn"]["Properties"]["Environment"]["Variables"] = {
        "CORS_CONSTRUCTS_POLICY": json.dumps(policy)
    }
    kinds = {page.origin: page.kind for page in pages_of(read_template(template).apis[0])}
    assert kinds.pop(LISTED) is Kind.LISTED
    assert kinds.pop(STRANGER) is Kind.STRANGER
    ((sample, kind),) = kinds.items()
    assert kind is Kind.MADE_UP
    assert POLICY.origin_patterns[0].matches(sample)


def test_a_preflight_that_allows_more_than_the_template_disagrees() -> None:
    fewer = shop(POLICY.evolve(allow_methods=["GET"]))
    with deployed(shop()) as server:
        document = told(matrix(server.url, *KEY, "--format", "json", template=fewer))
    (row,) = _rows(document, {f"PUT /users {LISTED}"})
    assert row["problems"][0].startswith("the preflight passes; by the template ")


def test_of_several_stages_the_address_tells_which() -> None:
    template = shop()
    test = json.loads(json.dumps(template["Resources"]["Stage"]))
    test["Properties"]["StageName"] = "test"
    with deployed(shop()) as server:
        template["Resources"]["Test"] = test
        ran = matrix(server.url, *KEY, template=template)
        nowhere = matrix(server.url.replace("/prod", "/elsewhere"), *KEY, template=template)
    assert ran.status == 0
    assert "stage prod" in ran.out
    assert nowhere.status == 2
    assert "say which: --stage one of prod, test" in nowhere.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["shop.json", "--matrix", "shop.json"], ["--matrix is about a deployed API"], id="no-address"),
        pytest.param(["localhost:3000", "--matrix", "shop.json"], ["write http://localhost:3000"], id="a-bare-host"),
        pytest.param(["URL", "GET", "/users", "--matrix", "shop.json"], ["leave METHOD and PATH out"], id="a-method"),
        pytest.param(["URL", "--matrix", "none.json"], ["none.json"], id="no-such-template"),
        pytest.param(["URL", "--matrix", "shop.json", "--key", "web"], ["write --key web=VALUE"], id="no-value"),
        pytest.param(["URL", "--matrix", "shop.json", "--key", "web="], ["write NAME=VALUE"], id="an-empty-value"),
        pytest.param(["URL", "--matrix", "shop.json", "--key", "app=x"], ["'app'", "web"], id="no-such-key"),
        pytest.param(
            ["URL", "--matrix", "shop.json", "--key", "web=x", "-H", "x-api-key:y"], ["given twice"], id="two-keys"
        ),
        pytest.param(["URL", "--matrix", "shop.json", "-d", "{}"], ["--send-all"], id="a-body-for-nothing"),
        pytest.param(
            ["URL", "--matrix", "shop.json", "--backend-status", "200"], ["--backend-status"], id="a-simulated-backend"
        ),
        pytest.param(
            ["URL", "--matrix", "shop.json", "--path-parameter", "name=7"],
            ["no path of the API has {name}; there is id"],
            id="no-such-parameter",
        ),
        pytest.param(["URL", "--matrix", "shop.json", "--path-parameter", "id="], ["id=VALUE"], id="an-empty-segment"),
        pytest.param(["URL", "--matrix", "shop.json", "--origin", "b.test"], ["https://b.test"], id="no-origin"),
        pytest.param(["URL", "--matrix", "empty.json"], ["there is no REST API"], id="no-api"),
        pytest.param(["URL", "--matrix", "bare.json"], ["the API Bare of bare.json has no methods to try"], id="bare"),
        pytest.param(["URL?a=b", "--matrix", "shop.json"], ["more than a path"], id="a-query"),
        pytest.param(["URL", "GET", "/", "--origin", LISTED, "--send-all"], ["goes with --matrix"], id="no-matrix"),
    ],
)
def test_what_cannot_be_tried_exits_with_2_and_one_line(arguments: list[str], words: list[str]) -> None:
    written(shop())
    written({"Resources": {}}, "empty.json")
    written({"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Bare"}}}}, "bare.json")
    ran = run("fetch", *(it.replace("URL", "http://127.0.0.1:1/prod") for it in arguments))
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    for word in words:
        assert word in ran.err


def test_colours_and_json_are_for_those_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    with deployed(shop(), alter=dropping("Vary")) as server:
        assert "\x1b[" not in matrix(server.url, *KEY).out
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert "\x1b[31m" in matrix(server.url, *KEY).out
        document = told(matrix(server.url, *KEY, "--format", "json"))
    assert list(document) == ["agrees", "url", "api", "stage", "problems", "notes", "rows"]
    row = document["rows"][0]
    assert (row["page"], row["template"]["answer"]["allowed"], row["reality"]["answer"]["status"]) == (
        "listed",
        True,
        200,
    )


def test_a_server_cannot_send_commands_to_the_terminal() -> None:
    evil = Headers([("x-amzn-errortype", "\x1b[2JForbiddenException"), ("Access-Control-Allow-Origin", "\x1b[2J")])

    def backend(_: Request) -> Response:
        return Response(403, evil, b"\x1b]0;title\x07")

    transport: Transport = backend
    with deployed(shop(), backend=transport) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 1
    assert "\x1b" not in ran.out
    assert "\x07" not in ran.out
