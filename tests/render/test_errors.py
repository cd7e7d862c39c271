"""The headers on errors that API Gateway makes itself: a literal, or the request's Origin, and never a choice."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cors_constructs.policy import CorsPolicy, CorsPolicyError
from cors_constructs.render import ErrorResponses, error_headers, opaque_to_credentials
from cors_constructs.render.errors import DEFAULT_TYPES, HEADER_PREFIX, error_headers_of, opaque_of

from .strategies import origin_items, unhurried

AUTO, NONE, REFLECT = ErrorResponses.AUTO, ErrorResponses.NONE, ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN

SITE = "https://app.shop.example"
OTHER = "https://admin.shop.example"
PATTERN = "https://*.preview.shop.example"
TOKEN = "${Token[TOKEN.12]}"  # noqa: S105 - the CDK's word for a value known only at deployment
LIST = "#{Token[TOKEN.13]}"

ANYONE = {"Access-Control-Allow-Origin": "'*'"}
ONE = {"Access-Control-Allow-Origin": f"'{SITE}'"}
ONE_AT_DEPLOYMENT = {"Access-Control-Allow-Origin": f"'{TOKEN}'"}
WHO_ASKS = {"Access-Control-Allow-Origin": "method.request.header.Origin", "Vary": "'Origin'"}
CREDENTIALS = {"Access-Control-Allow-Credentials": "'true'"}
EXPOSED = {"Access-Control-Expose-Headers": "'retry-after,x-amzn-errortype,x-amzn-requestid'"}


@pytest.mark.parametrize(
    ("mode", "origins", "credentials", "headers"),
    [
        pytest.param(AUTO, ["*"], False, ANYONE, id="auto-anyone"),
        pytest.param(AUTO, [SITE], False, ONE, id="auto-one"),
        pytest.param(AUTO, [SITE], True, ONE | CREDENTIALS, id="auto-one-with-credentials"),
        pytest.param(AUTO, [TOKEN], False, ONE_AT_DEPLOYMENT, id="auto-one-known-at-deployment"),
        pytest.param(AUTO, [SITE, OTHER], False, ANYONE, id="auto-several"),
        pytest.param(AUTO, [SITE, OTHER], True, ANYONE, id="auto-several-with-credentials-that-cannot-read-it"),
        pytest.param(AUTO, [PATTERN], False, ANYONE, id="auto-a-pattern"),
        pytest.param(AUTO, [PATTERN], True, ANYONE, id="auto-a-pattern-with-credentials"),
        pytest.param(AUTO, [LIST], False, ANYONE, id="auto-a-list"),
        pytest.param(AUTO, [SITE, TOKEN], True, ANYONE, id="auto-one-and-one-known-at-deployment-with-credentials"),
        pytest.param(REFLECT, ["*"], False, ANYONE, id="reflect-anyone-has-nothing-to-reflect"),
        pytest.param(REFLECT, [SITE], False, ONE, id="reflect-one-has-nothing-to-reflect"),
        pytest.param(REFLECT, [SITE], True, ONE | CREDENTIALS, id="reflect-one-with-credentials"),
        pytest.param(REFLECT, [SITE, OTHER], False, WHO_ASKS, id="reflect-several"),
        pytest.param(REFLECT, [SITE, OTHER], True, WHO_ASKS | CREDENTIALS, id="reflect-several-with-credentials"),
        pytest.param(REFLECT, [PATTERN], False, WHO_ASKS, id="reflect-a-pattern"),
        pytest.param(REFLECT, [PATTERN], True, WHO_ASKS | CREDENTIALS, id="reflect-a-pattern-with-credentials"),
        pytest.param(REFLECT, [LIST], True, WHO_ASKS | CREDENTIALS, id="reflect-a-list-with-credentials"),
    ],
)
def test_the_headers(mode: ErrorResponses, origins: list[str], credentials: bool, headers: dict[str, str]) -> None:
    policy = CorsPolicy(allow_origins=origins, allow_credentials=credentials)
    assert error_headers(policy, mode) == {**headers, **EXPOSED}
    assert error_headers(policy.evolve(expose_headers=[]), mode) == headers


@pytest.mark.parametrize("origins", [["*"], [SITE], [SITE, OTHER], [PATTERN], [LIST]])
def test_none_adds_nothing(origins: list[str]) -> None:
    policy = CorsPolicy(allow_origins=origins)
    assert error_headers(policy, NONE) == {}
    assert not opaque_to_credentials(policy, NONE)


@pytest.mark.parametrize(
    ("mode", "origins", "credentials", "opaque"),
    [
        pytest.param(AUTO, [SITE, OTHER], True, True, id="several-with-credentials"),
        pytest.param(AUTO, [PATTERN], True, True, id="a-pattern-with-credentials"),
        pytest.param(AUTO, [SITE, OTHER], False, False, id="several-without-credentials"),
        pytest.param(AUTO, [SITE], True, False, id="one-with-credentials"),
        pytest.param(REFLECT, [SITE, OTHER], True, False, id="several-with-credentials-reflected"),
        pytest.param(NONE, [SITE, OTHER], True, False, id="nothing-was-asked-for"),
    ],
)
def test_whom_errors_stay_hidden_from(
    mode: ErrorResponses, origins: list[str], credentials: bool, opaque: bool
) -> None:
    policy = CorsPolicy(allow_origins=origins, allow_credentials=credentials)
    assert opaque_to_credentials(policy, mode) is opaque


@unhurried
@given(
    items=st.one_of(st.just(["*"]), st.lists(origin_items(), min_size=1, max_size=3, unique=True)),
    credentials=st.booleans(),
    mode=st.sampled_from(ErrorResponses),
)
def test_what_holds_of_every_policy(items: list[str], credentials: bool, mode: ErrorResponses) -> None:
    try:
        policy = CorsPolicy(
            allow_origins=items,
            allow_credentials=credentials,
            dangerously_allow_insecure_origins=True,
            dangerously_allow_public_suffix_patterns=True,
        )
    except CorsPolicyError:
        assume(False)  # noqa: FBT003 - hypothesis asks for it so
    headers = error_headers(policy, mode)
    # https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
    assert headers.get("Access-Control-Allow-Origin") != "'*'" or "Access-Control-Allow-Credentials" not in headers
    # https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
    assert ("Vary" in headers) == (headers.get("Access-Control-Allow-Origin") == "method.request.header.Origin")
    assert all(value.strip("'") == value[1:-1] or value == "method.request.header.Origin" for value in headers.values())


def test_where_the_headers_go() -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html."""
    assert DEFAULT_TYPES == ("DEFAULT_4XX", "DEFAULT_5XX")
    assert HEADER_PREFIX == "gatewayresponse.header."


APP = CorsPolicy(allow_origins=[SITE])
SIGNED_IN = CorsPolicy(allow_origins=[OTHER], allow_credentials=True)


@pytest.mark.parametrize(
    ("policies", "mode", "headers", "opaque"),
    [
        pytest.param([APP, APP.evolve(max_age=1)], AUTO, ONE, False, id="one-origin-in-all"),
        pytest.param(
            [APP, APP.evolve(allow_credentials=True)], AUTO, ONE | CREDENTIALS, False,
            id="one-origin-in-all-and-credentials-in-some",
        ),
        pytest.param([APP, SIGNED_IN], AUTO, ANYONE, True, id="two-origins-and-credentials-in-one"),
        pytest.param([APP, APP.evolve(allow_origins=[OTHER])], AUTO, ANYONE, False, id="two-origins"),
        pytest.param([APP, APP.evolve(allow_origins=["*"])], AUTO, ANYONE, False, id="one-origin-and-all"),
        pytest.param(
            [APP.evolve(allow_origins=["*"]), SIGNED_IN], AUTO, ANYONE, True, id="all-and-one-with-credentials"
        ),
        pytest.param([APP, APP.evolve(allow_origins=[PATTERN])], AUTO, ANYONE, False, id="one-origin-and-a-pattern"),
        pytest.param([APP, SIGNED_IN], REFLECT, WHO_ASKS | CREDENTIALS, False, id="reflected-with-credentials"),
        pytest.param([APP, APP.evolve(allow_origins=[OTHER])], REFLECT, WHO_ASKS, False, id="reflected-without"),
        pytest.param([APP, APP.evolve(max_age=1)], REFLECT, ONE, False, id="nothing-to-reflect"),
    ],
)  # fmt: skip
def test_the_headers_of_an_api_with_several_policies(
    policies: list[CorsPolicy], mode: ErrorResponses, headers: dict[str, str], opaque: bool
) -> None:
    assert error_headers_of(policies, mode) == {**headers, **EXPOSED}
    assert error_headers_of(policies[::-1], mode) == {**headers, **EXPOSED}
    assert opaque_of(policies, mode) is opaque
    assert error_headers_of(policies, NONE) == {}
    assert opaque_of(policies, NONE) is False


def test_what_any_policy_exposes_is_exposed() -> None:
    policies = [APP.evolve(expose_headers=names) for names in (["x-b"], [], ["x-a", "x-b"])]
    assert error_headers_of(policies, AUTO) == {**ONE, "Access-Control-Expose-Headers": "'x-a,x-b'"}


def _policies(*kinds: tuple[list[str], bool]) -> list[CorsPolicy]:
    return [CorsPolicy(allow_origins=origins, allow_credentials=credentials) for origins, credentials in kinds]


@pytest.mark.parametrize(
    ("mode", "kinds", "opaque"),
    [
        pytest.param(AUTO, [([SITE], True), ([SITE], True)], False, id="the-same-headers"),
        pytest.param(AUTO, [([SITE], True), ([OTHER], False)], True, id="one-of-them-with-credentials"),
        pytest.param(AUTO, [([SITE], False), ([OTHER], False)], False, id="without-credentials"),
        pytest.param(AUTO, [([SITE, OTHER], True)], True, id="one-policy-of-several-origins"),
        pytest.param(REFLECT, [([SITE], True), ([OTHER], False)], False, id="reflected"),
        pytest.param(NONE, [([SITE], True), ([OTHER], True)], False, id="nothing-was-asked-for"),
    ],
)
def test_whom_the_errors_of_several_policies_stay_hidden_from(
    mode: ErrorResponses, kinds: list[tuple[list[str], bool]], opaque: bool
) -> None:
    assert opaque_of(_policies(*kinds), mode) is opaque
