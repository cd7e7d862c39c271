"""The methods that ask for no key, by name: `GET /health`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

_VERBS: Final = ("ANY", "DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_SHOWN: Final = 10  # names, in an error: about a line's worth
_FORM: Final = re.compile(r"(?P<verb>\S+) (?P<path>/\S*)")


@attrs.frozen
class Keyless:
    """Methods by name, each of which has to exist."""

    names: tuple[str, ...]

    @classmethod
    def parse(cls, names: Iterable[str]) -> "Keyless":
        """Read names such as `GET /health`.

        Raises:
            TypeError: It is not a list of strings.
            ValueError: A name is not a method and a path, is OPTIONS, or stands there twice.
        """
        if isinstance(names, str | bytes | Mapping) or not isinstance(names, Iterable):
            raise TypeError(f'keyless takes a list of methods, not {names!r}: write keyless=["GET /health"]')
        listed: tuple[Any, ...] = tuple(names)
        problems = [problem for name in listed if (problem := _problem(name))]
        words = [name for name in listed if isinstance(name, str)]
        twice = [name for name in dict.fromkeys(words) if words.count(name) > 1]
        problems += [f"{name!r} stands there twice: write it once" for name in twice]
        if problems:
            raise ValueError("keyless: " + "; ".join(problems))
        return cls(listed)

    def needs_key(self, verb: str, path: str) -> bool:
        """Whether a method asks for a key."""
        return not self.names or f"{verb} {path}" not in self.names

    def missing(self, existing: Sequence[str]) -> list[str]:
        """A sentence for each name that is no method of the API, with what was probably meant."""
        return [
            f"keyless names {name!r}, and there is no such method. {_suggestion(name, existing)}"
            for name in self.names
            if name not in existing
        ]


def _problem(name: object) -> str | None:
    form = _FORM.fullmatch(name) if isinstance(name, str) else None
    if form is None:
        return f'{name!r} is not a method and a path: write "GET /health"'
    verb, path = form["verb"], form["path"]
    meant = f"{verb.upper()} {path.rstrip('/') or '/'}"
    if verb.upper() == "OPTIONS":
        return f"{name!r} is not needed, OPTIONS never asks for a key: leave it out"
    if verb.upper() not in _VERBS:
        return f"{name!r} has no method that API Gateway knows: write one of {', '.join(_VERBS)}"
    if name != meant:
        return f'{name!r} is not how the API names it, in upper case and without a slash at the end: write "{meant}"'
    return None


def _suggestion(name: str, existing: Sequence[str]) -> str:
    path = name.partition(" ")[2]
    close = [other for other in existing if other.partition(" ")[2] == path]
    import difflib  # noqa: PLC0415 - only errors need it, and synthesis is timed

    close = close or difflib.get_close_matches(name, existing, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(repr(other) for other in close)}?"
    shown = ", ".join(existing[:_SHOWN]) or "no methods"
    return f"The API has {shown}{', ...' if len(existing) > _SHOWN else ''}."
