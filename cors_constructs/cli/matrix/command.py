"""`cors-constructs fetch URL --matrix TEMPLATE`, from its options to its exit status."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

import click

from cors_constructs.check.needs import KEY_HEADER
from cors_constructs.cli import console, targets
from cors_constructs.cli.matrix.calls import Call, Manner, calls_of, names_in_paths
from cors_constructs.cli.matrix.keys import read_key
from cors_constructs.cli.matrix.oracle import Oracle
from cors_constructs.cli.matrix.pages import pages_of
from cors_constructs.cli.matrix.report import Report
from cors_constructs.cli.matrix.trying import about_all, rows_of
from cors_constructs.cli.wire import Wire, WireError
from cors_constructs.cli.wording import at_a_shell
from cors_constructs.simulate.browser.addresses import check_origin
from cors_constructs.simulate.gateway.selection import the_api
from cors_constructs.simulate.model import Api
from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.values import TemplateError

_NOT_WITH: Final = {
    "backend_headers": "--backend-header",
    "backend_status": "--backend-status",
    "answering": "--answering",
    "authorizer": "--authorizer",
}
_NO_KEY: Final = "no API key was sent, so methods that ask for one refuse the call: --key NAME=VALUE sends one"


def run(given: Mapping[str, Any]) -> int:
    """Tries a whole API, and tells what came of it.

    Args:
        given: The options of `fetch`.

    Returns:
        The exit status.

    Raises:
        click.ClickException: It cannot be tried.
    """
    _check(given)
    base = targets.url_below(given["target"], "")
    try:
        report = _report(given, base)
    except TemplateError as error:
        raise click.ClickException(at_a_shell(error)) from error
    except WireError as error:
        raise click.ClickException(str(error)) from error
    text = report.as_json() if given["format_"] == "json" else report.as_text(colour=console.coloured(sys.stdout))
    console.say(text + "\n")
    return report.status


def _check(given: Mapping[str, Any]) -> None:
    if not targets.is_address(given["target"]):
        targets.refuse_bare_host(given["target"])
        raise click.UsageError(f"--matrix is about a deployed API: write its address, not {given['target']!r}")
    if given["method"] is not None:
        raise click.UsageError("--matrix tries every method of the template: leave METHOD and PATH out")
    for name, option in _NOT_WITH.items():
        if given[name]:
            raise click.UsageError(f"{option} is about a simulated API, and --matrix calls {given['target']}")
    if given["body"] is not None and not given["send_all"]:
        raise click.UsageError("only methods that change something have a body: give --send-all too, or leave it out")


def _report(given: Mapping[str, Any], base: str) -> Report:
    template = read_template(targets.template(given["matrix"]), parameters=given["parameters"])
    api = the_api(template, given["api"])
    stage = given["stage"] or _stage_in(base, api)
    key = read_key(given["key"], given["headers"], template, api)
    oracle = Oracle(template, api=given["api"], stage=stage, api_keys=key.of_template)
    manner = Manner(
        headers=key.headers,
        key=key.value,
        path_parameters=_path_parameters(given, api),
        include=given["credentials"] == "include",
        body=(given["body"] or "").encode(),
    )
    calls = list(calls_of(api, pages_of(api, _origins(given)), manner))
    if not calls:
        raise click.ClickException(f"the API {api.name} of {given['matrix']} has no methods to try")
    with Wire(seconds=given["timeout"]) as wire:
        with console.Progress() as progress:
            rows = rows_of(calls, oracle, wire, base, send_all=given["send_all"], show=progress.show)
        return Report(base, str(api.name), oracle.stage, rows, tuple(about_all(rows, wire, base)), _notes(calls))


def _notes(calls: Sequence[Call]) -> list[str]:
    keyed = [call for call in calls if call.method.api_key_required is True and KEY_HEADER in call.names]
    sent = {name.lower() for call in keyed for name, _ in call.lines}
    return [_NO_KEY] if keyed and KEY_HEADER not in sent else []


def _origins(given: Mapping[str, Any]) -> list[str]:
    try:
        return [] if given["origin"] is None else [check_origin(given["origin"])]
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _stage_in(base: str, api: Api) -> str | None:
    """The stage that the address names: an invoke URL ends with it."""
    last = base.rpartition("/")[2]
    return last if last in {stage.name for stage in api.stages} else None


def _path_parameters(given: Mapping[str, Any], api: Api) -> dict[str, str]:
    names = names_in_paths(api)
    for name in given["path_parameters"]:
        if name not in names:
            there = ", ".join(sorted(names)) or "none"
            raise click.UsageError(f"--path-parameter: no path of the API has {{{name}}}; there is {there}")
    return dict(given["path_parameters"])
