"""Bodies between text and binary, row by row as AWS's two tables have them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
"""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.simulate import Gateway, Request, Response
from cors_constructs.simulate.gateway.conversions import TO_BINARY, TO_TEXT, request_body, response_body
from cors_constructs.simulate.gateway.refusals import RefusalError

TEXT, BINARY = "text/plain", "image/png"
BLOB = b"\x89PNG\xff"
CODED = base64.b64encode(BLOB)


def _api(types: list[str], integration: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    root = {"Fn::GetAtt": ["Api", "RootResourceId"]}
    calls = {"Type": "HTTP", "IntegrationHttpMethod": "POST", "Uri": "https://b.example", **integration}
    method = {
        "RestApiId": {"Ref": "Api"},
        "ResourceId": root,
        "HttpMethod": "POST",
        "Integration": {**calls, "IntegrationResponses": [{"StatusCode": "200", **answer}]},
        "MethodResponses": [{"StatusCode": "200"}],
    }
    return {
        "Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Api", "BinaryMediaTypes": types}},
            "Post": {"Type": "AWS::ApiGateway::Method", "Properties": method},
        }
    }


def _handled(handling: str | None) -> dict[str, Any]:
    return {} if handling is None else {"ContentHandling": handling}


@pytest.mark.parametrize(
    ("types", "content_type", "handling", "sent", "arrives"),
    [
        ([], TEXT, None, CODED, CODED),
        ([], TEXT, TO_BINARY, CODED, BLOB),
        ([], TEXT, TO_TEXT, CODED, CODED),
        ([BINARY], TEXT, None, CODED, CODED),
        ([BINARY], TEXT, TO_BINARY, CODED, BLOB),
        ([BINARY], TEXT, TO_TEXT, CODED, CODED),
        ([BINARY], BINARY, None, BLOB, BLOB),
        ([BINARY], BINARY, TO_BINARY, BLOB, BLOB),
        ([BINARY], BINARY, TO_TEXT, BLOB, CODED),
    ],
)
def test_a_request_s_body_reaches_the_backend_as_the_table_says(
    types: list[str], content_type: str, handling: str | None, sent: bytes, arrives: bytes
) -> None:
    seen = list[bytes]()

    def backend(request: Request) -> Response:
        seen.append(request.body)
        return Response(200, {}, b"")

    gateway = Gateway.from_template(_api(types, _handled(handling), {}), backend=backend)
    assert gateway(Request("POST", "/", {"Content-Type": content_type}, sent)).status == 200
    assert seen == [arrives]


@pytest.mark.parametrize(
    ("types", "of_backend_and_accept", "handling", "answered", "arrives"),
    [
        ([], (TEXT, TEXT), None, CODED, CODED),
        ([], (TEXT, TEXT), TO_BINARY, CODED, BLOB),
        ([], (TEXT, TEXT), TO_TEXT, CODED, CODED),
        ([BINARY], (TEXT, TEXT), None, CODED, CODED),
        ([BINARY], (TEXT, TEXT), TO_BINARY, CODED, BLOB),
        ([BINARY], (TEXT, TEXT), TO_TEXT, CODED, CODED),
        ([BINARY], (TEXT, BINARY), None, CODED, BLOB),
        ([BINARY], (TEXT, BINARY), TO_BINARY, CODED, BLOB),
        ([BINARY], (TEXT, BINARY), TO_TEXT, CODED, CODED),
        ([BINARY], (BINARY, TEXT), None, BLOB, CODED),
        ([BINARY], (BINARY, TEXT), TO_BINARY, BLOB, BLOB),
        ([BINARY], (BINARY, TEXT), TO_TEXT, BLOB, CODED),
        ([BINARY], (BINARY, BINARY), None, BLOB, BLOB),
        ([BINARY], (BINARY, BINARY), TO_BINARY, BLOB, BLOB),
        ([BINARY], (BINARY, BINARY), TO_TEXT, BLOB, CODED),
    ],
)
def test_a_backend_s_body_reaches_the_client_as_the_table_says(
    types: list[str], of_backend_and_accept: tuple[str, str], handling: str | None, answered: bytes, arrives: bytes
) -> None:
    of_backend, accept = of_backend_and_accept
    answer = Response(200, {"Content-Type": of_backend}, answered)
    gateway = Gateway.from_template(_api(types, {}, _handled(handling)), backend=lambda _: answer)
    response = gateway(Request("POST", "/", {"Accept": f"{accept}, */*;q=0.8"}, b""))
    assert (response.status, response.body) == (200, arrives)


def test_a_template_gets_a_binary_body_as_base64() -> None:
    seen = list[bytes]()

    def backend(request: Request) -> Response:
        seen.append(request.body)
        return Response(200, {"Content-Type": BINARY}, BLOB)

    mapped = {"RequestTemplates": {BINARY: '{"data": "$input.body"}'}, "ContentHandling": TO_TEXT}
    back = {"ResponseTemplates": {"application/json": '{"back": "$input.body"}'}}
    gateway = Gateway.from_template(_api([BINARY], mapped, back), backend=backend)
    response = gateway(Request("POST", "/", {"Content-Type": BINARY, "Accept": TEXT}, BLOB))
    assert seen == [b'{"data": "%s"}' % CODED]
    assert response.body == b'{"back": "%s"}' % CODED


def test_what_is_to_be_decoded_and_is_no_base64_is_an_error_of_the_configuration() -> None:
    gateway = Gateway.from_template(_api([], {"ContentHandling": TO_BINARY}, {}))
    response = gateway(Request("POST", "/", {"Content-Type": TEXT}, b"not Base64!"))
    assert response.status == 500
    assert "has to be Base64" in response.why


def test_a_function_s_string_is_decoded_without_its_quotes() -> None:
    assert response_body(b'"%s"' % CODED, TO_BINARY, "", is_binary=False, accepts_binary=True) == BLOB


@given(st.binary(), st.sampled_from([None, TO_TEXT, TO_BINARY]))
def test_binary_bodies_are_never_refused_and_never_lost(body: bytes, handling: str | None) -> None:
    arrived = request_body(body, handling, "", is_binary=True)
    assert (base64.b64decode(arrived) if handling == TO_TEXT else arrived) == body
    for accepts in (True, False):
        answered = response_body(body, handling, "", is_binary=True, accepts_binary=accepts)
        assert answered in {body, base64.b64encode(body)}


@given(st.binary())
def test_a_text_is_decoded_or_refused(body: bytes) -> None:
    assert request_body(base64.b64encode(body), TO_BINARY, "", is_binary=False) == body
    with pytest.raises(RefusalError) as refusal:
        request_body(body + b"\xff", TO_BINARY, "", is_binary=False)
    assert refusal.value.type == "API_CONFIGURATION_ERROR"
