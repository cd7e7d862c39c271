"""Regular expressions of JSON Schema, which are JavaScript's, told to Python's `re`: https://262.ecma-international.org/5.1/#sec-15.10.

What JavaScript has beyond that (classes of Unicode's properties, say) is not known here.
"""

import functools
import re
from collections.abc import Callable
from typing import Final

from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.steady_regex import is_in, steady

# How many steps an expression may take in `re` before it is searched in another way: a millisecond's worth.
_MAX_STEPS: Final = 1e5
# How many of those are taken for one step of who asks: at worst, `re` seldom takes so many; and of the other way's.
_PER_STEP: Final = 2000
_WALKED_PER_STEP: Final = 5

_TOKEN: Final = re.compile(
    r"""\\c(?P<control>[A-Za-z])|(?P<escaped>\\.)|(?P<group>\(\?<(?=[A-Za-z_]))|(?P<opening>\[\^?\]?)|(?P<closing>\])"""
    r"""|(?P<end>\$)|(?P<odd>&&|--|~~|\|\|)|.""",
    re.DOTALL,
)
# Python would take these for something else, or for nothing.
_ESCAPED: Final = {r"\A": "A", r"\Z": "Z", r"\a": "a", r"\/": "/", r"\-": r"\-"}
_NOTHING: Final = {"[]": "(?!)", "[^]": r"[\s\S]"}


def check_expression(pattern: str) -> None:
    """Lets what is a regular expression pass.

    Raises:
        MappingError: It is none, or Python has no such thing.
    """
    _compiled(pattern)


def is_found(pattern: str, text: str, spend: Callable[[int], None]) -> bool:
    """Whether an expression matches something in a text. It does not have to match the whole of it.

    Args:
        pattern: The expression.
        text: The text.
        spend: Is told how many steps that takes.

    Raises:
        MappingError: It is none, or it would take too long.
    """
    expression = _compiled(pattern)
    try:
        read = steady(expression.pattern, anchored=False)
        # From each character it starts anew, unless it says where.
        is_anchored = expression.pattern.startswith("^") and "|" not in expression.pattern
        steps = read.takes(len(text)) * (1 if is_anchored else len(text) + 1)
        if steps <= _MAX_STEPS:
            spend(int(steps / _PER_STEP))
            return expression.search(text) is not None
        if read.is_regular:
            found, walked = is_in(read, text)
            spend(int(walked / _WALKED_PER_STEP))
            return found
    except RecursionError as error:
        raise MappingError(f"{pattern!r:.200} is nested too deeply to be simulated") from error
    raise MappingError(
        f"the regular expression {pattern!r:.200} may take for ever on {len(text):,} characters, and is not tried"
    )


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(_spelled(pattern), re.ASCII)
    except (ValueError, re.error, OverflowError, RecursionError) as error:
        raise MappingError(f"{pattern!r:.200} is no regular expression that can be simulated: {error}") from error


def _spelled(pattern: str) -> str:
    """JavaScript's expression as `re` spells it."""
    pieces: list[str] = []
    in_class = False
    for token in _TOKEN.finditer(pattern):
        piece = token[0]
        if token["control"]:
            piece = f"\\x{ord(token['control']) % 32:02x}"
        elif token["escaped"]:
            piece = _ESCAPED.get(piece, piece)
        elif in_class and token["opening"]:
            in_class = not piece.endswith("]")
            piece = "\\" + piece
        elif token["opening"]:
            in_class = piece not in _NOTHING
            piece = _NOTHING.get(piece, piece)
        elif in_class and token["odd"]:
            piece = piece[0] + "\\" + piece[1]
        elif in_class:
            in_class = not token["closing"]
        elif token["group"]:
            piece = "(?P<"
        elif token["end"]:
            piece = r"\Z"  # Python's $ overlooks a line break at the end
        pieces.append(piece)
    return "".join(pieces)
