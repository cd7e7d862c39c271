"""CORS176 to CORS184, CORS190, CORS216: whom a mapping template lets in, seen by running it with origins of all kinds.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from cors_constructs.check.answers import Answer
from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.check.subject import Subject
from cors_constructs.check.told import ALLOW_ORIGIN, VARY, Told
from cors_constructs.check.wording import once_per_api

if TYPE_CHECKING:
    from cors_constructs.check.welcome import Welcome

_GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
_REFERENCE = f"{_GUIDE}api-gateway-mapping-template-reference.html"
_OVERRIDES = f"{_GUIDE}apigateway-override-request-response-parameters.html"
_KNOWN_ISSUES = f"{_GUIDE}api-gateway-known-issues.html"
_CORS_CHECK = "https://fetch.spec.whatwg.org/#cors-check"
_RESPONSES = "https://fetch.spec.whatwg.org/#http-responses"
_CACHES = "https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches"
_SECURE = "https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy"


class _Run(NamedTuple):
    """An answer, and what running its template showed."""

    answer: Answer
    welcome: "Welcome"


# What a rule says of one template: the message's end, and the fix. None where nothing is wrong.
_Said: TypeAlias = Callable[[_Run], tuple[str, str] | None]

_COMPARE = "compare the origin as a whole: $origin == 'https://app.example.com'"
_READ = (
    "read the header alone, in both spellings: #set($origin = $input.params().header.get('Origin'))"
    "#if(!$origin)#set($origin = $input.params().header.get('origin'))#end"
)


def _pattern(run: _Run) -> tuple[str, str] | None:
    intruder = run.welcome.intruder
    if intruder is None or not intruder.by_pattern:
        return None
    what = f"lets {intruder.origin} in as well as {intruder.guest}: its pattern says more than was meant"
    return (
        what,
        "write every dot as [.], and let a wildcard stand for [a-z0-9-]+ between dots: [a-z0-9-]+[.]example[.]com",
    )


def _part(run: _Run) -> tuple[str, str] | None:
    intruder = run.welcome.intruder
    if intruder is None or intruder.by_pattern:
        return None
    return f"compares a part of the origin, and lets {intruder.origin} in as well as {intruder.guest}", _COMPARE


def _downgrade(run: _Run) -> tuple[str, str] | None:
    if run.welcome.downgraded is None or run.welcome.intruder is not None:
        return None
    what = (
        f"lets {run.welcome.downgraded} in: whoever is between the user and that page can change it, and call the API"
    )
    return what, "begin the comparison with https://"


def _query(run: _Run) -> tuple[str, str] | None:
    if not run.welcome.from_query:
        return None
    what = (
        "reads the origin by $input.params('Origin'), which looks into path and query first: ?Origin=... takes its "
        "place"
    )
    return what, _READ


def _reflected_with_credentials(run: _Run) -> tuple[str, str] | None:
    if not run.welcome.reflects or run.answer.told is None or not run.answer.told.with_credentials:
        return None
    return (
        "lets every origin in, by its own name and with credentials: a page of any site can act for its visitor",
        _COMPARE,
    )


def _reflected(run: _Run) -> tuple[str, str] | None:
    if not run.welcome.reflects or (run.answer.told is not None and run.answer.told.with_credentials):
        return None
    return "lets every origin in, by its own name", "write '*' where everybody may call, or compare the origin"


def _one_spelling(run: _Run) -> tuple[str, str] | None:
    if run.welcome.misses is None or run.welcome.from_query or _tries_both(run):
        return None
    which = (
        "HTTP/2 has header names in lower case" if run.welcome.misses == "origin" else "HTTP/1.1 clients write Origin"
    )
    return f"does not find the header {run.welcome.misses}: {which}, and names are case-sensitive here", _READ


def _null_is_not_empty(run: _Run) -> tuple[str, str] | None:
    if run.welcome.misses is None or run.welcome.from_query or not _tries_both(run):
        return None
    what = (
        f"means to try both spellings of the header, and never tries {run.welcome.misses}: one that is missing is "
        "null, "
        'and null == "" is false'
    )
    return what, _READ


def _tries_both(run: _Run) -> bool:
    """Whether the spelling that is overlooked stands in the template all the same."""
    text = str(run.answer.template)
    return any(f"{quote}{run.welcome.misses}{quote}" in text for quote in "'\"")


def _twice(run: _Run) -> tuple[str, str] | None:
    if run.welcome.twice is None:
        return None
    what = f"overrides {run.welcome.twice} twice, and API Gateway answers 5XX to that"
    return what, "work the value out in a variable, and set the override once, at the end"


def _stranger_is_told(run: _Run) -> tuple[str, str] | None:
    if not run.welcome.depends or run.welcome.reflects:
        return None
    told = run.welcome.stranger or run.answer.static.headers.get(ALLOW_ORIGIN)
    from cors_constructs.check.probes import STRANGERS  # noqa: PLC0415 - loaded by then, where a template was run

    if told is None or told == "*" or any(stranger in str(told) for stranger in STRANGERS):
        return None  # who is told its own name is let in
    return f"answers a stranger with {told}", (
        "map no Access-Control-Allow-Origin, and let the template set it where the origin is one of the list"
    )


def _no_vary(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        found = []
        for answer in facts.answers:
            told = answer.told
            if told is None or answer.welcome is None or not answer.welcome.depends or _varies(told):
                continue
            message = f"what {told.name} answers depends on the request's Origin, and it sends no Vary: Origin"
            fix = (
                f"in the IntegrationResponses of {told.source.logical_id} write method.response.header.Vary: "
                "\"'Origin'\", and declare it"
            )
            found.append(("", rule.wrong(told.source, message, fix, path=told.path, verb=told.verb)))
        yield from once_per_api(found)


def _varies(told: Told) -> bool:
    value = told.headers.get(VARY, "")
    names = {name.strip().lower() for name in value.split(",")} if isinstance(value, str) else {"*"}
    return VARY in told.broken or bool(names & {"origin", "*"})


def _rule_about(say: _Said) -> Callable[[Rule, Subject], Iterator[Finding]]:
    def find(rule: Rule, subject: Subject) -> Iterator[Finding]:
        for facts in subject.apis:
            findings = []
            for answer in facts.answers:
                said = say(_Run(answer, answer.welcome)) if answer.welcome else None
                if said is not None:
                    what, fix = said
                    place = answer.static
                    message = f"the template of {place.name} {what}"
                    finding = rule.wrong(place.source, message, fix, path=place.path, verb=place.verb)
                    findings.append((what, finding))
            yield from _findings_of(rule, findings)

    return find


def _findings_of(rule: Rule, findings: list[tuple[str, Finding]]) -> list[Finding]:
    """Every error; a warning once for an API."""
    return once_per_api(findings) if rule.severity is Severity.WARNING else [finding for _, finding in findings]


# fmt: off
RULES: Final = (
    Rule("CORS176", "A pattern lets in origins that nobody meant", Severity.ERROR,
        "A dot that stands for any character, or a wildcard that runs over a label's end, matches names that anyone "
        "can register: their pages may then call the API as yours do.",
        "Escape the dots, and bound every wildcard by a dot and by the scheme.", _REFERENCE, _rule_about(_pattern)),
    Rule("CORS177", "A part of the origin is compared", Severity.ERROR,
        "contains, startsWith and endsWith are true of names that anyone can register: "
        "https://app.example.com.evil.test "
        "begins as https://app.example.com does.",
        "Compare whole origins, or use an escaped pattern for the whole of it.", _REFERENCE, _rule_about(_part)),
    Rule("CORS178", "A pattern lets in http beside https", Severity.WARNING,
        "Whoever is between the user and an http page can rewrite it, and so call the API in the user's name.",
        "Begin the pattern with https://.", _SECURE, _rule_about(_downgrade)),
    Rule("CORS179", "The origin is read by $input.params('Origin')", Severity.ERROR,
        "It looks into the path and the query before it looks into the headers, so a link can say what the origin is, "
        "and a parameter of that name breaks every preflight.",
        "Read it by $input.params().header.get('Origin').", _REFERENCE, _rule_about(_query)),
    Rule("CORS180", "Every origin is let in, with credentials", Severity.ERROR,
        "An answer that repeats whatever Origin came lets the pages of every site call the API with their visitor's "
        "cookies, and read what it says.",
        "Answer with the origin only where it is one of yours.", _CORS_CHECK, _rule_about(_reflected_with_credentials)),
    Rule("CORS181", "Every origin is let in, by its own name", Severity.WARNING,
        "Without credentials it says what * says, but no cache can keep it; and with credentials, added one day, it "
        "lets everybody in.", "Write '*', or compare the origin.", _CORS_CHECK, _rule_about(_reflected)),
    Rule("CORS182", "One spelling of the Origin header is overlooked", Severity.WARNING,
        "Mapping templates find headers by the very name they came with: Origin over HTTP/1.1, origin over HTTP/2.",
        "Try both spellings.", _KNOWN_ISSUES, _rule_about(_one_spelling)),
    Rule("CORS183", "A missing header is compared with the empty string", Severity.WARNING,
        'A header that did not come is null, and null == "" is false: what stands behind the comparison is never run.',
        "Ask #if(!$origin).", _REFERENCE, _rule_about(_null_is_not_empty)),
    Rule("CORS184", "A template overrides a header twice", Severity.ERROR,
        "An override may be set once. API Gateway answers 5XX to a template that sets it again.",
        "Set it once, at the end.", _OVERRIDES, _rule_about(_twice)),
    Rule("CORS216", "An answer depends on the Origin, and Vary does not say so", Severity.WARNING,
        "A cache between the page and the API may hand one site the answer that was meant for another.",
        "Send Vary: Origin with every answer that a template chooses by origin.", _CACHES, _no_vary),
    Rule("CORS190", "A stranger is told an origin", Severity.WARNING,
        "An origin that is not on the list is answered with one that is. Browsers refuse it, but strangers, and error "
        "messages in their consoles, learn whom you trust.",
        "Send no Access-Control-Allow-Origin to an origin that is not "
        "listed.", _RESPONSES, _rule_about(_stranger_is_told)),
)
