"""What a gateway is made of and asked, looked at before it is used: a `TypeError` says what to give."""

import os
from collections.abc import Mapping
from typing import Any

from cors_constructs.simulate.gateway.decisions import Access, Decision
from cors_constructs.simulate.messages import Request
from cors_constructs.simulate.model import Template


def check_request(request: object) -> None:
    """Raises a `TypeError` for what is no request."""
    if not isinstance(request, Request):
        raise TypeError(f'a gateway takes a Request, such as Request("GET", "/users"), not {request!r:.200}')
    given: tuple[object, object, object] = (request.method, request.url, request.body)
    if not all(isinstance(it, str) for it in given[:2]):
        raise TypeError(f"a Request has a method and a URL, two strings, not {given[0]!r:.200} and {given[1]!r:.200}")
    if not isinstance(given[2], bytes):
        raise TypeError(f"a Request's body is bytes, not {given[2]!r:.200}; of a text, write text.encode()")


def read(
    given: "str | os.PathLike[str] | Mapping[str, Any] | Template", parameters: Mapping[str, str] | None
) -> Template:
    """The template that was given, read unless it is already."""
    if isinstance(given, Template):
        if parameters:
            raise TypeError("parameters= are for reading a template, and this one is read already")
        return given
    if not isinstance(given, str | os.PathLike | Mapping):
        raise TypeError(f"a gateway is made from a template as a mapping, or from its path, not from {given!r:.200}")
    from cors_constructs.simulate.template import read_template  # noqa: PLC0415 - those who have read it need it not

    return read_template(given, parameters=parameters)


def check_arguments(names: Mapping[str, object], mappings: Mapping[str, object]) -> None:
    """Raises a `TypeError` for a name that is no string, and for a mapping of anything else."""
    for name, value in names.items():
        if value is not None and not isinstance(value, str):
            raise TypeError(f"{name}= takes a name, a string, not {value!r}")
    for name, value in mappings.items():
        pairs = value.items() if isinstance(value, Mapping) else () if value is None else [(value, None)]
        if not all(isinstance(key, str) and isinstance(it, str) for key, it in pairs):
            raise TypeError(f"{name}= takes a mapping of strings, by name, not {value!r}")


def check_callables(authorizer: object, backend: object, limits: object) -> None:
    """Raises a `TypeError` for what cannot be called."""
    if authorizer is not None and not callable(authorizer) and not isinstance(authorizer, bool | Access | Decision):
        raise TypeError(f"authorizer= takes a callable, a bool, an Access or a Decision, not {authorizer!r}")
    if backend is not None and not callable(backend):
        raise TypeError(f"backend= takes a callable that answers a Request with a Response, not {backend!r}")
    if limits is not None and not callable(limits):
        raise TypeError(f"limits= takes a callable that raises a RefusalError where a limit is reached, not {limits!r}")
