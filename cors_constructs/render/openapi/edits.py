"""Changes in a part of a document that are noted, so that they can be taken back, and made anew.

A note is of plain values, since it stands in the document: a list of places, each with the keys that were changed there
and what is there now (`is`) and was there before (`was`, or `null`), or what was put before a text (`before`).
"""

from collections.abc import Sequence
from typing import Any

import attrs

from cors_constructs.render.openapi.copying import plain_copy


@attrs.frozen(eq=False)
class Edits:
    """The changes of one part of a document.

    Attributes:
        of: The part.
        notes: The changes so far.
    """

    of: dict[str, Any]
    notes: list[Any] = attrs.field(factory=list)

    def section(self, *path: str) -> dict[str, Any]:
        """A mapping in it, which is made where it is missing, or null."""
        found = self.of
        for depth, name in enumerate(path):
            if found.get(name) is None:
                self.put({}, *path[: depth + 1])
            found = found[name]
        return found

    def put(self, value: Any, *path: str) -> None:
        """Put a value somewhere."""
        *above, name = path
        there = self.section(*above)
        self._note(above, name, {"is": value, **_before(there, name)})
        there[name] = plain_copy(value)  # what is noted stays as it is, whatever is put into a mapping afterwards

    def put_before(self, prefix: str, *path: str) -> None:
        """Put a text before another."""
        *above, name = path
        there = self.section(*above)
        self._note(above, name, {"before": prefix})
        there[name] = f"{prefix}{there[name]}"

    def _note(self, above: Sequence[str], name: str, change: dict[str, Any]) -> None:
        if self.notes and self.notes[-1][0] == list(above) and name not in self.notes[-1][1]:
            self.notes[-1][1][name] = change
        else:
            self.notes.append([list(above), {name: change}])


def _before(there: dict[str, Any], name: str) -> dict[str, Any]:
    """What was there. A null is said in words: CloudFormation has none."""
    if name not in there:
        return {}
    return {"null": True} if there[name] is None else {"was": there[name]}


def take_back(part: dict[str, Any], notes: Any) -> None:
    """Take changes back, the last first. What somebody has changed since is theirs, and stays."""
    for note in reversed(notes) if isinstance(notes, list) else ():
        match note:
            case [list(above), dict(changes)]:
                there = _at(part, above)
                for name, change in reversed(changes.items()):
                    if there is not None and name in there and isinstance(change, dict):
                        _restore(there, name, change)


def _restore(there: dict[str, Any], name: str, change: dict[str, Any]) -> None:
    now, prefix = there[name], change.get("before")
    if isinstance(prefix, str):
        if isinstance(now, str):
            there[name] = now.removeprefix(prefix)
    elif "is" in change and now == change["is"]:
        if "was" in change or "null" in change:
            there[name] = change.get("was")
        else:
            del there[name]


def _at(part: Any, path: Sequence[Any]) -> dict[str, Any] | None:
    for name in path:
        part = part.get(name) if isinstance(part, dict) and isinstance(name, str) else None
    return part if isinstance(part, dict) else None
