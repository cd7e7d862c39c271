"""What a preflight is answered: policy in, headers out."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.policy import CorsPolicy
from cors_constructs.policy.arguments import DEFAULT_ALLOW_HEADERS
from cors_constructs.render import PreflightAnswer, preflight_answer
from cors_constructs.render.preflight import (
    CONTENT_HANDLING,
    MAX_TEMPLATE_BYTES,
    PASSTHROUGH_BEHAVIOR,
    REQUEST_TEMPLATES,
    allowed_methods,
)

from .engine import run
from .strategies import unhurried

SITE = "https://app.shop.example"
OTHER = "https://admin.shop.example"
PATTERN = "https://*.preview.shop.example"
TOKEN = "${Token[TOKEN.12]}"  # noqa: S105 - the CDK's word for a value known only at deployment
LIST = "#{Token[TOKEN.13]}"

DEFAULTS = {
    "Access-Control-Allow-Headers": ",".join(DEFAULT_ALLOW_HEADERS),
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Max-Age": "7200",
}


def answer(origins: list[str], methods: Sequence[str] = ("GET",), **arguments: Any) -> PreflightAnswer:
    return preflight_answer(CorsPolicy(allow_origins=origins, **arguments), methods, join=lambda _: "${Token[J.14]}")


def told(origins: list[str], methods: Sequence[str] = ("GET",), **arguments: Any) -> dict[str, str]:
    """What the first origin is told, statically or by template."""
    given = answer(origins, methods, **arguments)
    overrides = run(given.response_template, {"Origin": origins[0]}) if given.response_template else {}
    return {**given.static_headers, **overrides}


ONE = {"Access-Control-Allow-Origin": SITE}
ONE_OF_TWO = {"Access-Control-Allow-Origin": SITE, "Vary": "Origin"}
CREDENTIALS = {"Access-Control-Allow-Credentials": "true"}


@pytest.mark.parametrize(
    ("origins", "arguments", "headers"),
    [
        pytest.param(["*"], {}, {"Access-Control-Allow-Origin": "*"}, id="anyone"),
        pytest.param([SITE], {}, ONE, id="one"),
        pytest.param([TOKEN], {}, {"Access-Control-Allow-Origin": TOKEN}, id="one-known-at-deployment"),
        pytest.param([SITE, OTHER], {}, ONE_OF_TWO, id="several"),
        pytest.param([SITE], {"allow_credentials": True}, ONE | CREDENTIALS, id="one-with-credentials"),
        pytest.param([SITE, OTHER], {"allow_credentials": True}, ONE_OF_TWO | CREDENTIALS, id="several-with-those"),
        pytest.param([SITE], {"max_age": 0}, ONE | {"Access-Control-Max-Age": "0"}, id="max-age-0-is-sent"),
        pytest.param([SITE, OTHER], {"max_age": 0}, ONE_OF_TWO | {"Access-Control-Max-Age": "0"}, id="to-several-too"),
        pytest.param(
            [SITE],
            {"allow_headers": ["x-b", "X-A"]},
            ONE | {"Access-Control-Allow-Headers": "x-a,x-api-key,x-b"},
            id="headers-and-the-key's",
        ),
        pytest.param(
            ["*"],
            {"allow_headers": ["*", "authorization"], "allow_methods": ["*"]},
            {
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Headers": "*,authorization",
                "Access-Control-Allow-Methods": "*",
            },
            id="anything-from-anyone",
        ),
        # Scripts never see a preflight's answer: what they may read is said on real responses.
        pytest.param([SITE], {"expose_headers": ["x-total"]}, ONE, id="nothing-is-exposed-on-a-preflight"),
    ],
)
def test_what_an_allowed_origin_is_told(origins: list[str], arguments: dict[str, Any], headers: dict[str, str]) -> None:
    assert told(origins, **arguments) == DEFAULTS | headers


@pytest.mark.parametrize(
    ("had", "policy_methods", "methods"),
    [
        pytest.param(["GET"], None, "GET", id="what-the-resource-has"),
        pytest.param(["PUT", "GET", "DELETE", "GET"], None, "DELETE,GET,PUT", id="sorted-each-once"),
        pytest.param(["OPTIONS", "POST"], None, "POST", id="OPTIONS-does-not-count"),
        pytest.param(["ANY"], None, "DELETE,GET,HEAD,PATCH,POST,PUT", id="ANY-is-all-of-them"),
        pytest.param(["ANY", "GET"], None, "DELETE,GET,HEAD,PATCH,POST,PUT", id="ANY-covers-others"),
        pytest.param(["GET", "PUT"], ["get"], "GET", id="what-the-policy-says"),
        pytest.param(["ANY"], ["PATCH", "GET"], "GET,PATCH", id="what-the-policy-says-of-ANY"),
        pytest.param(["GET"], ["*"], "*", id="what-the-policy-says-of-any-method"),
    ],
)
def test_the_methods_allowed(had: list[str], policy_methods: list[str] | None, methods: str) -> None:
    for origins in ([SITE], [SITE, OTHER]):
        headers = told(origins, had, allow_methods=policy_methods)
        assert headers["Access-Control-Allow-Methods"] == methods


@pytest.mark.parametrize("had", [[], ["OPTIONS"]])
def test_without_methods_there_is_nothing_to_allow(had: list[str]) -> None:
    with pytest.raises(ValueError, match="a resource without methods needs no preflight"):
        allowed_methods(CorsPolicy(allow_origins=[SITE]), had)


@pytest.mark.parametrize(("origins", "status"), [([SITE], 200), ([SITE, OTHER], 200), ([SITE], 299)])
def test_the_status_is_the_policy_s(origins: list[str], status: int) -> None:
    assert answer(origins).status_code == "204"
    assert answer(origins, status_code=status).status_code == str(status)


def test_one_answer_for_everybody_needs_no_template_and_no_vary() -> None:
    given = answer([SITE])
    assert given.response_parameters == {
        "method.response.header.Access-Control-Allow-Origin": f"'{SITE}'",
        "method.response.header.Access-Control-Allow-Methods": "'GET'",
        "method.response.header.Access-Control-Allow-Headers": f"'{','.join(DEFAULT_ALLOW_HEADERS)}'",
        "method.response.header.Access-Control-Max-Age": "'7200'",
    }
    assert given.method_response_parameters == dict.fromkeys(given.response_parameters, True)
    assert given.response_templates is None
    assert given.response_content_handling is None


@pytest.mark.parametrize("origins", [[SITE, OTHER], [PATTERN], [SITE, TOKEN], [LIST]])
def test_a_stranger_to_several_is_told_only_that_the_answer_varies(origins: list[str]) -> None:
    given = answer(origins, allow_credentials=True)
    assert given.response_parameters == {"method.response.header.Vary": "'Origin'"}
    assert given.response_template is not None
    assert run(given.response_template, {"Origin": "https://evil.example"}) == {}


def test_several_origins_declare_what_makes_tools_see_a_preflight() -> None:
    """cdk-nag exempts OPTIONS from authorization only if a method response declares an Access-Control-Allow header."""
    given = answer([SITE, OTHER])
    assert given.method_response_parameters == {
        "method.response.header.Access-Control-Allow-Origin": True,
        "method.response.header.Vary": True,
    }


def test_a_template_is_chosen_for_any_accept_header_and_read_as_text() -> None:
    given = answer([SITE, OTHER])
    assert given.response_templates == {"application/json": given.response_template}
    assert given.response_content_handling == "CONVERT_TO_TEXT"


def test_what_every_mock_reads() -> None:
    assert [json.loads(template) for template in REQUEST_TEMPLATES.values()] == [{"statusCode": 200}]
    assert list(REQUEST_TEMPLATES) == ["application/json"]
    assert (PASSTHROUGH_BEHAVIOR, CONTENT_HANDLING) == ("NEVER", "CONVERT_TO_TEXT")


def test_a_list_known_at_deployment_is_joined_by_the_caller() -> None:
    asked: list[list[str]] = []

    def join(elements: Sequence[str]) -> str:
        asked.append(list(elements))
        return "${Token[JOINED.1]}"

    given = preflight_answer(CorsPolicy(allow_origins=[SITE, LIST]), ["GET"], join=join)
    assert asked == [[LIST]]
    assert given.response_template is not None
    assert "#set($l='${Token[JOINED.1]}')" in given.response_template


def test_two_lists_are_searched_as_one() -> None:
    other = "#{Token[TOKEN.15]}"
    given = preflight_answer(
        CorsPolicy(allow_origins=[LIST, other]), ["GET"], join=lambda elements: elements[0].replace("#", "$")
    )
    assert given.response_template is not None
    assert "#set($l='${Token[TOKEN.13]},${Token[TOKEN.15]}')" in given.response_template


def test_a_list_known_at_deployment_needs_someone_to_join_it() -> None:
    with pytest.raises(ValueError, match="say how to join them"):
        preflight_answer(CorsPolicy(allow_origins=[LIST]), ["GET"])


def test_more_origins_than_a_template_holds_are_refused() -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html: 300 KB."""
    assert MAX_TEMPLATE_BYTES == 307_200
    policy = CorsPolicy(allow_origins=[f"https://customer-{number:05}.shop.example" for number in range(8000)])
    message = r"a mapping template of 3[0-9]{2},[0-9]{3} bytes, and API Gateway takes 307,200: name fewer origins, or"
    with pytest.raises(ValueError, match=message):
        preflight_answer(policy, ["GET"])


@unhurried
@given(methods=st.permutations(["GET", "PUT", "DELETE", "OPTIONS"]), origins=st.permutations([SITE, OTHER, PATTERN]))
def test_order_means_nothing(methods: list[str], origins: list[str]) -> None:
    """The same app twice gives the same template, byte for byte."""
    assert answer(origins, methods) == answer([SITE, OTHER, PATTERN], ["DELETE", "GET", "PUT"])
