"""What each emulator can and cannot do, so that a test can state the difference it expects instead of skipping.

Everything here was seen by running LocalStack 4.12 and MiniStack 1.5.33; `test_harness.py` and, beside the simulated
gateway, `test_differential.py` see it again on every run.
What both can do (static headers of a MOCK integration, API keys with plans, routing of a shared `/{proxy+}` preflight,
415 for `PassthroughBehavior: NEVER`, another status for a gateway response, nested stacks, one stack's exports in
another) needs no name. Neither proves AWS.
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

    MEDIA_TYPES_IN_ANY_SPELLING = "`application/json; charset=utf-8` takes the template of `application/json`"
    """LocalStack compares the whole header, letter by letter."""

    WHEN_NO_TEMPLATES = "WHEN_NO_TEMPLATES refuses a Content-Type for which the integration's templates have none"
    """MiniStack passes it on, as with WHEN_NO_MATCH."""

    MOCK_REQUEST_TEMPLATES = "the request template of a MOCK is run, and the JSON that it gives says the status"
    """MiniStack looks for the first thing like a status in the template's source, and takes 200 where there is none."""

    MOCKS_WITHOUT_BODY = "a MOCK without a response template has no body"
    """MiniStack sends `{}` unless the status is 204."""

    MATCHES_IN_QUERIES = "in a template `matches` works on what came in the query"
    """LocalStack reads the query before the headers, as AWS does, and finds no match there. MiniStack runs none."""

    NON_PROXY_HTTP = "an HTTP integration maps requests and answers"
    """MiniStack treats it as HTTP_PROXY."""

    FALL_THROUGH_TO_PARAMETERS = "`PUT /things/special` reaches `/things/{id}` where `/things/special` has no PUT"
    """MiniStack falls through to a greedy `{proxy+}` only."""

    ENCODED_SLASHES = "`%2F` does not end a segment of the path"
    """MiniStack decodes before it splits."""

    ANY_IN_OPENAPI = "`x-amazon-apigateway-any-method` in an OpenAPI body is read"
    """MiniStack has no such method then."""

    ROOT_SECURITY_IGNORED = "`security` at the root of an OpenAPI body counts for nothing"
    """MiniStack asks for the key wherever an operation does not say otherwise."""

    IDENTITY_SOURCES = "a REQUEST authorizer is not asked where the request lacks what it reads: 401"
    """MiniStack calls its function all the same, which is not deployed: 500. LocalStack deploys no authorizers."""

    STAGES_AS_DEPLOYED = "a stage serves what there was when it was last deployed"
    """MiniStack serves what there is: a Deployment which is missing or comes too early shows on LocalStack only."""

    SAM = "templates of SAM's are translated, and may name what that makes, such as `Api.Stage`"
    """LocalStack looks for what is named before it translates; MiniStack brings no translator. The harness does it."""

    LAMBDA = "Lambda functions run"
    """LocalStack wants Docker for that. MiniStack runs those of Python and Node.js as child processes, layers included;
    `for_emulator` replaces them all the same, save where a test is about functions (see `functions.py`)."""


LOCALSTACK_ABILITIES: Final = frozenset(
    {
        Ability.VTL_IN_MOCK,
        Ability.UNMAPPED_TYPE_BREAKS_MOCK,
        Ability.BARE_204,
        Ability.BACKEND_HEADERS,
        Ability.MOCK_RESPONSES_IN_OPENAPI,
        Ability.REFERENCES_CHECKED,
        Ability.WHEN_NO_TEMPLATES,
        Ability.MOCK_REQUEST_TEMPLATES,
        Ability.MOCKS_WITHOUT_BODY,
        Ability.NON_PROXY_HTTP,
        Ability.FALL_THROUGH_TO_PARAMETERS,
        Ability.ENCODED_SLASHES,
        Ability.ANY_IN_OPENAPI,
        Ability.ROOT_SECURITY_IGNORED,
        Ability.STAGES_AS_DEPLOYED,
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
        Ability.MEDIA_TYPES_IN_ANY_SPELLING,
    }
)
"""Error responses, limits and authorizers are proved here."""
