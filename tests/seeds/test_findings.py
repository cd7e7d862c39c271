"""What the checker makes of each seed: what is broken, what could be better, and what it says to do about it."""

from collections.abc import Iterable

import attrs
import pytest

from cors_constructs.check import check
from cors_constructs.check.findings import Answer, Finding, Severity
from cors_constructs.simulate.template import read_template

from .pages import TEMPLATES

SAM_FLAG = "AddApiKeyRequiredToCorsPreflight: false"
SAM_EVENTS = "Auth: ApiKeyRequired: true"


def _ids(given: Iterable[str]) -> frozenset[str]:
    return frozenset(given)


@attrs.frozen
class Seed:
    """A seed's verdict.

    Attributes:
        errors: The rules that it breaks, of those that keep pages out or let the wrong ones in. No other.
        warnings: Among the others that it breaks.
        undecided: The rules whose answer is not in the template.
        says: Words that message and fix have to have, by rule.
    """

    errors: frozenset[str] = attrs.field(default=(), converter=_ids)
    warnings: frozenset[str] = attrs.field(default=(), converter=_ids)
    undecided: frozenset[str] = attrs.field(default=(), converter=_ids)
    says: dict[str, list[str]] = attrs.field(factory=dict)


UNREADABLE_ERRORS = "CORS301"
NO_MAX_AGE = "CORS219"
OTHER_TYPES_500 = "CORS212"

SEEDS = {
    "sam_key_for_the_whole_api.yaml": Seed(
        {"CORS201"}, {UNREADABLE_ERRORS}, says={"CORS201": ["OPTIONS /orders", "403", SAM_FLAG, SAM_EVENTS]}
    ),
    "sam_key_per_function.yaml": Seed(warnings={UNREADABLE_ERRORS}),
    "sam_key_flag_off.yaml": Seed(warnings={UNREADABLE_ERRORS}),
    "sam_default_authorizer.yaml": Seed(
        {"CORS202"}, says={"CORS202": ["OPTIONS /orders", "AddDefaultAuthorizerToCorsPreflight: false"]}
    ),
    "sam_default_authorizer_flag_off.yaml": Seed(),
    "sam_key_and_authorizer_one_flag_off.yaml": Seed({"CORS201"}, says={"CORS201": [SAM_FLAG]}),
    "sam_key_and_authorizer_both_flags_off.yaml": Seed(),
    "sam_cors_as_a_string.yaml": Seed(),
    "sam_several_origins_in_one_header.yaml": Seed(
        {"CORS171"}, says={"CORS171": ["https://a.example,https://b.example", "no page"]}
    ),
    "sam_credentials.yaml": Seed(),
    "sam_implicit_api.yaml": Seed(),
    "sam_function_without_headers.yaml": Seed(
        undecided={"CORS521"}, says={"CORS521": ["GET /orders", "POST /orders", "Orders", "cors-constructs fetch"]}
    ),
    "sam_policy_of_another_stage.yaml": Seed(
        {"CORS524"}, says={"CORS524": ["OPTIONS /orders lets https://app.example.com in", "Orders", "allow_origins"]}
    ),
    "sam_any_and_key.yaml": Seed({"CORS203"}, says={"CORS203": ["ANY /{proxy+}", "API key", "OPTIONS"]}),
    "sam_scan_records.yaml": Seed(undecided={"CORS217"}, says={"CORS217": ["OPTIONS /scanRecords", "backend"]}),
    "sam_scan_records_keyed_options.yaml": Seed({"CORS201"}, says={"CORS201": ["OPTIONS /scanRecords", "403"]}),
    "handwritten_options.yaml": Seed(
        warnings={UNREADABLE_ERRORS, NO_MAX_AGE, OTHER_TYPES_500},
        says={
            UNREADABLE_ERRORS: ["DEFAULT_4XX", "DEFAULT_5XX", "'https://app.example.com'"],
            NO_MAX_AGE: ["Access-Control-Max-Age", "'7200'"],
            OTHER_TYPES_500: ["WHEN_NO_MATCH", "PassthroughBehavior: NEVER"],
        },
    ),
    "handwritten_options_keyed.yaml": Seed({"CORS201"}, says={"CORS201": ["OrdersOptions", "ApiKeyRequired: false"]}),
    "handwritten_options_undeclared.yaml": Seed(
        {"CORS512"}, says={"CORS512": ["method.response.header.Access-Control-Allow-Origin: true"]}
    ),
    "handwritten_pattern.yaml": Seed({"CORS176"}, {"CORS182"}, says={"CORS176": ["previewxexample.com", "[.]"]}),
    "console_recipe.yaml": Seed(
        {"CORS207"}, says={"CORS207": ["OPTIONS /orders does not allow PUT", "it allows OPTIONS", "add PUT"]}
    ),
    "serverless_framework_cors.yaml": Seed(
        {"CORS179"}, {"CORS190", "CORS216"}, says={"CORS179": ["$input.params('Origin')", "query"]}
    ),
    "openapi_3_keyed.yaml": Seed({"CORS201"}, says={"CORS201": ["OPTIONS /orders", "security: []"]}),
    "swagger_2_keyed.yaml": Seed(says={UNREADABLE_ERRORS: ["DEFAULT_5XX"]}, warnings={UNREADABLE_ERRORS}),
    "cdk_one_origin.json": Seed(warnings={NO_MAX_AGE}),
    "cdk_several_origins.json": Seed(warnings={"CORS190"}, says={"CORS190": ["stranger", "https://app.example.com"]}),
    "cdk_own_options.json": Seed({"CORS201"}, says={"CORS201": ["ApiordersOPTIONSD9A07A83", "ApiKeyRequired: false"]}),
    "cdk_lambda_rest_api.json": Seed({"CORS203"}, says={"CORS203": ["ANY /", "HttpMethod: OPTIONS"]}),
    "cdk_any_origin_with_credentials.json": Seed({"CORS173"}, says={"CORS173": ["*", "credentials"]}),
    "cdk_binary_media_types.json": Seed({"CORS213"}, says={"CORS213": ["*/*", "500", "CONVERT_TO_TEXT"]}),
}


def _found(name: str) -> list[Finding]:
    return check(read_template(TEMPLATES / name))


@pytest.mark.parametrize("name", SEEDS)
def test_each_seed_breaks_the_rules_that_it_breaks(name: str) -> None:
    wrong = [finding.rule for finding in _found(name) if finding.answer is Answer.WRONG]

    assert {rule.id for rule in wrong if rule.severity is Severity.ERROR} == SEEDS[name].errors
    assert {rule.id for rule in wrong if rule.severity is Severity.WARNING} >= SEEDS[name].warnings


@pytest.mark.parametrize("name", SEEDS)
def test_what_a_template_does_not_decide_is_said_so(name: str) -> None:
    assert {one.rule.id for one in _found(name) if one.answer is Answer.CANNOT_TELL} == SEEDS[name].undecided


@pytest.mark.parametrize(
    ("name", "rule", "words"),
    [
        pytest.param(name, rule, words, id=f"{name}: {rule}")
        for name, it in SEEDS.items()
        for rule, words in it.says.items()
    ],
)
def test_messages_and_fixes_fit_the_seed(name: str, rule: str, words: list[str]) -> None:
    said = " ".join(f"{one.message} {one.fix}" for one in _found(name) if one.rule.id == rule)

    assert [word for word in words if word not in said] == [], said


def test_every_seed_has_its_verdict() -> None:
    assert {file.name for file in TEMPLATES.iterdir()} == SEEDS.keys()
