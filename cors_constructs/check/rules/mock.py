"""CORS209 to CORS219: how a MOCK integration answers a preflight.

https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.check.preflights import Mock, Preflight
from cors_constructs.check.subject import Subject
from cors_constructs.check.told import ALLOW_ORIGIN, MAX_AGE
from cors_constructs.check.wording import listed, once_per_api
from cors_constructs.simulate.model import Integration
from cors_constructs.simulate.values import Text, Unresolved

_GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
_MOCK = f"{_GUIDE}how-to-mock-integration.html"
_PASSTHROUGH = f"{_GUIDE}integration-passthrough-behaviors.html"
_BINARY = f"{_GUIDE}api-gateway-payload-encodings-workflow.html"
_PREFLIGHT = "https://fetch.spec.whatwg.org/#cors-preflight-fetch"
_DELTA_SECONDS = "https://fetch.spec.whatwg.org/#http-access-control-max-age"

_TEMPLATE = "RequestTemplates: {application/json: '{\"statusCode\": 200}'}"
_TEXT = "CONVERT_TO_TEXT"


def _status(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for preflight in _preflights(subject):
        method = preflight.method
        where = {"path": method.path, "verb": method.verb}
        if method.integration is None:
            message = f"{method.name} has no integration, so API Gateway has no answer: the deployment fails"
            fix = f"give {method.source.logical_id} an Integration of Type: MOCK that answers with the CORS headers"
            yield rule.wrong(method.source, message, fix, **where)
        elif preflight.is_mock and preflight.mock is Mock.NO_RESPONSE:
            message = f"no integration response of {method.name} takes the mock's status, so it answers 500"
            fix = (
                f"add to the IntegrationResponses of {method.source.logical_id} one with StatusCode: 204 and no "
                "SelectionPattern"
            )
            yield rule.wrong(method.source, message, fix, **where)
        elif preflight.is_mock and preflight.response is not None:
            yield from _bad_status(rule, preflight, preflight.response.status)


def _bad_status(rule: Rule, preflight: Preflight, status: Text) -> Iterator[Finding]:
    method = preflight.method
    fix = f"write StatusCode: 204 in the IntegrationResponses and MethodResponses of {method.source.logical_id}"
    if isinstance(status, Unresolved):
        message = f"the status of {method.name} depends on {status}"
        yield rule.cannot_tell(method.source, message, fix, path=method.path, verb=method.verb)
    elif not re.fullmatch("2[0-9][0-9]", status):
        message = f"{method.name} answers {status}, and a preflight passes only with 200 to 299"
        yield rule.wrong(method.source, message, fix, path=method.path, verb=method.verb)


def _no_template(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for preflight in _mocks(subject):
        method = preflight.method
        where = {"path": method.path, "verb": method.verb}
        fix = f"in the Integration of {method.source.logical_id} write {_TEMPLATE}"
        if preflight.mock is Mock.NO_TEMPLATE:
            message = (
                f"{method.name} has no request template for application/json, which a preflight without a Content-Type "
                "is taken for: the mock has no statusCode, and the preflight fails"
            )
            yield rule.wrong(method.source, message, fix, **where)
        elif preflight.mock is Mock.NO_STATUS:
            message = f"the request template of {method.name} gives no whole number as statusCode, so it answers 500"
            yield rule.wrong(method.source, message, fix, **where)
        elif preflight.mock is Mock.UNKNOWN:
            message = f"how {method.name} picks its answer is known only at deployment"
            yield rule.cannot_tell(method.source, message, fix, **where)


def _no_json(rule: Rule, subject: Subject) -> Iterator[Finding]:
    def finding(preflight: Preflight, integration: Integration) -> Finding | None:
        if preflight.mock is not Mock.ANSWERS_NO_JSON:
            return None
        template = str(integration.request_templates["application/json"]).strip()
        message = f"the request template of {preflight.name} is no JSON ({template})"
        return _about(rule, preflight, message, f"in the Integration of {{id}} write {_TEMPLATE}")

    yield from _once(subject, finding)


def _passthrough(rule: Rule, subject: Subject) -> Iterator[Finding]:
    made_by_sam = {facts.api.source for facts in subject.apis if facts.from_sam}

    def finding(preflight: Preflight, integration: Integration) -> Finding | None:
        if preflight.mock not in (Mock.ANSWERS, Mock.ANSWERS_NO_JSON):
            return None
        if integration.passthrough_behavior != "WHEN_NO_MATCH" or preflight.api.source in made_by_sam:
            return None  # SAM's preflights cannot be told to do otherwise
        message = f"{preflight.name} answers 500 to an OPTIONS with another Content-Type than JSON (WHEN_NO_MATCH)"
        return _about(rule, preflight, message, "in the Integration of {id} write PassthroughBehavior: NEVER")

    yield from _once(subject, finding)


def _binary(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for preflight in _mocks(subject):
        method, integration = preflight.method, preflight.method.integration
        types = [str(kind) for kind in preflight.api.binary_media_types if not isinstance(kind, Unresolved)]
        taken = [kind for kind in types if kind.lower() in {"*/*", "application/json", "application/*"}]
        if not taken or integration is None or preflight.mock not in (Mock.ANSWERS, Mock.ANSWERS_NO_JSON):
            continue
        places = []
        if integration.content_handling != _TEXT:
            places.append("Integration")
        if (
            preflight.answer
            and preflight.answer.template
            and preflight.response
            and "*/*" in taken
            and preflight.response.content_handling != _TEXT
        ):
            places.append("IntegrationResponses")
        if not places:
            continue
        where = {"path": method.path, "verb": method.verb}
        fix = f"write ContentHandling: {_TEXT} in the {' and in the '.join(places)} of {method.source.logical_id}"
        handling = [integration.content_handling, preflight.response.content_handling if preflight.response else None]
        unknown = next((value for value in handling if isinstance(value, Unresolved)), None)
        if unknown is not None:
            message = f"whether {preflight.name} survives the binary media type {listed(taken)} depends on {unknown}"
            yield rule.cannot_tell(method.source, message, fix, **where)
        else:
            message = (
                f"the API's binary media type {listed(taken)} keeps the templates of {preflight.name} from being read, "
                "so every preflight is answered 500"
            )
            yield rule.wrong(method.source, message, fix, **where)


def _max_age(rule: Rule, subject: Subject) -> Iterator[Finding]:
    def finding(preflight: Preflight, _: Integration) -> Finding | None:
        told = preflight.told
        if told is None or not told.says(ALLOW_ORIGIN) or told.says(MAX_AGE):
            return None
        message = f"{preflight.name} sends no Access-Control-Max-Age: browsers ask again after 5 seconds"
        fix = (
            "in the IntegrationResponses of {id} write method.response.header.Access-Control-Max-Age: \"'7200'\", "
            "and declare it"
        )
        return _about(rule, preflight, message, fix)

    yield from _once(subject, finding)


def _about(rule: Rule, preflight: Preflight, message: str, fix: str) -> Finding:
    method = preflight.method
    fix = fix.replace("{id}", method.source.logical_id)
    return rule.wrong(method.source, message, fix, path=method.path, verb=method.verb)


def _once(subject: Subject, find: Callable[[Preflight, Integration], Finding | None]) -> Iterator[Finding]:
    """What a rule finds among the mocks, the same said once of an API."""
    for facts in subject.apis:
        mocks = ((it, it.method.integration) for it in facts.preflights if it.is_mock)
        found = (find(preflight, integration) for preflight, integration in mocks if integration is not None)
        yield from once_per_api(("", finding) for finding in found if finding is not None)


def _preflights(subject: Subject) -> Iterator[Preflight]:
    return (preflight for _, preflight in subject.preflights)


def _mocks(subject: Subject) -> Iterator[Preflight]:
    return (preflight for preflight in _preflights(subject) if preflight.is_mock)


# fmt: off
RULES: Final = (
    Rule("CORS209", "A preflight's status is not 200 to 299", Severity.ERROR,
        "A browser takes a preflight for passed only with such a status, redirects included among the failures.",
        "Answer 204.", _PREFLIGHT, _status),
    Rule("CORS210", "A MOCK integration is given no status", Severity.ERROR,
        "A mock answers by the statusCode that its request template gives. Without one it answers 500. A preflight "
        "has no Content-Type and is taken for application/json.",
        "Write the request template {\"statusCode\": 200} for application/json.", _MOCK, _no_template),
    Rule("CORS211", "A MOCK integration's request template is not JSON", Severity.WARNING,
        "API Gateway reads it all the same; emulators and other tools need not.",
        "Put statusCode between double quotes.", _MOCK, _no_json),
    Rule("CORS212", "OPTIONS fails for a request that has another Content-Type than JSON", Severity.WARNING,
        "Browsers send no Content-Type with a preflight, but test tools, proxies and scanners do. With WHEN_NO_MATCH "
        "their body is handed to the mock as it is, and the answer is 500.",
        "Write PassthroughBehavior: NEVER, and such a request gets 415 with the gateway's CORS headers.",
        _PASSTHROUGH, _passthrough),
    Rule("CORS213", "Binary media types break a preflight", Severity.ERROR,
        "API Gateway takes a request whose type is among the binary media types for bytes, and runs no template on "
        "it: a MOCK integration is then given no status and answers 500.",
        "Write ContentHandling: CONVERT_TO_TEXT in the integration, and in its response where that has a template.",
        _BINARY, _binary),
    Rule("CORS219", "A preflight has no Access-Control-Max-Age", Severity.WARNING,
        "Without it a browser keeps the answer for 5 seconds and then asks again: twice the requests, and the bill.",
        "Send Access-Control-Max-Age: 7200, which is as long as Chromium keeps it.", _DELTA_SECONDS, _max_age),
)
