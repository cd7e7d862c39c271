"""Reads parts of a document, and collects what is wrong with them."""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from cors_constructs.render.openapi.deployment import known_when
from cors_constructs.render.openapi.dialects import Dialect
from cors_constructs.render.openapi.pointers import NOWHERE, follow
from cors_constructs.render.openapi.problems import Parts, kind, place

_WORDS: Final[Mapping[type, str]] = {dict: "mapping", list: "list"}


@attrs.frozen(eq=False)
class Reader:
    """A document that is being patched.

    Attributes:
        document: The document, which is ours to change.
        dialect: How it spells things.
        problems: What is wrong with it, as far as it was read.
    """

    document: dict[str, Any]
    dialect: Dialect
    problems: list[str] = attrs.field(factory=list)

    def report(self, parts: Parts, problem: str) -> None:
        """Note a problem with what stands at a place, once."""
        sentence = f"{place(parts)} {problem}"
        if sentence not in self.problems:
            self.problems.append(sentence)

    def mapping(self, value: Any, parts: Parts) -> dict[str, Any] | None:
        """A mapping; None where it is none, which is noted."""
        return value if self._is(dict, value, parts) else None

    def section(self, value: Any, parts: Parts) -> dict[str, Any] | None:
        """A mapping, as `mapping` has it; `components:` with nothing after it, null in YAML, is an empty one."""
        return {} if value is None else self.mapping(value, parts)

    def items(self, value: Any, parts: Parts) -> list[Any] | None:
        """A list; None where it is none, which is noted."""
        return value if self._is(list, value, parts) else None

    def followed(self, value: Any) -> Any:
        """What a `$ref` refers to, or the value itself.

        None where it leads nowhere: that is noted for all of them together, by `dangling`.
        """
        found = follow(self.document, value)
        return None if found is NOWHERE else found

    def _is(self, type_: type, value: Any, parts: Parts) -> bool:
        when = known_when(value)
        if when is not None:
            self.report(parts, f"is {when}, and has to be read before: write it out")
            return False
        if not isinstance(value, type_):
            self.report(parts, f"is {kind(value)}: write a {_WORDS[type_]}")
            return False
        return True
