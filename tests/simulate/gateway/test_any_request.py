"""What holds for every request: an answer, and the same one each time."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.simulate.gateway import Gateway
from cors_constructs.simulate.messages import Request, Response
from cors_constructs.simulate.model import Integration, IntegrationResponse

from .models import (
    JSON,
    PROXY,
    answer,
    answers,
    api_key,
    authorizer,
    gateway,
    method,
    mock,
    mocked,
    plan,
    send,
)

TEMPLATE = (
    "#set($h=$input.params().header)#set($o=$h.get('Origin'))#if(!$o||$o=='')#set($o=$h.get('origin'))#end"
    "#if($o&&$o.matches('https://[a-z.]+'))#set($context.responseOverride.header.Access-Control-Allow-Origin=$o)#end"
    "$input.params('q')$input.body$context.path"
)
REFLECTED = {"Access-Control-Allow-Origin": "method.request.header.Origin", "X-Query": "method.request.querystring.q"}


def shop() -> Gateway:
    http = Integration(
        "HTTP",
        request_templates={JSON: "$input.json('$.a')$util.urlEncode($input.params('q'))"},
        request_parameters={
            "integration.request.querystring.q": "method.request.querystring.q",
            "integration.request.path.id": "method.request.path.id",
            "integration.request.header.X": "method.request.body.a",
        },
        responses=(
            IntegrationResponse("200", headers={"X": "integration.response.body"}, templates={JSON: "$input.body"}),
        ),
    )
    return gateway(
        mocked("OPTIONS /{proxy+}", mock(template=TEMPLATE, status="200")),
        mocked("OPTIONS /static", mock({"Access-Control-Allow-Origin": "'*'"}, passthrough_behavior="NEVER")),
        method("GET /users/{id}", PROXY, api_key_required=True),
        method("ANY /guarded", PROXY, authorization="CUSTOM", authorizer=authorizer(validation="[a-z]+")),
        method("GET /signed", PROXY, authorization="AWS_IAM"),
        mocked("POST /users/{id}", http),
        plans=(plan(api_key("web")),),
        binary_media_types=("image/png",),
        gateway_responses=answers(
            answer(
                "DEFAULT_4XX", headers=REFLECTED, templates={JSON: "$context.error.message $method.request.path.proxy"}
            )
        ),
    )


SHOP = shop()
_VERBS = st.sampled_from(["GET", "POST", "OPTIONS", "HEAD", "get", "", "\n"]) | st.text(max_size=5)
_PATHS = (
    st.lists(
        st.sampled_from(["static", "users", "7", "guarded", "signed", "%2F", "%", "%ff", "..", "", "\ud800"]),
        max_size=4,
    )
    .map("/".join)
    .map(lambda path: f"/{path}")
)
_URLS = (
    st.builds("{}{}".format, _PATHS, st.sampled_from(["", "?q=1", "?q=%zz&q", "?&&=", "#x", "?q=\ud800", "?a=b;c=d"]))
    | st.builds(
        "https://x.execute-api.eu-west-1.amazonaws.com/{}{}".format, st.sampled_from(["prod", "dev", ""]), _PATHS
    )
    | st.text(max_size=20)
)
_NAMES = st.sampled_from(["Origin", "origin", "Content-Type", "Accept", "X-Api-Key", "Authorization"]) | st.text(
    max_size=8
)
_VALUES = st.sampled_from(
    [
        "https://a.example",
        "null",
        "",
        JSON,
        "image/png",
        "*/*",
        "text/plain;",
        SHOP.key("web"),
        "AWS4-HMAC-SHA256",
        "abc",
    ]
) | st.text(max_size=12)
_BODIES = st.binary(max_size=20) | st.sampled_from(
    [b"{}", b'{"a":{"b":[1,"\\ud800"]}}', b'{"statusCode":200}', b"[" * 2000]
)

requests = st.builds(
    Request, _VERBS, _URLS, st.dictionaries(_NAMES, _VALUES | st.lists(_VALUES, max_size=3), max_size=4), _BODIES
)


@given(requests)
def test_every_request_gets_an_answer_and_the_same_again(request: Request) -> None:
    first = SHOP(request)
    assert 100 <= first.status <= 599
    assert isinstance(first.body, bytes)
    assert first.why
    assert SHOP(request) == first
    assert shop()(request) == first


@given(requests, st.sampled_from(["THROTTLED", "INTEGRATION_TIMEOUT", "WAF_FILTERED"]))
def test_in_trouble_too(request: Request, type_: str) -> None:
    assert 100 <= SHOP.answering(type_)(request).status <= 599


_STATUSES: Any = st.integers(-1, 700) | st.none() | st.booleans() | st.text(max_size=3)


@given(_STATUSES, st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3), st.binary(max_size=20))
def test_every_backend_gets_an_answer(status: Any, headers: dict[str, str], body: bytes) -> None:
    given_gateway = gateway(method("GET /users"), settings={"backend": lambda _: Response(status, headers, body)})
    response = send(given_gateway, "GET /users")
    malformed = type(status) is not int or not 100 <= status <= 599
    assert response.status == (502 if malformed else status)
    assert malformed or response.body == body


@given(st.binary(max_size=30), st.sampled_from([JSON, "text/plain"]))
def test_a_mocked_answer_never_has_a_body_of_the_request(body: bytes, content_type: str) -> None:
    response = send(SHOP, "OPTIONS /static", {"Content-Type": content_type}, body)
    assert response.status in {204, 415}
    assert response.status != 204 or response.body == b""
