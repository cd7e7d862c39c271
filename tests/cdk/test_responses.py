"""Answers that API Gateway puts together itself, where an integration is no proxy: pages of the policy read them."""

import functools
from collections.abc import Callable
from typing import Any, Final

import pytest
from aws_cdk import Annotations, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, CorsRestApi, EnableCors, Preflight
from cors_constructs.simulate import Outcome

from .answers import (
    CHOSEN,
    KINDS,
    POLICIES,
    PREVIEW,
    TEMPLATE,
    Built,
    add_all,
    answer_of,
    cors_headers,
    told,
)
from .existing import as_aspect, errors_in, ids
from .synthesis import ORIGIN, OTHER_ORIGIN, synthesize, warnings_with

WARNING: Final = "cors-constructs:response-without-headers"
STRANGER: Final = "https://evil.test"


def ours(stack: Stack, policy: CorsPolicy, **more: Any) -> CorsRestApi:
    keyless = [f"GET /{name}" for name in ("mock", "aws")]
    api = CorsRestApi(stack, "Api", cors=policy, keyless=keyless, **more)
    api.add_client("web")
    return api


def by_cors_rest_api(stack: Stack, policy: CorsPolicy, templates: Any) -> None:
    add_all(ours(stack, policy), stack, templates)


def shared(stack: Stack, policy: CorsPolicy, templates: Any) -> None:
    add_all(ours(stack, policy, preflight=Preflight.SHARED), stack, templates)


def plain(stack: Stack, _policy: CorsPolicy | None, templates: Any) -> None:
    add_all(apigateway.RestApi(stack, "Api"), stack, templates)


def by_enable_cors(stack: Stack, policy: CorsPolicy, templates: Any) -> None:
    plain(stack, policy, templates)
    as_aspect(stack, EnableCors(policy, require_api_key=False))


def on_preflights_of_the_cdk(stack: Stack, policy: CorsPolicy, templates: Any) -> None:
    options = apigateway.CorsOptions(allow_origins=["https://old.example.com"])
    add_all(apigateway.RestApi(stack, "Api", default_cors_preflight_options=options), stack, templates)
    as_aspect(stack, EnableCors(policy, require_api_key=False))


Build = Callable[[Stack, CorsPolicy, Any], object]
WAYS: Final[dict[str, Build]] = {
    "CorsRestApi": by_cors_rest_api,
    "shared preflight": shared,
    "EnableCors": by_enable_cors,
    "preflights of the CDK": on_preflights_of_the_cdk,
}


@functools.cache
def made(way: str, policy: str, *, templates: bool = True) -> Built:
    """An API that is made once for all tests."""
    return Built(synthesize(lambda stack: WAYS[way](stack, POLICIES[policy], TEMPLATE if templates else None)))


@functools.cache
def untouched(*, templates: bool = True) -> Built:
    return Built(synthesize(lambda stack: plain(stack, None, TEMPLATE if templates else None)))


every_way = pytest.mark.parametrize("way", WAYS)
every_policy = pytest.mark.parametrize("policy", POLICIES)
every_kind = pytest.mark.parametrize("kind", KINDS)
every_status = pytest.mark.parametrize("status", [200, 404, 500])


@every_way
@every_policy
class TestEveryWay:
    @every_status
    @every_kind
    def test_a_listed_page_reads_each_answer_with_the_policys_headers(
        self, way: str, policy: str, kind: str, status: int
    ) -> None:
        its = POLICIES[policy]
        for origin in [ORIGIN, OTHER_ORIGIN, PREVIEW] if policy in CHOSEN else [ORIGIN]:
            verdict = made(way, policy).asked(f"/{kind}", status, origin=origin, credentials=its.allow_credentials)
            assert verdict.outcome is Outcome.ALLOWED, verdict
            assert answer_of(verdict).status == (400 if kind == "machine" and status == 404 else status)
            assert cors_headers(answer_of(verdict)) == told(its, origin)

    @every_kind
    def test_a_method_for_any_verb_likewise(self, way: str, policy: str, kind: str) -> None:
        its = POLICIES[policy]
        verdict = made(way, policy).asked(f"/{kind}/any", 404, verb="PATCH", credentials=its.allow_credentials)
        assert verdict.outcome is Outcome.ALLOWED, verdict
        assert cors_headers(answer_of(verdict)) == told(its, ORIGIN)

    def test_a_proxy_is_left_as_it_is(self, way: str, policy: str) -> None:
        for kind in KINDS:
            theirs, its = (it.method_at(f"/{kind}/proxy") for it in (untouched(), made(way, policy)))
            assert its["Integration"] == theirs["Integration"]
            assert its.get("MethodResponses") == theirs.get("MethodResponses")

    def test_the_checker_finds_no_error(self, way: str, policy: str) -> None:
        assert errors_in(made(way, policy).template) == []

    def test_logical_ids_stay(self, way: str, policy: str) -> None:
        assert ids(untouched().template) <= ids(made(way, policy).template)


@every_status
@every_kind
@every_way
@pytest.mark.parametrize("policy", [name for name, policy in POLICIES.items() if not policy.any_origin])
def test_a_stranger_reads_nothing(way: str, policy: str, kind: str, status: int) -> None:
    verdict = made(way, policy).asked(f"/{kind}", status, origin=STRANGER)
    assert verdict.outcome is not Outcome.ALLOWED, verdict
    if verdict.exchanges[-1].kind == "request" and POLICIES[policy].depends_on_origin:
        # It needs no key, so the browser sent it without asking.
        assert cors_headers(answer_of(verdict)) == {"vary": "Origin"}


@every_status
@every_kind
@pytest.mark.parametrize("policy", CHOSEN)
def test_templates_go_on_to_write_what_they_wrote(policy: str, kind: str, status: int) -> None:
    without, within = (answer_of(it.asked(f"/{kind}", status)) for it in (untouched(), made("EnableCors", policy)))
    assert (within.status, within.body) == (without.status, without.body)


@every_kind
def test_without_us_no_page_reads_them(kind: str) -> None:
    assert untouched().asked(f"/{kind}").outcome is Outcome.ORIGIN_MISSING


class TestWithoutTemplates:
    """Where an answer's body goes through as it is, nothing can choose among origins."""

    @every_status
    @every_kind
    @pytest.mark.parametrize("policy", [name for name in POLICIES if name not in CHOSEN])
    def test_one_origin_needs_none(self, policy: str, kind: str, status: int) -> None:
        its = POLICIES[policy]
        built = made("CorsRestApi", policy, templates=False)
        verdict = built.asked(f"/{kind}", status, credentials=its.allow_credentials)
        assert verdict.outcome is Outcome.ALLOWED, verdict
        assert cors_headers(answer_of(verdict)) == told(its, ORIGIN)

    @every_way
    def test_of_several_it_is_warned_once_with_the_methods_and_what_to_write(self, way: str) -> None:
        (warning,) = warnings_with(WARNING, lambda stack: WAYS[way](stack, POLICIES["several origins"], None))
        for kind in ("aws", "role", "http", "function"):
            assert f"GET /{kind} (200, 404, 500), ANY /{kind}/any (200, 404, 500)" in warning.text
        assert "machine" not in warning.text
        assert "mock" not in warning.text
        assert 'write response_templates={"application/json": "$input.body"}' in warning.text
        assert warning.path.endswith("/Api/Cors")
        assert "\n" not in warning.text

    def test_with_one_origin_nothing_is_warned_of(self) -> None:
        assert warnings_with(WARNING, lambda stack: by_cors_rest_api(stack, POLICIES["one origin"], None)) == []

    def test_those_that_cannot_choose_stay_as_they_were(self) -> None:
        built = made("EnableCors", "several origins", templates=False)
        for kind in ("aws", "role", "http", "function"):
            theirs, its = (it.method_at(f"/{kind}") for it in (untouched(templates=False), built))
            assert its == theirs

    def test_a_mock_is_given_one(self) -> None:
        verdict = made("EnableCors", "several origins", templates=False).asked("/mock", 404, origin=PREVIEW)
        assert verdict.outcome is Outcome.ALLOWED, verdict

    def test_the_warning_is_acknowledged_by_its_name(self) -> None:
        def build(stack: Stack) -> None:
            by_enable_cors(stack, POLICIES["several origins"], None)
            Annotations.of(stack.node.find_child("Api")).acknowledge_warning(WARNING)

        assert warnings_with(WARNING, build) == []
