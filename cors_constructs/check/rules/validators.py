"""CORS220: request validators, which look at preflights as at any other request.

A preflight has the address of the call that is to follow, query and all, and neither its headers nor its body:
https://fetch.spec.whatwg.org/#cors-preflight-fetch.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.check.preflights import is_shut
from cors_constructs.check.subject import ApiFacts, Subject
from cors_constructs.check.wording import listed
from cors_constructs.policy.names import is_forbidden_request_header
from cors_constructs.simulate.gateway.negotiation import JSON, media_type
from cors_constructs.simulate.model import Method, RequestModel
from cors_constructs.simulate.values import Unresolved

_VALIDATION = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html"

_HEADER: Final = "method.request.header."
_DEFAULT: Final = "$default"
_EMPTY: Final = "Empty"  # the model of every API that takes a request without a body
# What pages may not set browsers set themselves, perhaps with a preflight too; but these never with one.
_NEVER_SENT: Final = frozenset({"content-length", "cookie"})
# What browsers send with a preflight, or some of them, or while their developer's tools are open.
_SENT_PERHAPS: Final = frozenset(
    {
        "accept",
        "accept-language",
        "cache-control",
        "forwarded",
        "pragma",
        "priority",
        "save-data",
        "upgrade-insecure-requests",
        "user-agent",
        "x-real-ip",
    }
)
# What stands between a browser and the API may add these: CloudFront, load balancers, API Gateway itself.
_ADDED: Final = ("cloudfront-", "x-amz-cf-", "x-amzn-", "x-forwarded-")


@attrs.frozen
class _Wanted:
    """What a validator may ask for that no preflight has.

    Attributes:
        what: In words.
        status: The gateway response that answers where it is not there.
        unless: What only a deployment knows, and decides it; empty where the template does.
        places: Where the method asks for it: properties of a method.
    """

    what: str
    status: str
    unless: tuple[str, ...]
    places: str


def _refused(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        for method, paths in _takers(facts):
            wanted = [it for it in (_headers(method), _body(method)) if it is not None]
            # One that is certain goes first: it alone is enough.
            for it in sorted(wanted, key=lambda it: len(it.unless))[:1]:
                yield _finding(rule, facts, method, paths, it)


def _takers(facts: ApiFacts) -> Iterator[tuple[Method, list[str]]]:
    """The methods that take preflights and have a validator, each with the paths whose preflights it takes.

    An ANY that asks for a key or an authorization gets an OPTIONS beside it for that (CORS203).
    """
    for method in facts.api.methods:
        if not method.validates:
            continue
        paths = [path for path, taker in facts.answers_options.items() if taker is method]
        swallows = method.verb == "ANY" and paths and not is_shut(method) and not facts.api.unreadable
        if method.verb == "OPTIONS" or swallows:
            yield method, paths


def _headers(method: Method) -> _Wanted | None:
    validates = method.validates.get("params", False)
    asked = {
        place.removeprefix(_HEADER): required
        for place, required in method.request_parameters.items()
        if place.startswith(_HEADER) and required is not False and _is_never_sent(place.removeprefix(_HEADER).lower())
    }
    if not asked or validates is False:
        return None
    certain = {name: required for name, required in asked.items() if required is True}
    chosen: Mapping[str, object] = certain or asked
    unless = [value for value in (validates, *chosen.values()) if isinstance(value, Unresolved)]
    what = f"the header{'s' if len(chosen) > 1 else ''} {listed(chosen)}"
    places = listed(f"{_HEADER}{name}" for name in chosen)
    return _Wanted(what, "BAD_REQUEST_PARAMETERS", tuple(dict.fromkeys(map(str, unless))), places)


def _body(method: Method) -> _Wanted | None:
    validates = method.validates.get("body", False)
    models = {media_type(type_): model for type_, model in method.request_models.items()}
    # Without a Content-Type a request is taken for JSON.
    model = models.get(JSON, models.get(_DEFAULT))
    if model is None or model.name == _EMPTY or validates is False:
        return None
    unless = [str(it) for it in (validates, model.schema) if isinstance(it, Unresolved)]
    unless += [f"the {_title(model)}, which cannot validate bodies ({model.problem})"] if model.problem else []
    what = f"a body that is as its {_title(model)} says"
    return _Wanted(what, "BAD_REQUEST_BODY", tuple(dict.fromkeys(unless)), "")


def _finding(rule: Rule, facts: ApiFacts, method: Method, paths: list[str], wanted: _Wanted) -> Finding:
    also = [path for path in paths if path != method.path]
    others = f" (and those of {listed(also)})" if also and method.verb == "ANY" else ""
    takes = f"{method.name} takes the preflights of its path{others} too, and " if method.verb == "ANY" else ""
    fix = _beside(method) if method.verb == "ANY" else _without(method, wanted)
    where = {"path": method.path, "verb": method.verb}
    whose = "its request validator" if takes else f"the request validator of {method.name}"
    asks = f"{whose} asks for {wanted.what}"
    if wanted.unless:
        message = (
            f"whether the request validator of {method.name} refuses preflights depends on {listed(wanted.unless)}"
        )
        return rule.cannot_tell(method.source, message, fix, **where)
    if facts.doubt and method.verb == "ANY":
        message = f"{takes}{asks}; an OPTIONS beside it would save preflights, and {facts.doubt}"
        return rule.cannot_tell(method.source, message, fix, **where)
    message = (
        f"{takes}{asks}, which no preflight has: every preflight {'would be' if is_shut(method) else 'is'} answered "
        f"400 ({wanted.status}), and pages cannot make the call"
    )
    return rule.wrong(method.source, message, fix, **where)


def _beside(method: Method) -> str:
    return (
        f"add an AWS::ApiGateway::Method with HttpMethod: OPTIONS beside it, on {method.path}: a MOCK integration that "
        "answers with the CORS headers, ApiKeyRequired: false and AuthorizationType: NONE, and with no "
        f"{'required parameters' if method.source.place else 'RequestValidatorId'}"
    )


def _without(method: Method, wanted: _Wanted) -> str:
    if method.source.place:
        return (
            f"give {method.name} no required header and no requestBody schema; or, in x-amazon-apigateway-request-"
            "validator, a validator that looks at neither"
        )
    instead = f", or write false for {wanted.places} in its RequestParameters" if wanted.places else ""
    return f"remove {method.source.logical_id}.RequestValidatorId{instead}"


def _is_never_sent(name: str) -> bool:
    """Whether certainly no preflight has a header, whose name is in lower case."""
    may_be = name in _SENT_PERHAPS or name.startswith(_ADDED) or is_forbidden_request_header(name)
    return name in _NEVER_SENT or not may_be


def _title(model: RequestModel) -> str:
    return f"model {model.name}" if model.name else "schema"


# fmt: off
RULES: Final = (
    Rule("CORS220", "A request validator refuses the preflight", Severity.ERROR,
        "A request validator looks at preflights too, where it is that of an OPTIONS or of an ANY. A preflight has no "
        "header of the call's, and no body: where one is required it is answered 400, and the call is never made.",
        "Answer preflights by an OPTIONS without a request validator, beside the ANY.", _VALIDATION, _refused),
)
