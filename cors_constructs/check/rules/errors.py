"""CORS3xx: the errors that API Gateway answers by itself.

No template runs for them that could compare origins: a header is a literal, or a copy of a request parameter
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html).
"""

from collections.abc import Iterator
from typing import Final

from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.check.origins import is_origin
from cors_constructs.check.subject import ApiFacts, Subject
from cors_constructs.check.told import ALLOW_CREDENTIALS, ALLOW_ORIGIN, EXPOSE_HEADERS, spelled
from cors_constructs.check.values import Kind, read_error_value
from cors_constructs.check.wording import listed, once_per_api
from cors_constructs.simulate.model import GatewayResponse
from cors_constructs.simulate.values import Text

_TYPES = "https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html"
_DEFINITION = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html"
_RESOURCE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-gatewayresponse.html"
_CORS_CHECK = "https://fetch.spec.whatwg.org/#cors-check"
_EXPOSED = "https://fetch.spec.whatwg.org/#http-access-control-expose-headers"
_CREDENTIALS = "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"

_STATUSES = {"DEFAULT_4XX": ("401", "403", "429"), "DEFAULT_5XX": ("500", "504")}
_DEFAULTS = tuple(_STATUSES)
_SERVER_ERRORS = frozenset(
    {
        "API_CONFIGURATION_ERROR",
        "AUTHORIZER_CONFIGURATION_ERROR",
        "AUTHORIZER_FAILURE",
        "INTEGRATION_FAILURE",
        "INTEGRATION_TIMEOUT",
    }
)
_HEADER = "gatewayresponse.header."


def _opaque(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        bare = [name for name in _DEFAULTS if ALLOW_ORIGIN not in _raw(facts.api.gateway_responses.get(name))]
        if not bare or not facts.calls:
            continue
        errors = listed(status for name in bare for status in _STATUSES[name])
        present = [facts.api.gateway_responses[name] for name in bare if name in facts.api.gateway_responses]
        source = present[0].source if len(present) == len(bare) == 1 else facts.api.source
        fix = (
            f"give the API an AWS::ApiGateway::GatewayResponse for ResponseType {' and '.join(bare)} with "
            f"ResponseParameters {_HEADER}Access-Control-Allow-Origin: \"'{_suggested(facts)}'\""
        )
        if facts.doubt:
            message = f"the template gives {' and '.join(bare)} no Access-Control-Allow-Origin, and {facts.doubt}"
            yield rule.cannot_tell(source, message, f"unless it is done there, {fix}")
        else:
            message = (
                f"{' and '.join(bare)} carry no Access-Control-Allow-Origin: where the gateway answers {errors}, a "
                "page "
                'sees nothing but "CORS error"'
            )
            yield rule.wrong(source, message.replace("carry", "carries") if len(bare) == 1 else message, fix)


def _suggested(facts: ApiFacts) -> str:
    """The one origin that preflights tell everybody, if browsers can send it; or the wildcard."""
    origins = {str(preflight.told.origin) for preflight in facts.preflights if preflight.told and not preflight.welcome}
    return origin if len(origins) == 1 and is_origin(origin := origins.pop()) else "*"


def _hides(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        for response in facts.api.gateway_responses.values():
            default = _default_of(facts, response)
            if default is None or response.type in _DEFAULTS or ALLOW_ORIGIN not in _raw(default):
                continue
            own, hidden = _raw(response), _raw(default)
            missing = [name for name in (ALLOW_ORIGIN, ALLOW_CREDENTIALS) if name in hidden and name not in own]
            if missing:
                names = " and ".join(spelled(name) for name in missing)
                message = (
                    f"{response.type} is a gateway response of its own, without the {names} of {default.type}: a page "
                    "cannot read this error, though it can read the others"
                )
                written = ", ".join(f'{_HEADER}{spelled(name)}: "{hidden[name]}"' for name in missing)
                yield rule.wrong(response.source, message, f"add to its ResponseParameters {written}")


def _default_of(facts: ApiFacts, response: GatewayResponse) -> GatewayResponse | None:
    is_server_error = response.type in _SERVER_ERRORS
    return facts.api.gateway_responses.get("DEFAULT_5XX" if is_server_error else "DEFAULT_4XX")


def _raw(response: GatewayResponse | None) -> dict[str, Text]:
    return {name.lower(): value for name, value in response.headers.items()} if response else {}


def _disagrees(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        allowed = facts.allowed_origins
        for error in facts.errors if allowed and "*" not in allowed else ():
            origin = error.origin
            if isinstance(origin, str) and is_origin(origin) and origin not in allowed:
                message = (
                    f"{error.name} allows {origin}, and the preflights allow {listed(sorted(allowed))}: the pages that "
                    "may call the API cannot read this error"
                )
                fix = f"write {_HEADER}Access-Control-Allow-Origin: \"'{min(allowed) if len(allowed) == 1 else '*'}'\""
                yield rule.wrong(error.source, message, fix)


def _unquoted(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        for response in facts.api.gateway_responses.values():
            for name, raw in response.headers.items():
                kind = read_error_value(raw).kind
                header = f"{response.type} sets {name} to {raw}"
                fix = f"write {_HEADER}{name}: \"'{_bare(raw)}'\""
                if kind is Kind.NEITHER:
                    message = f"{header}, which is neither a literal between single quotes nor a request parameter"
                    yield rule.wrong(response.source, message, fix)
                elif kind is Kind.BROKEN_QUOTES:
                    message = f"{header}, with a quote where none can be: API Gateway knows no escape for it"
                    yield rule.wrong(response.source, message, fix)


def _bare(raw: Text) -> str:
    return str(raw).replace("'", "").strip()


def _reflects_with_credentials(rule: Rule, subject: Subject) -> Iterator[Finding]:
    what = "and allows credentials: a page of any site can read what this error tells of its visitor"
    return _reflecting(rule, subject, what, credentials=True)


def _reflects(rule: Rule, subject: Subject) -> Iterator[Finding]:
    return _reflecting(rule, subject, "so that pages of every site can read this error", credentials=False)


def _reflecting(rule: Rule, subject: Subject, what: str, *, credentials: bool) -> Iterator[Finding]:
    for facts in subject.apis:
        found = []
        for error in facts.errors:
            reflects = str(error.origin).lower() == "method.request.header.origin"
            if reflects and error.with_credentials is credentials:
                message = f"{error.name} copies the request's Origin into Access-Control-Allow-Origin {what}"
                found.append(("", rule.wrong(error.source, message, _LITERAL)))
        yield from once_per_api(found)


_LITERAL = f"write one origin, or '*' without credentials: {_HEADER}Access-Control-Allow-Origin: \"'*'\""


def _wildcard_with_credentials(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        found = []
        for error in facts.errors:
            if error.origin == "*" and error.with_credentials:
                message = (
                    f"{error.name} allows origin * and credentials: to a call with credentials * is a name like any "
                    "other, so its page cannot read this error"
                )
                fix = (
                    f"name the one origin in {_HEADER}Access-Control-Allow-Origin, or remove "
                    f"{_HEADER}Access-Control-Allow-Credentials"
                )
                found.append(("", rule.wrong(error.source, message, fix)))
        yield from once_per_api(found)


def _exposes_nothing(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        found = []
        for error in facts.errors:
            if error.says(ALLOW_ORIGIN) and not error.says(EXPOSE_HEADERS):
                message = (
                    f"{error.name} exposes no headers: a page reads its status and body, and neither x-amzn-errortype, "
                    "x-amzn-requestid nor Retry-After"
                )
                fix = (
                    f"give it ResponseParameters {_HEADER}Access-Control-Expose-Headers: "
                    "\"'retry-after,x-amzn-errortype,x-amzn-requestid'\""
                )
                found.append(("", rule.wrong(error.source, message, fix)))
        yield from once_per_api(found)


# fmt: off
RULES: Final = (
    Rule("CORS301", "The gateway's own errors carry no CORS headers", Severity.WARNING,
        "A missing key, a throttled call, an expired token or a timeout is answered by API Gateway itself, and none of "
        "these errors has CORS headers by default. A page cannot tell them from a broken network.",
        "Set Access-Control-Allow-Origin on the gateway responses DEFAULT_4XX and DEFAULT_5XX.", _TYPES, _opaque),
    Rule("CORS302", "A gateway response hides the default's CORS headers", Severity.ERROR,
        "A type that has a gateway response of its own takes nothing from DEFAULT_4XX or DEFAULT_5XX, headers "
        "included.",
        "Repeat the CORS headers on every gateway response.", _TYPES, _hides),
    Rule("CORS303", "A gateway response allows another origin than the preflights", Severity.ERROR,
        "The pages that may call the API cannot read its errors, and those that can may not call it.",
        "Allow the same origin in both places.", _CORS_CHECK, _disagrees),
    Rule("CORS304", "A gateway response's header is neither a literal nor a parameter", Severity.ERROR,
        "API Gateway takes 'a literal' between single quotes or a request parameter, and refuses anything else, or "
        "sends no header.", "Put the value between single quotes, inside the double ones.", _RESOURCE, _unquoted),
    Rule("CORS305", "A gateway response lets every site in, with credentials", Severity.ERROR,
        "It copies the request's Origin, so that every site may read, with its visitor's cookies, what the error "
        "tells: whether the visitor is signed in, for one.",
        "Write one origin, or '*' without credentials. Errors cannot choose among several origins.",
        _DEFINITION, _reflects_with_credentials),
    Rule("CORS306", "A gateway response copies the request's Origin", Severity.WARNING,
        "Pages of every site can read the gateway's own errors. Without credentials '*' says the same, and caches "
        "well.", "Write one origin, or '*'.", _DEFINITION, _reflects),
    Rule("CORS307", "A gateway response allows * with credentials", Severity.ERROR,
        "With credentials a browser reads * as a name like any other: the call's page cannot read the error.",
        "Name the origin, or leave Access-Control-Allow-Credentials out.", _CREDENTIALS, _wildcard_with_credentials),
    Rule("CORS308", "A gateway response exposes no headers", Severity.WARNING,
        "What kind of error it was, the request's id and when to try again stand in headers, and a page reads only "
        "those that Access-Control-Expose-Headers names.",
        "Expose retry-after, x-amzn-errortype and x-amzn-requestid.", _EXPOSED, _exposes_nothing),
)
