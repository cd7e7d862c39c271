"""Answers, brought into a form in which those of an emulator and of the simulated gateway can be compared."""

import json
from collections.abc import Iterable, Mapping
from http.client import NO_CONTENT
from typing import Any, Final

import attrs

from cors_constructs.simulate import Gateway, Request
from cors_constructs.simulate import Response as Simulated

from ..backend import echoed
from ..emulator import DeployedApi
from ..response import Response
from .calls import Call, Key

ECHO: Final = {"method", "path", "query", "headers", "body"}
"""What the backend's answer has; see `backend.py`. Method and path are not compared: a simulated backend gets those of
the client, and one behind an emulator those of the integration."""

TOLD: Final = {"origin", "x-from", "x-static"}
"""Headers that a backend must be told alike. Every HTTP client adds some of its own; keys differ by deployment."""


@attrs.frozen
class Answer:
    """What a browser can tell apart.

    Attributes:
        status: The status.
        headers: The CORS headers and Vary, names in lower case.
        body: The body: what its JSON stands for, or the text, or None where there is none.
        error: Whether the gateway made it: a gateway response. It is compared by its looks alone.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    error: bool = attrs.field(default=False, eq=False)

    def __str__(self) -> str:
        lines = [str(self.status), *(f"  {name}: {value}" for name, value in sorted(self.headers.items()))]
        return "\n".join([*lines, f"  {self.body!r}"])


def of_emulator(deployed: DeployedApi, call: Call) -> Answer:
    """What an emulator answers."""
    key = deployed.key_value(_key_id(deployed, call.key)) if isinstance(call.key, Key) else call.key
    api = _api(deployed, call.api)
    response: Response = deployed.request(call.verb, call.path, _headers(call, key), call.body, api=api)
    return Answer(response.status, response.cors(), _comparable(response.body))


def of_gateway(deployed: DeployedApi, gateway: Gateway, call: Call) -> Answer:
    """What the simulated gateway answers."""
    key = gateway.key(_key_id(deployed, call.key)) if isinstance(call.key, Key) else call.key
    response = gateway(Request(call.verb, call.path, _headers(call, key), call.body))
    names = [name for name in response.headers if name.startswith("access-control-") or name == "vary"]
    cors = {name: response.headers[name] for name in names}
    return Answer(response.status, cors, _comparable(response.body), "x-amzn-errortype" in response.headers)


def gateway_for(deployed: DeployedApi, parameters: Mapping[str, str], api: str | None) -> Gateway:
    """The simulated gateway over the very template that the emulator was given, with the same backend behind it."""
    name = _api(deployed, api)
    return Gateway.from_template(deployed.template, api=name, backend=_backend, parameters=parameters)


def _backend(request: Request) -> Simulated:
    status, headers, body = echoed(request.method, request.url, request.headers.lines, request.body)
    return Simulated(status, headers, b"" if status == NO_CONTENT else body)


def _api(deployed: DeployedApi, name: str | None) -> str:
    (found,) = (it for it in deployed.logical_ids("AWS::ApiGateway::RestApi") if it.startswith(name or ""))
    return found


def _key_id(deployed: DeployedApi, key: Key) -> str:
    (found,) = (it for it in deployed.logical_ids("AWS::ApiGateway::ApiKey") if key.name in it)
    return found


def _headers(call: Call, key: str | None) -> Iterable[tuple[str, str]]:
    return [*call.headers, *([("x-api-key", key)] if key is not None else [])]


def echo(query: str = "", body: str = "", **headers: str) -> dict[str, Any]:
    """What counts of the backend's answer: what it was told."""
    return {"query": query, "headers": headers, "body": body}


def _comparable(body: bytes) -> Any:
    text = body.decode()
    if not text:
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, dict) and set(value) == ECHO:
        return echo(value["query"], value["body"], **{n: it for n, it in value["headers"].items() if n in TOLD})
    return value
