"""What browsers make of each seed: which pages get through, and where the others are stopped."""

import pytest

from cors_constructs.simulate import Outcome, Request

from .pages import ADMIN, JSON, STRANGER, TEMPLATES, Page, gateway_and_key

ALLOWED = Outcome.ALLOWED
NO_ORIGIN = Outcome.PREFLIGHT_ORIGIN_MISSING
NOT_THIS_ORIGIN = Outcome.PREFLIGHT_ORIGIN_MISMATCH

SEEDS: dict[str, list[Page]] = {
    "sam_key_for_the_whole_api.yaml": [
        # The preflight is asked for a key, which it cannot carry; what it is answered says nothing of origins.
        Page(NO_ORIGIN, "GET", "/orders", key=True, statuses=(403,)),
        Page(NO_ORIGIN, "POST", "/orders", key=True, headers=JSON, statuses=(403,)),
        Page(NO_ORIGIN, "DELETE", "/orders/17", key=True, statuses=(403,)),
        # A call without a key needs no preflight, and is refused with an error that the page cannot read.
        Page(Outcome.ORIGIN_MISSING, "GET", "/orders", statuses=(403,)),
    ],
    "sam_key_per_function.yaml": [
        Page(ALLOWED, "GET", "/orders", key=True, statuses=(200, 200)),
        Page(ALLOWED, "POST", "/orders", key=True, headers=JSON, statuses=(200, 200)),
        Page(NOT_THIS_ORIGIN, "GET", "/orders", STRANGER, key=True, statuses=(200,)),
        Page(Outcome.ORIGIN_MISSING, "GET", "/orders", statuses=(403,)),
    ],
    "sam_key_flag_off.yaml": [
        Page(ALLOWED, "GET", "/orders", key=True, statuses=(200, 200)),
        Page(ALLOWED, "DELETE", "/orders/17", key=True, statuses=(200, 200)),
        Page(NOT_THIS_ORIGIN, "GET", "/orders", STRANGER, key=True),
    ],
    "sam_default_authorizer.yaml": [
        Page(NO_ORIGIN, "GET", "/orders", headers={"authorization": "a-token"}, statuses=(401,)),
        Page(NO_ORIGIN, "POST", "/orders", headers=JSON, statuses=(401,)),
    ],
    "sam_default_authorizer_flag_off.yaml": [
        Page(ALLOWED, "GET", "/orders", headers={"authorization": "a-token"}, statuses=(200, 200)),
        Page(Outcome.ORIGIN_MISSING, "POST", "/orders", headers=JSON, statuses=(200, 401)),
    ],
    "sam_key_and_authorizer_one_flag_off.yaml": [
        Page(NO_ORIGIN, "GET", "/orders", key=True, headers={"authorization": "a-token"}, statuses=(403,)),
    ],
    "sam_key_and_authorizer_both_flags_off.yaml": [
        Page(ALLOWED, "GET", "/orders", key=True, headers={"authorization": "a-token"}, statuses=(200, 200)),
        Page(Outcome.ORIGIN_MISSING, "GET", "/orders", key=True, statuses=(200, 401)),
    ],
    "sam_cors_as_a_string.yaml": [
        Page(ALLOWED, "GET", "/orders", statuses=(200,)),
        Page(ALLOWED, "PUT", "/orders", headers={"content-type": "text/plain"}, statuses=(200, 200)),
        Page(Outcome.HEADER_NOT_ALLOWED, "PUT", "/orders", headers=JSON, statuses=(200,)),
        Page(Outcome.HEADER_NOT_ALLOWED, "GET", "/orders", headers={"authorization": "a-token"}),
    ],
    "sam_several_origins_in_one_header.yaml": [
        Page(Outcome.PREFLIGHT_ORIGIN_SEVERAL, "POST", "/orders", "https://a.example", headers=JSON, statuses=(200,)),
        Page(Outcome.PREFLIGHT_ORIGIN_SEVERAL, "POST", "/orders", "https://b.example", headers=JSON, statuses=(200,)),
    ],
    "sam_credentials.yaml": [
        Page(ALLOWED, "POST", "/orders", headers=JSON, include=True, statuses=(200, 200)),
        Page(NOT_THIS_ORIGIN, "POST", "/orders", STRANGER, headers=JSON, include=True),
    ],
    "sam_implicit_api.yaml": [
        Page(ALLOWED, "GET", "/hello", headers=JSON, statuses=(200, 200)),
        Page(ALLOWED, "PUT", "/hello/world", headers=JSON, statuses=(200, 200)),
        Page(Outcome.METHOD_NOT_ALLOWED, "DELETE", "/hello", statuses=(200,)),
        Page(Outcome.HEADER_NOT_ALLOWED, "GET", "/hello", headers={"x-request-id": "1"}),
        # The origin is one thing, what a page may send along with it another.
        Page(Outcome.PREFLIGHT_ORIGIN_WILDCARD, "PUT", "/hello/world", headers=JSON, include=True),
    ],
    # What their functions answer is not in the template: here they are stood in for by one that sends headers.
    "sam_function_without_headers.yaml": [
        Page(ALLOWED, "POST", "/orders", headers=JSON, statuses=(200, 200)),
        Page(NOT_THIS_ORIGIN, "POST", "/orders", STRANGER, headers=JSON),
    ],
    "sam_policy_of_another_stage.yaml": [
        Page(ALLOWED, "GET", "/orders", headers=JSON, statuses=(200, 200)),
        Page(NOT_THIS_ORIGIN, "GET", "/orders", "https://app.test.example.com", headers=JSON),
    ],
    "sam_any_and_key.yaml": [
        Page(NO_ORIGIN, "GET", "/", key=True, statuses=(403,)),
        Page(NO_ORIGIN, "POST", "/any/thing", key=True, headers=JSON, statuses=(403,)),
    ],
    "sam_scan_records.yaml": [
        Page(ALLOWED, "POST", "/scanRecords", key=True, headers=JSON, statuses=(204, 200)),
        Page(NOT_THIS_ORIGIN, "POST", "/scanRecords", STRANGER, key=True, headers=JSON, statuses=(204,)),
    ],
    "sam_scan_records_keyed_options.yaml": [
        Page(NO_ORIGIN, "POST", "/scanRecords", key=True, headers=JSON, statuses=(403,)),
    ],
    "handwritten_options.yaml": [
        Page(ALLOWED, "POST", "/orders", key=True, headers=JSON, statuses=(200, 200)),
        Page(NOT_THIS_ORIGIN, "POST", "/orders", STRANGER, key=True, headers=JSON, statuses=(200,)),
        Page(Outcome.METHOD_NOT_ALLOWED, "PUT", "/orders", key=True, headers=JSON, statuses=(200,)),
        # Missing: what would let the page read the gateway's own errors.
        Page(Outcome.ORIGIN_MISSING, "POST", "/orders", headers={"content-type": "text/plain"}, statuses=(403,)),
    ],
    "handwritten_options_keyed.yaml": [
        Page(NO_ORIGIN, "POST", "/orders", key=True, headers=JSON, statuses=(403,)),
    ],
    "handwritten_options_undeclared.yaml": [
        Page(NO_ORIGIN, "POST", "/orders", key=True, headers=JSON, statuses=(200,)),
    ],
    "handwritten_pattern.yaml": [
        Page(ALLOWED, "POST", "/orders", "https://pr-1.preview.example.com", headers=JSON),
        # What nobody meant: another domain.
        Page(ALLOWED, "POST", "/orders", "https://app.previewxexample.com", headers=JSON),
        Page(NO_ORIGIN, "POST", "/orders", STRANGER, headers=JSON),
    ],
    "console_recipe.yaml": [
        Page(ALLOWED, "POST", "/orders", key=True, headers=JSON, statuses=(200, 200)),
        Page(Outcome.METHOD_NOT_ALLOWED, "PUT", "/orders", key=True, headers=JSON, statuses=(200,)),
    ],
    "serverless_framework_cors.yaml": [
        Page(ALLOWED, "POST", "/orders", key=True, headers=JSON, include=True, statuses=(200, 200)),
        Page(NOT_THIS_ORIGIN, "POST", "/orders", STRANGER, key=True, headers=JSON, statuses=(200,)),
        # The query is believed before the header: who writes the URL decides what the preflight says.
        Page(NOT_THIS_ORIGIN, "POST", "/orders?Origin=https://x.preview.example.com", key=True, headers=JSON),
    ],
    "openapi_3_keyed.yaml": [
        # The errors say who may read them, so this is the first of the seeds whose status is what stops the page.
        Page(Outcome.PREFLIGHT_STATUS_NOT_OK, "GET", "/orders", key=True, statuses=(403,)),
        Page(ALLOWED, "GET", "/open", key=True, statuses=(204, 200)),
        Page(ALLOWED, "GET", "/open", statuses=(403,)),
    ],
    "swagger_2_keyed.yaml": [
        Page(ALLOWED, "PUT", "/orders", key=True, headers=JSON, statuses=(200, 200)),
        Page(ALLOWED, "PUT", "/orders", headers=JSON, statuses=(200, 403)),
        Page(Outcome.METHOD_NOT_ALLOWED, "DELETE", "/orders", key=True),
    ],
    "cdk_one_origin.json": [
        Page(ALLOWED, "PUT", "/orders", key=True, headers=JSON, statuses=(204, 200)),
        Page(ALLOWED, "PUT", "/orders", headers=JSON, statuses=(204, 403)),
        Page(NOT_THIS_ORIGIN, "PUT", "/orders", STRANGER, key=True, headers=JSON),
    ],
    "cdk_several_origins.json": [
        Page(ALLOWED, "PUT", "/orders", key=True, headers=JSON, include=True, statuses=(204, 200)),
        Page(Outcome.ORIGIN_MISMATCH, "PUT", "/orders", ADMIN, key=True, headers=JSON, statuses=(204, 200)),
        Page(NOT_THIS_ORIGIN, "PUT", "/orders", STRANGER, key=True, headers=JSON, statuses=(204,)),
    ],
    "cdk_own_options.json": [
        Page(NO_ORIGIN, "PUT", "/orders", key=True, headers=JSON, statuses=(403,)),
    ],
    "cdk_lambda_rest_api.json": [
        Page(NO_ORIGIN, "GET", "/", key=True, statuses=(403,)),
        Page(NO_ORIGIN, "PUT", "/any/thing", key=True, headers=JSON, statuses=(403,)),
    ],
    "cdk_any_origin_with_credentials.json": [
        Page(ALLOWED, "POST", "/orders", headers=JSON, statuses=(204, 200)),
        Page(Outcome.PREFLIGHT_ORIGIN_WILDCARD, "POST", "/orders", headers=JSON, include=True, statuses=(204,)),
    ],
    "cdk_binary_media_types.json": [
        Page(NO_ORIGIN, "POST", "/orders", headers=JSON, statuses=(500,)),
        Page(ALLOWED, "POST", "/orders", headers={"content-type": "text/plain"}, statuses=(200,)),
    ],
}


ROWS = [
    pytest.param(name, page, id=f"{name}: {page} -> {page.outcome.name}")
    for name, pages in SEEDS.items()
    for page in pages
]


@pytest.mark.parametrize(("name", "page"), ROWS)
def test_the_page_gets_as_far_as_it_does(name: str, page: Page) -> None:
    verdict = page.opened(TEMPLATES / name)

    assert verdict.outcome is page.outcome, verdict
    if page.statuses is not None:
        answered = tuple(exchange.response.status for exchange in verdict.exchanges if exchange.response)
        assert answered == page.statuses, verdict


@pytest.mark.parametrize(
    "name",
    ["sam_key_for_the_whole_api.yaml", "openapi_3_keyed.yaml", "cdk_own_options.json", "cdk_lambda_rest_api.json"],
)
def test_what_no_page_can_call_answers_whoever_is_no_browser(name: str) -> None:
    gateway, key = gateway_and_key(TEMPLATES / name)
    path, method = ("/", "GET") if "lambda" in name else ("/orders", "PUT" if "cdk" in name else "GET")

    assert key is not None
    assert gateway(Request(method, path, {"x-api-key": key})).status == 200


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("sam_key_for_the_whole_api.yaml", ["403", "key"], id="a key of the whole API"),
        pytest.param("sam_default_authorizer.yaml", ["401", "Users"], id="an authorizer of the whole API"),
        pytest.param("console_recipe.yaml", ["PUT", "OPTIONS"], id="Allow-Methods of the console"),
        pytest.param(
            "sam_several_origins_in_one_header.yaml", ["https://a.example,https://b.example"], id="a comma list"
        ),
        pytest.param("cdk_any_origin_with_credentials.json", ["*", "credentials"], id="* with credentials"),
    ],
)
def test_the_verdict_names_the_cause(name: str, said: list[str]) -> None:
    page = next(page for page in SEEDS[name] if page.outcome is not ALLOWED)

    told = str(page.opened(TEMPLATES / name))

    assert all(word in told for word in said), told


def test_every_seed_has_its_verdicts() -> None:
    assert {file.name for file in TEMPLATES.iterdir()} == SEEDS.keys()


def test_every_seed_says_where_people_meet_it() -> None:
    for file in TEMPLATES.iterdir():
        assert "Where people meet it: " in file.read_text()[:100], file.name
