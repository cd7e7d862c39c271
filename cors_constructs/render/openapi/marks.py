"""What tells the parts that were made here from the author's, so that patching anew replaces them.

Extensions that API Gateway does not know it leaves alone. An OPTIONS has its mark in it; the headers of gateway
responses, whose objects are API Gateway's own extension, are listed at the root.
"""

from typing import Any, Final

MARK: Final = "x-cors-constructs"
_PREFLIGHT: Final = "preflight"
_HEADERS: Final = "gatewayResponses"


def marked(operation: dict[str, Any]) -> dict[str, Any]:
    """A preflight, marked as made here."""
    return {**operation, MARK: _PREFLIGHT}


def is_ours(operation: Any) -> bool:
    """Whether an OPTIONS was made here."""
    return isinstance(operation, dict) and operation.get(MARK) == _PREFLIGHT


def mark_headers(document: dict[str, Any], headers: dict[str, dict[str, str]]) -> None:
    """List the headers of gateway responses that were added, by type and name."""
    document[MARK] = {_HEADERS: headers}


def unmark_headers(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The headers that were added before, by type and name; the list is removed."""
    mark = document.pop(MARK, None)
    listed = mark.get(_HEADERS) if isinstance(mark, dict) else None
    if not isinstance(listed, dict):
        return {}
    return {name: headers for name, headers in listed.items() if isinstance(headers, dict)}
