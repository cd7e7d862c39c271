"""One request on its way through the gateway."""

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, unquote

from cors_constructs.simulate.gateway.arrival import ANY_ARRIVAL, Arrival
from cors_constructs.simulate.messages import Request
from cors_constructs.simulate.model import ApiKey, Method, Stage

if TYPE_CHECKING:
    from cors_constructs.simulate.gateway.decisions import Decision


class Invocation:
    """A request, and what templates and mappings may read of it.

    Attributes:
        request: The request as it came.
        stage: The stage it came to.
        path: The path below the stage, percent-encoded, as sent.
        query: What follows the question mark.
        arrival: How it came.
        method: The method it goes to; None where there is none.
        path_parameters: The path parameters by name.
        decision: What the authorizer decided, once it has let the request pass.
        key: The API key's value, once it is known.
        api_key: The template's key of that value; None where it is a key that the template only refers to.
        meets_stand_in: Whether the backend that will answer is a stand-in, since none was given.
        hands_over_work: Whether whoever drives the pipeline does its long computations.
    """

    def __init__(self, request: Request, stage: Stage, path: str, query: str, arrival: Arrival = ANY_ARRIVAL) -> None:
        self.request, self.stage, self.path, self.query = request, stage, path, query
        self.arrival = arrival
        self.method: Method | None = None
        self.path_parameters: Mapping[str, str] = {}
        self.decision: Decision | None = None
        self.key: str | None = None
        self.api_key: ApiKey | None = None
        self.meets_stand_in = self.hands_over_work = False

    @property
    def name(self) -> str:
        """Verb and path as sent: `"GET /users"`."""
        return f"{self.request.method} {self.path}"

    @property
    def hint(self) -> str:
        """What to add where a request is refused for what it lacks, if it is a preflight: it never brings anything."""
        if self.request.method != "OPTIONS":
            return ""
        return "; a preflight brings nothing of its own: give OPTIONS a method without a request validator"

    @functools.cached_property
    def query_parameters(self) -> dict[str, str]:
        """The query's parameters, decoded; the last value of each."""
        return dict(parse_qsl(self.query, keep_blank_values=True, errors="replace")) if self.query else {}

    @functools.cached_property
    def query_lists(self) -> dict[str, list[str]]:
        """The query's parameters, decoded; every value of each."""
        return parse_qs(self.query, keep_blank_values=True, errors="replace") if self.query else {}

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
        """`$context`, without overrides.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
        """
        stage, arrival = str(self.stage.name), self.arrival
        base_path = f"/{stage}" if arrival.base_path is None else arrival.base_path
        return {
            "accountId": arrival.account_id,
            "apiId": arrival.api_id,
            "domainName": arrival.domain_name,
            "domainPrefix": arrival.domain_name.partition(".")[0],
            "extendedRequestId": arrival.request_id,
            "httpMethod": self.request.method,
            "identity": {
                "sourceIp": arrival.source_ip,
                "userAgent": self.parameter("header", "user-agent") or "",
                **({"apiKey": self.key} if self.key is not None else {}),
            },
            **({} if self.decision is None or not self.decision.told else {"authorizer": self.decision.told}),
            "path": f"{base_path}{unquote(self.path)}",
            "protocol": arrival.protocol,
            "requestId": arrival.request_id,
            "requestTime": arrival.time_text,
            "requestTimeEpoch": int(arrival.time * 1000),
            "resourceId": "resource",
            "resourcePath": self.method.path if self.method is not None else "",
            "stage": stage,
        }
