"""CORS521 to CORS527: Lambda functions behind proxy integrations, whose answers only they themselves know.

What a function answers goes to the page as it is, so the function has to send Access-Control-Allow-Origin. No template
shows whether it does; it shows the policy that `cors_constructs.runtime` reads, the handler that adds it, and, where
the function's code is at hand, whether that was written with CORS in mind. Functions that are not in the templates are
left alone: nothing could be written there that would tell more.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.check.functions import OWN_HANDLER, VARIABLE, WRAPPERS, FunctionFacts
from cors_constructs.check.preflights import Preflight
from cors_constructs.check.subject import ApiFacts, Subject
from cors_constructs.check.told import ALLOW_ORIGIN
from cors_constructs.check.wording import listed, names_of
from cors_constructs.simulate.model import Method
from cors_constructs.simulate.values import Unresolved

if TYPE_CHECKING:
    from cors_constructs.check.shared import Shared

_PROXY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"
_CORS_CHECK = "https://fetch.spec.whatwg.org/#cors-check"
_LAYERS = "https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html"

_POLICY: Final = '{"allow_origins": ["https://app.example.com"]}'
_LAYERS_FILES: Final = {
    "python": "python/cors_constructs/runtime.py",
    "nodejs": "nodejs/node_modules/cors-constructs (the folder nodejs)",
}
_PYTHON_AND_NODE: Final = " and ".join(f"{runtime}*" for runtime in WRAPPERS)


def _no_policy(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        silent = [
            (method, function)
            for _, method, function in _answered(facts, subject)
            if function.text is None and not function.is_wrapped
            if function.lacks_policy or not function.tells_of_cors
        ]
        if silent:
            functions = dict.fromkeys(function.name for _, function in silent)
            names, sends = listed(functions), "it sends" if len(functions) == 1 else "they send"
            first, _ = silent[0]
            message = (
                f"whether pages can read what {names_of(method for method, _ in silent)} answer"
                f"{'s' if len(silent) == 1 else ''} is for {names} to say, and nothing here tells that {sends} "
                "Access-Control-Allow-Origin"
            )
            lacking = listed(function.name for _, function in silent if function.lacks_policy)
            if lacking:
                message += f": cors_constructs.runtime adds nothing in {lacking} without a policy in {VARIABLE}"
            fix = (
                f"let {names} send it with every answer, errors too; cors_constructs.runtime does so, told the policy "
                f"in {VARIABLE}. Once deployed, see it by `cors-constructs fetch https://... "
                f"{'GET' if first.verb == 'ANY' else first.verb} {first.path} --origin https://app.example.com`"
            )
            yield rule.cannot_tell(facts.api.source, message, fix)


def _policy_unused(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for function in subject.functions.values():
        if function.leaves_policy_unused:
            message = (
                f"{function.name} is told a policy, and its code says nothing of it: without @cors on its handler the "
                "answers go out as they are"
            )
            fix = (
                "write `from cors_constructs.runtime import cors` and @cors on the handler (in Node.js, "
                "exports.handler = cors(handler)); or let the wrapper call it: "
                f"Handler: {_wrapper(function)}, and the handler's own name in {OWN_HANDLER}"
            )
            yield rule.cannot_tell(function.function.source, message, fix)


def _broken_policy(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for function in subject.functions.values():
        policies = function.policies
        if policies is not None and policies.problems:
            message = (
                f"{VARIABLE} of {function.name} holds no policy: {'; '.join(policies.problems)}. Its answers go out "
                "without CORS headers"
            )
            fix = policies.fix or f"write the policy as JSON: {_POLICY}"
            yield rule.wrong(function.function.source, message, fix)


def _wrapper_broken(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for function in subject.functions.values():
        for what, fix in _flaws(function):
            yield rule.wrong(function.function.source, f"{function.name} {what}", fix)


def _flaws(function: FunctionFacts) -> Iterator[tuple[str, str]]:
    """What keeps the package from working in a function, and what to write."""
    if function.function.variables is None:
        return
    own, runtime = function.own_handler, function.function.runtime
    lacks_layers = function.function.layers == ()
    if not function.is_wrapped:
        if own is not None and not isinstance(function.function.handler, Unresolved):
            what = (
                f"names its own handler in {OWN_HANDLER}, and its Handler, {function.function.handler}, is no wrapper"
            )
            yield f"{what}: nothing reads that name", f"write Handler: {_wrapper(function)}, or take {OWN_HANDLER} away"
        if function.imports_ours and lacks_layers:
            yield "imports cors_constructs, and has no layer that brings it: it cannot start", _add_layer(function)
        return
    if own is None:
        what = f"has the wrapper for a handler, and no {OWN_HANDLER} that names its own: it cannot start"
        yield what, f"write its own handler into {OWN_HANDLER}, such as index.handler"
    elif own in WRAPPERS.values():
        what = f"names the wrapper in {OWN_HANDLER} as well, which would call itself"
        yield what, f"write its own handler into {OWN_HANDLER}, such as index.handler"
    if lacks_layers:
        yield "has the wrapper for a handler, and no layer that brings it: it cannot start", _add_layer(function)
    if function.text is None:
        what = f"is wrapped, and has no {VARIABLE}: its answers go out without CORS headers"
        yield what, f"write the policy into {VARIABLE}, as JSON: {_POLICY}"
    fits = isinstance(runtime, str) and runtime.startswith(tuple(WRAPPERS))
    if isinstance(runtime, str) and (not fits or _wrapper(function) != function.function.handler):
        what = f"runs in {runtime}, and {function.function.handler} is the wrapper of another runtime: it cannot start"
        yield what, f"write Handler: {_wrapper(function)}" if fits else f"wrap {_PYTHON_AND_NODE} alone"


def _add_layer(function: FunctionFacts) -> str:
    runtime = str(function.function.runtime)
    holds = next((it for name, it in _LAYERS_FILES.items() if runtime.startswith(name)), _LAYERS_FILES["python"])
    return f"add to Layers one that holds {holds} of this package; in the CDK that is CorsRuntime"


def _wrapper(function: FunctionFacts) -> str:
    """The wrapper for its runtime; Python's where that is unknown, or another."""
    runtime = str(function.function.runtime)
    return next((it for name, it in WRAPPERS.items() if runtime.startswith(name)), WRAPPERS["python"])


def _headers_owned_twice(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for function in subject.functions.values():
        if function.text is not None and function.sets_origin:
            message = (
                f"{function.name} is told a policy, and its code or its variables hold Access-Control-Allow-Origin: "
                "where the handler sets that header, it stays, and the policy goes unheard"
            )
            fix = f"leave the header to the policy, or take {VARIABLE} away"
            yield rule.cannot_tell(function.function.source, message, fix)


def _leaves_out(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for preflight, method, function, shared in _sharing(subject):
        lacking = _lacking(preflight, function, shared)
        if lacking is not None:
            what, fix = lacking
            message = f"{what}: pages may call {method.name}, and cannot read the answer"
            yield rule.wrong(function.function.source, message, fix, path=method.path, verb=method.verb)


def _lacking(preflight: Preflight, function: FunctionFacts, shared: "Shared") -> tuple[str, str] | None:
    """What a preflight allows and a function's policy does not, and what to write."""
    guests = sorted(preflight.answer.guests) if preflight.answer else []
    refused = [origin for origin in guests if shared.allows(origin) is False]
    if refused:
        what = f"{preflight.name} lets {_everybody(refused)} in, and the policy of {function.name} does not"
        return what, f"in {VARIABLE} of {function.name} add {listed(refused)} to allow_origins"
    if preflight.told and preflight.told.with_credentials and not shared.policy.allow_credentials:
        what = f"{preflight.name} allows credentials, and the policy of {function.name} does not"
        return what, f'in {VARIABLE} of {function.name} write "allow_credentials": true'
    return None


def _allows_more(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for preflight, method, function, shared in _sharing(subject):
        if _lacking(preflight, function, shared) is not None:
            continue  # another policy altogether is one finding
        strangers = [origin for origin in shared.origins() if _lets_in(preflight, origin) is False]
        if strangers:
            what = f"the policy of {function.name} allows {_everybody(strangers)}, and {preflight.name} does not"
            fix = f"take {listed(strangers)} out of allow_origins in {VARIABLE}, or let the preflights allow it"
        elif shared.policy.allow_credentials and preflight.told and not preflight.told.with_credentials:
            what = f"the policy of {function.name} allows credentials, and {preflight.name} does not"
            fix = f'write "allow_credentials": false in {VARIABLE}, or let the preflights allow them'
        else:
            continue
        message = f"{what}: pages can read what {method.name} answers wherever no preflight is asked for"
        yield rule.wrong(function.function.source, message, fix, path=method.path, verb=method.verb)


def _everybody(origins: list[str]) -> str:
    return "everybody" if "*" in origins else listed(origins)


def _lets_in(preflight: Preflight, origin: str) -> bool | None:
    """Whether a preflight lets pages of an origin in, `*` being all of them; None where that cannot be told."""
    answer, welcome = preflight.answer, preflight.welcome
    if answer is None or isinstance(answer.static.origin, Unresolved) or (welcome and welcome.trouble):
        return None
    if {origin, "*"} & {answer.static.origin, *answer.guests} or (welcome and welcome.reflects):
        return True
    if answer.template is None or welcome is None or not welcome.sets_origin:
        return False
    if origin == "*":
        return False
    from cors_constructs.check.welcome import lets_in  # noqa: PLC0415 - loaded by then, where a template was run

    return lets_in(answer.template, origin)


def _answered(facts: ApiFacts, subject: Subject) -> Iterator[tuple[Preflight, Method, FunctionFacts]]:
    """The calls that a function answers, and whose preflights let some page in."""
    for preflight in facts.preflights:
        told = preflight.told
        if told is None or not told.says(ALLOW_ORIGIN):
            continue
        for method in preflight.serves:
            integration = method.integration
            if integration is not None and integration.type == "AWS_PROXY" and integration.function is not None:
                yield preflight, method, subject.functions[integration.function.source]


def _sharing(subject: Subject) -> Iterator[tuple[Preflight, Method, FunctionFacts, "Shared"]]:
    """The calls of functions whose policy is known: one for each policy and preflight's answer."""
    for facts in subject.apis:
        compared = set()
        for preflight, method, function in _answered(facts, subject):
            shared = function.policies.at(method.path) if function.policies else None
            same = (function.function.source, shared, preflight.told and frozenset(preflight.told.headers.items()))
            if shared is not None and same not in compared:
                compared.add(same)
                yield preflight, method, function, shared


# fmt: off
RULES: Final = (
    Rule("CORS521", "Nothing tells whether a function sends CORS headers", Severity.WARNING,
        "With a proxy integration API Gateway adds nothing to an answer. A preflight that passes is for nothing where "
        "the function's own answer lacks Access-Control-Allow-Origin.",
        "Share the policy with the function, or test what it answers.", _PROXY, _no_policy),
    Rule("CORS522", "A function does not use the policy that it is told", Severity.WARNING,
        "The variable alone adds no header: the function's code has to use it, or the wrapper has to call the code.",
        "Put @cors on the handler, or wrap the function.", _PROXY, _policy_unused),
    Rule("CORS523", "The policy that a function is told cannot be read", Severity.ERROR,
        "What cannot be read allows nobody: the answers go out without CORS headers, and no page can read them.",
        "Write the policy as CorsPolicy.to_dict gives it, in JSON.", _CORS_CHECK, _broken_policy),
    Rule("CORS524", "A function's policy leaves out what the preflights allow", Severity.ERROR,
        "The preflight passes and the call is made, and then the page may not read its answer.",
        "Tell the function the policy that the preflights were made of.", _CORS_CHECK, _leaves_out),
    Rule("CORS525", "A function's policy allows what the preflights do not", Severity.WARNING,
        "Calls that need no preflight, such as a plain GET, are made from any page; the answer's own headers alone say "
        "who may read it.",
        "Tell the function the policy that the preflights were made of.", _CORS_CHECK, _allows_more),
    Rule("CORS526", "A function's wrapper is set up in part", Severity.ERROR,
        "The wrapper is a handler that calls the function's own. It takes the layer that brings it, the handler's own "
        "name, and the policy; where one is missing, the function does not start, or adds no headers.",
        "Set handler, layer and both variables, or none of them.", _LAYERS, _wrapper_broken),
    Rule("CORS527", "A function that is told a policy sets Access-Control-Allow-Origin itself", Severity.WARNING,
        "What the handler sets goes out as it is: with two owners of a header, one of them is not heard.",
        "Let the policy alone set CORS headers.", _CORS_CHECK, _headers_owned_twice),
)
