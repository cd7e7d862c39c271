"""What an HTTP backend is sent: the integration's address and method, with the parameters that are mapped.

https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote_plus, urlencode

from cors_constructs.simulate.gateway.calls import Call
from cors_constructs.simulate.gateway.expressions import expression
from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.gateway.undecided import decided
from cors_constructs.simulate.messages import Request
from cors_constructs.simulate.model import Integration

_KINDS: Final = ("header", "querystring", "path")
_STAGE_VARIABLE: Final = re.compile(r"\$\{stageVariables\.([A-Za-z0-9_]+)\}")


def outgoing(call: Call) -> Request:
    """The request for an HTTP or HTTP_PROXY integration's backend, with an absolute URL.

    The method is the integration's, or the request's where that is ANY. In the address, `{name}` is what is mapped to
    the path and `${stageVariables.name}` a stage variable; what only a deployment knows stands as `${Name}`. A proxy
    integration passes every header and query parameter on, but for those that are mapped, which take their place.

    Raises:
        TemplateError: Only a deployment knows the integration's method.
        ValueError: The call is none of an HTTP integration.
    """
    integration = call.integration
    if call.kind != "backend" or integration is None or not str(integration.type).upper().startswith("HTTP"):
        raise ValueError(f"{call.name} calls no HTTP backend")
    is_proxy = str(integration.type).upper() == "HTTP_PROXY"
    mapped = mapped_parameters(integration, call.invocation) if is_proxy else call.mapped
    question = f"which method {call.method.name} calls its backend with"
    verb = decided(integration.http_method or "ANY", call.method.source, question)
    address = _address(call, str(integration.uri or ""), mapped.get("path", {}))
    headers, query = list(call.request.headers.lines), call.request.url.partition("?")[2]
    if is_proxy:
        own = {name.lower() for name in mapped["header"]}
        headers = [(name, value) for name, value in headers if name.lower() not in own] + [*mapped["header"].items()]
        query = _with_parameters(query, mapped["querystring"])
    if query:
        address += ("&" if "?" in address else "?") + query
    return Request(call.original.method if verb == "ANY" else verb, address, headers, call.request.body)


def mapped_parameters(integration: Integration, invocation: Invocation) -> dict[str, dict[str, str]]:
    """What the integration's request parameters make, by `header`, `querystring` or `path`, and name."""
    found: dict[str, dict[str, str]] = {kind: {} for kind in _KINDS}
    for target, source in integration.request_parameters.items():
        words = target.split(".", 3)
        read = expression(str(source), "integration")
        value = None if read is None else read(invocation, None)
        if len(words) == 4 and words[2] in found and value is not None:  # noqa: PLR2004 - all four words
            found[words[2]][words[3]] = value
    return found


def _address(call: Call, uri: str, path: Mapping[str, str]) -> str:
    variables = call.invocation.stage_variables
    address = _STAGE_VARIABLE.sub(lambda found: variables.get(found[1], ""), uri)
    for name, value in path.items():
        # A greedy parameter is several segments.
        safe = "/" if f"{{{name}+}}" in call.method.path else ""
        address = address.replace(f"{{{name}}}", quote(value, safe=safe, errors="replace"))
    return address


def _with_parameters(query: str, mapped: Mapping[str, str]) -> str:
    if not mapped:
        return query
    kept = [part for part in query.split("&") if part and _name(part) not in mapped]
    return "&".join([*kept, urlencode(mapped, errors="replace")])


def _name(part: str) -> str:
    return unquote_plus(part.partition("=")[0])
