"""The answers of operations that are no proxies: headers mapped and declared, and all else kept."""

from typing import Any

import pytest

from cors_constructs import CorsPolicy, patch_openapi
from cors_constructs.check import Severity, check
from cors_constructs.simulate import Gateway, Request, Response
from cors_constructs.simulate.template import read_template

from .apis import ADMIN, ANY, ANYONE, APP, DIALECTS, INTEGRATION, MARK, ONE, SEVERAL, STRANGER, api, operation, proxied
from .backends import BODY, LATER, MAPPED, ORIGIN, POLICIES, http, patched


def deployed(document: dict[str, Any]) -> dict[str, Any]:
    ref = {name: {"Ref": name} for name in ("Api", "Stage", "Deployment", "Key", "Plan")}
    return {
        "Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": document}},
            "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": ref["Api"]}},
            "Stage": {
                "Type": "AWS::ApiGateway::Stage",
                "Properties": {"RestApiId": ref["Api"], "DeploymentId": ref["Deployment"], "StageName": "prod"},
            },
        }
    }


# What is written.


@pytest.mark.parametrize("dialect", DIALECTS)
def test_headers_are_mapped_and_declared_in_the_words_of_the_dialect(dialect: str) -> None:
    after = patched(http(responses={"default": {"statusCode": 200}, "4\\d{2}": {"statusCode": "404"}}), dialect=dialect)
    expected = {MAPPED: f"'{APP}'", "method.response.header.Access-Control-Expose-Headers": "'{}'".format(
        ",".join(ONE.expose_headers))}  # fmt: skip
    string = {"type": "string"} if dialect == "2.0" else {"schema": {"type": "string"}}
    headers = {ORIGIN: string, "Access-Control-Expose-Headers": string}
    assert after[INTEGRATION]["responses"] == {
        "default": {"statusCode": 200, "responseParameters": expected},
        "4\\d{2}": {"statusCode": "404", "responseParameters": expected},
    }
    assert after["responses"] == {
        "200": {"description": "fine", "headers": headers},
        "404": {"description": "404 response", "headers": headers},
    }


@pytest.mark.parametrize("kind", ["http", "aws", "mock", "HTTP", "AWS"])
@pytest.mark.parametrize("empty", [{}, {"responseParameters": None, "responseTemplates": None}], ids=["absent", "null"])
@pytest.mark.parametrize("declared", [None, {"200": None}, {"200": {"headers": None}}], ids=str)
def test_what_is_empty_is_filled(kind: str, empty: dict[str, Any], declared: Any) -> None:
    given = http(responses={"default": {"statusCode": "200", **empty}}, type=kind)
    after = patched({**given, "responses": declared})
    assert after[INTEGRATION]["responses"]["default"]["responseParameters"][MAPPED] == f"'{APP}'"
    assert ORIGIN in after["responses"]["200"]["headers"]


def test_a_response_that_others_share_is_written_out_and_stays_for_them() -> None:
    shared = {"description": "gone", "headers": {"X-A": {"$ref": "#/components/headers/A"}}}
    components = {"responses": {"Gone": shared}, "headers": {"A": {"schema": {"type": "string"}}}}
    given = http(declared={"200": {"$ref": "#/components/responses/Gone"}})
    document = api({"/a": {"get": given}, "/b": {"get": {**proxied(), "responses": given["responses"]}}},
                   components=components)  # fmt: skip
    after = patch_openapi(document, ONE, require_api_key=False)
    assert after["components"] == components
    assert after["paths"]["/b"]["get"]["responses"] == given["responses"]
    own = after["paths"]["/a"]["get"]["responses"]["200"]
    assert own["description"] == "gone"
    assert list(own["headers"]) == ["X-A", ORIGIN, "Access-Control-Expose-Headers"]
    assert patch_openapi(patch_openapi(after, SEVERAL), ONE) == patch_openapi(document, ONE)


def test_a_shared_response_that_declares_them_stays_a_reference() -> None:
    names = (ORIGIN.lower(), "access-control-expose-headers")
    shared = {"description": "ok", "headers": {name: {"schema": {"type": "string"}} for name in names}}
    given = http(declared={"200": {"$ref": "#/components/responses/Fine"}})
    after = patched(given, components={"responses": {"Fine": shared}})
    assert after["responses"] == given["responses"]
    mapped = after[INTEGRATION]["responses"]["default"]["responseParameters"]
    assert set(mapped) == {f"method.response.header.{name}" for name in names}


@pytest.mark.parametrize(
    ("get", "policy"),
    [
        pytest.param(proxied(), ONE, id="a proxy"),
        pytest.param(http(type="AWS_PROXY"), ONE, id="a function's"),
        pytest.param(http(type=LATER), ONE, id="a type that only deployment knows"),
        pytest.param({**http(), INTEGRATION: LATER}, SEVERAL, id="an integration that only deployment knows"),
        pytest.param(http(responses={"default": {}}), ONE, id="an answer without a status"),
        pytest.param(http(responses={"default": None}), ONE, id="an answer of nothing"),
        pytest.param(http(responses={}), ONE, id="no answers"),
        pytest.param(
            http(responses={"default": {"statusCode": "200", "responseParameters": {MAPPED: "'*'"}}}),
            SEVERAL,
            id="an origin of its own",
        ),
        pytest.param(
            http(responses={"default": {"statusCode": "200", "responseParameters": {MAPPED.lower(): LATER}}}),
            ONE,
            id="one that only deployment knows",
        ),
    ],
)
def test_what_is_not_ours_to_change_stays(get: dict[str, Any], policy: CorsPolicy) -> None:
    assert patched(get, policy) == get


def test_an_options_of_the_authors_stays() -> None:
    own = {**http(), "security": []}
    after = patch_openapi(api({"/a": {"options": own, "get": proxied()}}), ONE)
    assert after["paths"]["/a"]["options"] == own
    assert "responses" not in after[MARK]


def test_a_null_is_put_back_where_it_was() -> None:
    get = http(responses={"default": {"statusCode": "200", "responseParameters": None}}, declared={"200": None})
    own = http(responses={"default": {"statusCode": "200", "responseParameters": {MAPPED: "'*'"}}})
    once = patch_openapi(api({"/a": {"get": get}}), ONE)
    integration = once["paths"]["/a"]["get"][INTEGRATION]
    integration["type"] = "http_proxy"
    again = patch_openapi(once, ONE, require_api_key=False)["paths"]["/a"]["get"]
    assert again["responses"] == {"200": None}
    assert again[INTEGRATION]["responses"] == get[INTEGRATION]["responses"]
    assert patched(own) == own


def test_what_somebody_has_changed_since_is_theirs() -> None:
    once = patch_openapi(api({"/a": {"get": http()}, "/b": {"get": http()}}), SEVERAL)
    first = once["paths"]["/a"]["get"][INTEGRATION]["responses"]["default"]
    first["responseTemplates"]["application/json"] += " and more"
    first["responseParameters"]["method.response.header.Vary"] = "'Cookie'"
    del once["paths"]["/b"]
    again = patch_openapi(once, ANYONE)["paths"]["/a"]["get"][INTEGRATION]["responses"]["default"]
    assert again["responseTemplates"] == {"application/json": "$input.body and more"}
    assert again["responseParameters"] == {"method.response.header.Vary": "'Cookie'", MAPPED: "'*'"}


def test_a_template_that_is_known_is_extended_beside_one_that_is_not() -> None:
    templates = {**BODY, "text/csv": {"Fn::Sub": "${Head}"}}
    get = http(responses={"default": {"statusCode": "200", "responseTemplates": templates}})
    after = patched(get, SEVERAL)[INTEGRATION]["responses"]["default"]["responseTemplates"]
    assert after["text/csv"] == templates["text/csv"]
    assert ORIGIN in after["application/json"]


def test_a_template_that_somebody_has_replaced_since_is_theirs() -> None:
    for other in ("mine", {"Fn::Sub": "${Mine}"}):
        once = patch_openapi(api({"/a": {"get": http()}}), SEVERAL)
        once["paths"]["/a"]["get"][INTEGRATION]["responses"]["default"]["responseTemplates"]["application/json"] = other
        again = patch_openapi(once, ANYONE)["paths"]["/a"]["get"][INTEGRATION]["responses"]["default"]
        assert again == {
            "statusCode": "200",
            "responseTemplates": {"application/json": other},
            "responseParameters": again["responseParameters"],
        }
        assert again["responseParameters"][MAPPED] == "'*'"


@pytest.mark.parametrize(
    "mark",
    [{"responses": []}, {"responses": {"/a": []}}, {"responses": {"/a": {"get": [1, [["x"], {"y": {}}], [[], {}]]}}}],
    ids=str,
)
def test_a_mark_that_says_nothing_takes_nothing_back(mark: Any) -> None:
    document = api({"/a": {"get": http()}})
    assert patch_openapi({**document, MARK: mark}, SEVERAL) == patch_openapi(document, SEVERAL)


def test_a_path_that_is_another_is_given_its_own() -> None:
    inner = CorsPolicy(allow_origins=[ADMIN])
    document = api({"/a": {"$ref": "#/paths/~1b"}, "/b": {"get": http()}})
    once = patch_openapi(document, ONE, branches={"/a": inner})
    mapped = {
        path: item["get"][INTEGRATION]["responses"]["default"]["responseParameters"][MAPPED]
        for path, item in once["paths"].items()
    }
    assert mapped == {"/a": f"'{ADMIN}'", "/b": f"'{APP}'"}
    once["paths"]["/c"] = {"$ref": "#/paths/~1b"}
    again = patch_openapi(once, ANYONE)["paths"]["/c"]["get"]
    assert again[INTEGRATION]["responses"]["default"]["responseParameters"][MAPPED] == "'*'"


# What it answers.


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("policy", [pytest.param(policy, id=name) for name, policy in POLICIES.items()])
def test_pages_read_what_the_policy_lets_them(dialect: str, policy: CorsPolicy) -> None:
    answers = {
        "default": {"statusCode": "200", "responseTemplates": {"application/json": '\n{"got": $input.json("$.a")}'}},
        "4\\d{2}": {"statusCode": "404", "responseTemplates": dict(BODY)},
    }
    paths = {
        "/http": {"get": http(responses=answers, declared={"200": {"description": "fine"}})},
        "/mock": {ANY: operation()},
    }
    document = patch_openapi(api(paths, dialect=dialect), policy, require_api_key=False)
    template = deployed(document)
    found = check(read_template(template))
    assert [str(finding) for finding in found if finding.rule.severity is Severity.ERROR] == []
    for status, body in ((200, b'\n{"got": 1}'), (404, b'{"a": 1}')):
        given = Response(200 if status == 200 else 410, {}, b'{"a": 1}')
        gateway = Gateway.from_template(template, backend=lambda _, given=given: given)  # type: ignore[misc]
        for origin in (APP, ADMIN, STRANGER):
            answer = gateway(Request("GET", "/http", {"Origin": origin}))
            assert (answer.status, answer.body) == (status, body)
            assert _cors(answer) == {name.lower(): value for name, value in policy.headers_for(origin).items()}
            mock = gateway(Request("PUT", "/mock", {"Origin": origin}))
            assert (mock.status, mock.body) == (200, b"")
            assert _cors(mock) == _cors(answer)


def _cors(answer: Response) -> dict[str, str]:
    lines = [(name.lower(), value) for name, value in answer.headers.lines]
    return {name: value for name, value in lines if name == "vary" or name.startswith("access-control-")}
