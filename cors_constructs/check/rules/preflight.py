"""CORS201 to CORS207: whether a preflight gets an answer, and whether the answer allows what the methods need.

A preflight carries no key and no credentials: https://fetch.spec.whatwg.org/#cors-preflight-fetch.
"""

from collections.abc import Iterator
from typing import Final

from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.check.needs import Need, preflight_for
from cors_constructs.check.subject import ApiFacts, Subject
from cors_constructs.check.wording import listed, names_of
from cors_constructs.simulate.model import Method
from cors_constructs.simulate.values import Unresolved

_PREFLIGHT = "https://fetch.spec.whatwg.org/#cors-preflight-fetch"
_CORS = "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"
_METHOD = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html"


def _keyed(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for _, preflight in subject.preflights:
        method = preflight.method
        where = {"path": method.path, "verb": method.verb}
        if method.api_key_required is True:
            message = (
                f"{method.name} asks for an API key, and a browser's preflight never carries one: every call from a "
                "page that needs a preflight ends in 403"
            )
            yield rule.wrong(method.source, message, _without_key(method), **where)
        elif isinstance(method.api_key_required, Unresolved):
            message = f"whether {method.name} asks for an API key depends on {method.api_key_required}"
            yield rule.cannot_tell(method.source, message, _without_key(method), **where)


def _without_key(method: Method) -> str:
    return _open_by(method, f"in {method.source.logical_id} write ApiKeyRequired: false", "that names no API key")


def _open_by(method: Method, as_resource: str, without: str) -> str:
    """The fix for a method that is a resource, or for one in an OpenAPI document."""
    return f"give this operation a security list {without} (security: [])" if method.source.place else as_resource


def _guarded(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for _, preflight in subject.preflights:
        method = preflight.method
        where = {"path": method.path, "verb": method.verb}
        fix = _without_authorizer(method)
        if isinstance(method.authorization, Unresolved):
            message = f"whether {method.name} is guarded depends on {method.authorization}"
            yield rule.cannot_tell(method.source, message, fix, **where)
        elif method.authorization != "NONE":
            message = (
                f"{method.name} is guarded ({method.authorization}), and a browser's preflight never carries "
                "credentials: it is refused, and so is every call from a page that needs one"
            )
            yield rule.wrong(method.source, message, fix, **where)


def _without_authorizer(method: Method) -> str:
    return _open_by(
        method,
        f"in {method.source.logical_id} write AuthorizationType: NONE, and no AuthorizerId",
        "that names no authorizer",
    )


def _swallowed(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        if facts.api.unreadable:
            continue
        for method, paths in _any_methods(facts):
            also = [path for path in paths if path != method.path]
            others = f", and those of {listed(also)}," if also else ""
            by = _shut_by(method)
            where = {"path": method.path, "verb": method.verb}
            fix = (
                f"add an AWS::ApiGateway::Method with HttpMethod: OPTIONS beside it, on {method.path}: a MOCK "
                "integration that answers with the CORS headers, ApiKeyRequired: false and AuthorizationType: NONE"
            )
            if isinstance(by, Unresolved):
                message = f"{method.name} takes the preflights of its path{others} and what it asks for depends on {by}"
                yield rule.cannot_tell(method.source, message, fix, **where)
            elif by and facts.doubt:
                message = f"{method.name} {by}; an OPTIONS beside it would save preflights, and {facts.doubt}"
                yield rule.cannot_tell(method.source, message, fix, **where)
            elif by:
                message = (
                    f"{method.name} takes the preflights of its path too{others} and {by}, which no preflight carries: "
                    "pages cannot call it"
                )
                yield rule.wrong(method.source, message, fix, **where)


def _any_methods(facts: ApiFacts) -> Iterator[tuple[Method, list[str]]]:
    """The ANY methods that take preflights, with the paths whose preflights they take."""
    for method in facts.api.methods:
        if method.verb == "ANY":
            paths = [path for path, taker in facts.answers_options.items() if taker is method]
            if paths:
                yield method, paths


def _shut_by(method: Method) -> str | Unresolved | None:
    """What a method asks for that no preflight has; None for an open one."""
    asked = []
    if method.api_key_required is True:
        asked.append("asks for an API key")
    if isinstance(method.authorization, str) and method.authorization != "NONE":
        asked.append(f"is guarded ({method.authorization})")
    if asked:
        return " and ".join(asked)
    return next((v for v in (method.api_key_required, method.authorization) if isinstance(v, Unresolved)), None)


def _missing(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        if facts.api.unreadable:
            continue
        lost = {path: needy for path in _bare_paths(facts) if (needy := _in_need(facts, path, Need.YES))}
        if len(lost) > 1 and not any(facts.answers_options.values()) and not facts.doubt:
            every = [method for needy in lost.values() for method in needy]
            message = f"{facts.api.source.logical_id} has no OPTIONS method: pages cannot call {names_of(every)}"
            yield rule.wrong(facts.api.source, message, f"{_ADD} on {listed(lost)}", verb="OPTIONS")
        else:
            for path, needy in lost.items():
                yield _missing_at(rule, facts, path, needy)
        for path in _bare_paths(facts):
            unsure = _in_need(facts, path, Need.UNKNOWN)
            if unsure and path not in lost:
                unknown = _unknown_of(facts, unsure)
                message = (
                    f"{path} has no OPTIONS, and whether {names_of(unsure)} {_need(unsure)} one depends on {unknown}"
                )
                yield rule.cannot_tell(unsure[0].source, message, f"{_ADD} on {path}", path=path, verb="OPTIONS")


def _missing_at(rule: Rule, facts: ApiFacts, path: str, needy: list[Method]) -> Finding:
    fix = f"{_ADD} on {path}"
    call = f"{names_of(needy)} {_need(needy)} a preflight"
    if facts.doubt:
        message = f"{call}, {path} has no OPTIONS in the template, and {facts.doubt}"
        return rule.cannot_tell(needy[0].source, message, f"unless it is there, {fix}", path=path, verb="OPTIONS")
    message = f"{call} ({_reason(facts, needy)}), and {path} has no OPTIONS: pages cannot call it"
    return rule.wrong(needy[0].source, message, fix, path=path, verb="OPTIONS")


def _bare_paths(facts: ApiFacts) -> list[str]:
    return [path for path, taker in facts.answers_options.items() if taker is None]


def _in_need(facts: ApiFacts, path: str, need: Need) -> list[Method]:
    return [method for method in facts.calls_by_path[path] if preflight_for(method, facts.api) is need]


def _unknown_of(facts: ApiFacts, methods: list[Method]) -> Unresolved | None:
    deciding = [value for method in methods for value in (method.api_key_required, method.authorization)]
    return next((value for value in (*deciding, facts.api.api_key_source) if isinstance(value, Unresolved)), None)


_ADD = (
    "add an AWS::ApiGateway::Method with HttpMethod: OPTIONS and a MOCK integration that answers with the CORS headers"
)


def _need(calls: list[Method]) -> str:
    return "needs" if len(calls) == 1 else "need"


def _reason(facts: ApiFacts, calls: list[Method]) -> str:
    if any(method.api_key_required is True for method in calls) and facts.api.api_key_source == "HEADER":
        return "it carries x-api-key"
    return "of its method" if all(method.authorization == "NONE" for method in calls) else "it carries credentials"


# fmt: off
RULES: Final = (
    Rule("CORS201", "OPTIONS asks for an API key", Severity.ERROR,
        "A browser asks for leave before it sends a key, and the asking carries none. An OPTIONS that wants one "
        "answers 403, and the call that was to follow is never made.",
        "Write ApiKeyRequired: false on every OPTIONS.", _PREFLIGHT, _keyed),
    Rule("CORS202", "OPTIONS is guarded by an authorizer", Severity.ERROR,
        "A preflight carries no credentials: no Authorization header, no cookie, no signature. A guarded OPTIONS "
        "answers 401 or 403, and the call that was to follow is never made.",
        "Write AuthorizationType: NONE on every OPTIONS.", _PREFLIGHT, _guarded),
    Rule("CORS203", "ANY swallows the preflight", Severity.ERROR,
        "ANY stands for OPTIONS too. Where it asks for a key or an authorization, preflights are refused.",
        "Add an OPTIONS beside the ANY: the method that has the very verb answers.", _METHOD, _swallowed),
    Rule("CORS204", "A path has no OPTIONS", Severity.ERROR,
        "A call with a key, with credentials of its own, or by another method than GET, HEAD and POST is made only "
        "after a preflight. API Gateway answers an OPTIONS that is not there with 403.",
        "Add an OPTIONS method to the path, or one to / and /{proxy+} for all of them.", _CORS, _missing),
)
