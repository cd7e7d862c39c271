"""Functions that add the policy's headers at run time, which stand-ins for them do not."""

from cors_constructs.check.functions import FunctionFacts
from cors_constructs.simulate.browser import Verdict
from cors_constructs.simulate.gateway import Gateway
from cors_constructs.simulate.gateway.routing import Router
from cors_constructs.simulate.model import Method

_OK = 200


def hint(gateway: Gateway, verdict: Verdict) -> str:
    """What to say of a fetch that was blocked for the stand-in's sake alone; empty where it was not.

    Args:
        gateway: The gateway, whose backends are stand-ins.
        verdict: What a page's fetch came to.
    """
    last = verdict.exchanges[-1] if verdict.exchanges else None
    if verdict.allowed or last is None or last.kind != "request" or last.response is None:
        return ""
    route = Router(gateway.api).route(last.request.method, last.request.url.partition("?")[0].partition("#")[0])
    # Else the gateway itself refused it, or maps an integration response's headers.
    if route is None or last.response.status != _OK or not _is_proxy(route.method):
        return ""
    function = route.method.integration.function if route.method.integration else None
    facts = FunctionFacts(function) if function else None
    if facts is None or facts.policies is None:
        return ""
    shared = facts.policies.at(route.method.path)
    allowed = None if shared is None else shared.allows(verdict.origin)
    told = f"the function {facts.name} is told the API's policy, and adds its headers to what it answers; the stand-in"
    if allowed is False:
        return f"{told} here adds none, but that policy does not let {verdict.origin} in either"
    # What the policy says beyond the origin may be needed as well: credentials, say.
    headers = shared.policy.headers_for(verdict.origin) if shared and allowed else {}
    lines = headers or {"Access-Control-Allow-Origin": verdict.origin}
    options = " ".join(f"--backend-header {_quoted(f'{name}:{value}')}" for name, value in lines.items())
    condition = "" if allowed else ", if the policy lets this origin in, which only a deployment knows"
    return f"{told} here adds none: to see the call as it will be, add {options}{condition}"


def _is_proxy(method: Method) -> bool:
    return method.integration is not None and method.integration.type == "AWS_PROXY"


def _quoted(text: str) -> str:
    return f"'{text}'" if any(char in " *?&;|<>()" for char in text) else text
