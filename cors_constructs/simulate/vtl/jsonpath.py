"""JSONPath, as far as mapping templates use it: `$`, `.name`, `['name']`, `[0]`, `[*]`, `.*` and `..name`.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cors_constructs.simulate.vtl.error import MappingError

_MAX_VALUES: Final = 1_000_000
_STEP: Final = re.compile(
    r"""(?P<deep>\.\.)?(?:\.?(?P<name>[\w-]+)|(?P<star>\.?\*)|\[(?:(?P<index>-?\d+)|(?P<all>\*)|'(?P<single>[^']*)'|"(?P<double>[^"]*)")\])"""
)


class Effort:
    """How many values were looked at, which has an end: `$..a..a..a` finds some of them again and again."""

    def __init__(self) -> None:
        self._left = _MAX_VALUES

    def take(self) -> None:
        """Counts one more.

        Raises:
            MappingError: They are too many.
        """
        self._left -= 1
        if self._left < 0:
            raise MappingError(f"its JSON paths look at more than {_MAX_VALUES:,} values")


def find(document: Any, path: str, effort: Effort | None = None) -> Any:
    """What the path finds: a value, a list of values where it can find several, None where it finds nothing.

    Args:
        document: Where to look.
        path: The path.
        effort: Counts what several calls do. Left out, this one alone.

    Raises:
        MappingError: The path is none, of a kind that is not simulated (filters, slices, functions), or finds too much.
    """
    counted = effort or Effort()
    found, several = [document], False
    for deep, key in _steps(path):
        several = several or deep or key is None
        within = (holder for it in found for holder in _descendants(it)) if deep else iter(found)
        found = [value for holder in _counted(within, counted) for value in _pick(holder, key)]
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


def _counted(values: Iterable[Any], effort: Effort) -> Iterator[Any]:
    for value in values:
        effort.take()
        yield value


def _descendants(value: Any) -> Iterator[Any]:
    """The value and all in it, each before those in it."""
    left = [value]
    while left:
        it = left.pop()
        yield it
        if isinstance(it, dict | list):
            left += reversed(it.values() if isinstance(it, dict) else it)
