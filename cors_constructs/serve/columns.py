"""How a start's table is laid out: a line for each row where that has room, and else a few."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

_FURTHER: Final = "    "
_NARROWEST: Final = 40


def laid_out(
    titles: Sequence[str], rows: Iterable[Sequence[str]], *, below: Sequence[str], width: int | None
) -> Iterator[str]:
    """A table's lines.

    Args:
        titles: The columns' titles.
        rows: The cells of each row.
        below: Of each of the last columns, the words that a cell follows on a line of its own, below its row. As few
            columns are written so, from the last one on, as it takes for the others to have room.
        width: The columns of the terminal that there are; None where lines may be of any length.
    """
    table = [titles, *rows]
    for moved in range(len(below) + 1):
        beside = len(titles) - moved
        lines = list(_aligned([row[:beside] for row in table]))
        if width is None or max(map(columns_of, lines)) <= width:
            break
    words = below[len(below) - moved :]
    for row, line in zip(table, lines, strict=True):
        yield line
        if row is not titles:
            yield from (f"{_FURTHER}{said} {cell}" for said, cell in zip(words, row[beside:], strict=True))


def folded(line: str, width: int | None) -> str:
    """A line with breaks between its words where it is longer than there is room, indented as it is and a bit more.

    Args:
        line: The line.
        width: As above.
    """
    if width is None or columns_of(line) <= width:
        return line
    indent = " " * (len(line) - len(line.lstrip(" ")) + 2)
    return _Folding(
        max(width, _NARROWEST), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ).fill(line)


def columns_of(text: str) -> int:
    """The columns of a terminal that a text takes: letters of East Asia take two, and marks above others none.

    https://www.unicode.org/reports/tr11/
    """
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(it) else 1 + (unicodedata.east_asian_width(it) in "WF") for it in text)


def filled(text: str, columns: int) -> str:
    """A text with blanks behind it, so that it takes so many columns."""
    return text + " " * (columns - columns_of(text))


class _Folding(textwrap.TextWrapper):
    """Breaks lines at blanks, and behind the commas of lists of headers, which have none."""

    wordsep_simple_re = re.compile(r"([\t\n\r ]+)|(?<=,)(?=\S)")


def _aligned(table: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(columns_of, column)) for column in zip(*table, strict=True)]
    for row in table:
        yield "  ".join(map(filled, row, widths)).rstrip()
