"""CORS511 to CORS516: what methods answer in earnest, where the template says it.

A page reads an answer only if the answer itself has Access-Control-Allow-Origin, whatever the preflight said
(https://fetch.spec.whatwg.org/#cors-check). Proxy integrations hand on what the backend sends, which no template shows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.check.origins import is_origin
from cors_constructs.check.preflights import Preflight
from cors_constructs.check.subject import NOT_PROXIES, ApiFacts, Subject
from cors_constructs.check.told import ALLOW_CREDENTIALS, ALLOW_ORIGIN
from cors_constructs.check.wording import listed
from cors_constructs.simulate.model import IntegrationResponse, Method
from cors_constructs.simulate.values import Unresolved

_CORS = "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"
_SETTING_UP = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-response.html"
)
_CORS_CHECK = "https://fetch.spec.whatwg.org/#cors-check"

_ORIGIN = "Access-Control-Allow-Origin"
_OVERRIDE = "responseoverride.header.access-control-allow-origin"


def _no_origin(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts, method in _made_here(subject):
        integration = method.integration
        if integration is None or (method.verb == "OPTIONS" and integration.type == "MOCK"):
            continue
        without = [response for response in integration.responses if not _sends_origin(response)]
        is_placeholder = integration.type == "MOCK" and not integration.responses
        if is_placeholder or (integration.responses and not without):
            continue  # a method that answers nobody is no matter of origins
        where = {"path": method.path, "verb": method.verb}
        article = "a" if integration.type == "MOCK" else "an"  # HTTP, AWS
        kind = f"{method.name} has {article} {integration.type} integration"
        if not integration.responses:
            message = f"{kind} and no integration response: every call is answered 500"
        else:
            statuses = listed(str(response.status) for response in without)
            declared = _declares_origin(method, without)
            but = ", though a method response declares it" if declared else ""
            message = f"{kind} that sends no {_ORIGIN} with {statuses}{but}: no page can read the answer"
        fix = _sending_origin(method.source.logical_id, bool(integration.responses), _chooser(facts, method))
        yield rule.wrong(method.source, message, fix, **where)


def _chooser(facts: ApiFacts, method: Method) -> Preflight | None:
    """The preflight of a method, or without one any of its API, whose template chooses among origins."""
    its = [preflight for preflight in facts.preflights if method in preflight.serves] or facts.preflights
    return next((preflight for preflight in its if _chooses(preflight)), None)


def _chooses(preflight: Preflight) -> bool:
    answer, welcome = preflight.answer, preflight.welcome
    return answer is not None and welcome is not None and welcome.sets_origin and "*" not in answer.guests


def _sending_origin(name: str, has_responses: bool, chooser: Preflight | None) -> str:
    """What to write for the header: one value, or a choice as a preflight makes it."""
    entry, own, with_ours = f"each IntegrationResponses entry of {name}", "the", ""
    if not has_responses:
        entry, own = f"IntegrationResponses of {name} add an entry with StatusCode: 200, and in it", "a"
    header = f"\"'<origin>'\", and method.response.header.{_ORIGIN}: true"
    value = f"ResponseParameters method.response.header.{_ORIGIN}: {header}"
    if chooser is not None:
        value = (
            "ResponseTemplates application/json: what chooses among the origins in the template of "
            f"{chooser.name}, and after it $input.body; ResponseParameters method.response.header.Vary: \"'Origin'\"; "
            f"and method.response.header.{_ORIGIN}: true, method.response.header.Vary: true"
        )
        ours = 'response_templates={"application/json": "$input.body"}'
        with_ours = f". A CorsRestApi does all that itself for an integration response with {ours}"
    return f"in {entry} write {value} in {own} MethodResponses entry of its StatusCode{with_ours}"


def _sends_origin(response: IntegrationResponse) -> bool:
    return _has(response.headers, _ORIGIN) or any(
        _OVERRIDE in str(template).lower() for template in response.templates.values()
    )


def _declares_origin(method: Method, responses: list[IntegrationResponse]) -> bool:
    statuses = {str(response.status) for response in responses}
    return any(str(declared.status) in statuses and _has(declared.headers, _ORIGIN) for declared in method.responses)


def _has(headers: Iterable[str], name: str) -> bool:
    return name.lower() in map(str.lower, headers)


def _other_origin(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        allowed = facts.allowed_origins
        for answer in facts.responses if allowed and "*" not in allowed else ():
            origin, method = answer.static.origin, answer.method
            if isinstance(origin, str) and answer.welcome is None and is_origin(origin) and origin not in allowed:
                message = (
                    f"{method.name} allows {origin} on its answer {answer.response.status}, and the preflights allow "
                    f"{listed(sorted(allowed))}: the pages that may make the call cannot read the answer"
                )
                fix = f"in {method.source.logical_id} write method.response.header.{_ORIGIN}: \"'{min(allowed)}'\""
                yield rule.wrong(method.source, message, fix, path=method.path, verb=method.verb)


def _no_credentials(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        promised = {
            method.name: preflight.name
            for preflight in facts.preflights
            if preflight.told and preflight.told.with_credentials
            for method in preflight.serves
        }
        for answer in facts.responses:
            told, method = answer.told, answer.method
            if (
                told is None
                or not told.says(ALLOW_ORIGIN)
                or told.says(ALLOW_CREDENTIALS)
                or method.name not in promised
            ):
                continue
            message = (
                f"{promised[method.name]} allows credentials, and {method.name} does not on its answer "
                f"{answer.response.status}: a page that sends cookies cannot read it"
            )
            fix = (
                f"in {method.source.logical_id} map method.response.header.Access-Control-Allow-Credentials: "
                "\"'true'\" "
                "too, and declare it"
            )
            yield rule.wrong(method.source, message, fix, path=method.path, verb=method.verb)


def _methods(subject: Subject) -> Iterator[Method]:
    """The methods whose answers the template makes."""
    return (method for _, method in _made_here(subject))


def _made_here(subject: Subject) -> Iterator[tuple[ApiFacts, Method]]:
    """The same, each with the facts of its API."""
    for facts in subject.apis:
        for method in facts.api.methods:
            if method.integration is not None and method.integration.type in NOT_PROXIES:
                yield facts, method


def _not_declared(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for method in _methods(subject):
        declared = {str(response.status): {name.lower() for name in response.headers} for response in method.responses}
        for response in method.integration.responses if method.integration else ():
            known = declared.get(str(response.status))
            missing = [name for name in response.headers if known is not None and name.lower() not in known]
            if missing:
                message = (
                    f"{method.name} sets {listed(missing)} on its answer {response.status}, whose method response does "
                    "not declare it: the deployment fails"
                )
                added = ", ".join(f"method.response.header.{name}: true" for name in missing)
                fix = f"in the MethodResponses entry {response.status} of {method.source.logical_id} add {added}"
                yield rule.wrong(method.source, message, fix, path=method.path, verb=method.verb)


def _no_method_response(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for method in _methods(subject):
        declared = {str(response.status) for response in method.responses}
        if any(isinstance(response.status, Unresolved) for response in method.responses) or not method.integration:
            continue
        answered = [str(r.status) for r in method.integration.responses if not isinstance(r.status, Unresolved)]
        missing = [status for status in dict.fromkeys(answered) if status not in declared]
        if missing:
            has = f"only {listed(sorted(declared))}" if declared else "none"
            message = (
                f"{method.name} answers {listed(missing)}, and of method responses it has {has}: the deployment fails, "
                "or the call is answered 500"
            )
            fix = f"in {method.source.logical_id} add MethodResponses entries with StatusCode {', '.join(missing)}"
            yield rule.wrong(method.source, message, fix, path=method.path, verb=method.verb)


def _twice(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for method in _methods(subject):
        for response in method.integration.responses if method.integration else ():
            for names in _spelt_twice(response.headers):
                message = f"{method.name} sets {listed(names)} on its answer {response.status}: one header, sent twice"
                fix = f"leave one of them in {method.source.logical_id}"
                yield rule.wrong(method.source, message, fix, path=method.path, verb=method.verb)
    for facts in subject.apis:
        for error in facts.api.gateway_responses.values():
            for names in _spelt_twice(error.headers):
                message = f"{error.type} sets {listed(names)}: one header, sent twice"
                yield rule.wrong(error.source, message, f"leave one of them in {error.source.logical_id}")


def _spelt_twice(headers: Iterable[str]) -> list[list[str]]:
    names = list(headers)
    counts = Counter(map(str.lower, names))
    return [[name for name in names if name.lower() == lower] for lower, count in counts.items() if count > 1]


# fmt: off
RULES: Final = (
    Rule("CORS511", "An integration's answer has no Access-Control-Allow-Origin", Severity.ERROR,
        "The preflight passes and the call is made, and then the page may not read its answer. An integration that is "
        "no proxy sends the headers that its integration responses map and its method responses declare, and no "
        "others.",
        "Map Access-Control-Allow-Origin in every integration response, and declare it in the method response.",
        _CORS, _no_origin),
    Rule("CORS512", "A header is mapped and not declared", Severity.ERROR,
        "API Gateway refuses an integration response that sets a header which the method response does not declare.",
        "Declare the header in the method response of the same status.", _SETTING_UP, _not_declared),
    Rule("CORS513", "An answer's status has no method response", Severity.ERROR,
        "API Gateway refuses an integration response whose status the method does not declare.",
        "Add a method response for the status.", _SETTING_UP, _no_method_response),
    Rule("CORS515", "An answer allows another origin than the preflights", Severity.ERROR,
        "The pages that may make the call cannot read its answer, and those that could read it may not make it.",
        "Allow the same origin in both places.", _CORS_CHECK, _other_origin),
    Rule("CORS516", "An answer does not allow the credentials that its preflight allows", Severity.WARNING,
        "A call with cookies passes the preflight and is made, and then the page may not read its answer.",
        "Send Access-Control-Allow-Credentials with the answer as well.", _CORS_CHECK, _no_credentials),
    Rule("CORS514", "A header is set twice", Severity.ERROR,
        "Header names have no case. Of a header sent twice a browser makes one value with a comma, and "
        "Access-Control-Allow-Origin takes one origin.",
        "Set each header once.", _CORS_CHECK, _twice),
)
