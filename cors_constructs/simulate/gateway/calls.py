"""What the gateway needs from outside: one call of an authorizer, or of a backend."""

from collections.abc import Callable, Generator, Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import attrs

from cors_constructs.simulate.gateway.arrival import Arrival
from cors_constructs.simulate.gateway.decisions import Decision
from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.gateway.negotiation import accepted, content_type, is_binary
from cors_constructs.simulate.gateway.undecided import decided
from cors_constructs.simulate.messages import Request, Response
from cors_constructs.simulate.model import Api, ApiKey, Authorizer, Integration, Method, Stage

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
_SECONDS: Final = 29.0
_NOTHING: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({})


@attrs.define(eq=False)
class Call:
    """What a step of the gateway asks of whoever drives it; see `Gateway.steps`.

    Attributes:
        kind: `authorizer`: answered by a `Decision`, an `Access` or a bool. `backend`: answered by a `Response`.
            `limits`: only ever seen by a gateway's `limits=`. `work`: answered by what `work()` gives or raises; only
            ever seen by who asks for it.
        api: The API.
        method: The method.
        request: What reaches the backend: that which came, below the stage, for a proxy integration, and only what is
            mapped for others. An authorizer gets the request as it came.
        invocation: What else is known of the request: `path_parameters`, `stage_variables`, `context` (`$context`),
            `query` as sent, `parameter(kind, name)`.
        mapped: What the integration's request parameters and overrides make, by `header`, `querystring` or `path`, and
            name; empty for proxy integrations (`outgoing(call)` maps those of HTTP_PROXY).
        work: A computation of a second or more, which any thread may do; None for other kinds.
    """

    kind: Literal["authorizer", "backend", "limits", "work"]
    api: Api
    method: Method
    request: Request
    invocation: Invocation
    mapped: Mapping[str, Mapping[str, str]] = _NOTHING
    work: Callable[[], object] | None = None

    @property
    def name(self) -> str:
        """Verb and path as sent: `"GET /users"`."""
        return self.invocation.name

    @property
    def original(self) -> Request:
        """The request as it came."""
        return self.invocation.request

    @property
    def stage(self) -> Stage:
        """The stage it came to."""
        return self.invocation.stage

    @property
    def arrival(self) -> Arrival:
        """How the request came in: its id, its time, the caller's address, the API's id."""
        return self.invocation.arrival

    @property
    def integration(self) -> Integration | None:
        """What the method calls."""
        return self.method.integration

    @property
    def authorizer(self) -> Authorizer | None:
        """What guards the method."""
        return self.method.authorizer

    @property
    def decision(self) -> Decision | None:
        """What the authorizer decided; None where none was asked yet."""
        return self.invocation.decision

    @property
    def key(self) -> str | None:
        """The API key's value, where the method asked for one."""
        return self.invocation.key

    @property
    def api_key(self) -> ApiKey | None:
        """The API key; None where none was asked for, or the template only refers to it."""
        return self.invocation.api_key

    @property
    def query(self) -> dict[str, list[str]]:
        """Every value of every query parameter, decoded, in the order they came."""
        return self.invocation.query_lists

    @property
    def timeout(self) -> float:
        """The seconds that the integration may take.

        Raises:
            TemplateError: Only a deployment knows.
        """
        given = None if self.method.integration is None else self.method.integration.timeout_ms
        if given is None:
            return _SECONDS
        return decided(given, self.method.source, f"how long {self.method.name} waits for its backend") / 1000

    @property
    def is_binary(self) -> bool:
        """Whether the request's body is one of the API's binary media types: an event then holds it in Base64.

        Raises:
            TemplateError: Only a deployment knows.
        """
        media_type = content_type(self.original.headers)
        return is_binary(self.api, media_type, f"whether {media_type} is a binary media type")

    @property
    def accepts_binary(self) -> bool:
        """Whether a function's answer that says `isBase64Encoded` is decoded: by the first type of Accept.

        Raises:
            TemplateError: Only a deployment knows.
        """
        first = next(iter(accepted(self.original.headers)), "")
        return is_binary(self.api, first, f"whether {first or 'any type'} is a binary media type")


Steps: TypeAlias = Generator[Call, object, Response]
"""A request on its way: yields calls, is sent their answers (or thrown an `OSError`), returns the response."""
