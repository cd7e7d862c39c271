"""CORS205 to CORS208, CORS217, CORS218: whether an open preflight allows what the methods it answers for need.

https://fetch.spec.whatwg.org/#cors-preflight-fetch, steps 7 and after.
"""

from collections.abc import Iterator
from typing import Final

from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.check.needs import AUTHORIZATION, KEY_HEADER, read_headers, wants_key_header
from cors_constructs.check.preflights import Preflight
from cors_constructs.check.subject import ApiFacts, Subject
from cors_constructs.check.told import ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, Told
from cors_constructs.check.values import names_in
from cors_constructs.check.wording import asks, listed, names_of, once_per_api
from cors_constructs.policy.names import SAFELISTED_METHODS
from cors_constructs.simulate.model import Method
from cors_constructs.simulate.values import Text, Unresolved

_PREFLIGHT = "https://fetch.spec.whatwg.org/#cors-preflight-fetch"
_NON_WILDCARD = "https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name"
_CORS_CHECK = "https://fetch.spec.whatwg.org/#cors-check"
_SAFELISTED_HEADER = "https://fetch.spec.whatwg.org/#cors-safelisted-request-header"

_CONTENT_TYPE: Final = "content-type"
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


def _key_header(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for preflight, told in _answers(subject):
        wanting = [method for method in preflight.serves if wants_key_header(method, preflight.api) is not False]
        sure = [method for method in wanting if wants_key_header(method, preflight.api)]
        if not wanting or _allows_header(told, KEY_HEADER) is True:
            continue
        where = {"path": told.path, "verb": told.verb}
        lacking = [KEY_HEADER, *_also(preflight, told)]
        fix = f"add {', '.join(lacking)} to the Access-Control-Allow-Headers of {preflight.name}"
        allowed = told.headers.get(ALLOW_HEADERS)
        if _allows_header(told, KEY_HEADER) is None:
            message = (
                f"whether {preflight.name} allows x-api-key, which {names_of(wanting)} {asks(wanting)} for, depends "
                f"on {allowed}"
            )
            yield rule.cannot_tell(told.source, message, fix, **where)
        elif sure:
            message = (
                f"{names_of(sure)} {asks(sure)} for an API key, and {preflight.name} does not allow the header "
                f"x-api-key ({_shown(told, ALLOW_HEADERS)}): browsers refuse to send it"
            )
            yield rule.wrong(told.source, message, fix, **where)
        else:
            flag = next(method.api_key_required for method in wanting)
            message = (
                f"{preflight.name} does not allow the header x-api-key, and whether {names_of(wanting)} "
                f"{asks(wanting)} for a key depends on {flag}"
            )
            yield rule.cannot_tell(told.source, message, fix, **where)


def _authorization(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for preflight, told in _answers(subject):
        readers: dict[str, list[Method]] = {}
        for method in preflight.serves:
            for name in read_headers(method):
                readers.setdefault(name, []).append(method)
        missing = [name for name in readers if _allows_header(told, name) is not True and not _by_wildcard(told, name)]
        if not missing:
            continue
        where = {"path": told.path, "verb": told.verb}
        guarded = [method for name in missing for method in readers[name]]
        also = [] if _lacks_key_header(preflight, told) else _also(preflight, told)
        fix = f"add {', '.join([*missing, *also])} to the Access-Control-Allow-Headers of {preflight.name}"
        if _allows_header(told, missing[0]) is None:
            if any(wants_key_header(method, preflight.api) is not False for method in preflight.serves):
                continue  # said once, of x-api-key
            message = f"whether {preflight.name} allows {listed(missing)} depends on {told.headers[ALLOW_HEADERS]}"
            yield rule.cannot_tell(told.source, message, fix, **where)
        else:
            message = (
                f"the authorizer of {names_of(guarded)} reads {listed(missing)}, and {preflight.name} does not allow "
                f"it ({_shown(told, ALLOW_HEADERS)}): browsers refuse to send it"
            )
            yield rule.wrong(told.source, message, fix, **where)


def _content_type(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        found = []
        for preflight, told in _answers_of(facts):
            with_body = [method for method in preflight.serves if _takes_body(method, told)]
            allows = _allows_header(told, _CONTENT_TYPE)
            if not with_body or allows is True or _lacks_needed_headers(preflight, told):
                continue  # a list that lacks, or may lack, what calls cannot do without is one finding, and one fix
            where = {"path": told.path, "verb": told.verb}
            fix = f"add content-type to the Access-Control-Allow-Headers of {preflight.name}"
            if allows is None:
                message = f"whether {preflight.name} allows content-type depends on {told.headers[ALLOW_HEADERS]}"
                found.append(("unknown", rule.cannot_tell(told.source, message, fix, **where)))
            else:
                message = (
                    f"{preflight.name} does not allow the header content-type ({_shown(told, ALLOW_HEADERS)}): pages "
                    f"cannot send JSON to {names_of(with_body)}"
                )
                found.append(("wrong", rule.wrong(told.source, message, fix, **where)))
        yield from once_per_api(found)


def _takes_body(method: Method, told: Told) -> bool:
    """Whether a call mostly has a body, and the preflight lets it be made."""
    if method.verb == "ANY":  # which of them it means is not known but by what is allowed
        return bool(_WITH_BODY & set(_names(told, ALLOW_METHODS) or ()))
    return method.verb in _WITH_BODY


def _also(preflight: Preflight, told: Told) -> list[str]:
    """What the same list lacks besides, so that one fix is enough."""
    takes_body = any(_takes_body(method, told) for method in preflight.serves)
    return [_CONTENT_TYPE] if takes_body and _allows_header(told, _CONTENT_TYPE) is False else []


def _lacks_needed_headers(preflight: Preflight, told: Told) -> bool:
    """Whether the list lacks, or may lack, a header that calls cannot do without."""
    read = (name for method in preflight.serves for name in read_headers(method))
    return _lacks_key_header(preflight, told) or any(_allows_header(told, name) is not True for name in read)


def _lacks_key_header(preflight: Preflight, told: Told) -> bool:
    wanted = any(wants_key_header(method, preflight.api) is not False for method in preflight.serves)
    return wanted and _allows_header(told, KEY_HEADER) is not True


def _by_wildcard(told: Told, name: str) -> bool:
    """Whether a wildcard is there and does not cover Authorization: a matter of the policy's rules."""
    names = _names(told, ALLOW_HEADERS)
    return names is not None and "*" in names and name == AUTHORIZATION


def _methods(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for preflight, told in _answers(subject):
        needed = {method.verb: method for method in preflight.serves if method.verb not in SAFELISTED_METHODS}
        anything = needed.pop("ANY", None)
        allowed, names = told.headers.get(ALLOW_METHODS), _names(told, ALLOW_METHODS)
        where = {"path": told.path, "verb": told.verb}
        if isinstance(allowed, Unresolved):
            if needed:
                message = f"whether {preflight.name} allows {listed(needed)} depends on {allowed}"
                fix = f"name {', '.join(needed)} in its Access-Control-Allow-Methods"
                yield rule.cannot_tell(told.source, message, fix, **where)
            continue
        if names is None or "*" in names:
            continue  # what cannot be read, and the wildcard, are matters of the policy's rules
        missing = [verb for verb in needed if not _listed_in_some_case(verb, names)]
        if anything is not None and "ANY" in names and not {"PUT", "PATCH", "DELETE"} & set(names):
            missing = ["PUT", "PATCH", "DELETE"]
        if missing:
            message = (
                f"{preflight.name} does not allow {listed(missing)} ({_shown(told, ALLOW_METHODS)}), which "
                f"{'the path has' if told.path in {m.path for m in preflight.serves} else names_of(needed.values())}"
                f"{': ANY is no method that browsers know' if 'ANY' in names else ''}: a page cannot send it"
            )
            fix = f"add {', '.join(missing)} to the Access-Control-Allow-Methods of {preflight.name}"
            yield rule.wrong(told.source, message, fix, **where)


def _listed_in_some_case(verb: str, names: list[str]) -> bool:
    """Whether a method is listed; one in the wrong case is a matter of the policy's rules."""
    return verb in map(str.upper, names)


def _origin(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        unknown = []
        for preflight in facts.preflights:
            method, told = preflight.method, preflight.told
            where = {"path": method.path, "verb": method.verb}
            fix = (
                f"give {preflight.name} the integration response parameter "
                "method.response.header.Access-Control-Allow-Origin: \"'https://app.example.com'\" (your page's "
                "origin), and declare it in the method response"
            )
            if told is not None and not told.says(ALLOW_ORIGIN):
                sent = listed(name for name in told.headers if name.startswith("access-control-"))
                message = (
                    f"{preflight.name} sends no Access-Control-Allow-Origin (it sends {sent or 'no CORS header'}): "
                    "every preflight fails"
                )
                yield rule.wrong(method.source, message, fix, **where)
            elif told is not None and (why := _never_sent(told.origin, facts)):
                message = f"{preflight.name} copies Access-Control-Allow-Origin from {told.origin}, {why}: none is sent"
                yield rule.wrong(method.source, message, fix, **where)
            elif told is None and preflight.welcome is not None and preflight.welcome.trouble:
                message = f"what {preflight.name} allows cannot be told: {preflight.welcome.trouble}"
                unknown.append((preflight.welcome.trouble, rule.cannot_tell(method.source, message, fix, **where)))
        yield from once_per_api(unknown)


def _never_sent(origin: Text | None, facts: ApiFacts) -> str | None:
    """Why what a MOCK integration's header is copied from is never there; None where it may be."""
    source, _, name = str(origin).partition(".")
    if source == "integration":
        return "and a MOCK integration calls nobody that could have answered it"
    stages = facts.api.stages
    if source == "stageVariables" and stages and not any(name in stage.variables for stage in stages):
        return "which no stage sets"
    return None


def _backend(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        found = []
        for preflight in facts.preflights:
            needy = [m for m in preflight.serves if m.verb not in SAFELISTED_METHODS or m.api_key_required is not False]
            needy = needy or [m for m in preflight.serves if read_headers(m)]
            if preflight.is_proxy and not preflight.is_shut and needy:
                method = preflight.method
                message = (
                    f"the backend answers {preflight.name}, so what {names_of(needy)} may get is not in the template"
                )
                fix = (
                    f"test the backend's answer, or give {preflight.name} a MOCK integration that answers with the "
                    "CORS headers"
                )
                finding = rule.cannot_tell(method.source, message, fix, path=method.path, verb=method.verb)
                found.append(("", finding))
        yield from once_per_api(found)


def _answers(subject: Subject) -> Iterator[tuple[Preflight, Told]]:
    """The preflights whose answer is known, and lets some page in."""
    for facts in subject.apis:
        yield from _answers_of(facts)


def _answers_of(facts: ApiFacts) -> Iterator[tuple[Preflight, Told]]:
    for preflight in facts.preflights:
        told = preflight.told
        if told is not None and told.says(ALLOW_ORIGIN):
            yield preflight, told


def _names(told: Told, header: str) -> list[str] | None:
    value = told.headers.get(header, "")
    return None if isinstance(value, Unresolved) or header in told.broken else names_in(value)


def _allows_header(told: Told, name: str) -> bool | None:
    """Whether a header is allowed; None where only a deployment knows, or the list cannot be read."""
    value = told.headers.get(ALLOW_HEADERS, "")
    if isinstance(value, Unresolved):
        known = {item.strip().lower() for part in value.parts if isinstance(part, str) for item in part.split(",")}
        return True if name in known else None
    names = _names(told, ALLOW_HEADERS)
    if names is None:
        return True  # the list is broken: a matter of the policy's rules
    if "*" in names:
        # With credentials the wildcard is the finding, whatever it hides.
        return name != AUTHORIZATION or AUTHORIZATION in map(str.lower, names)
    return name in map(str.lower, names)


def _shown(told: Told, header: str) -> str:
    value = told.headers.get(header)
    spelled = "-".join(word.capitalize() for word in header.split("-"))
    return f"it sends no {spelled}" if value is None else f"it allows {value or 'nothing'}"


# fmt: off
RULES: Final = (
    Rule("CORS205", "A preflight does not allow the key's header", Severity.ERROR,
        "A page sends its key in x-api-key, which no standard lists as harmless: a browser sends it only where the "
        "preflight's Access-Control-Allow-Headers names it.",
        "Add x-api-key to Access-Control-Allow-Headers.", _PREFLIGHT, _key_header),
    Rule("CORS206", "A preflight does not allow the header that an authorizer reads", Severity.ERROR,
        "Without the header, mostly Authorization, the authorizer refuses the call; without leave a browser does not "
        "send it.",
        "Add the header to Access-Control-Allow-Headers, by name: a wildcard never covers Authorization.",
        _NON_WILDCARD, _authorization),
    Rule("CORS207", "A preflight does not allow a method that the path has", Severity.ERROR,
        "All methods but GET, HEAD and POST need to be named in Access-Control-Allow-Methods.",
        "Name the methods that the path has.", _PREFLIGHT, _methods),
    Rule("CORS208", "A preflight has no Access-Control-Allow-Origin", Severity.ERROR,
        "A preflight without it fails, whatever else it allows.",
        "Send Access-Control-Allow-Origin from the OPTIONS method.", _CORS_CHECK, _origin),
    Rule("CORS217", "A backend answers the preflight", Severity.WARNING,
        "A proxy integration hands on what the backend sends: the template does not show whether a page gets leave.",
        "Answer preflights by a MOCK integration, or test the backend's answer.", _PREFLIGHT, _backend),
    Rule("CORS218", "A preflight does not allow Content-Type", Severity.WARNING,
        "Only forms and plain text are sent without leave. A browser sends application/json where the preflight's "
        "Access-Control-Allow-Headers names content-type, and nowhere else.",
        "Add content-type to Access-Control-Allow-Headers.", _SAFELISTED_HEADER, _content_type),
)
