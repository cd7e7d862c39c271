"""JSONPath, as far as mapping templates use it: `$`, `.name`, `['name']`, `[0]`, `[*]`, `.*` and `..name`.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

import functools
import re
from collections.abc import Iterator
from typing import Any, Final

from cors_constructs.simulate.vtl.error import MappingError

_STEP: Final = re.compile(
    r"""(?P<deep>\.\.)?(?:\.?(?P<name>[\w-]+)|(?P<star>\.?\*)|\[(?:(?P<index>-?\d+)|(?P<all>\*)|'(?P<single>[^']*)'|"(?P<double>[^"]*)")\])"""
)


def find(document: Any, path: str) -> Any:
    """What the path finds: a value, a list of values where it can find several, None where it finds nothing.

    Raises:
        MappingError: The path is none, or of a kind that is not simulated (filters, slices, functions).
    """
    found, several = [document], False
    for deep, key in _steps(path):
        several = several or deep or key is None
        found = [
            value for it in found for holder in (_descendants(it) if deep else [it]) for value in _pick(holder, key)
        ]
    if several:
        return found
    return found[0] if found else None


@functools.lru_cache(maxsize=256)
def _steps(path: str) -> tuple[tuple[bool, str | int | None], ...]:
    if not path.startswith("$"):
        path = f"$.{path}"
    steps: list[tuple[bool, str | int | None]] = []
    at = 1
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None or step.end() == at:
            raise MappingError(f"the JSON path {path!r} is none that can be simulated")
        key: str | int | None = None
        if step["index"] is not None:
            key = int(step["index"])
        elif not step["star"] and not step["all"]:
            key = next(it for it in (step["name"], step["single"], step["double"]) if it is not None)
        steps.append((step["deep"] is not None, key))
        at = step.end()
    return tuple(steps)


def _pick(holder: Any, key: str | int | None) -> list[Any]:
    if key is None:
        return list(holder.values()) if isinstance(holder, dict) else list(holder) if isinstance(holder, list) else []
    if isinstance(key, int):
        return [holder[key]] if isinstance(holder, list) and -len(holder) <= key < len(holder) else []
    return [holder[key]] if isinstance(holder, dict) and key in holder else []


def _descendants(value: Any) -> Iterator[Any]:
    yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _descendants(child)
