"""Regular expressions that come to an end: how long one may take, and matching it without backtracking.

`re` tries one way after the other, and `(a+)+b` has more ways through a line of text than anyone can wait for. Here all
ways are followed at once: each piece of an expression tells where it can end, given where it can begin. That is slower
on what `re` does well, so it is kept for the rest.
"""

import functools
import re
from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple, TypeAlias

from cors_constructs.simulate.vtl.error import MappingError

_MAX_STEPS: Final = 1_000_000
_MAX_REPEATS: Final = 10_000


class _Walk:
    """A text on the way through an expression."""

    __slots__ = ("steps", "text")

    def __init__(self, text: str) -> None:
        self.text, self.steps = text, 0

    def count(self, steps: int) -> None:
        self.steps += steps
        if self.steps > _MAX_STEPS:
            raise MappingError(f"a regular expression takes more than {_MAX_STEPS:,} steps")


_Ends: TypeAlias = Callable[[_Walk, Collection[int]], set[int]]

_LEAF: Final = re.compile(
    r"""\[\^?\]?(?:\\.|[^\]\\])*\]|\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|0[0-7]{0,2}|[^1-9])|[^()|*+?{\\\[]|\{(?![0-9])""",
    re.DOTALL,
)
_BACK_REFERENCE: Final = re.compile(r"\\[1-9][0-9]?|\(\?P=\w+\)")
_QUANTIFIER: Final = re.compile(r"(?:([*+?])|\{([0-9]+)(,?)([0-9]*)\})([?+]?)")
_OPENING: Final = re.compile(r"\((?:\?(?:P<\w+>|([=!])|(<[=!])|(>)|([ims]*):))?")
_FLAGS: Final = re.compile(r"\(\?([aims]+)\)")
_OF_SIGNS: Final[dict[str, tuple[int, int | None]]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}


class Steady(NamedTuple):
    """An expression, or a part of one.

    Attributes:
        ends: Where it can end in a text, given where it can begin.
        choices: How often `re` has to choose how far to go, or which way.
        is_nested: Whether there are choices within repetitions: `re` may then double its time with each character.
        is_regular: Whether it can be followed in all ways at once: back references and possessive quantifiers cannot.
        repeats: How often something in it has to come, by `{n}` within `{n}`.
    """

    ends: _Ends
    choices: int = 0
    is_nested: bool = False
    is_regular: bool = True
    repeats: int = 1

    def takes(self, characters: int) -> float:
        """How many steps `re` may take on a text of that length, roughly and at worst."""
        if self.is_nested:
            return 2.0 ** min(characters, 1000)
        return float(characters + 1) ** min(self.choices, 40)


@functools.lru_cache(maxsize=256)
def steady(pattern: str, *, anchored: bool) -> Steady:
    """Reads an expression that `re` has compiled.

    Args:
        pattern: As `re` spells it.
        anchored: Whether it has to match a whole text. If not, a quantifier at its end is no choice: all is well
            wherever it stops.

    Raises:
        MappingError: It repeats something too often.
    """
    flags = _FLAGS.match(pattern)
    reader = _Reader(pattern, flags[1] if flags else "", flags.end() if flags else 0)
    read = reader.alternatives()
    if anchored or not reader.ends_in_quantifier:
        return read
    return read._replace(choices=max(read.choices - 1, 0))


def matches(read: Steady, text: str) -> bool:
    """Whether it matches the whole text.

    Raises:
        MappingError: That would take too long.
    """
    return len(text) in read.ends(_Walk(text), {0})


def is_in(read: Steady, text: str) -> tuple[bool, int]:
    """Whether it matches something in the text, and how many steps that took.

    Raises:
        MappingError: It would take too many.
    """
    walk = _Walk(text)
    return bool(read.ends(walk, range(len(text) + 1))), walk.steps


class _Reader:
    def __init__(self, pattern: str, flags: str, at: int) -> None:
        self._pattern, self._at = pattern, at
        self._flags = flags
        self.ends_in_quantifier = False

    def alternatives(self) -> Steady:
        branches = [self._sequence()]
        while self._pattern.startswith("|", self._at):
            self._at += 1
            branches.append(self._sequence())
        if len(branches) == 1:
            return branches[0]
        self.ends_in_quantifier = False
        return _joined(lambda walk, starts: set().union(*(it.ends(walk, starts) for it in branches)), branches, more=1)

    def _sequence(self) -> Steady:
        items: list[Steady] = []
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            items.append(self._quantified(self._item()))

        def ends(walk: _Walk, starts: Collection[int]) -> set[int]:
            reached = set(starts)
            for item in items:
                if not reached:
                    break
                reached = item.ends(walk, reached)
            return reached

        return items[0] if len(items) == 1 else _joined(ends, items)

    def _item(self) -> Steady:
        self.ends_in_quantifier = False
        if opening := _OPENING.match(self._pattern, self._at):
            return self._back_reference() or self._group(opening)
        begins = self._at
        # What no quantifier follows goes together: "https://" is one piece.
        while leaf := _LEAF.match(self._pattern, self._at):
            if self._at > begins and _QUANTIFIER.match(self._pattern, leaf.end()):
                break
            self._at = leaf.end()
            if _QUANTIFIER.match(self._pattern, self._at):
                break
        if self._at == begins:
            return self._back_reference() or self._odd()
        return self._leaf(self._pattern[begins : self._at])

    def _group(self, opening: re.Match[str]) -> Steady:
        look_ahead, look_behind, atomic, flags = opening.groups()
        begins, outer = self._at, self._flags
        self._at, self._flags = opening.end(), outer + (flags or "")
        inside = self.alternatives()
        self._at, self._flags = self._at + 1, outer
        self.ends_in_quantifier = False
        if look_behind:  # of one length, so there is nothing to choose
            return self._leaf(self._pattern[begins : self._at])
        if look_ahead:
            wanted = look_ahead == "="
            return inside._replace(
                ends=lambda walk, starts: {it for it in starts if bool(inside.ends(walk, {it})) is wanted}
            )
        return inside._replace(is_regular=inside.is_regular and not atomic)

    def _back_reference(self) -> Steady | None:
        found = _BACK_REFERENCE.match(self._pattern, self._at)
        if found is None:
            return None
        self._at = found.end()
        return Steady(lambda _, __: set(), is_regular=False)

    def _odd(self) -> Steady:
        """What is not read here; `re` has read it."""
        self._at += 1
        return Steady(lambda _, __: set(), choices=1, is_regular=False)

    def _leaf(self, text: str) -> Steady:
        one = re.compile(f"(?{self._flags}:{text})" if self._flags else text, re.ASCII).match

        def ends(walk: _Walk, starts: Collection[int]) -> set[int]:
            walk.count(len(starts))
            return {found.end() for at in starts if (found := one(walk.text, at))}

        return Steady(ends)

    def _quantified(self, item: Steady) -> Steady:
        found = _QUANTIFIER.match(self._pattern, self._at)
        if found is None:
            return item
        self._at = found.end()
        sign, low, comma, high, mode = found.groups()
        least, most = _OF_SIGNS[sign] if sign else (int(low), (int(high) if high else None) if comma else int(low))
        chooses = most != least
        repeats = item.repeats * max(least, 1)
        if repeats > _MAX_REPEATS:
            raise MappingError(f"a regular expression repeats something more than {_MAX_REPEATS:,} times")
        self.ends_in_quantifier = chooses and self._at == len(self._pattern)
        return Steady(
            _repeated(item.ends, least, most),
            item.choices + chooses,
            item.is_nested or (item.choices > 0 and most not in {0, 1}),
            item.is_regular and mode != "+",
            repeats,
        )


def _joined(ends: _Ends, parts: Sequence[Steady], *, more: int = 0) -> Steady:
    return Steady(
        ends,
        sum(part.choices for part in parts) + more,
        any(part.is_nested for part in parts),
        all(part.is_regular for part in parts),
        max((part.repeats for part in parts), default=1),
    )


def _repeated(once: _Ends, least: int, most: int | None) -> _Ends:
    def ends(walk: _Walk, starts: Collection[int]) -> set[int]:
        reached, rounds = set(starts), 0
        while rounds < least and reached:
            before, reached, rounds = reached, once(walk, reached), rounds + 1
            if reached == before:  # it matches nothing, and will go on so
                break
        everywhere, fresh, rounds = set(reached), reached, least
        while fresh and (most is None or rounds < most):
            fresh, rounds = once(walk, fresh) - everywhere, rounds + 1
            everywhere |= fresh
        return everywhere

    return ends
