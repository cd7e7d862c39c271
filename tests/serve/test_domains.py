"""Custom domains: where they lead, and how they are called on this machine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.serve.domains import Arrived, Domains, Shown
from cors_constructs.simulate.template import read_template
from tests.cli.templates import staged, write
from tests.serve.running import Running, serving
from tests.serve.templates import ORIGIN, Template, beside

DOMAIN = "api.example.com"


def _domain(name: Any = DOMAIN, **more: Any) -> dict[str, Any]:
    return {"Type": "AWS::ApiGateway::DomainName", "Properties": {"DomainName": name, **more}}


def _mapping(api: str, **properties: Any) -> dict[str, Any]:
    given = {"DomainName": {"Ref": "Domain"}, "RestApiId": {"Ref": api}, **properties}
    return {"Type": "AWS::ApiGateway::BasePathMapping", "Properties": given}


def shown_at_a_domain(template: Template) -> None:
    """Two APIs below one domain: one at two paths, one of which says no stage, the other at what is left."""
    template["Resources"] |= {
        "Domain": _domain(),
        "AtShop": _mapping("Api", BasePath="shop", Stage={"Ref": "Stage"}),
        "AtAny": _mapping("Api", BasePath="any"),
        "AtRoot": _mapping("Other", BasePath="(none)", Stage="prod"),
    }


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    template = write(tmp_path_factory.mktemp("domains") / "two.json", beside, staged, shown_at_a_domain)
    with serving(template, "--no-reload", "--allowed-host", DOMAIN, "--authorizer", "allow") as running:
        yield running


@pytest.mark.parametrize("host", [f"{DOMAIN}.localhost", DOMAIN, DOMAIN.upper()])
def test_a_base_path_is_cut_and_no_stage_is_in_the_path_where_the_mapping_names_one(server: Running, host: str) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET", "Host": f"{host}:{server.port}"}
    answer = server.ask("OPTIONS", "/shop/users", asked)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (204, ORIGIN)
    assert server.ask("OPTIONS", "/shop/prod/users", asked).status == 403


def test_a_mapping_without_a_stage_takes_it_from_the_path(server: Running) -> None:
    host = {"Host": f"{DOMAIN}.localhost"}
    assert server.ask("OPTIONS", "/any/prod/users", host).status == 204
    answer = server.ask("OPTIONS", "/any/users", host)
    assert (answer.status, answer.message, answer.headers["x-amzn-errortype"]) == (
        403,
        "Forbidden",
        "ForbiddenException",
    )


def test_the_empty_base_path_takes_what_no_other_does(server: Running) -> None:
    for path in ("/", ""):
        answer = server.ask("GET", path or "/", {"Host": f"{DOMAIN}.localhost"})
        assert (answer.status, answer.body) == (200, b'"other"')
    answer = server.ask("OPTIONS", "/shopping/users", {"Host": f"{DOMAIN}.localhost"})
    assert answer.message == "Missing Authentication Token"


def test_the_start_says_how_domains_are_called_here(server: Running) -> None:
    port = server.port
    assert f"  https://{DOMAIN}/shop is http://{DOMAIN}.localhost:{port}/shop" in server.lines
    assert f"  https://{DOMAIN}/any/prod is http://{DOMAIN}.localhost:{port}/any/prod" in server.lines
    assert f"  https://{DOMAIN}/ is http://{DOMAIN}.localhost:{port}/" in server.lines


def test_invoke_urls_stay_as_they_are_beside_a_domain(server: Running) -> None:
    assert server.ask("OPTIONS", "/prod/users", {"Host": "shop.localhost"}).status == 204
    assert server.ask("OPTIONS", "/prod/users", {"Host": "www.example.com.localhost"}).status == 421


def test_a_domain_s_own_name_is_refused_unless_it_is_allowed(tmp_path: Path) -> None:
    with serving(write(tmp_path / "two.json", beside, shown_at_a_domain), "--no-reload") as running:
        assert running.ask("OPTIONS", "/shop/users", {"Host": DOMAIN}).status == 421
        assert running.ask("OPTIONS", "/shop/users", {"Host": f"{DOMAIN}.localhost"}).status == 204


def test_templates_see_the_domain_and_the_whole_path(tmp_path: Path) -> None:
    def tells(template: Template) -> None:
        shown = {"application/json": "$context.domainName $context.domainPrefix $context.path $context.stage"}
        integration = template["Resources"]["OtherGet"]["Properties"]["Integration"]
        integration["IntegrationResponses"][0]["ResponseTemplates"] = shown
        template["Resources"]["AtRoot"] = _mapping("Other", BasePath="v1", Stage="prod")

    with serving(write(tmp_path / "two.json", beside, shown_at_a_domain, tells), "--no-reload") as running:
        at_the_domain = running.ask("GET", "/v1", {"Host": f"{DOMAIN}.localhost"})
        assert at_the_domain.body == b"api.example.com api /v1/ prod"
        at_the_stage = running.ask("GET", "/prod", {"Host": "orders-more.localhost"})
        assert at_the_stage.body == b"orders-more.localhost orders-more /prod/ prod"


def test_what_is_unknown_before_a_deployment_is_named_and_not_served(tmp_path: Path) -> None:
    def unknown(template: Template) -> None:
        template["Parameters"] = {"Zone": {"Type": "String"}}
        template["Resources"] |= {
            "Domain": _domain({"Fn::Sub": "api.${Zone}"}, MutualTlsAuthentication={"TruststoreUri": "s3://b/k"}),
            "AtShop": _mapping("Api", BasePath="shop", Stage="prod"),
        }

    template = write(tmp_path / "shop.json", unknown)
    with serving(template, "--no-reload") as running:
        assert "  AtShop is not served: only a deployment knows api.${Zone}" in running.lines
        assert running.ask("OPTIONS", "/prod/users").status == 204
    with serving(template, "--no-reload", "--parameter", "Zone=example.org") as running:
        assert running.ask("OPTIONS", "/shop/users", {"Host": "api.example.org.localhost"}).status == 204
        assert running.says("https://api.example.org/shop is").endswith(
            "/shop; on AWS it asks for the client's certificate"
        )


@pytest.mark.parametrize(
    ("path", "place", "rest"),
    [
        ("/orders", 2, "/"),
        ("/orders/", 2, "/"),
        ("/orders/v1/items", 3, "/"),
        ("/orders/v2/items", 4, "/"),
        ("/orders/v1/items/123", 3, "/123"),
        ("/orders/v2/items/categories/5", 5, "/5"),
        ("/customers", 1, "/customers"),
        ("/ordersandmore", 2, "/andmore"),
    ],
)
def test_of_base_paths_of_several_segments_the_longest_is_taken_as_aws_s_table_has_it(
    path: str, place: int, rest: str
) -> None:
    paths = ["", "orders", "orders/v1/items", "orders/v2/items", "orders/v2/items/categories"]
    domains = Domains([Shown(DOMAIN, it, {"": number}) for number, it in enumerate(paths, 1)], ())
    arrived = domains.at(DOMAIN, path)
    assert arrived is not None
    assert (arrived.place, arrived.path) == (place, rest)


def test_a_single_segment_is_compared_whole() -> None:
    domains = Domains([Shown(DOMAIN, "", {"": 1}), Shown(DOMAIN, "orders", {"": 2})], ())
    found = [domains.at(DOMAIN, path) for path in ("/ordersandmore", "/orders/more", "/Orders")]
    assert [it.place for it in found if it is not None] == [1, 2, 1]


def test_a_domain_of_a_wildcard_stands_for_one_label_and_a_name_of_its_own_goes_first() -> None:
    domains = Domains([Shown("*.example.com", "", {"": 1}), Shown("own.example.com", "", {"": 2})], ())
    names = (
        "any.example.com.localhost",
        "own.example.com.localhost",
        "a.b.example.com.localhost",
        "example.com.localhost",
    )
    assert [name in domains for name in names] == [True, True, False, False]
    found = [domains.at(domains.name(name) or "", "/x") for name in names[:2]]
    assert [it.place for it in found if it is not None] == [1, 2]


def test_a_domain_takes_no_name_that_is_an_api_s_already() -> None:
    domains = Domains([Shown("orders", "", {"": 1})], ["orders.localhost"])
    assert "orders.localhost" not in domains
    assert list(domains) == []


@given(
    st.lists(st.text("ab/", max_size=4).map(lambda it: it.strip("/")), unique=True),
    st.text("ab/", max_size=6).map("/{}".format),
)
def test_whatever_is_mapped_base_path_and_path_make_the_whole(paths: list[str], path: str) -> None:
    domains = Domains([Shown(DOMAIN, it, {"": it}) for it in paths], ())
    arrived = domains.at(DOMAIN, path)
    if not isinstance(arrived, Arrived):
        assert "" not in paths
        return
    assert arrived.path.startswith("/")
    assert path.startswith(arrived.base_path)
    assert (arrived.base_path + arrived.path).replace("/", "") == path.replace("/", "")


@pytest.mark.parametrize(
    ("type_", "properties", "path"),
    [
        ("AWS::ApiGateway::BasePathMapping", {"RestApiId": {"Ref": "Api"}, "BasePath": "/a/"}, "a"),
        ("AWS::ApiGateway::BasePathMapping", {"RestApiId": {"Ref": "Api"}, "BasePath": "(none)"}, ""),
        ("AWS::ApiGateway::BasePathMapping", {"RestApiId": {"Ref": "Api"}}, ""),
        ("AWS::ApiGateway::BasePathMapping", {"RestApiId": {"Ref": "Api"}, "BasePath": 1}, "1"),
        ("AWS::ApiGatewayV2::ApiMapping", {"ApiId": {"Ref": "Api"}, "ApiMappingKey": "a/b"}, "a/b"),
    ],
)
def test_every_way_to_map_an_api_is_read(type_: str, properties: dict[str, Any], path: str, tmp_path: Path) -> None:
    def mapped(template: Template) -> None:
        template["Resources"]["Map"] = {
            "Type": type_,
            "Properties": {"DomainName": DOMAIN, "Stage": {"Ref": "Stage"}, **properties},
        }

    (api,) = read_template(write(tmp_path / "it.json", mapped)).apis
    assert [(it.domain, it.path, it.stage) for it in api.base_paths] == [(DOMAIN, path, "prod")]


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"DomainName": [], "RestApiId": {"Ref": "Api"}}, id="no name"),
        pytest.param({"DomainName": {"Ref": "Nowhere"}, "RestApiId": {"Ref": "Nothing"}}, id="references to nothing"),
        pytest.param({"DomainName": DOMAIN, "RestApiId": [{"Ref": "Api"}]}, id="several APIs"),
        pytest.param({"DomainName": {"Ref": "Api"}, "RestApiId": 5, "BasePath": {}, "Stage": []}, id="other types"),
    ],
)
@pytest.mark.parametrize("type_", ["AWS::ApiGateway::BasePathMapping", "AWS::ApiGatewayV2::ApiMapping"])
def test_a_mapping_that_is_wrong_shows_nothing_and_hides_no_api(type_: str, properties: Any, tmp_path: Path) -> None:
    def wrong(template: Template) -> None:
        template["Resources"]["Map"] = {"Type": type_, "Properties": properties}

    (api,) = read_template(write(tmp_path / "it.json", wrong)).apis
    assert (api.base_paths, api.unreadable) == ((), ())


def test_a_mapping_whose_condition_does_not_hold_shows_nothing(tmp_path: Path) -> None:
    def conditional(template: Template) -> None:
        template["Conditions"] = {"Never": {"Fn::Equals": ["a", "b"]}}
        template["Resources"] |= {"Domain": _domain(), "Map": {**_mapping("Api"), "Condition": "Never"}}

    (api,) = read_template(write(tmp_path / "it.json", conditional)).apis
    assert api.base_paths == ()


def test_a_mapping_of_an_http_api_or_of_another_app_makes_no_rest_api(tmp_path: Path) -> None:
    def strange(template: Template) -> None:
        template["Resources"] |= {
            "Http": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "http", "ProtocolType": "HTTP"}},
            "OfHttp": {
                "Type": "AWS::ApiGatewayV2::ApiMapping",
                "Properties": {"DomainName": DOMAIN, "ApiId": {"Ref": "Http"}, "Stage": "$default"},
            },
            "OfAnother": {
                "Type": "AWS::ApiGateway::BasePathMapping",
                "Properties": {"DomainName": DOMAIN, "RestApiId": "abc123"},
            },
        }

    (api,) = read_template(write(tmp_path / "it.json", strange)).apis
    assert api.base_paths == ()
    assert json.loads((tmp_path / "it.json").read_text())["Resources"]["Http"]
