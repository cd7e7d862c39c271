"""MOCK integrations: status, headers, content types and binary media types of a preflight."""

from typing import Any

import pytest

from cors_constructs.simulate.gateway.lenient_json import status_code
from cors_constructs.simulate.messages import Response
from cors_constructs.simulate.model import Integration, IntegrationResponse, MethodResponse
from cors_constructs.simulate.values import TemplateError, Unresolved

from .models import JSON, PROXY, SITE, answer, answers, gateway, method, mock, mocked, send

STAR = {"Access-Control-Allow-Origin": "'*'"}
PREFLIGHT = {"Origin": SITE, "Accept": "*/*", "Access-Control-Request-Method": "GET"}


def preflight(
    integration: Integration, headers: dict[str, str] | None = None, body: bytes = b"", **api: Any
) -> Response:
    given = gateway(mocked("OPTIONS /users", integration), **api)
    return send(given, "OPTIONS /users", PREFLIGHT | (headers or {}), body)


def test_a_static_preflight() -> None:
    response = preflight(mock(STAR))
    assert response == Response(
        204,
        {
            "x-amzn-RequestId": "00000000-0000-4000-8000-000000000000",
            "Content-Type": JSON,
            "Access-Control-Allow-Origin": "*",
        },
    )
    made = "OPTIONS /users: the MOCK integration answered 200, and its integration response makes that 204"
    assert response.why == made


@pytest.mark.parametrize(
    "template",
    [
        pytest.param('{"statusCode":200}', id="JSON"),
        pytest.param("{ statusCode: 200 }", id="the CDK's, without quotes"),
        pytest.param("{'statusCode': 200}", id="single quotes"),
        pytest.param('{"statusCode": 200, "text": "a: \'b\'", other: {"x": [1, null]}}', id="other things beside it"),
        pytest.param('\n{\n  "statusCode" : 200\n}\n', id="white space"),
        pytest.param('{"statusCode": #if($input.params("x") == "")200#{else}500#end}', id="Velocity"),
        pytest.param('#set($code = 200){"statusCode": $code}', id="a variable"),
    ],
)
def test_a_request_template_that_gives_a_status(template: str) -> None:
    assert preflight(mock(STAR, request={JSON: template})).status == 204


@pytest.mark.parametrize(
    ("template", "words"),
    [
        pytest.param("", "gives nothing", id="nothing"),
        pytest.param("{}", "gives {}", id="no status"),
        pytest.param('{"statusCode": "200"}', "integer statusCode", id="a string"),
        pytest.param('{"statusCode": 200.5}', "integer statusCode", id="a fraction"),
        pytest.param('{"statusCode": true}', "integer statusCode", id="a truth"),
        pytest.param("200", "integer statusCode", id="no object"),
        pytest.param("statusCode: 200", "integer statusCode", id="YAML"),
        pytest.param('{"statusCode": 200', "integer statusCode", id="half of it"),
        pytest.param("#if(true)", "it is not Velocity", id="no Velocity"),
        pytest.param('{"statusCode": $code}', 'gives {"statusCode": $code}', id="a variable that is not set"),
    ],
)
def test_a_request_template_that_gives_none_is_an_internal_error(template: str, words: str) -> None:
    response = preflight(mock(STAR, request={JSON: template}))
    assert (response.status, response.body) == (500, b'{"message":"Internal server error"}')
    assert words in response.why


@pytest.mark.parametrize(
    ("behavior", "templates", "headers", "body", "status"),
    [
        pytest.param("NEVER", {JSON: "{statusCode:200}"}, {}, b"", 204, id="no type is JSON's"),
        pytest.param("NEVER", {JSON: "{statusCode:200}"}, {"Content-Type": ""}, b"", 204, id="so is an empty one"),
        pytest.param("NEVER", {JSON: "{statusCode:200}"}, {"Content-Type": JSON}, b"{}", 204, id="JSON"),
        pytest.param(
            "NEVER", {JSON: "{statusCode:200}"}, {"Content-Type": "application/json; charset=utf-8"}, b"", 204,
            id="parameters do not count",
        ),
        pytest.param("NEVER", {JSON: "{statusCode:200}"}, {"Content-Type": "text/plain"}, b"", 415, id="never another"),
        pytest.param("NEVER", {}, {}, b'{"statusCode":200}', 415, id="never without templates"),
        pytest.param("WHEN_NO_TEMPLATES", {JSON: "{statusCode:200}"}, {"Content-Type": "text/plain"}, b"", 415,
                     id="no other where there are templates"),
        pytest.param("WHEN_NO_TEMPLATES", {}, {}, b'{"statusCode":200}', 204, id="any where there are none"),
        pytest.param("WHEN_NO_MATCH", {JSON: "{statusCode:200}"}, {"Content-Type": "text/plain"}, b"", 500,
                     id="an empty body passes, and is no status"),
        pytest.param("WHEN_NO_MATCH", {JSON: "{statusCode:200}"}, {"Content-Type": "text/plain"}, b'{"statusCode":200}',
                     204, id="a body passes that has a status"),
        pytest.param("when_no_match", {}, {}, b'{"statusCode":200}', 204, id="the behavior in lower case"),
    ],
)  # fmt: skip
def test_content_types(
    behavior: str, templates: dict[str, str], headers: dict[str, str], body: bytes, status: int
) -> None:
    integration = mock(STAR, request=templates, passthrough_behavior=behavior)
    assert preflight(integration, headers, body).status == status


def test_an_unsupported_type_is_answered_by_its_gateway_response() -> None:
    response = preflight(
        mock(STAR, passthrough_behavior="NEVER"),
        {"Content-Type": "text/plain"},
        gateway_responses=answers(answer("UNSUPPORTED_MEDIA_TYPE", headers=STAR)),
    )
    assert (response.status, response.headers.get("access-control-allow-origin")) == (415, "*")
    assert "there is a request template for application/json, the request is text/plain" in response.why


@pytest.mark.parametrize(
    ("types", "headers", "request_handling", "status"),
    [
        pytest.param(("*/*",), {}, None, 500, id="everything is binary"),
        pytest.param(("*/*",), {}, "CONVERT_TO_TEXT", 204, id="and converted to text"),
        pytest.param(("*/*",), {}, "CONVERT_TO_BINARY", 500, id="or to binary"),
        pytest.param(("image/png",), {}, None, 204, id="another type is binary"),
        pytest.param(("image/png",), {"Content-Type": "image/png"}, None, 500, id="this type is binary"),
        pytest.param(("application/json",), {}, None, 500, id="JSON is binary, and no type is JSON"),
        pytest.param((Unresolved({"Ref": "Type"}), "*/*"), {}, None, 500, id="one is unknown, and one says it"),
    ],
)
def test_binary_media_types(
    types: tuple[str, ...], headers: dict[str, str], request_handling: str | None, status: int
) -> None:
    response = preflight(mock(STAR, content_handling=request_handling), headers, binary_media_types=types)
    assert response.status == status
    assert status == 204 or "has to say CONVERT_TO_TEXT" in response.why


@pytest.mark.parametrize(
    ("accept", "handling", "status"),
    [
        pytest.param("*/*", None, 500, id="what is accepted is binary"),
        pytest.param("*/*", "CONVERT_TO_TEXT", 200, id="and converted to text"),
        pytest.param("text/html,*/*", None, 500, id="everything is"),
    ],
)
def test_a_response_template_is_read_as_text_only(accept: str, handling: str | None, status: int) -> None:
    answered = IntegrationResponse("200", templates={JSON: "{}"}, content_handling=handling)
    integration = mock(content_handling="CONVERT_TO_TEXT", responses=(answered,))
    assert preflight(integration, {"Accept": accept}, binary_media_types=("*/*",)).status == status


def test_a_binary_type_that_is_not_known_is_asked_for() -> None:
    with pytest.raises(TemplateError, match=r"whether application/json is a binary media type depends on \$\{Type\}"):
        preflight(mock(STAR), binary_media_types=(Unresolved({"Ref": "Type"}),))


def test_the_status_selects_the_response() -> None:
    responses = (
        IntegrationResponse("400", "4\\d\\d"),
        IntegrationResponse("500", "5.."),
        IntegrationResponse("200"),
    )
    for code, status in ((200, 200), (302, 200), (404, 400), (503, 500)):
        integration = mock(request={JSON: f'{{"statusCode":{code}}}'}, responses=responses)
        assert preflight(integration).status == status


@pytest.mark.parametrize(
    ("responses", "words"),
    [
        pytest.param((), "no integration response of OPTIONS /users is selected by '200'", id="none"),
        pytest.param((IntegrationResponse("204", "20"),), "there is no default one", id="part of a status"),
        pytest.param((IntegrationResponse("204", "("),), "the selection pattern", id="no regular expression"),
        pytest.param((IntegrationResponse("ok"),), "answers with 'ok', which is no status", id="no status"),
    ],
)
def test_a_response_that_is_not_there_is_an_internal_error(
    responses: tuple[IntegrationResponse, ...], words: str
) -> None:
    response = preflight(mock(responses=responses))
    assert response.status == 500
    assert words in response.why


def test_a_method_without_integration_is_an_internal_error() -> None:
    response = send(gateway(method("GET /users", None)), "GET /users")
    assert response.status == 500
    assert "has no integration" in response.why


@pytest.mark.parametrize(
    ("declared", "sent", "words"),
    [
        pytest.param(["access-control-allow-origin"], True, "", id="declared in any case"),
        pytest.param([], False, "the method response 204 does not declare it", id="not declared"),
    ],
)
def test_a_header_has_to_be_declared(declared: list[str], sent: bool, words: str) -> None:
    response = send(gateway(mocked("OPTIONS /users", mock(STAR), declared=declared)), "OPTIONS /users", PREFLIGHT)
    assert ("access-control-allow-origin" in response.headers) is sent
    assert words in response.why


def test_a_header_is_declared_for_a_status() -> None:
    declared = (MethodResponse("200", {"Access-Control-Allow-Origin": True}),)
    given = gateway(method("OPTIONS /users", mock(STAR), responses=declared))
    assert "access-control-allow-origin" not in send(given, "OPTIONS /users", PREFLIGHT).headers


def test_a_mapping_that_is_none_is_dropped_and_named() -> None:
    response = preflight(mock({"Access-Control-Allow-Origin": "*", "Vary": "method.request.header.Origin"}))
    assert response.status == 204
    assert not {"access-control-allow-origin", "vary"} & set(response.headers)
    assert "since * is neither 'a literal' nor a parameter" in response.why


def test_an_unknown_part_of_a_header_stands_by_its_name() -> None:
    origin = Unresolved({"Fn::Sub": "x"}, ("'https://", Unresolved({"Fn::GetAtt": ["Site", "Domain"]}), "'"))
    response = preflight(mock({"Access-Control-Allow-Origin": origin}))
    assert response.headers["access-control-allow-origin"] == "https://${Site.Domain}"


@pytest.mark.parametrize(
    "integration",
    [
        pytest.param(mock(passthrough_behavior=Unresolved({"Ref": "It"}), request={}), id="the passthrough behavior"),
        pytest.param(mock(responses=(IntegrationResponse(Unresolved({"Ref": "It"})),)), id="the status"),
        pytest.param(mock(responses=(IntegrationResponse("204", Unresolved({"Ref": "It"})),)), id="the selection"),
        pytest.param(Integration(Unresolved({"Ref": "It"})), id="the type"),
    ],
)
def test_what_only_a_deployment_knows_is_asked_for(integration: Integration) -> None:
    with pytest.raises(TemplateError, match=r"depends on \$\{It\}, which only a deployment knows"):
        preflight(integration)


def test_a_large_body_is_refused() -> None:
    given = gateway(method("POST /users", PROXY))
    assert send(given, "POST /users", body=b"x" * 10 * 1024 * 1024).status == 200
    response = send(given, "POST /users", body=b"x" * (10 * 1024 * 1024 + 1))
    assert (response.status, response.body) == (413, b'{"message":"Request Too Long"}')


def test_a_header_that_only_a_deployment_knows_is_told() -> None:
    origin = Unresolved({"Fn::Sub": "x"}, ("'", Unresolved({"Ref": "Site"}), "'"))
    why = preflight(mock({"Access-Control-Allow-Origin": origin})).why
    assert "; Access-Control-Allow-Origin depends on " in why
    assert "which only a deployment knows" in why


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x" * 300_000, id="a long name"),
        pytest.param('"' + '\\"' * 150_000, id="a string without an end"),
        pytest.param("'" + "\\'" * 150_000, id="a string in single quotes without an end"),
    ],
)
def test_what_is_no_json_is_given_up(text: str) -> None:
    assert status_code(text) is None
