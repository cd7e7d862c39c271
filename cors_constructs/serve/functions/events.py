"""The events of functions behind a REST API: those of proxy integrations, payload 1.0, and those of authorizers.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
"""

import base64
import copy
from collections.abc import Iterable
from typing import Any, Final

from cors_constructs.serve.functions.variables import region
from cors_constructs.simulate.gateway.calls import Call

# What is about the connection reaches no function.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
_DROPPED: Final = frozenset(
    {
        "connection",
        "content-length",
        "content-md5",
        "expect",
        "keep-alive",
        "max-forwards",
        "proxy-authenticate",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "www-authenticate",
    }
)
_IDENTITY: Final = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
)


def proxy_event(call: Call) -> dict[str, Any]:
    """What a function behind a proxy integration gets.

    Args:
        call: Of the kind `backend`.

    Raises:
        TemplateError: Only a deployment knows whether the body is binary.
    """
    body = call.request.body
    is_binary = bool(body) and call.is_binary
    text = base64.b64encode(body).decode() if is_binary else body.decode("utf-8", "replace")
    return {
        **_request(call),
        "requestContext": _context(call),
        "stageVariables": call.invocation.stage_variables or None,
        "body": text or None,
        "isBase64Encoded": is_binary,
    }


def authorizer_event(call: Call, token: str | None) -> dict[str, Any]:
    """What an authorizer's function gets.

    Args:
        call: Of the kind `authorizer`.
        token: The token, of an authorizer of the type TOKEN; None for one of the type REQUEST.
    """
    if token is not None:
        return {"type": "TOKEN", "authorizationToken": token, "methodArn": method_arn(call)}
    return {
        "type": "REQUEST",
        "methodArn": method_arn(call),
        **_request(call),
        "requestContext": _context(call),
        "stageVariables": call.invocation.stage_variables,
    }


def method_arn(call: Call) -> str:
    """The ARN of what is called: `arn:aws:execute-api:us-east-1:123456789012:api/prod/GET/users`."""
    arrival = call.arrival
    # The path as it is called, without the slash it begins with.
    path = call.invocation.path.removeprefix("/")
    api = f"arn:aws:execute-api:{region()}:{arrival.account_id}:{arrival.api_id}"
    return f"{api}/{call.stage.name}/{call.original.method}/{path}"


def _request(call: Call) -> dict[str, Any]:
    arrival = call.arrival
    kept = [(name, value) for name, value in call.original.headers.lines if name.lower() not in _DROPPED]
    known = {name.lower() for name, _ in kept}
    added = [("Host", arrival.domain_name), ("X-Amzn-Trace-Id", f"Root=1-{int(arrival.time):08x}-{_hex(call)}")]
    lines = [*kept, *((name, value) for name, value in added if name.lower() not in known)]
    lines = _forwarded(lines, arrival.source_ip)
    query = call.query
    return {
        "resource": call.method.path,
        # At a custom domain it is the whole one: https://github.com/CodeGenieApp/serverless-express/issues/216
        "path": f"{arrival.base_path or ''}{call.invocation.path}",
        "httpMethod": call.original.method,
        "headers": {name: values[-1] for name, values in _grouped(lines).items()} or None,
        "multiValueHeaders": _grouped(lines) or None,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(call.invocation.path_parameters) or None,
    }


def _forwarded(lines: list[tuple[str, str]], source: str) -> list[tuple[str, str]]:
    before = [value for name, value in lines if name.lower() == "x-forwarded-for"]
    rest = [(name, value) for name, value in lines if name.lower() != "x-forwarded-for"]
    return [*rest, ("X-Forwarded-For", ", ".join([*before, source]))]


def _context(call: Call) -> dict[str, Any]:
    """`requestContext`: what templates read as `$context`, and what is null here."""
    # Of a copy: it is worked out once, and a backend's holds what the authorizer has not decided yet.
    context = copy.copy(call.invocation).context
    identity: dict[str, str | None] = {**dict.fromkeys(_IDENTITY), **context["identity"]}
    if call.api_key is not None:
        identity["apiKeyId"] = call.api_key.source.logical_id
    identity["userAgent"] = identity["userAgent"] or None
    return {**context, "identity": identity}


def _grouped(lines: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Every value by name, under the first spelling of that."""
    found: dict[str, tuple[str, list[str]]] = {}
    for name, value in lines:
        found.setdefault(name.lower(), (name, []))[1].append(value)
    return dict(found.values())


def _hex(call: Call) -> str:
    return f"{call.arrival.request_id.replace('-', ''):0<24}"[:24]
