"""`cors-constructs explain`: what a rule is for."""

import difflib
import re
import sys
import textwrap
from typing import Final

import click

from cors_constructs.cli import console
from cors_constructs.cli.catalogue import Entry, entries

_EPILOG: Final = """\b
Example:
  cors-constructs explain CORS201

\b
Exit status:
  0    explained
  2    no rule has this id
"""


# What the constructs warn of; and what the CDK's report puts before the ids of rules.
_WARNING: Final = re.compile(r"\s*cors-constructs:[a-z]", re.IGNORECASE)
_REPORTED: Final = "CORS-CONSTRUCTS::"


@click.command(epilog=_EPILOG, short_help="Says what a rule is for.")
@click.argument("id_", metavar="ID")
def command(id_: str) -> int:
    """Says what a rule is for, and what to do about it.

    ID is what a finding or a policy's error is marked with, such as CORS201, in any case. 201 will do.
    """
    known = entries()
    if _WARNING.match(id_):
        raise click.ClickException(f"{id_!r} is no rule but a warning of CorsRestApi; the README has it under Warnings")
    meant = id_.strip().upper().removeprefix(_REPORTED)
    wanted = [entry for entry in known if entry.id in {meant, f"CORS{meant}"}]
    if not wanted:
        raise click.UsageError(f"no rule has the id {id_!r}; {_near(id_, known)}")
    console.say("\n".join(_explained(entry, colour=console.coloured(sys.stdout)) for entry in wanted))
    return 0


def _near(id_: str, known: list[Entry]) -> str:
    near = difflib.get_close_matches(id_.strip().upper(), [entry.id for entry in known], n=3, cutoff=0.7)
    return f"near it: {', '.join(near)}" if near else "`cors-constructs rules` lists them"


def _explained(entry: Entry, *, colour: bool) -> str:
    columns = min(console.width(sys.stdout) or 100, 100)
    headline = f"{entry.id}: {entry.title}"
    parts = [
        click.style(headline, bold=True) if colour else headline,
        f"{entry.subject.value}, {entry.kind}",
        "",
        *_paragraph("Why", entry.why, columns),
        *_paragraph("Fix", entry.fix, columns),
        *_paragraph("See", entry.link, columns),
    ]
    return "\n".join(parts) + "\n"


def _paragraph(title: str, text: str, columns: int) -> list[str]:
    if not text:
        return []
    return textwrap.wrap(
        f"{title}: {text}", columns, subsequent_indent="     ", break_long_words=False, break_on_hyphens=False
    )
