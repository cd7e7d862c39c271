"""What each emulator can and cannot do, so that a test can state the difference it expects instead of skipping.

Everything here was seen by running LocalStack 4.12 and MiniStack 1.5.33; `test_harness.py` sees it again on every run.
What both can do (static headers of a MOCK integration, API keys with plans, routing of a shared `/{proxy+}` preflight,
415 for `PassthroughBehavior: NEVER`, another status for a gateway response) needs no name. Neither proves AWS.
"""

from enum import Enum, unique
from typing import Final


@unique
class Ability(Enum):
    """Something AWS does that at least one of the emulators does not."""

    VTL_IN_MOCK = "response templates of a MOCK integration are run"
    """MiniStack sends the static headers, never runs the template, and counts its source as a body."""

    GATEWAY_RESPONSE_HEADERS = "gateway responses carry the headers they are given"
    """LocalStack accepts `AWS::ApiGateway::GatewayResponse` and applies its status, but not its headers."""

    MOCK_RESPONSES_IN_OPENAPI = "the `responses` of an `x-amazon-apigateway-integration` are read"
    """MiniStack reads the integration without them: a MOCK preflight in an OpenAPI body answers 200 and `{}`."""

    GATEWAY_RESPONSES_IN_OPENAPI = "`x-amazon-apigateway-gateway-responses` in an OpenAPI body is read"
    """Neither reads it: error responses of a specified API are seen only where they are resources of their own."""

    GATEWAY_RESPONSE_TEMPLATES = "gateway responses carry the body they are given"
    """LocalStack always answers with its own `{"message": ...}`."""

    LIMITS = "quotas and throttles of plans and stages are enforced"
    """LocalStack deploys them and lets every call through."""

    AUTHORIZERS = "authorizers can be deployed by CloudFormation"
    """LocalStack ignores `AWS::ApiGateway::Authorizer`, so a method that names one fails the stack. It is cut."""

    IAM_AUTHORIZATION = "an AWS_IAM method refuses a call without a signature"
    """LocalStack serves it. MiniStack refuses it when there is no Authorization header, and looks no closer."""

    UNMAPPED_TYPE_BREAKS_MOCK = "a MOCK with WHEN_NO_MATCH answers 500 to a Content-Type it has no template for"
    """MiniStack answers as if nothing were wrong, so it cannot show what `NEVER` is good for; 415 it does send."""

    BARE_204 = "a 204 has no Content-Length"
    """MiniStack counts a body it then does not send; clients know that a 204 has none."""

    BACKEND_HEADERS = "an HTTP_PROXY integration passes the backend's headers on"
    """MiniStack passes status, body and Content-Type, so CORS headers of real responses are seen on LocalStack only."""

    REFERENCES_CHECKED = "a stack fails when it names a resource that does not exist"
    """MiniStack creates it all the same: that a stack deploys there proves little about the template."""

    BINARY_WILDCARD = "`binaryMediaTypes: */*` makes a MOCK without CONVERT_TO_TEXT answer 500"
    """Neither: LocalStack skips wildcard types when it compares, MiniStack reads them for Lambda functions only."""

    LAMBDA = "Lambda functions run"
    """LocalStack wants Docker for that. MiniStack runs them as child processes; `for_emulator` replaces them anyway."""


LOCALSTACK_ABILITIES: Final = frozenset(
    {
        Ability.VTL_IN_MOCK,
        Ability.UNMAPPED_TYPE_BREAKS_MOCK,
        Ability.BARE_204,
        Ability.BACKEND_HEADERS,
        Ability.MOCK_RESPONSES_IN_OPENAPI,
        Ability.REFERENCES_CHECKED,
    }
)
"""Several origins, whatever else takes a mapping template, and the headers of real responses are proved here."""

MINISTACK_ABILITIES: Final = frozenset(
    {
        Ability.GATEWAY_RESPONSE_HEADERS,
        Ability.GATEWAY_RESPONSE_TEMPLATES,
        Ability.LIMITS,
        Ability.AUTHORIZERS,
        Ability.IAM_AUTHORIZATION,
        Ability.LAMBDA,
    }
)
"""Error responses, limits and authorizers are proved here."""
