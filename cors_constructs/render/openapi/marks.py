"""What tells the parts that were made here from the author's, so that patching anew replaces them.

Extensions that API Gateway does not know it leaves alone. An OPTIONS has its mark in it; the headers of gateway
responses, whose objects are API Gateway's own extension, are listed at the root, and so is what was changed in the
answers of operations.
"""

from typing import Any, Final

MARK: Final = "x-cors-constructs"
_PREFLIGHT: Final = "preflight"
_WITH_ITS_PATH: Final = "preflight, and its path"
_HEADERS: Final = "gatewayResponses"
_ANSWERS: Final = "responses"


def marked(operation: dict[str, Any], *, with_its_path: bool) -> dict[str, Any]:
    """A preflight, marked as made here; perhaps its path was too."""
    return {**operation, MARK: _WITH_ITS_PATH if with_its_path else _PREFLIGHT}


def is_ours(operation: Any) -> bool:
    """Whether an OPTIONS was made here."""
    return isinstance(operation, dict) and operation.get(MARK) in (_PREFLIGHT, _WITH_ITS_PATH)


def is_ours_with_its_path(operation: dict[str, Any]) -> bool:
    """Whether the path of an OPTIONS that was made here was too."""
    return bool(operation[MARK] == _WITH_ITS_PATH)


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


def mark_answers(document: dict[str, Any], changes: dict[str, dict[str, Any]]) -> None:
    """Add to the list what was changed in the answers of operations, by path and key."""
    document[MARK] = {**document.get(MARK, {}), _ANSWERS: changes}


def marked_answers(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What was changed before in the answers of operations, by path and key."""
    mark = document.get(MARK)
    listed = mark.get(_ANSWERS) if isinstance(mark, dict) else None
    if not isinstance(listed, dict):
        return {}
    return {path: changes for path, changes in listed.items() if isinstance(changes, dict)}
