"""One request on its way through the gateway."""

import functools
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from cors_constructs.simulate.messages import Request
from cors_constructs.simulate.model import Method, Stage

REQUEST_ID: Final = "00000000-0000-4000-8000-000000000000"
"""Every answer's id: two same requests get the same answer."""

_SOURCE_IP: Final = "127.0.0.1"


class Invocation:
    """A request, and what templates and mappings may read of it.

    Attributes:
        request: The request as it came.
        stage: The stage it came to.
        path: The path below the stage, percent-encoded, as sent.
        query: What follows the question mark.
        method: The method it goes to; None where there is none.
        path_parameters: The path parameters by name.
        key: The API key's value, once it is known.
    """

    def __init__(self, request: Request, stage: Stage, path: str, query: str) -> None:
        self.request, self.stage, self.path, self.query = request, stage, path, query
        self.method: Method | None = None
        self.path_parameters: Mapping[str, str] = {}
        self.key: str | None = None

    request_id = REQUEST_ID

    @property
    def name(self) -> str:
        """Verb and path as sent: `"GET /users"`."""
        return f"{self.request.method} {self.path}"

    @functools.cached_property
    def query_parameters(self) -> dict[str, str]:
        """The query's parameters, decoded; the last value of each."""
        return dict(parse_qsl(self.query, keep_blank_values=True, errors="replace")) if self.query else {}

    @functools.cached_property
    def headers(self) -> dict[str, str]:
        """The headers under the names they came with; the last line of each."""
        return dict(self.request.headers.lines)

    @functools.cached_property
    def stage_variables(self) -> dict[str, str]:
        """The stage variables; one that only a deployment knows stands as `${Name}`."""
        return {name: str(value) for name, value in self.stage.variables.items()}

    def parameter(self, kind: str, name: str) -> str | None:
        """The `header` (in any case), `querystring` or `path` parameter of that name, or None."""
        if kind == "header":
            lines = self.request.headers.all(name)
            return lines[-1] if lines else None
        return (self.query_parameters if kind == "querystring" else self.path_parameters).get(name)

    @functools.cached_property
    def context(self) -> dict[str, Any]:
        """`$context`, without overrides: what is the same for every request of its kind.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
        """
        stage = str(self.stage.name)
        return {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "api.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "api",
            "extendedRequestId": REQUEST_ID,
            "httpMethod": self.request.method,
            "identity": {
                "sourceIp": _SOURCE_IP,
                "userAgent": self.parameter("header", "user-agent") or "",
                **({"apiKey": self.key} if self.key is not None else {}),
            },
            "path": f"/{stage}{unquote(self.path)}",
            "protocol": "HTTP/1.1",
            "requestId": REQUEST_ID,
            "requestTime": "01/Jan/2000:00:00:00 +0000",
            "requestTimeEpoch": 946684800000,
            "resourceId": "resource",
            "resourcePath": self.method.path if self.method is not None else "",
            "stage": stage,
        }
