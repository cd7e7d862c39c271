"""What the lens's page is told of what is served."""

import json
from pathlib import Path
from typing import Any

import pytest

from cors_constructs import CorsPolicy, patch_openapi
from cors_constructs.serve.lens.facts import facts_of
from cors_constructs.serve.limits import Limits
from cors_constructs.serve.settings import Settings
from cors_constructs.serve.site import read_site
from tests.cli.templates import Template, guarded, keyed_perhaps, write
from tests.serve.lens.asking import site
from tests.serve.running import Running, serving
from tests.serve.templates import BACKEND, ORIGIN, beside


def facts(path: Path, *, shows_keys: bool = True, **settings: Any) -> Any:
    read = read_site(Settings(target=str(path), **settings), Limits())
    local = ("http://localhost:3001", "http://127.0.0.1:3001")
    return json.loads(json.dumps(facts_of(read, local, shows_keys=shows_keys)))


def test_a_place_has_its_routes_origins_and_keys(server: Running) -> None:
    told = site(server)
    (place,) = told["places"]
    assert place == {
        "id": "shop/prod",
        "label": "shop",
        "stage": "prod",
        "path": "/prod",
        "host": "shop.localhost",
        "api": "Shop",
        "needs_host": False,
        "routes": [
            {
                "method": "GET",
                "path": "/users",
                "needs_key": True,
                "backend": f"HTTP_PROXY {BACKEND}/users",
                "preflight": f"{ORIGIN}; GET; x-api-key",
                "request_headers": [],
            },
            {
                "method": "ANY",
                "path": "/{proxy+}",
                "needs_key": False,
                "backend": f"HTTP_PROXY {BACKEND}/{{proxy}}",
                "preflight": "what its backend says",
                "request_headers": [],
            },
        ],
        "origins": [ORIGIN],
        "keys": [{"name": "web", "value": server.key("web"), "is_local": True}],
    }
    assert told["local_origins"] == [
        f"http://{name}:{server.port}" for name in ("localhost", "127.0.0.1", "lens.localhost", "shop.localhost")
    ]
    assert (told["reading"], told["offers"]) == (1, [])


def answering_with(policy: CorsPolicy) -> dict[str, Any]:
    """An OpenAPI document's API in a template, whose preflights obey a policy."""
    document = {
        "openapi": "3.0.1",
        "info": {"title": "t", "version": "1"},
        "paths": {"/users": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}},
    }
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Shop", "Body": patch_openapi(document, policy)}}
    stage = {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "prod"}}
    return {"Resources": {"Api": api, "Stage": stage}}


LISTS: list[list[str]] = [
    ["https://app.example.com"],
    ["*"],
    ["https://app.example.com", "https://*.preview.example.com"],
    ["https://**.example.com", "https://*.example.org:8443", "http://localhost:*"],
    ["http://localhost:5173", "http://127.0.0.1:5173", "https://app.example.com"],
]


@pytest.mark.parametrize("origins", LISTS, ids=" ".join)
def test_the_origins_of_a_policy_are_told_as_they_were_written(tmp_path: Path, origins: list[str]) -> None:
    (tmp_path / "a.json").write_text(json.dumps(answering_with(CorsPolicy(allow_origins=origins))))
    (place,) = facts(tmp_path / "a.json")["places"]
    assert sorted(place["origins"]) == sorted(origins)


def test_those_of_this_machine_that_nobody_serves_are_offered(tmp_path: Path) -> None:
    origins = ["http://localhost:5173", "http://localhost:3001", "http://127.0.0.1:8", "https://localhost:1", ORIGIN]
    (tmp_path / "a.json").write_text(json.dumps(answering_with(CorsPolicy(allow_origins=origins))))
    assert facts(tmp_path / "a.json")["offers"] == ["http://127.0.0.1:8", "http://localhost:5173"]


def test_where_nothing_tells_there_are_no_origins(tmp_path: Path) -> None:
    places = facts(write(tmp_path / "a.json", beside))["places"]
    assert [place["origins"] for place in places] == [[ORIGIN], []]


def test_keys_are_told_where_they_are_in_a_plan(tmp_path: Path) -> None:
    places = facts(write(tmp_path / "a.json", beside))["places"]
    assert [[key["name"] for key in place["keys"]] for place in places] == [["web"], []]


def test_a_key_that_only_a_deployment_asks_for_may_be_needed(tmp_path: Path) -> None:
    def asks_perhaps(template: Template) -> None:
        template["Resources"]["UsersGet"]["Properties"]["ApiKeyRequired"] = {"Ref": "Keyed"}

    (place,) = facts(write(tmp_path / "a.json", keyed_perhaps, asks_perhaps))["places"]
    assert place["routes"][0]["needs_key"] is True


def test_headers_that_the_template_reads_are_named(tmp_path: Path) -> None:
    def reads(template: Template) -> None:
        properties = template["Resources"]["UsersGet"]["Properties"]
        properties["RequestParameters"] = {"method.request.header.X-Tenant": True, "method.request.querystring.p": True}

    (place,) = facts(write(tmp_path / "a.json", guarded, reads))["places"]
    assert place["routes"][0]["request_headers"] == ["X-Tenant", "Authorization"]


def test_a_key_that_is_not_made_up_is_told_to_this_machine_alone(tmp_path: Path) -> None:
    value = "the-value-that-this-key-really-has"
    path = write(tmp_path / "a.json")
    for shows_keys, shown in ((True, value), (False, "")):
        (place,) = facts(path, shows_keys=shows_keys, keys={"web": value})["places"]
        assert place["keys"] == [{"name": "web", "value": shown, "is_local": False}]
    (place,) = facts(path, shows_keys=False)["places"]
    assert place["keys"][0]["value"]


def test_names_that_are_allowed_are_origins_as_well(tmp_path: Path) -> None:
    with serving(write(tmp_path / "a.json"), "--no-reload", "--allowed-host", "My.machine") as running:
        assert f"http://my.machine:{running.port}" in site(running)["local_origins"]
        assert running.ask("GET", "/_cors", {"Host": f"my.machine:{running.port}"}).status == 200
