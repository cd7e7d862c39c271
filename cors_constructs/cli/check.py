"""`cors-constructs check`: every rule over every template."""

import importlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from cors_constructs.check import RULES, check
from cors_constructs.check.findings import Finding
from cors_constructs.check.reports.report import Report
from cors_constructs.cli import console, targets
from cors_constructs.cli.options import parameter_option
from cors_constructs.cli.wording import at_a_shell
from cors_constructs.simulate.model import Template
from cors_constructs.simulate.template import Content, UnknownParametersError, read_template
from cors_constructs.simulate.values import TemplateError

_FORMATS: Final = {"text": "text", "json": "as_json", "sarif": "sarif", "junit": "junit"}
_USUAL: Final = "cdk.out"

_EPILOG: Final = """\b
Examples:
  cors-constructs check                      (cdk.out, in this folder)
  cors-constructs check template.yaml --parameter Stage=prod
  npx aws-cdk synth Shop | cors-constructs check -
  cors-constructs check cdk.out --ignore CORS3,CORS502 --format sarif > cors.sarif

\b
Exit status:
  0    nothing is wrong
  1    something is wrong; with --strict, or cannot be told
  2    a file could not be read (the others are checked all the same), or an option is wrong
  130  interrupted
"""


def _ids(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    ids = tuple(part.strip().upper() for item in given for part in item.split(",") if part.strip())
    for id_ in ids:
        if not any(rule.id.startswith(id_) for rule in RULES):
            raise click.BadParameter(
                f"no rule's id starts with {id_!r}; `cors-constructs rules` lists them", context, option
            )
    return ids


@click.command(epilog=_EPILOG, short_help="Looks for what would lock browsers out.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(_FORMATS)),
    default="text",
    show_default=True,
    help="The report's format.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="ID,...",
    callback=_ids,
    help="Only these rules, by their ids or how those start. Repeatable.",
)
@click.option("--ignore", multiple=True, metavar="ID,...", callback=_ids, help="Without these rules. Repeatable.")
@parameter_option
@click.option("--strict", is_flag=True, help="Take what cannot be told before deployment for wrong.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the report there instead of to the standard output.",
)
def command(
    paths: tuple[str, ...],
    format_: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    parameters: dict[str, str],
    *,
    strict: bool,
    output: Path | None,
) -> int:
    """Looks for what would lock browsers out, or let strangers in.

    PATH is a CloudFormation or SAM template, in JSON or YAML, or a folder that `cdk synth` made: cdk.out when no PATH
    is given. A PATH of - is the standard input. A parameter that is given may be one of a single PATH.
    """
    report = _look(
        tuple(dict.fromkeys(paths)) or _usual(), select=select, ignore=ignore, parameters=parameters, strict=strict
    )
    for error in report.errors:
        console.complain(at_a_shell(error))
    _deliver(report, format_, output)
    return report.status


def _usual() -> tuple[str]:
    if not Path(_USUAL).is_dir():
        raise click.UsageError(f"there is no folder {_USUAL} here; name a template, or a folder that `cdk synth` made")
    return (_USUAL,)


def _look(
    paths: Sequence[str], *, select: Sequence[str], ignore: Sequence[str], parameters: Mapping[str, str], strict: bool
) -> Report:
    findings: list[Finding] = []
    errors: list[TemplateError] = []
    files: list[str] = []
    apis = 0
    reader = _Reader(parameters)
    with console.Progress() as progress:
        for number, path in enumerate(paths, 1):
            progress.show(f"checking {path} ({number} of {len(paths)})")
            try:
                template = reader.read(targets.template(path))
                findings += check(template, select=select, ignore=ignore)
            except TemplateError as error:
                errors.append(error)
                continue
            errors += template.unreadable
            files += template.files
            apis += len(template.apis)
    if not errors:  # what cannot be read may have any parameter
        reader.refuse_unknown()
    rules = tuple(rule for rule in RULES if _asked(rule.id, select, ignore))
    return Report(findings, errors, files, rules, apis=apis, strict=strict)


class _Reader:
    """Reads templates with values of parameters that some of them have, and others need not."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._parameters = parameters
        self._unknown = frozenset(parameters)
        self._known: frozenset[str] = frozenset()

    def read(self, source: str | Content) -> Template:
        """Reads templates with the values of those parameters that they have.

        Raises:
            TemplateError: They cannot be read.
        """
        try:
            template = read_template(source, parameters=self._parameters)
        except UnknownParametersError as error:
            self._unknown &= error.unknown
            self._known |= error.known
            parameters = {name: value for name, value in self._parameters.items() if name not in error.unknown}
            return read_template(source, parameters=parameters)
        self._unknown = frozenset()
        return template

    def refuse_unknown(self) -> None:
        """Refuses parameters that nothing which was read has.

        Raises:
            click.BadParameter: There are some.
        """
        if self._unknown:
            error = UnknownParametersError(None, self._unknown, self._known)
            raise click.BadParameter(f"{error.problem}; {error.fix}", param_hint="--parameter")


def _asked(id_: str, select: Sequence[str], ignore: Sequence[str]) -> bool:
    return (not select or id_.startswith(tuple(select))) and not id_.startswith(tuple(ignore))


def _deliver(report: Report, format_: str, output: Path | None) -> None:
    # Only the one that is asked for is loaded.
    render = importlib.import_module(f"cors_constructs.check.reports.{_FORMATS[format_]}").render
    if output is not None:
        output.write_text(render(report), "utf-8", errors="backslashreplace")
    elif format_ == "text":
        console.say(render(report, colour=console.coloured(sys.stdout), width=console.width(sys.stdout)))
    else:
        console.say(render(report))
