"""airspeed, a Velocity in Python: a copy of that module of our own, told where it is not Velocity 1.7.

The copy is private, so that nobody else's airspeed changes. airspeed reads the language; what its terms do is told to
it by `words`, `terms`, `conditions` and `directives`, and what its values are by `java`. Versions 0.6 and 0.7 will do.
"""

import functools
import importlib.util
import re
import threading
from types import ModuleType
from typing import Any, Final

from cors_constructs.simulate.vtl.conditions import adapt_conditions
from cors_constructs.simulate.vtl.directives import adapt_directives
from cors_constructs.simulate.vtl.terms import adapt_terms
from cors_constructs.simulate.vtl.words import adapt_words

_MAKING: Final = threading.Lock()


def engine() -> ModuleType:
    """The adapted copy, made when it is first asked for: one, in whichever threads.

    Raises:
        ModuleNotFoundError: airspeed is not installed.
    """
    with _MAKING:
        return _engine()


@functools.cache
def _engine() -> ModuleType:
    spec = importlib.util.find_spec("airspeed")
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("mapping templates need airspeed: pip install airspeed", name="airspeed")
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    _without_tails(copy)
    adapt_words(copy)
    adapt_terms(copy)
    adapt_conditions(copy)
    adapt_directives(copy)
    return copy


def _without_tails(engine: ModuleType) -> None:
    """Airspeed 0.6 ends each pattern with a group for the rest of the text, and copies it at each step."""

    def tailless(pattern: Any) -> Any:
        stripped = re.sub(r"\(\.\*\)\$?$", "", pattern.pattern)
        return pattern if stripped == pattern.pattern else re.compile(stripped, pattern.flags)

    def next_match(element: Any, pattern: re.Pattern[str]) -> tuple[Any, ...] | None:
        found = pattern.match(element._full_text, element.end)
        if found is None:
            return None
        element.end = found.end()
        return found.groups()

    def identity_match(element: Any, pattern: re.Pattern[str]) -> tuple[Any, ...]:
        found = next_match(element, pattern)
        if found is None:
            raise engine.NoMatch
        return found

    def require_match(element: Any, pattern: re.Pattern[str], expected: str) -> tuple[Any, ...]:
        found = next_match(element, pattern)
        if found is None:
            raise element.syntax_error(expected)
        return found

    places = [engine, *(it for it in vars(engine).values() if isinstance(it, type))]
    for place in places:
        for name, value in list(vars(place).items()):
            if isinstance(value, re.Pattern):
                setattr(place, name, tailless(value))
    engine._Element.next_match = next_match
    engine._Element.identity_match = identity_match
    engine._Element.require_match = require_match
    engine._Element.optional_match = lambda element, pattern: next_match(element, pattern) is not None
