"""`cors-constructs fetch URL --matrix TEMPLATE`: what is deployed does what its template says."""

import json
from pathlib import Path
from typing import Any

from cors_constructs.simulate import Response
from tests.cli.gateways import (
    LISTED,
    POLICY,
    PREVIEW,
    STRANGER,
    VALUE,
    Template,
    changed,
    deployed,
    obedient,
    shop,
    without,
)
from tests.cli.matrix.asking import KEY, PUBLIC, matrix, sent, told
from tests.cli.servers import Seen
from tests.cli.templates import write


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
    assert sent(server) == {"GET /prod/users", "GET /prod/health"}


def test_an_origin_of_one_s_own_is_tried_as_well() -> None:
    mine = "https://b.preview.example.com"
    with deployed(shop()) as server:
        ran = matrix(server.url, *KEY, "--origin", mine)
    assert ran.status == 0
    assert f"{mine} (given)" in ran.out
    assert "of 16 calls 16 agree" in ran.out


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
