"""Strings known in part: how pieces, some of which only a deployment knows, make one value."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cors_constructs.simulate.values import Text, Unresolved

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
_DYNAMIC: Final = re.compile(r"\{\{resolve:[^{}]+\}\}")


def joined(pieces: Iterable[Text], expression: Any) -> Text:
    """One string of pieces: known where all of them are, else `Unresolved` with its parts."""
    parts = list(_merged(pieces))
    if not parts:
        return ""
    if len(parts) == 1:
        return parts[0]
    if any("{{resolve:" in part for part in parts if isinstance(part, str)):
        return Unresolved(expression)  # what is looked up has an unknown name
    return Unresolved(expression, tuple(parts))


def without_dynamic_references(text: str) -> Text:
    """A string whose `{{resolve:...}}` are unknown parts: CloudFormation looks those up when it deploys."""
    if "{{resolve:" not in text:
        return text
    return joined(_around_dynamic_references(text), text)


def as_text(value: Any) -> Text | None:
    """A value as CloudFormation puts it into a string; None for a list or a mapping, which it does not."""
    if isinstance(value, str | Unresolved):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def holds_unknown(value: Any) -> bool:
    """Whether something in a value is only known at deployment."""
    if isinstance(value, dict):
        return any(map(holds_unknown, value.values()))
    if isinstance(value, list):
        return any(map(holds_unknown, value))
    return isinstance(value, Unresolved)


def _around_dynamic_references(text: str) -> Iterator[Text]:
    end = 0
    for match in _DYNAMIC.finditer(text):
        yield text[end : match.start()]
        yield Unresolved(match[0])
        end = match.end()
    yield text[end:]


def _merged(pieces: Iterable[Text]) -> Iterator[Text]:
    """The pieces without empty ones, those known in part taken apart, neighbouring known ones made one."""
    text = ""
    for piece in _flat(pieces):
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            yield text
        text = ""
        yield piece
    if text:
        yield text


def _flat(pieces: Iterable[Text]) -> Iterator[Text]:
    for piece in pieces:
        if isinstance(piece, Unresolved) and piece.parts:
            yield from piece.parts
        else:
            yield piece
