"""HTTP messages as values: what a browser sends, what a gateway answers."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeGuard

import attrs


class Headers(Mapping[str, str]):
    """Field lines in the order they came, read by name in any case.

    Several lines of one name read as one value, joined by a comma and a blank
    (https://fetch.spec.whatwg.org/#concept-header-list-get); `lines` and `all` keep them apart.
    """

    __slots__ = ("_by_name", "lines")

    _by_name: dict[str, list[str]]
    lines: tuple[tuple[str, str], ...]
    """Each field line as it was given: name and value."""

    def __init__(self, given: "Mapping[str, str | Iterable[str]] | Iterable[tuple[str, str]]" = ()) -> None:
        """Takes a mapping (a list as a value stands for several lines), or pairs of name and value.

        Raises:
            TypeError: A name or value is no string.
        """
        if isinstance(given, Headers):
            self.lines, self._by_name = given.lines, given._by_name
            return
        self.lines = tuple(given if _are_lines(given) else _lines(given))
        by_name: dict[str, list[str]] = {}
        for name, value in self.lines:
            by_name.setdefault(name.lower(), []).append(value)
        self._by_name = by_name

    def __getitem__(self, name: str) -> str:
        return ", ".join(self._by_name[name.lower()])

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._by_name

    def __iter__(self) -> Iterator[str]:
        """The names, in lower case, each once."""
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def all(self, name: str) -> tuple[str, ...]:
        """The values of each line of that name; empty where there is none."""
        return tuple(self._by_name.get(name.lower(), ()))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return self._by_name == (other if isinstance(other, Headers) else Headers(other))._by_name

    def __hash__(self) -> int:
        return hash(frozenset((name, tuple(values)) for name, values in self._by_name.items()))

    def __repr__(self) -> str:
        shown = {name: values[0] if len(values) == 1 else values for name, values in self._by_name.items()}
        return f"Headers({shown!r})"


def as_headers(given: "Mapping[str, str | Iterable[str]] | Iterable[tuple[str, str]]") -> Headers:
    """The same headers where they are `Headers` already, or else those made of a mapping or of pairs."""
    return given if isinstance(given, Headers) else Headers(given)


@attrs.frozen
class Request:
    """A request.

    Attributes:
        method: The method, as sent.
        url: An absolute URL, or a path (and query) alone.
        headers: A mapping, a list standing for several field lines; read in any case.
        body: The body.
    """

    method: str
    url: str
    headers: Headers = attrs.field(factory=Headers, converter=as_headers)
    body: bytes = b""


@attrs.frozen
class Response:
    """An answer.

    Attributes:
        status: The status, 100 to 599.
        headers: A mapping, a list standing for several field lines; read in any case.
        body: The body.
        why: Which step of a simulated gateway answered, and for what reason; empty for other answers. No part of what
            is compared.
    """

    status: int
    headers: Headers = attrs.field(factory=Headers, converter=as_headers)
    body: bytes = b""
    why: str = attrs.field(default="", kw_only=True, eq=False)


def _are_lines(
    given: "Mapping[str, str | Iterable[str]] | Iterable[tuple[str, str]]",
) -> TypeGuard[list[tuple[str, str]]]:
    """Whether they are pairs in a list already: a server makes several of these a request."""
    if type(given) is not list:
        return False
    for pair in given:
        if type(pair) is not tuple or len(pair) != 2 or type(pair[0]) is not str or type(pair[1]) is not str:  # noqa: PLR2004 - a pair
            return False
    return True


def _lines(given: "Mapping[str, str | Iterable[str]] | Iterable[tuple[str, str]]") -> Iterator[tuple[str, str]]:
    pairs = given.items() if isinstance(given, Mapping) else given
    if not _is_iterable(pairs):
        raise TypeError(
            f'headers are a mapping such as {{"Vary": "Origin"}}, or pairs of name and value, not {given!r}'
        )
    for name, value in map(_pair, pairs):
        lines = (value,) if isinstance(value, str | Mapping) or not isinstance(value, Iterable) else value
        for line in lines:
            if not isinstance(name, str) or not isinstance(line, str):
                raise TypeError(f"a header is a name and a string (or a list of strings), not {name!r}: {value!r}")
            yield name, line


def _is_iterable(given: object) -> bool:
    return isinstance(given, Iterable) and not isinstance(given, str | bytes)


def _pair(given: object) -> tuple[object, object]:
    if not isinstance(given, tuple | list) or len(given) != 2:  # noqa: PLR2004 - a pair
        raise TypeError(f"a header is a name and a value, not {given!r}")
    return given[0], given[1]
