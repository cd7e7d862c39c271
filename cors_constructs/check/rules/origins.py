"""CORS170 to CORS173: the values of Access-Control-Allow-Origin, wherever it stands.

https://fetch.spec.whatwg.org/#http-access-control-allow-origin: one origin, or `*`.
"""

from collections.abc import Callable, Iterator
from typing import Final

from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.check.origins import filled_host, flaw_in, several_in
from cors_constructs.check.subject import ApiFacts, Subject
from cors_constructs.check.told import ALLOW_CREDENTIALS, Told
from cors_constructs.check.wording import once_per_api
from cors_constructs.simulate.values import Text, Unresolved

_HEADER = "https://fetch.spec.whatwg.org/#http-access-control-allow-origin"
_ORIGIN = "https://www.rfc-editor.org/rfc/rfc6454#section-7.1"
_NULL = "https://www.w3.org/TR/cors/#security"
_CREDENTIALS = "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"

_COPIED = ("integration.", "method.", "context.", "stageVariables.")


def _malformed(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        unknown = []
        for told, origin, allows in _written(facts):
            resources = subject.template.resources.get(told.source.file or "", {})
            text = filled_host(origin, resources)
            if text is None:
                message = f"{told.name} {allows} the origin {origin}, which only a deployment knows"
                fix = "say what the parameter will hold, or give it a default, to have the origin checked"
                unknown.append((str(origin), _finding(rule.cannot_tell, told, message, fix)))
            elif _is_one(text) and (flaw := flaw_in(text)):
                message = f"{told.name} {allows} the origin {origin}, which no browser sends: {flaw.problem}"
                yield _finding(rule.wrong, told, message, flaw.fix)
        yield from once_per_api(unknown)


def _written(facts: ApiFacts) -> Iterator[tuple[Told, Text, str]]:
    """Every origin that is written somewhere, to be sent or to be compared with."""
    for told, origin in _origins(facts):
        yield told, origin, "allows"
    for answer in facts.answers:
        for text in answer.welcome.compared if answer.welcome else ():
            yield answer.static, text, "compares with"


def _finding(make: Callable[..., Finding], told: Told, message: str, fix: str) -> Finding:
    return make(told.source, message, fix, path=told.path, verb=told.verb)


def _is_one(text: str) -> bool:
    return text not in {"*", "null"} and not several_in(text)


def _several(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        for told, origin in _origins(facts):
            if isinstance(origin, Unresolved):
                continue
            several = several_in(origin)
            if several:
                message = f"{told.name} sends {len(several)} origins in one Access-Control-Allow-Origin: {origin}"
                fix = (
                    "allow one of them, or let a response template compare the Origin header and answer with that "
                    "origin"
                )
                yield _finding(rule.wrong, told, f"{message}: it matches no page", fix)


def _null(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        written = [told for told, origin in _origins(facts) if origin == "null"]
        compared = [answer.static for answer in facts.answers if answer.welcome and answer.welcome.null]
        for told in [*written, *(told for told in compared if told.origin != "null")]:
            message = f"{told.name} allows the origin null, and any site can make a page whose origin is null"
            fix = "name the page's own origin: serve the page over https, and without a sandbox"
            yield _finding(rule.wrong, told, message, fix)


def _wildcard_with_credentials(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        for told in facts.told:
            if told.origin != "*" or told.path is None:
                continue
            credentials = told.headers.get(ALLOW_CREDENTIALS)
            fix = (
                "name the origin in Access-Control-Allow-Origin, or remove Access-Control-Allow-Credentials if pages "
                "send no cookies"
            )
            if isinstance(credentials, Unresolved):
                message = f"{told.name} allows origin *, and whether it allows credentials depends on {credentials}"
                yield _finding(rule.cannot_tell, told, message, fix)
            elif told.with_credentials:
                message = (
                    f"{told.name} allows origin * and credentials: to a call with credentials * is a name like any "
                    "other, so none of them gets through"
                )
                yield _finding(rule.wrong, told, message, fix)


def _origins(facts: ApiFacts) -> Iterator[tuple[Told, Text]]:
    """Every Access-Control-Allow-Origin that is written somewhere; copies of other headers are not."""
    errors = ((told, told.origin) for told in facts.errors if told.origin is not None)
    for told, origin in (*(written for answer in facts.answers for written in answer.origins), *errors):
        if not str(origin).startswith(_COPIED):
            yield told, origin


# fmt: off
RULES: Final = (
    Rule("CORS170", "An allowed origin is one that no browser sends", Severity.ERROR,
        "Browsers compare Access-Control-Allow-Origin with the page's origin byte by byte. A slash at the end, a "
        "path, a capital letter or a missing scheme, and it matches no page at all.",
        "Write scheme://host or scheme://host:port, in lower case, and nothing else.", _ORIGIN, _malformed),
    Rule("CORS171", "Access-Control-Allow-Origin holds several origins", Severity.ERROR,
        "The header takes one origin, or *. A list matches no page.",
        "Let a response template compare the Origin header, and answer with the one that matches.", _HEADER, _several),
    Rule("CORS172", "The origin null is allowed", Severity.ERROR,
        "Sandboxed frames, data: pages and local files have the origin null, and any site can make one: it allows "
        "everybody.", "Name the page's own origin.", _NULL, _null),
    Rule("CORS173", "Origin * is allowed with credentials", Severity.ERROR,
        "With credentials a browser reads * as a name like any other, so the calls it was meant for all fail.",
        "Name the origins, or leave Access-Control-Allow-Credentials out.", _CREDENTIALS, _wildcard_with_credentials),
)
