"""The CORS headers of real responses, added inside a Lambda function behind a REST API's proxy integration.

One file for Python 3.9 and later, of the standard library alone: a layer holds it. The policy is that of the variable
CORS_CONSTRUCTS_POLICY: `CorsPolicy.to_dict` as JSON, and "branches", policies by path. An item of "allow_origins" with
a comma in it holds what only deployment knew: origins and no patterns, as the API's preflights take them. What cannot
be understood is logged once, and the handler's answer passes through as it is.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from types import SimpleNamespace

TYPE_CHECKING = False  # importing typing, re, json or logging takes longer than all of this
if TYPE_CHECKING:
    from typing import Any, Callable, TypeVar, overload

    _Handler = TypeVar("_Handler", bound=Callable[..., Any])

_POLICY, _HANDLER = "CORS_CONSTRUCTS_POLICY", "CORS_CONSTRUCTS_HANDLER"
_ALLOW = "Access-Control-Allow-"
_METHODS = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]
_AMZ = ["x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-user-agent"]
_MAPS = ("headers", "multiValueHeaders")
_PORT = "(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_warned: set[str] = set()
_read: dict[str, Any] = {}


if TYPE_CHECKING:

    @overload
    def cors(handler: _Handler, *, policy: Any = ..., catch_errors: bool = ...) -> _Handler: ...

    @overload
    def cors(*, policy: Any = ..., catch_errors: bool = ...) -> Callable[[_Handler], _Handler]: ...


def cors(handler: Any = None, *, policy: Any = None, catch_errors: bool = True) -> Any:
    """Wraps a handler, sync or async, so that the pages which the policy allows can read its answers.

    A preflight that strays to the function is answered without the handler.

    Args:
        handler: Takes an event of a proxy integration (payload 1.0), and whatever else.
        policy: A `CorsPolicy`, a mapping as in the variable, or its JSON. Left out: the variable's.
        catch_errors: Whether the handler's errors are logged, and become a 500 that pages can read. False: they are
            raised on.

    Raises:
        TypeError: The handler cannot be called.
    """
    if handler is None:
        return functools.partial(cors, policy=policy, catch_errors=catch_errors)
    if not callable(handler):
        raise TypeError(f"cors_constructs: {handler!r:.99} is no handler; write @cors, @cors(...) or cors(handler)")

    def failed(headers: Any) -> Any:
        if headers is None or not catch_errors:
            raise
        _log().exception("cors_constructs: the handler raised an error, and 500 is answered")
        headers = {"Content-Type": "application/json", **headers}
        return {"statusCode": 500, "headers": headers, "body": '{"message":"Internal server error"}'}

    async def later(headers: Any, answer: Any) -> Any:
        try:
            return _finish(headers, await answer)
        except Exception:
            return failed(headers)

    def call(event: Any, *rest: Any, **named: Any) -> Any:
        headers, preflight = _begin(event, policy)
        try:
            answer = preflight or handler(event, *rest, **named)
            return (later if _waits(answer) else _finish)(headers, answer)
        except Exception:
            return failed(headers)

    async def call_async(*given: Any, **named: Any) -> Any:
        answer = call(*given, **named)
        return await answer if _waits(answer) else answer

    is_async = getattr(getattr(handler, "__code__", None), "co_flags", 0) & 0x80  # inspect.CO_COROUTINE
    return functools.wraps(handler)(call_async if is_async else call)


def headers_for(event: Any, policy: Any = None) -> dict[str, str]:
    """The CORS headers of the response to a proxy event: none where it or the policy (see `cors`) is broken."""
    return _begin(event, policy)[0] or {}


def add_headers(event: Any, answer: Any, policy: Any = None) -> Any:
    """A handler's answer with the CORS headers that it lacks; itself where it is no proxy answer.

    Args:
        event: The proxy event.
        answer: What the handler returned. It is not changed.
        policy: See `cors`.
    """
    return _finish(_begin(event, policy)[0], answer)


def powertools_cors(policy: Any = None) -> Any:
    """For AWS Lambda Powertools: `APIGatewayRestResolver(cors=powertools_cors())`. A broken policy lets nobody in."""
    from aws_lambda_powertools.event_handler import CORSConfig

    its = _whole(policy)

    class Config(CORSConfig):
        def allowed_origin(self, extracted_origin: Any) -> str:
            return extracted_origin or ""

        def to_dict(self, origin: Any) -> dict[str, str]:
            headers = _told(its, {origin or ""}, {**its.asked, **its.real})
            if its.allow_methods is None:
                headers.pop(f"{_ALLOW}Methods", None)  # Powertools knows the routes'
            # Of one spelling, it would replace the app's own Vary.
            return {name.replace("Vary", "VARY"): value for name, value in headers.items()}

    return Config(allow_origin="")


def flask_cors(policy: Any = None) -> dict[str, Any]:
    """For flask-cors, which tells strangers no Vary: `CORS(app, **flask_cors())`. A broken policy lets nobody in."""
    its = _whole(policy)
    return {
        # Compiled: flask-cors disregards the case of texts, and takes "[::1]" for an expression.
        "origins": "*" if its.any else [its.regex],
        "methods": its.methods,
        "supports_credentials": its.allow_credentials,
        "max_age": str(its.max_age),  # the number 0 would be left out
        "send_wildcard": True,
        "always_send": its.any,
        **its.names,
    }


def starlette_cors(policy: Any = None) -> dict[str, Any]:
    """For Starlette: `app.add_middleware(CORSMiddleware, **starlette_cors())`. A broken policy lets nobody in."""
    its = _whole(policy)
    return {
        "allow_origins": ["*"] if its.any else [],
        "allow_origin_regex": its.regex.pattern,
        "allow_methods": its.methods,
        "allow_credentials": its.allow_credentials,
        "max_age": its.max_age,
        **its.names,
    }


def __getattr__(name: str) -> Any:
    """`wrapped`: what Lambda calls instead of the function's own handler, which a variable names."""
    if name != "wrapped":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    own = os.environ.get(_HANDLER, "")
    module, _, function = own.rpartition(".")
    if not module:
        raise RuntimeError(f"{_HANDLER} is {own!r}; write the function's own handler, as in 'app.handler'")
    os.environ["_HANDLER"] = own
    try:
        globals()[name] = cors(getattr(importlib.import_module(module.replace("/", ".")), function))
    except AttributeError as error:  # Lambda would say that `wrapped` is missing
        raise RuntimeError(f"{own}: {error}").with_traceback(error.__traceback__) from None
    return globals()[name]


def _waits(answer: Any) -> bool:
    return hasattr(type(answer), "__await__")  # a mapping with attributes may seem to have any


def _texts(it: Any) -> bool:
    return isinstance(it, (list, tuple)) and all(isinstance(text, str) for text in it)


# By name: the default, and what makes a value right.
_NAMES: dict[str, Any] = {
    "allow_origins": ([], lambda it: it and _texts(it)),
    "allow_methods": (None, lambda it: it is None or _texts(it)),
    "allow_headers": (["authorization", "content-type", *_AMZ, "x-api-key"], _texts),
    "expose_headers": (["retry-after", "x-amzn-errortype", "x-amzn-requestid"], _texts),
    "allow_credentials": (False, lambda it: isinstance(it, bool)),
    "max_age": (7200, lambda it: type(it) is int and 0 <= it <= 86400),
    "status_code": (204, lambda it: type(it) is int and 200 <= it <= 299),
    "branches": ({}, lambda it: isinstance(it, Mapping) and _texts([*it])),
}


def _policy(values: Any) -> Any:
    import re

    if not isinstance(values, Mapping):
        raise ValueError("no object")
    its = SimpleNamespace(**{name: values.get(name, default) for name, (default, _) in _NAMES.items()})
    wrong = [name for name, (_, fits) in _NAMES.items() if not fits(getattr(its, name))]
    if wrong:
        raise ValueError(f"wrong: {', '.join(wrong)}")
    texts = [*its.allow_origins]
    its.any = texts in (["*"], ["*,"])
    if its.any and its.allow_credentials:
        raise ValueError('"*" beside allow_credentials')
    items = sorted({item.strip() for text in texts for item in text.split(",")})
    exact = [item for item in items if re.fullmatch("[!-)+-~]+://[!-)+-~]+", item)]
    patterns = [pattern for pattern in map(_pattern, texts) if pattern]
    its.only = "*" if its.any else exact[0] if len(exact) == 1 and not patterns else None
    its.regex = re.compile(rf"(?:{'|'.join([*map(re.escape, exact), *patterns]) or '(?!)'})\Z")
    its.names = {"allow_headers": its.allow_headers, "expose_headers": its.expose_headers}
    its.real = {"Access-Control-Expose-Headers": ",".join(its.expose_headers)}
    methods = _METHODS if its.allow_methods is None else its.allow_methods
    its.methods = _METHODS if "*" in methods else methods
    its.asked = {
        f"{_ALLOW}Methods": ",".join(methods),
        f"{_ALLOW}Headers": ",".join(its.allow_headers),
        "Access-Control-Max-Age": str(its.max_age),
    }
    its.branches = {top: _policy(branch) for top, branch in its.branches.items()}
    return its


def _pattern(text: str) -> str | None:
    import re

    parts = re.fullmatch(r"(https?)://(\*\*?\.)?([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\*|:[0-9]+)?", text)
    if not parts or "*" not in text:
        return None
    scheme, below, host, port = parts.groups("")
    if below:
        below = rf"(?:[a-z0-9_-]{{1,63}}\.){{1,{126 if '**' in below else 1}}}"
    if port == ":*":
        # A browser never sends the default port: https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin
        port = f"(?::(?!{443 if scheme == 'https' else 80}(?![0-9])){_PORT})?"
    return rf"(?=.{{0,267}}\Z){scheme}://{below}{re.escape(host)}{port}"


def _load(given: Any) -> Any:
    import json

    what = "the argument policy"
    if given is None:
        what, given = _POLICY, os.environ.get(_POLICY)
        if not given:
            _warn(f"{_POLICY} is not set; call share_policy_with(function), or pass policy=...")
            return None
    if isinstance(given, str) and given in _read:
        return _read[given]
    its = None
    try:
        it = json.loads(given) if isinstance(given, str) else given
        its = _policy(it.to_dict() if hasattr(it, "to_dict") else it)
    except (ValueError, RecursionError) as error:
        _warn("%s is no policy (%s); write what CorsPolicy.to_dict() gives", what, error)
    if isinstance(given, str):
        _read[given] = its
    return its


def _whole(policy: Any) -> Any:
    its = _load(policy)
    if its and its.branches:  # the libraries know no resource, and would let one branch's pages into another
        _warn("the policy has branches, and a bridge has none; put cors around the Lambda handler instead")
        its = None
    return its or _policy({"allow_origins": [""]})


def _sent(event: Any, name: str) -> set[str]:
    maps = [it for it in map(event.get, _MAPS) if isinstance(it, Mapping)]
    found = [value for it in maps for key, value in it.items() if str(key).lower() == name]
    return {it for value in found for it in (value if isinstance(value, list) else [value]) if isinstance(it, str)}


def _told(its: Any, origins: set[str], more: dict[str, str]) -> dict[str, str]:
    allowed = its.only or next((it for it in origins if len(origins) == 1 and its.regex.match(it)), None)
    headers = {}
    if allowed:
        more = {f"{_ALLOW}Credentials": "true", **more} if its.allow_credentials else more
        headers = {f"{_ALLOW}Origin": allowed, **{name: value for name, value in more.items() if value}}
    return headers if its.only else {**headers, "Vary": "Origin"}


def _begin(event: Any, policy: Any) -> tuple[Any, Any]:
    """The response's headers, and the answer to a preflight; None for what there is not."""
    try:
        is_proxy = isinstance(event, Mapping) and isinstance(event.get("httpMethod"), str)
        if not is_proxy or event.get("version") == "2.0":
            _warn("this is no REST API proxy event (payload 1.0); use cors behind proxy integrations only")
        elif its := _load(policy):
            path = f"{event.get('resource')}/"
            tops = [top for top in its.branches if path.startswith(top.rstrip("/") + "/")]
            its = its.branches.get(max(tops, key=len, default=None), its)
            origins = _sent(event, "origin")
            asks = event["httpMethod"] == "OPTIONS" and origins and _sent(event, "access-control-request-method")
            preflight = {"statusCode": its.status_code, "headers": _told(its, origins, its.asked), "body": ""}
            return _told(its, origins, its.real), preflight if asks else None
    except Exception:
        _log().exception("cors_constructs: its own error")
    return None, None


def _finish(new: Any, answer: Any) -> Any:
    try:
        return answer if new is None or not _is_answer(answer) else _added(new, answer)
    except Exception:
        _log().exception("cors_constructs: its own error")
        return answer


def _is_answer(it: Any) -> bool:
    if isinstance(it, Mapping) and (not it or {"statusCode", "body", "isBase64Encoded", *_MAPS} & {*it}):
        headers, multi = ({} if it.get(name) is None else it[name] for name in _MAPS)
        if isinstance(headers, Mapping) and isinstance(multi, Mapping):
            values = [*([value] for value in _vary(headers).values()), *_vary(multi).values()]
            if all(map(_texts, values)):
                return True
    _warn('this is no proxy answer; return {"statusCode": 200, "headers": {}, "body": ""} or the like')
    return False


def _vary(headers: Any) -> dict[Any, Any]:
    return {name: value for name, value in headers.items() if str(name).lower() == "vary"}


def _added(new: dict[str, str], answer: Any) -> Any:
    headers, multi = (dict(answer.get(name) or {}) for name in _MAPS)
    own = {str(name).lower() for name in (*headers, *multi)}
    for name, value in new.items():
        if name == "Vary" and "vary" in own:
            maps = multi if _vary(multi) else headers
            spelled, there = next(iter(_vary(maps).items()))
            texts = [there] if isinstance(there, str) else there
            if not {"*", "origin"} & {item.strip().lower() for text in texts for item in text.split(",")}:
                maps[spelled] = [*there, value] if maps is multi else f"{there}, {value}" if there.strip() else value
        elif name.lower() in own or (name != "Vary" and "access-control-allow-origin" in own):
            continue
        elif multi and answer.get("headers") is None:
            multi[name] = [value]
        else:
            headers[name] = value
    return {**answer, **{name: maps for name, maps in zip(_MAPS, (headers, multi)) if maps}}


def _log() -> Any:
    import logging

    return logging.getLogger("cors_constructs")


def _warn(text: str, *details: object) -> None:
    if text not in _warned:
        _warned.add(text)
        _log().warning(f"cors_constructs: {text}", *details)
