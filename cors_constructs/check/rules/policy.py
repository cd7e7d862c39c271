"""CORS174, CORS175, CORS185 to CORS192: the values of the other CORS headers, and how values are written."""

import re
from collections.abc import Iterator
from typing import Final

from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.check.needs import AUTHORIZATION, read_headers
from cors_constructs.check.subject import Subject
from cors_constructs.check.told import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    EXPOSE_HEADERS,
    MAX_AGE,
    Told,
    spelled,
)
from cors_constructs.check.values import Kind, names_in, read_response_value
from cors_constructs.check.wording import listed, names_of, once_per_api
from cors_constructs.policy.names import SAFELISTED_METHODS
from cors_constructs.simulate.model import Method
from cors_constructs.simulate.values import Text

_GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
_SOURCES = f"{_GUIDE}rest-api-parameter-mapping-sources.html"
_CREDENTIALS = "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"
_NON_WILDCARD = "https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name"
_MAX_AGE = "https://fetch.spec.whatwg.org/#http-access-control-max-age"
_METHODS = "https://fetch.spec.whatwg.org/#methods"
_CORS_CHECK = "https://fetch.spec.whatwg.org/#cors-check"
_PREFLIGHT = "https://fetch.spec.whatwg.org/#cors-preflight-fetch"

_METHOD_NAMES = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


def _wildcards_with_credentials(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for _, told in _everything(subject):
        names = [ALLOW_METHODS, ALLOW_HEADERS, EXPOSE_HEADERS]
        wild = [spelled(name) for name in names if "*" in (_names(told, name) or ())]
        # Origin * with credentials is the cause, where it is there: nothing gets through at all.
        if wild and told.with_credentials and told.origin != "*":
            message = f"{told.name} says * in {listed(wild)} and allows credentials: * is then a name like any other"
            yield _at(rule, told, message, f"name the methods and headers in {listed(wild)}")


def _authorization_by_wildcard(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        for preflight in facts.preflights:
            told = preflight.told
            names = None if told is None else _names(told, ALLOW_HEADERS)
            if told is None or names is None or "*" not in names or told.with_credentials:
                continue
            readers = [method for method in preflight.serves if AUTHORIZATION in read_headers(method)]
            if readers and AUTHORIZATION not in map(str.lower, names):
                message = (
                    f"the authorizer of {names_of(readers)} reads Authorization, and {told.name} allows headers by *, "
                    "which never covers it"
                )
                yield _at(
                    rule, told, message, f"write Access-Control-Allow-Headers: \"'*,authorization'\" in {told.name}"
                )


def _unquoted(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for method, status, name, raw in _mapped(subject):
        if read_response_value(raw).kind is Kind.NEITHER:
            message = (
                f"{method.name} maps {name} to {raw}, which is neither a literal between single quotes nor a mapping "
                "expression"
            )
            fix = f"in the IntegrationResponses entry {status} of {method.source.logical_id} write {_quoted(name, raw)}"
            yield rule.wrong(method.source, message, fix, path=method.path, verb=method.verb)


def _inner_quote(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for method, status, name, raw in _mapped(subject):
        if read_response_value(raw).kind is Kind.BROKEN_QUOTES:
            message = (
                f"{method.name} maps {name} to {raw}: there is one pair of single quotes, around it all, and no escape"
            )
            fix = f"in the IntegrationResponses entry {status} of {method.source.logical_id} write {_quoted(name, raw)}"
            yield rule.wrong(method.source, message, fix, path=method.path, verb=method.verb)


def _quoted(name: str, raw: Text) -> str:
    bare = str(raw).replace("'", "").strip()
    return f"method.response.header.{name}: \"'{bare}'\""


def _mapped(subject: Subject) -> Iterator[tuple[Method, Text, str, Text]]:
    """Every mapped header of an integration response: the method, the status, the header's name and its value."""
    for facts in subject.apis:
        for answer in facts.answers:
            for name, raw in answer.response.headers.items():
                yield answer.method, answer.response.status, name, raw


def _max_age(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        found = []
        for preflight in facts.preflights:
            value = preflight.told.headers.get(MAX_AGE) if preflight.told else None
            if preflight.told and isinstance(value, str) and not re.fullmatch("[0-9]+", value):
                message = (
                    f"{preflight.name} sends Access-Control-Max-Age: {value}, which is no number of seconds: "
                    "browsers take "
                    "5 seconds instead"
                )
                fix = "write '0' to have browsers ask each time, or '7200'"
                found.append((value, _at(rule, preflight.told, message, fix)))
        yield from once_per_api(found)


def _lower_case(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for told, slips, lost in _slips(subject):
        if lost:
            message = (
                f"{told.name} allows the method {listed(lost)}, and methods are case-sensitive: "
                f"{listed(map(str.upper, lost))} is not allowed"
            )
            yield _at(rule, told, message, f"write {','.join(map(str.upper, slips))} in Access-Control-Allow-Methods")


def _harmless_lower_case(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for told, slips, lost in _slips(subject):
        if not lost:
            message = f"{told.name} allows the method {listed(slips)}, which no browser sends in lower case"
            yield _at(rule, told, message, f"write {','.join(map(str.upper, slips))} in Access-Control-Allow-Methods")


def _slips(subject: Subject) -> Iterator[tuple[Told, list[str], list[str]]]:
    """The preflights that allow methods in lower case alone: all of those, and those that a path has and needs."""
    for _, preflight in subject.preflights:
        names = (_names(preflight.told, ALLOW_METHODS) if preflight.told else None) or []
        slips = [name for name in names if name.upper() in _METHOD_NAMES and name.upper() not in names]
        if preflight.told and slips:
            verbs = {method.verb for method in preflight.serves} - SAFELISTED_METHODS
            lost = [name for name in slips if name.upper() in verbs or "ANY" in verbs]
            yield preflight.told, slips, [name for name in lost if name.upper() not in SAFELISTED_METHODS]


def _not_true(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for _, told in _everything(subject):
        value = told.headers.get(ALLOW_CREDENTIALS)
        if isinstance(value, str) and value not in {"true", "false"} and "." not in value:
            message = f"{told.name} sends Access-Control-Allow-Credentials: {value}, and browsers take nothing but true"
            yield _at(rule, told, message, "write 'true', in lower case, or remove the header")


def _no_list(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for _, preflight in subject.preflights:
        told = preflight.told
        for name in (ALLOW_METHODS, ALLOW_HEADERS):
            value = told.headers.get(name) if told else None
            if told and isinstance(value, str) and names_in(value) is None:
                message = (
                    f"{told.name} sends {spelled(name)}: {value}, which is no list of names: every preflight fails"
                )
                yield _at(rule, told, message, "write the names with commas between them, and nothing else")


def _everything(subject: Subject) -> Iterator[tuple[object, Told]]:
    return ((facts, told) for facts in subject.apis for told in facts.told)


def _names(told: Told, header: str) -> list[str] | None:
    value = told.headers.get(header, "")
    return names_in(value) if isinstance(value, str) else None


def _at(rule: Rule, told: Told, message: str, fix: str) -> Finding:
    return rule.wrong(told.source, message, fix, path=told.path, verb=told.verb)


# fmt: off
RULES: Final = (
    Rule("CORS174", "A wildcard meets credentials", Severity.ERROR,
        "With credentials * in Access-Control-Allow-Methods, -Allow-Headers and -Expose-Headers is a name like any "
        "other, and allows nothing.", "Name the methods and headers.", _CREDENTIALS, _wildcards_with_credentials),
    Rule("CORS175", "Authorization is left to a wildcard", Severity.ERROR,
        "By the standard * in Access-Control-Allow-Headers never covers Authorization. Some browsers are lenient, and "
        "ask again before every call.", "Name authorization beside the *.", _NON_WILDCARD, _authorization_by_wildcard),
    Rule("CORS185", "A mapped value is neither a literal nor a mapping expression", Severity.ERROR,
        "API Gateway takes 'a literal' between single quotes, or an expression such as "
        "integration.response.header.X. It "
        "refuses anything else.", "Put the value between single quotes, inside the double ones.", _SOURCES, _unquoted),
    Rule("CORS186", "A mapped value has a quote inside", Severity.ERROR,
        "A literal stands between one pair of single quotes, and API Gateway knows no escape for another inside.",
        "Write one pair of quotes around the whole value.", _SOURCES, _inner_quote),
    Rule("CORS187", "Access-Control-Max-Age is no number of seconds", Severity.WARNING,
        "The header is digits and nothing else. Browsers overlook what is not, -1 among it, and keep the answer for 5 "
        "seconds.", "Write '0' to turn caching off, or a number of seconds.", _MAX_AGE, _max_age),
    Rule("CORS188", "An allowed method is in lower case", Severity.ERROR,
        "Methods are compared as they are written, and browsers send them in upper case.",
        "Write methods in upper case.", _METHODS, _lower_case),
    Rule("CORS189", "An allowed method is in lower case, harmlessly", Severity.WARNING,
        "GET, HEAD and POST are always allowed, and other methods the path does not have, so nothing breaks. The entry "
        "itself means nothing.",
        "Write methods in upper case.", _METHODS, _harmless_lower_case),
    Rule("CORS191", "Access-Control-Allow-Credentials is not true", Severity.ERROR,
        "Browsers compare it with true, byte by byte: True and 1 allow nothing.",
        "Write 'true'.", _CORS_CHECK, _not_true),
    Rule("CORS192", "A list of methods or headers cannot be read", Severity.ERROR,
        "A browser that cannot read Access-Control-Allow-Methods or -Headers fails the preflight.",
        "Write names with commas between them.", _PREFLIGHT, _no_list),
)
