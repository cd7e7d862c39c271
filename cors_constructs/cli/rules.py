"""`cors-constructs rules`: the table of them."""

import json
import sys
from typing import Final

import attrs
import click

from cors_constructs.cli import console
from cors_constructs.cli.catalogue import Entry, Subject, entries

_EPILOG: Final = """\b
Examples:
  cors-constructs rules
  cors-constructs rules --format markdown > rules.md
"""


@click.command(epilog=_EPILOG, short_help="Lists every rule.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="The format.",
)
def command(format_: str) -> int:
    """Lists every rule: those of templates, which `check` asks, and those of `CorsPolicy`."""
    known = entries()
    if format_ == "json":
        console.say(_json(known))
    elif format_ == "markdown":
        console.say(_markdown(known))
    else:
        console.say(_text(known, colour=console.coloured(sys.stdout)))
    return 0


def _json(known: list[Entry]) -> str:
    rows = [{**attrs.asdict(entry), "subject": entry.subject.name.lower()} for entry in known]
    return json.dumps({"rules": rows}, indent=2) + "\n"


def _text(known: list[Entry], *, colour: bool) -> str:
    columns = max(len(entry.kind) for entry in known)
    parts: list[str] = []
    for subject in Subject:
        heading = f"Rules {subject.value}"
        parts.append(click.style(heading, bold=True) if colour else heading)
        parts += [f"  {it.id}  {it.kind:{columns}}  {it.title}" for it in known if it.subject is subject]
        parts.append("")
    return "\n".join([*parts, "`cors-constructs explain ID` says more of each."]) + "\n"


def _markdown(known: list[Entry]) -> str:
    parts = ["# Rules", ""]
    for subject in Subject:
        parts += [f"## Rules {subject.value}", "", "| id | | what is wrong | why |", "|---|---|---|---|"]
        parts += [_row(entry) for entry in known if entry.subject is subject]
        parts.append("")
    return "\n".join(parts)


def _row(entry: Entry) -> str:
    name = f"[{entry.id}]({entry.link})" if entry.link else entry.id
    why = f"{entry.why} {entry.fix}".strip()
    return f"| {name} | {entry.kind} | {_cell(entry.title)} | {_cell(why)} |"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
