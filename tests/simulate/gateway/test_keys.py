"""API keys: who gets in, and what clients send."""

from collections.abc import Mapping
from typing import Any

import pytest

from cors_constructs.simulate.gateway import Gateway
from cors_constructs.simulate.gateway.decisions import Decision
from cors_constructs.simulate.model import ApiKey, Source, Stage
from cors_constructs.simulate.values import TemplateError, Unresolved

from .models import PROD, api_key, authorizer, gateway, method, plan, send, source

VALUE = "abcdefghij0123456789"
TEST = Stage(source("ApiTest"), "test")
WEB = api_key("web", value=VALUE, names=frozenset({"Shop/Web"}))


def shop(*keys: ApiKey, settings: Mapping[str, Any] | None = None, **given: Any) -> Gateway:
    """One keyed method, and the keys in a plan of its stage."""
    plans = given.pop("plans", (plan(*keys),))
    return gateway(
        method("GET /users", api_key_required=True), method("OPTIONS /users", api_key_required=True),
        keys=keys, plans=plans, settings=settings, **given,
    )  # fmt: skip


def asked(to: Gateway, **headers: str) -> tuple[int, str]:
    response = send(to, "GET /users", {name.replace("_", "-"): value for name, value in headers.items()})
    return response.status, response.why


def test_a_key_in_a_plan_of_the_stage_opens_it() -> None:
    assert asked(shop(WEB), x_api_key=VALUE)[0] == 200
    assert asked(shop(WEB), X_API_KEY=VALUE)[0] == 200


@pytest.mark.parametrize(
    ("given", "headers", "reason"),
    [
        pytest.param(shop(WEB), {}, "the request has no x-api-key header", id="no key"),
        pytest.param(shop(WEB), {"x_api_key": "other"}, "no key of the template has the value", id="an unknown key"),
        pytest.param(shop(WEB), {"x_api_key": VALUE.upper()}, "no key of the template", id="a key in another case"),
        pytest.param(
            shop(api_key("web", value=VALUE, enabled=False)), {"x_api_key": VALUE}, "is disabled", id="a disabled key"
        ),
        pytest.param(shop(WEB, plans=()), {"x_api_key": VALUE}, "is in no usage plan", id="a key without a plan"),
        pytest.param(
            shop(WEB, plans=(plan(WEB, stages=(("Api", "test"),)),), stages=(PROD, TEST), settings={"stage": "prod"}),
            {"x_api_key": VALUE},
            "covers the stage prod",
            id="a plan of another stage",
        ),
        pytest.param(
            shop(WEB, plans=(plan(WEB, stages=(("Other", "prod"),)),)),
            {"x_api_key": VALUE},
            "covers the stage prod",
            id="a plan of another API",
        ),
        pytest.param(shop(WEB, plans=(plan(WEB, stages=()),)), {"x_api_key": VALUE}, "covers", id="a plan of nothing"),
    ],
)
def test_a_request_is_forbidden_for(given: Gateway, headers: dict[str, str], reason: str) -> None:
    response = send(given, "GET /users", {name.replace("_", "-"): value for name, value in headers.items()})
    assert (response.status, response.body) == (403, b'{"message":"Forbidden"}')
    assert response.headers["x-amzn-errortype"] == "ForbiddenException"
    assert reason in response.why


def test_a_method_is_named_once_and_with_the_path_that_was_asked_for() -> None:
    assert asked(shop(WEB))[1].startswith("GET /users asks for an API key, and ")
    given = gateway(method("GET /users/{id}", api_key_required=True))
    why = "GET /users/7: GET /users/{id} asks for an API key, and the request has no x-api-key header "
    assert send(given, "GET /users/7").why.startswith(why)


def test_a_keyed_preflight_is_told_the_way_out() -> None:
    assert "a preflight never carries one: set its ApiKeyRequired to false" in send(shop(WEB), "OPTIONS /users").why


def test_the_stage_of_the_url_counts() -> None:
    given = shop(WEB, plans=(plan(WEB, stages=(("Api", "test"),)),), stages=(PROD, TEST), settings={"stage": "prod"})
    host = "https://x.execute-api.eu-west-1.amazonaws.com"
    assert send(given, f"GET {host}/test/users", {"x-api-key": VALUE}).status == 200
    assert send(given, f"GET {host}/prod/users", {"x-api-key": VALUE}).status == 403


@pytest.mark.parametrize(
    "name",
    [pytest.param("web", id="name"), pytest.param("Keyweb", id="logical id"), pytest.param("Shop/Web", id="other")],
)
def test_a_client_is_called_by_any_of_its_names(name: str) -> None:
    assert shop(WEB).key(name) == VALUE


@pytest.mark.parametrize(
    "value", [pytest.param(None, id="none"), pytest.param(Unresolved({"Ref": "Key"}), id="one that is not known")]
)
def test_a_value_is_made_up_where_the_template_has(value: Unresolved | None) -> None:
    given, again = (shop(api_key("web", value=value), api_key("phone")) for _ in range(2))
    made_up = given.key("web")
    assert len(made_up) >= 20
    assert made_up.isalnum()
    assert made_up == again.key("web") != given.key("phone")
    assert asked(given, x_api_key=made_up)[0] == 200


def test_a_given_value_goes_before_the_template_s() -> None:
    given = shop(WEB, settings={"api_keys": {"web": "given-value"}})
    assert given.key("web") == "given-value"
    assert asked(given, x_api_key="given-value")[0] == 200
    assert asked(given, x_api_key=VALUE)[0] == 403


@pytest.mark.parametrize(
    ("keys", "name", "words"),
    [
        pytest.param((WEB,), "nobody", "the template has Keyweb, Shop/Web, web", id="an unknown name"),
        pytest.param((), "web", "the template has no key at all", id="no keys"),
        pytest.param(
            (WEB, ApiKey(source("Other"), names=frozenset({"web"}))),
            "web",
            "say which: Keyweb, Other",
            id="two of a name",
        ),
    ],
)
def test_a_name_that_means_no_single_key(keys: tuple[ApiKey, ...], name: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        shop(*keys).key(name)
    with pytest.raises(TemplateError, match=words):
        shop(*keys, settings={"api_keys": {name: VALUE}})


def test_a_key_that_the_template_only_refers_to_can_be_given() -> None:
    given = shop(plans=(plan(other_keys=True),), settings={"api_keys": {"partner": VALUE}})
    assert given.key("partner") == VALUE
    assert asked(given, x_api_key=VALUE)[0] == 200


def test_a_key_of_an_authorizer() -> None:
    def decide(*_: object) -> Decision:
        return Decision(usage_key=VALUE)

    keyed = method("GET /users", api_key_required=True, authorization="CUSTOM", authorizer=authorizer())
    headers = {"Authorization": "token"}
    for decision, status in ((decide, 200), (Decision(usage_key="other"), 403), (True, 403)):
        given = gateway(
            keyed, keys=(WEB,), plans=(plan(WEB),), api_key_source="AUTHORIZER", settings={"authorizer": decision}
        )
        assert send(given, "GET /users", headers | {"x-api-key": VALUE}).status == status
    assert "authorizer= return Decision(usage_key=" in send(given, "GET /users", headers).why


def test_an_authorizer_goes_before_the_key() -> None:
    keyed = method("GET /users", api_key_required=True, authorization="CUSTOM", authorizer=authorizer())
    assert send(gateway(keyed), "GET /users").status == 401


def test_stages_of_the_same_unknown_name_are_the_same() -> None:
    name = Unresolved({"Ref": "Stage"})
    given = shop(WEB, plans=(plan(WEB, stages=(("Api", name),)),), stages=(Stage(source(), name),))
    assert asked(given, x_api_key=VALUE)[0] == 200


def test_a_plan_of_a_stage_that_is_not_known_cannot_be_told() -> None:
    given = shop(WEB, plans=(plan(WEB, stages=(("Api", Unresolved({"Ref": "Stage"})),)),))
    with pytest.raises(TemplateError, match=r'give parameters=\{"Stage": "\.\.\."\}'):
        asked(given, x_api_key=VALUE)
    assert asked(given)[0] == 403


def test_stacks_of_an_app_may_have_keys_of_one_logical_id() -> None:
    here, there = (
        ApiKey(Source(file, "Keyweb"), names=frozenset({"web"})) for file in ("a/A.template.json", "a/B.template.json")
    )
    given = shop(here, there, plans=(plan(here),))
    assert given.key("web") != shop(here, there, plans=(plan(there),)).key("web")
    assert asked(given, x_api_key=given.key("web"))[0] == 200
