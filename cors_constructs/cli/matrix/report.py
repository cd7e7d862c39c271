"""The table on the screen, and as JSON."""

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
import click

from cors_constructs.check.reports.characters import printable
from cors_constructs.cli.matrix.heard import Heard
from cors_constructs.cli.matrix.pages import Kind, Page
from cors_constructs.cli.matrix.rows import Agreement, Row

_TITLES: Final = ("METHOD", "PAGE", "BY THE TEMPLATE", "IN REALITY", "")
_SHADES: Final = {Agreement.DISAGREES: "red", Agreement.UNTRIED: "red", Agreement.UNTOLD: "yellow"}
_WIDEST: Final = 60
_NAMED: Final = 12


@attrs.frozen
class Report:
    """What was tried, and what came of it.

    Attributes:
        url: The address.
        api: The API's name, or its logical id.
        stage: The stage's name.
        rows: The rows.
        problems: What is wrong with the whole.
        notes: What else is to be known of the whole.
    """

    url: str
    api: str
    stage: str
    rows: Sequence[Row]
    problems: Sequence[str] = ()
    notes: Sequence[str] = ()

    @property
    def status(self) -> int:
        """The process's exit status: 1 where something disagrees, 2 where something could not be tried, else 0."""
        found = {row.agreement for row in self.rows}
        if Agreement.DISAGREES in found:
            return 1
        return 0 if found and Agreement.UNTRIED not in found and found != {Agreement.UNTOLD} else 2

    def as_text(self, *, colour: bool) -> str:
        """The table, and below it a line for each disagreement."""
        lines = [printable(f"{self.url} against {self.api}, stage {self.stage}"), "", *self._table(colour=colour)]
        for heading, told in self._lists():
            lines += ["", heading, *map(printable, told)]
        lines += ["", click.style(self.summary, bold=True) if colour else self.summary]
        return "\n".join(lines)

    def as_json(self) -> str:
        """The same as a JSON object."""
        document = {
            "agrees": self.status == 0,
            "url": self.url,
            "api": self.api,
            "stage": self.stage,
            "problems": list(self.problems),
            "notes": list(self.notes),
            "rows": [_as_json(row) for row in self.rows],
        }
        return json.dumps(document, indent=2)

    @property
    def summary(self) -> str:
        """One line: how many agree."""
        counts = Counter(row.agreement for row in self.rows)
        told = ", ".join(f"{counts[it]} {_COUNTED[it][counts[it] > 1]}" for it in Agreement if counts[it])
        end = {0: "reality agrees with the template", 1: "reality disagrees with the template"}.get(
            self.status, "it could not be found out whether reality agrees with the template"
        )
        return f"{end}: of {len(self.rows)} calls {told or 'none'}"

    def _table(self, *, colour: bool) -> Iterator[str]:
        cells = [_cells(row) for row in self.rows]
        widths = [max(len(row[at]) for row in [_TITLES, *cells]) for at in range(len(_TITLES))]
        yield _line(_TITLES, widths)
        for row, texts in zip(self.rows, cells, strict=True):
            shade = _SHADES.get(row.agreement) if colour else None
            yield click.style(_line(texts, widths), fg=shade) if shade else _line(texts, widths)

    def _lists(self) -> Iterator[tuple[str, list[str]]]:
        if self.problems:
            yield "of the address:", [f"  - {problem}" for problem in self.problems]
        else:  # which else would be told anew for each call
            yield from _told("disagree:", [(row, it) for row in self.rows for it in row.problems])
        yield from _told("not tried:", [(row, it) for row in self.rows for it in row.errors])
        yield from _told("cannot tell:", [(row, it) for row in self.rows for it in row.untold])
        yield from _told("beside that:", [(row, it) for row in self.rows for it in row.notes])
        if self.notes:
            yield "of all calls:", [f"  - {note}" for note in self.notes]


_COUNTED: Final = {
    Agreement.AGREES: ("agrees", "agree"),
    Agreement.DISAGREES: ("disagrees", "disagree"),
    Agreement.UNTOLD: ("cannot be told", "cannot be told"),
    Agreement.UNTRIED: ("could not be tried", "could not be tried"),
}


def _told(heading: str, said: list[tuple[Row, str]]) -> Iterator[tuple[str, list[str]]]:
    """Each sentence once, with the calls that it is true of."""
    groups: dict[str, list[tuple[Row, str]]] = {}
    for row, sentence in said:
        # Sentences that differ in nothing but the page's origin say the same.
        groups.setdefault(sentence.replace(row.call.page.origin, "\0"), []).append((row, sentence))
    lines: list[str] = []
    for group in groups.values():
        names = list(dict.fromkeys(_name(row) for row, _ in group))
        lines += [f"  - {group[0][1]}", *(f"      {name}" for name in names[:_NAMED])]
        lines += [f"      and {len(names) - _NAMED} more"] if len(names) > _NAMED else []
    if lines:
        yield heading, lines


def _name(row: Row) -> str:
    return f"{row.call.name} from {_page(row.call.page)}"


def _page(page: Page) -> str:
    return page.origin if page.kind is Kind.LISTED else f"{page.origin} ({page.kind.value})"


def _line(texts: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(text.ljust(width) for text, width in zip(texts, widths, strict=True)).rstrip()


def _cells(row: Row) -> tuple[str, ...]:
    mark = "" if row.agreement is Agreement.AGREES else row.agreement.value
    asked = bool(row.real.preflight)
    sent = bool(row.real.answer)
    # Which status the backend of a simulation has says nothing.
    template = _cell(row.expected_preflight, row.expected_answer, asked=asked, sent=sent, statuses=False)
    reality = _cell(row.real.preflight, row.real.answer, asked=asked, sent=sent, statuses=True)
    texts = (row.call.name, _page(row.call.page), template, reality, mark)
    return tuple(textwrap.shorten(printable(text), _WIDEST, placeholder="...") for text in texts)


def _cell(preflight: Heard | None, answer: Heard | None, *, asked: bool, sent: bool, statuses: bool) -> str:
    parts = [f"preflight {_word(preflight)}"] if asked else []
    if sent:
        status = f" {answer.response.status}" if statuses and answer and answer.response else ""
        parts.append(f"answer{status} {_word(answer, 'is read')}")
    return ", ".join(parts) or "not sent"


def _word(heard: Heard | None, passing: str = "passes") -> str:
    if heard is None:
        return "?"
    if heard.response is None:
        return "missing"
    return passing if heard.passes else "blocked"


def _as_json(row: Row) -> dict[str, Any]:
    return {
        "method": row.call.verb,
        "path": row.call.method.path,
        "sent_path": row.call.path,
        "origin": row.call.page.origin,
        "page": row.call.page.kind.name.lower(),
        "agreement": row.agreement.name.lower(),
        "template": {"preflight": _heard(row.expected_preflight), "answer": _heard(row.expected_answer)},
        "reality": {"preflight": _heard(row.real.preflight), "answer": _heard(row.real.answer)},
        "problems": list(row.problems),
        "untold": list(row.untold),
        "errors": list(row.errors),
        "notes": list(row.notes),
    }


def _heard(heard: Heard | None) -> dict[str, Any] | None:
    if heard is None:
        return None
    return {
        "allowed": heard.passes,
        "outcome": heard.failure.outcome.name if heard.failure else "ALLOWED",
        "status": heard.response.status if heard.response else None,
        "reason": heard.reason,
    }
