"""The differences between the emulators and the simulated gateway that are known, as data.

Each says what an emulator makes of an answer that is right. A difference that is not listed fails its comparison, and
so does a listed one that is gone: the answer is then expected to be changed, and is not.
"""

import json
from http import HTTPStatus
from typing import Final

import attrs

from ..abilities import Ability
from .answers import Answer, echo
from .calls import APP, STRANGER
from .changes import Difference, error, message, replaced, with_body, with_header, with_status, without
from .examples import STAFF
from .mocks import ECHO

LOCALSTACK = "localstack"
MINISTACK = "ministack"

CDK_HEADERS = "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent"
STATIC = {"access-control-allow-origin": APP, "access-control-allow-methods": "PUT"}
ORIGIN = "access-control-allow-origin"
NO_TOKEN = "Missing Authentication Token"  # noqa: S105 - an error's message


def in_cdk_preflights(origin: str, allowed: str = CDK_HEADERS, **more: str) -> dict[str, str]:
    """The headers that the CDK's own preflights have."""
    methods = {"access-control-allow-methods": "OPTIONS,GET,PUT,POST,DELETE,PATCH,HEAD"}
    return {"access-control-allow-origin": origin, "access-control-allow-headers": allowed, **methods, **more}


def refused(answer: Answer) -> bool:
    return answer.error


def answered(answer: Answer) -> bool:
    return not answer.error


def without_token(answer: Answer) -> bool:
    return bool(answer.body == message(NO_TOKEN))


_GATEWAY_RESPONSES = (
    Difference(LOCALSTACK, Ability.GATEWAY_RESPONSE_HEADERS, ("*",), without(), refused),
    Difference(
        LOCALSTACK,
        Ability.GATEWAY_RESPONSE_TEMPLATES,
        ("errors: GET /keyed*", "default errors: GET /keyed*"),
        with_body(message("Forbidden")),
        lambda answer: answer.error and answer.body != message(NO_TOKEN),
    ),
    Difference(
        LOCALSTACK,
        Ability.GATEWAY_RESPONSE_TEMPLATES,
        ("default errors: OPTIONS *",),
        with_body(message("Unsupported Media Type")),
    ),
)

_GUARDS = (
    Difference(LOCALSTACK, Ability.IAM_AUTHORIZATION, ("errors: GET /iam*",), replaced(200, body=echo(origin=APP))),
    Difference(
        LOCALSTACK,
        Ability.IAM_AUTHORIZATION,
        ("authorizers: StaffApi [GD]E*, key 'StaffApiClientdesk'",),
        replaced(200, body=echo(origin=STAFF)),
    ),
    # Without the guard, the key is asked for.
    Difference(
        LOCALSTACK,
        Ability.IAM_AUTHORIZATION,
        ("authorizers: StaffApi [GD]E*",),
        with_body(message("Forbidden")),
        without_token,
    ),
    Difference(
        MINISTACK,
        Ability.IDENTITY_SOURCES,
        ("authorizers: ReadersApi GET /e-books/17*",),
        lambda answer: attrs.evolve(answer, status=500, body=message("Internal server error")),
    ),
)

_BINARY = tuple(
    difference
    for emulator in (LOCALSTACK, MINISTACK)
    for difference in (
        Difference(
            emulator, Ability.BINARY_WILDCARD, ("all media types binary: OPTIONS /plain*",), replaced(204, STATIC)
        ),
        Difference(
            emulator, Ability.BINARY_WILDCARD, ("plain CDK: Files OPTIONS *",), replaced(204, in_cdk_preflights("*"))
        ),
    )
)

_CONTENT_TYPES = (
    *(
        Difference(
            LOCALSTACK,
            Ability.MEDIA_TYPES_IN_ANY_SPELLING,
            tuple(
                f"content types: OPTIONS /{path}, *{spelled}"
                for path in paths
                for spelled in ("; charset=utf-8", "/JSON")
            ),
            error(status, text),
        )
        for paths, status, text in (
            (("never", "no-templates", "both"), 415, "Unsupported Media Type"),
            (("no-match", "default"), 500, "Internal server error"),
        )
    ),
    Difference(
        MINISTACK,
        Ability.UNMAPPED_TYPE_BREAKS_MOCK,
        ("content types: OPTIONS /no-match, *", "content types: OPTIONS /default, *"),
        replaced(204, STATIC),
        refused,
    ),
    Difference(
        MINISTACK,
        Ability.UNMAPPED_TYPE_BREAKS_MOCK,
        ("plain CDK: One OPTIONS /orders, *, Content-Type: text/plain",),
        replaced(204, in_cdk_preflights(APP, "content-type,x-api-key", vary="Origin")),
    ),
    Difference(
        MINISTACK,
        Ability.WHEN_NO_TEMPLATES,
        ("content types: OPTIONS /no-templates, *",),
        replaced(204, STATIC),
        refused,
    ),
)

_TEMPLATES = (
    Difference(
        MINISTACK,
        Ability.VTL_IN_MOCK,
        tuple(f"mapping templates: OPTIONS /{path}*" for path in ("two", "pattern", "loose")),
        without(ORIGIN, "vary"),
    ),
    Difference(
        MINISTACK, Ability.VTL_IN_MOCK, ("mapping templates: OPTIONS /overridden, *",), with_header(ORIGIN, APP)
    ),
    Difference(MINISTACK, Ability.VTL_IN_MOCK, ("mapping templates: OPTIONS /refusing, *",), with_status(204)),
    Difference(MINISTACK, Ability.VTL_IN_MOCK, ("mapping templates: GET /echo/*",), with_body(json.loads(ECHO))),
    Difference(
        MINISTACK, Ability.VTL_IN_MOCK, ("many origins: * OPTIONS *",), replaced(204, {"vary": "Origin"}), answered
    ),
    # What is static is sent: the first origin.
    Difference(
        MINISTACK,
        Ability.VTL_IN_MOCK,
        ("plain CDK: Several OPTIONS *, Origin: https://admin*",),
        with_header(ORIGIN, APP),
    ),
    Difference(
        MINISTACK,
        Ability.MOCK_REQUEST_TEMPLATES,
        ("mapping templates: GET /statuses, *",),
        replaced(404, {ORIGIN: "*"}, {"is": "lost"}),
    ),
    Difference(
        MINISTACK,
        Ability.MOCK_REQUEST_TEMPLATES,
        ("mapping templates: OPTIONS /no-status, *", "mapping templates: OPTIONS /not-json, *"),
        replaced(204, STATIC),
    ),
    Difference(MINISTACK, Ability.MOCK_REQUEST_TEMPLATES, ("errors: OPTIONS /broken, *",), replaced(204)),
    Difference(
        MINISTACK, Ability.MOCK_REQUEST_TEMPLATES, ("mapping templates: OPTIONS /no-answers, *",), replaced(200, {}, {})
    ),
    Difference(
        MINISTACK,
        Ability.MOCKS_WITHOUT_BODY,
        ("ways: OPTIONS /a/b/c, *", "plain CDK: Own OPTIONS /orders, *, key 'OwnClient'"),
        with_body({}),
    ),
    Difference(
        LOCALSTACK,
        Ability.MATCHES_IN_QUERIES,
        ("mapping templates: OPTIONS /loose[?]Origin=https%3A*",),
        without(ORIGIN),
    ),
)

_BACKENDS = (
    Difference(MINISTACK, Ability.BACKEND_HEADERS, ("integrations: GET /proxy, *",), without()),
    Difference(
        MINISTACK,
        Ability.NON_PROXY_HTTP,
        ("integrations: GET /mapped, *", "integrations: GET /silent, *"),
        replaced(200, body=echo(origin=APP)),
    ),
    *(
        Difference(
            MINISTACK, Ability.NON_PROXY_HTTP, (f"integrations: GET /parameters{call}",), replaced(200, body=told)
        )
        for call, told in (
            ("[?]q=1, *", echo("q=1", origin=APP)),
            ("", echo()),
            (f", Origin: {STRANGER}", echo(origin=STRANGER)),
        )
    ),
    *(
        Difference(
            MINISTACK,
            Ability.NON_PROXY_HTTP,
            (f"integrations: POST /mapped, *X-Echo-Status: {status}, *",),
            replaced(status, body=echo(body='{"a": 1}', origin=APP)),
        )
        for status in (200, 400, 404, 500, 503)
    ),
)

_ROUTES = (
    Difference(MINISTACK, Ability.FALL_THROUGH_TO_PARAMETERS, ("ways: PUT /things/special, *",), error(403, NO_TOKEN)),
    Difference(MINISTACK, Ability.ENCODED_SLASHES, ("ways: GET /things/a%2Fb, *",), error(403, NO_TOKEN)),
)

_OPENAPI = (
    # LocalStack does not read them either, and would not send their headers if it did.
    Difference(MINISTACK, Ability.GATEWAY_RESPONSES_IN_OPENAPI, ("large API: *", "openapi: *"), without(), refused),
    Difference(
        MINISTACK,
        Ability.ROOT_SECURITY_IGNORED,
        (
            *(f"OpenAPI 3: OPTIONS /{path}, *" for path in ("orders", "open", "elsewhere")),
            *(f"OpenAPI 3: GET /{path}, Origin: {APP}" for path in ("open", "guarded")),
            *(f"OpenAPI 3: GET /{path}, *, key 'a-key-that-nobody*" for path in ("open", "guarded")),
        ),
        error(403, "Forbidden"),
    ),
    Difference(
        MINISTACK,
        Ability.MOCK_RESPONSES_IN_OPENAPI,
        ("OpenAPI 3: OPTIONS /orders/17, *", "Swagger 2: OPTIONS *", "large API: OPTIONS *", "openapi: OPTIONS *"),
        replaced(200, {}, {}),
        lambda answer: answer.status != HTTPStatus.FORBIDDEN,
    ),
    Difference(
        MINISTACK,
        Ability.ANY_IN_OPENAPI,
        tuple(
            f"{document}: {verb} /orders/17, *" for document in ("OpenAPI 3", "Swagger 2") for verb in ("GET", "DELETE")
        ),
        error(403, NO_TOKEN),
    ),
)

DIFFERENCES: Final = (
    *_GATEWAY_RESPONSES,
    *_GUARDS,
    *_BINARY,
    *_CONTENT_TYPES,
    *_TEMPLATES,
    *_BACKENDS,
    *_ROUTES,
    *_OPENAPI,
)
"""In the order in which they are applied."""
