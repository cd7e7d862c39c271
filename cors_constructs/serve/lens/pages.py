"""The lens's pages, and the headers that keep other sites out of them."""

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import attrs

from cors_constructs.simulate.messages import Response

FRAME: Final = "frame"
_INDEX: Final = "index"
_PAGES: Final = {_INDEX: "index.html", FRAME: "frame.html"}
_FOLDER: Final = Path(__file__).parent / "page"
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

GUARDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
)
"""What all answers of the lens have. None has a CORS header, so that pages of other origins read nothing."""

_NOTHING: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@attrs.frozen
class _File:
    """A file, as it is sent."""

    type: str
    content: bytes


def page(name: str, origins: Iterable[str]) -> Response | None:
    """A page, or something that one needs.

    Args:
        name: What follows `/_cors/`; empty for the page itself.
        origins: The origins whose pages may hold the frame.

    Returns:
        None where there is nothing of that name.
    """
    files = _files()
    if name in {"", FRAME}:
        file = files[_PAGES[name or _INDEX]]
        policy = _frame_policy(origins) if name == FRAME else _page_policy(origins)
    elif name in files and name not in _PAGES.values():
        file, policy = files[name], _NOTHING
    else:
        return None
    return Response(200, {**GUARDS, "Content-Type": file.type, "Content-Security-Policy": policy}, file.content)


def data(status: int, content: bytes, *, why: str = "") -> Response:
    """An answer for the pages' scripts, as JSON.

    Args:
        status: Its status.
        content: The JSON.
        why: What the log says of it.
    """
    headers = {
        **GUARDS,
        "Content-Type": "application/json",
        "Content-Security-Policy": _NOTHING,
        # Not even as something that no script reads: https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return Response(status, headers, content, why=why)


def refusal(status: int, said: str, **headers: str) -> Response:
    """A refusal, as text.

    Args:
        status: Its status.
        said: Why.
        headers: Further headers.
    """
    given = {**GUARDS, "Content-Type": "text/plain; charset=utf-8", "Content-Security-Policy": _NOTHING, **headers}
    return Response(status, given, f"{said}\n".encode("utf-8", "replace"), why=said)


def _page_policy(origins: Iterable[str]) -> str:
    """https://www.w3.org/TR/CSP3/."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"frame-src {_sources(origins)}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )


def _frame_policy(origins: Iterable[str]) -> str:
    """The frame calls the API, which may redirect it to anywhere.

    It may be sandboxed, so that WebKit takes `'self'` for nobody: its script's places are named.
    """
    origins = tuple(origins)
    scripts = _sources(f"{origin}/_cors/" for origin in origins)
    return (
        f"default-src 'none'; script-src {scripts}; img-src 'self'; connect-src 'self' http: https:; "
        f"frame-ancestors {_sources(origins)}; base-uri 'none'; form-action 'none'"
    )


def _sources(origins: Iterable[str]) -> str:
    return " ".join(["'self'", *origins])


# Read once: so no name in an address is ever looked for among the files of this machine.
@functools.lru_cache(maxsize=1)
def _files() -> Mapping[str, _File]:
    found = (path for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES and path.is_file())
    return {path.name: _File(_TYPES[path.suffix], path.read_bytes()) for path in found}
