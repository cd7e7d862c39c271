"""What API Gateway answers by itself: its gateway responses.

https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html names them,
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html says how they
are changed.
"""

import json
import re
from collections.abc import Mapping
from typing import Final

import attrs

from cors_constructs.simulate.gateway.arrival import Arrival
from cors_constructs.simulate.gateway.expressions import Expression, expression
from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.gateway.undecided import decided
from cors_constructs.simulate.messages import Response
from cors_constructs.simulate.model import Api, GatewayResponse


@attrs.frozen
class Kind:
    """A type of gateway response, as it is where nobody changes it.

    Attributes:
        status: Its status.
        message: What it says.
        error: The `x-amzn-errortype` header.
    """

    status: int
    message: str | None
    error: str


_INTERNAL: Final = "Internal server error"

KINDS: Final[Mapping[str, Kind]] = {
    "ACCESS_DENIED": Kind(403, "User is not authorized to access this resource", "AccessDeniedException"),
    "API_CONFIGURATION_ERROR": Kind(500, _INTERNAL, "InternalServerErrorException"),
    "AUTHORIZER_CONFIGURATION_ERROR": Kind(500, _INTERNAL, "AuthorizerConfigurationException"),
    "AUTHORIZER_FAILURE": Kind(500, None, "AuthorizerConfigurationException"),
    "BAD_REQUEST_BODY": Kind(400, "Invalid request body", "BadRequestException"),
    "BAD_REQUEST_PARAMETERS": Kind(400, "Missing required request parameters", "BadRequestException"),
    "DEFAULT_4XX": Kind(400, "Bad Request", "BadRequestException"),
    "DEFAULT_5XX": Kind(500, _INTERNAL, "InternalServerErrorException"),
    "EXPIRED_TOKEN": Kind(403, "The security token included in the request is expired", "ExpiredTokenException"),
    "INTEGRATION_FAILURE": Kind(504, "Network error communicating with endpoint", "InternalServerErrorException"),
    "INTEGRATION_TIMEOUT": Kind(504, "Endpoint request timed out", "InternalServerErrorException"),
    "INVALID_API_KEY": Kind(403, "Forbidden", "ForbiddenException"),
    "INVALID_SIGNATURE": Kind(403, "The request signature is not valid", "InvalidSignatureException"),
    "MISSING_AUTHENTICATION_TOKEN": Kind(403, "Missing Authentication Token", "MissingAuthenticationTokenException"),
    "QUOTA_EXCEEDED": Kind(429, "Limit Exceeded", "LimitExceededException"),
    "REQUEST_TOO_LARGE": Kind(413, "Request Too Long", "RequestTooLargeException"),
    "RESOURCE_NOT_FOUND": Kind(404, "Not Found", "NotFoundException"),
    "THROTTLED": Kind(429, "Too Many Requests", "TooManyRequestsException"),
    "UNAUTHORIZED": Kind(401, "Unauthorized", "UnauthorizedException"),
    "UNSUPPORTED_MEDIA_TYPE": Kind(415, "Unsupported Media Type", "BadRequestException"),
    "WAF_FILTERED": Kind(403, "Forbidden", "ForbiddenException"),
}


_UNCHANGEABLE: Final = "REQUEST_TOO_LARGE"
"""API Gateway leaves this one as it is, whatever a template says of it or of DEFAULT_4XX.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
"""


class RefusalError(Exception):
    """A step of the pipeline answers with a gateway response.

    Attributes:
        type: Its type: `INVALID_API_KEY`, ...
        why: Which step, and the reason, in one sentence.
        status: Another status than the type's own, where a gateway response does not change it; None for that one.
        message: Another message than the type's own; None for that one.
        headers: Headers of the answer beside those of the gateway response, which win.
        validation: What a request validator says of a body, `$context.error.validationErrorString`; empty for nothing.
    """

    def __init__(
        self,
        type: str,  # noqa: A002 - what AWS calls it
        why: str,
        *,
        status: int | None = None,
        message: str | None = None,
        headers: Mapping[str, str] | None = None,
        validation: str = "",
    ) -> None:
        super().__init__(type, why)
        self.type, self.why, self.status, self.message = type, why, status, message
        self.headers = headers or {}
        self.validation = validation


class Refusals:
    """The gateway responses of an API."""

    def __init__(self, api: Api) -> None:
        self._responses = api.gateway_responses
        self._headers = {name: _mapped(response) for name, response in api.gateway_responses.items()}

    def response(self, refusal: RefusalError, invocation: Invocation) -> Response:
        """The answer.

        A type without a gateway response of its own takes `DEFAULT_4XX` or `DEFAULT_5XX`, and one with its own takes
        nothing of those: neither headers, nor status, nor body. `REQUEST_TOO_LARGE` takes neither.

        Raises:
            TemplateError: Only a deployment knows the status.
        """
        kind = KINDS[refusal.type]
        default = "DEFAULT_4XX" if kind.status < 500 else "DEFAULT_5XX"  # noqa: PLR2004 - 4XX or 5XX
        name = refusal.type if refusal.type in self._responses else default
        changed = None if refusal.type == _UNCHANGEABLE else self._responses.get(name)
        message = kind.message if refusal.message is None else refusal.message
        status = refusal.status or kind.status
        headers = {
            "x-amzn-RequestId": invocation.arrival.request_id,
            "x-amzn-errortype": kind.error,
            "Content-Type": "application/json",
            **refusal.headers,
        }
        why = refusal.why
        if changed is None:
            body = json.dumps({_MESSAGE_NAMES.get(refusal.type, "message"): message}, separators=(",", ":"))
            without = (
                "which no gateway response changes" if refusal.type == _UNCHANGEABLE else "without a gateway response"
            )
            return Response(status, headers, body.encode(), why=f"{why} ({refusal.type}, {without})")
        notes = ""
        if changed.status is not None:
            text = decided(changed.status, changed.source, f"the status of {changed.type}")
            status = status_of(text) or status
            notes = "" if status_of(text) else f"; API Gateway refuses its status {text!r}"
        content_type, template = _template(changed)
        headers["Content-Type"] = content_type
        lower = {given.lower(): given for given in headers}
        mapped, wrong = self._headers[name]
        for header, value_of in mapped:
            value = value_of(invocation, None)
            if value is not None:
                headers.pop(lower.get(header.lower(), ""), None)
                headers[header] = value
        notes += "".join(f"; API Gateway refuses its header {it}" for it in wrong)
        body = _substituted(template, refusal, message, invocation)
        return Response(
            status, headers, body.encode("utf-8", "replace"), why=f"{why} ({refusal.type}, as {name} has it{notes})"
        )


def no_stage(api: Api, arrival: Arrival) -> Response:
    """The answer where the URL names no stage. It is below the gateway responses: nothing customizes it."""
    names = ", ".join(str(stage.name) for stage in api.stages)
    headers = {
        "x-amzn-RequestId": arrival.request_id,
        "x-amzn-errortype": "ForbiddenException",
        "Content-Type": "application/json",
    }
    why = f"the URL's path does not begin with a stage of the API ({names}), and no gateway response speaks for that"
    return Response(403, headers, b'{"message":"Forbidden"}', why=why)


# The one type whose own body has another spelling.
_MESSAGE_NAMES: Final[Mapping[str, str]] = {"ACCESS_DENIED": "Message"}
_DEFAULT_TEMPLATE: Final = '{"message":$context.error.messageString}'
_NAME: Final = r"((?:context|stageVariables|method)(?:\.[A-Za-z0-9_-]+)+)"
_VARIABLE: Final = re.compile(rf"\$(?:{_NAME}|\{{{_NAME}\}})")


def _mapped(response: GatewayResponse) -> tuple[list[tuple[str, Expression]], list[str]]:
    mapped, wrong = [], []
    for name, given in response.headers.items():
        found = expression(str(given), "gatewayresponse")
        if found is None:
            wrong.append(f"{name}: {given}, which is neither 'a literal' nor a parameter")
        else:
            mapped.append((name, found))
    return mapped, wrong


def _template(response: GatewayResponse) -> tuple[str, str]:
    if not response.templates:
        return "application/json", _DEFAULT_TEMPLATE
    content_type = "application/json" if "application/json" in response.templates else next(iter(response.templates))
    return content_type, str(response.templates[content_type])


def _substituted(template: str, refusal: RefusalError, message: str | None, invocation: Invocation) -> str:
    own = {
        "context.error.message": "" if message is None else message,
        "context.error.messageString": json.dumps(message),
        "context.error.responseType": refusal.type,
        # Templates have it in quotes, and users report that those within are escaped.
        "context.error.validationErrorString": json.dumps(refusal.validation, ensure_ascii=False)[1:-1],
    }

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name in own:
            return own[name]
        read = expression(name, "gatewayresponse")
        got = None if read is None else read(invocation, None)
        return found[0] if got is None else got

    return _VARIABLE.sub(value, template)


def status_of(text: str) -> int | None:
    """The status that a text says, or None where it says none."""
    return int(text) if re.fullmatch("[1-5][0-9][0-9]", text) else None
