"""A deployed API: a server on loopback whose answers are those of a simulated gateway, as they are or changed."""

import contextlib
import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cors_constructs import CorsPolicy, patch_openapi
from cors_constructs.simulate import Gateway, Request, Response
from cors_constructs.simulate.browser import Transport
from cors_constructs.simulate.messages import Headers
from tests.cli.servers import Answer, Seen, Server, answering

Template = dict[str, Any]

LISTED = "https://app.example.com"
PREVIEW = "https://a.preview.example.com"
STRANGER = "https://stranger.invalid"
POLICY = CorsPolicy(allow_origins=[LISTED, "https://*.preview.example.com"])
VALUE = "the-value-of-the-key-of-web"


def shop(policy: CorsPolicy = POLICY, **more: Any) -> Template:
    """An API of a document: `GET` and `PUT /users`, `DELETE /users/{id}`, and `GET /health` without a key."""
    paths: dict[str, Any] = {
        "/users": {"get": _proxy(), "put": _proxy()},
        "/users/{id}": {"delete": _proxy()},
        "/health": {"get": _proxy()},
    }
    document = {"openapi": "3.0.1", "info": {"title": "Shop", "version": "1"}, "paths": paths}
    body = patch_openapi(document, policy, keyless=["GET /health"], **more)
    return {
        "Parameters": {"Site": {"Type": "String"}},
        "Resources": {
            "Api": _resource("RestApi", Name="Shop", Body=body),
            "Deployment": _resource("Deployment", RestApiId=_ref("Api")),
            "Stage": _resource("Stage", RestApiId=_ref("Api"), DeploymentId=_ref("Deployment"), StageName="prod"),
            "Plan": _resource("UsagePlan", ApiStages=[{"ApiId": _ref("Api"), "Stage": _ref("Stage")}]),
            "Key": _resource("ApiKey", Name="web", Enabled=True),
            "PlanKey": _resource("UsagePlanKey", KeyId=_ref("Key"), KeyType="API_KEY", UsagePlanId=_ref("Plan")),
        },
    }


def paths(template: Template) -> dict[str, Any]:
    """The paths of its document."""
    found: dict[str, Any] = template["Resources"]["Api"]["Properties"]["Body"]["paths"]
    return found


def changed(template: Template, change: Callable[[dict[str, Any]], object]) -> Template:
    """A template whose paths are changed."""
    other = copy.deepcopy(template)
    change(paths(other))
    return other


def written(template: Template, name: str = "shop.json") -> str:
    """Writes a template into a file here."""
    Path(name).write_text(json.dumps(template))
    return name


def obedient(policy: CorsPolicy = POLICY) -> Transport:
    """A backend that answers as the policy says."""

    def backend(request: Request) -> Response:
        return Response(200, policy.headers_for(request.headers.get("origin")))

    return backend


def gateway(template: Template, backend: Transport | None = None) -> Gateway:
    """The gateway of a template, with the key that `VALUE` is."""
    return Gateway.from_template(template, backend=backend or obedient(), api_keys={"web": VALUE})


@contextlib.contextmanager
def deployed(
    template: Template,
    *,
    backend: Transport | None = None,
    alter: Callable[[Seen, Response], Response] = lambda _, response: response,
) -> Iterator[Server]:
    """Serves a template's stage below `/prod`. Its answers may be altered on their way."""
    simulated = gateway(template, backend)

    def answer(seen: Seen) -> Answer:
        path = seen.path.removeprefix("/prod")
        response = alter(seen, simulated(Request(seen.method, path or "/", seen.headers, seen.body)))
        return response.status, list(response.headers.lines), response.body

    with answering(answer) as server:
        yield Server(f"{server.url}/prod", server.seen)


def without(response: Response, *names: str) -> Response:
    """A response without some headers."""
    lowered = {name.lower() for name in names}
    lines = [(name, value) for name, value in response.headers.lines if name.lower() not in lowered]
    return Response(response.status, Headers(lines), response.body)


def _proxy() -> dict[str, Any]:
    integration = {"type": "http_proxy", "httpMethod": "ANY", "uri": "https://backend.example.com/"}
    return {"responses": {"200": {"description": "it"}}, "x-amazon-apigateway-integration": integration}


def _ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::ApiGateway::{kind}", "Properties": properties}
