"""`cors-constructs fetch`: what a page's fetch() would come to."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, get_args

import attrs
import click

from cors_constructs.cli import console, conversation, options, targets
from cors_constructs.cli.wording import at_a_shell
from cors_constructs.simulate.browser import Browser, Credentials, Transport, Verdict
from cors_constructs.simulate.browser.outcomes import Outcome
from cors_constructs.simulate.messages import Response
from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.values import TemplateError

if TYPE_CHECKING:
    from cors_constructs.simulate.gateway import Gateway

_EPILOG: Final = """\b
Examples:
  cors-constructs fetch cdk.out GET /users --origin https://app.example.com --key web
  cors-constructs fetch template.yaml PUT /users/7 --origin https://app.example.com \\
      -H content-type:application/json --body '{}' --backend-header access-control-allow-origin:*
  cors-constructs fetch https://api.example.com/prod GET /users --origin https://app.example.com
  cors-constructs fetch https://api.example.com/prod --matrix cdk.out --key web=VALUE

\b
Exit status:
  0    the page reads the response, whatever its status; with --matrix, reality agrees with the template
  1    the browser blocks it; with --matrix, reality disagrees with the template
  2    it could not be tried: no such template, API, key or server, or a wrong option
  130  interrupted
"""

_OF_TEMPLATES: Final = (
    "api",
    "stage",
    "parameters",
    "authorizer",
    "backend_headers",
    "backend_status",
    "answering",
)
# By the names of `cors_constructs.simulate.Access`, which is not loaded for the wire.
_ACCESS: Final = {"allow": "ALLOWED", "deny": "DENIED", "unauthorized": "UNAUTHORIZED", "failure": "FAILED"}
_OF_ADDRESSES: Final = ("timeout",)
_OF_MATRICES: Final = ("send_all", "path_parameters")
_NOTHING_CAME: Final = frozenset({Outcome.NETWORK_ERROR, Outcome.PREFLIGHT_NETWORK_ERROR})


@click.command(epilog=_EPILOG, short_help="Does what a page's fetch() does, and shows it all.")
@click.argument("target", metavar="TARGET")
@click.argument("method", metavar="METHOD", required=False)
@click.argument("path", metavar="PATH", required=False)
@click.option(
    "--origin",
    metavar="ORIGIN",
    help="The page's origin, such as https://app.example.com. With --matrix, one more than the template names.",
)
@click.option(
    "-H",
    "--header",
    "headers",
    multiple=True,
    metavar="NAME:VALUE",
    callback=options.headers,
    help="A header that the page sets. Repeatable.",
)
@click.option(
    "--credentials",
    type=click.Choice(get_args(Credentials)),
    default="same-origin",
    show_default=True,
    help="The page's credentials mode: whether cookies go to other origins.",
)
@click.option("-d", "--body", metavar="TEXT", help="The request's body.")
@click.option(
    "--api",
    metavar="NAME",
    help="Which API of the template, where it has several: its name, logical id or construct's path.",
)
@click.option("--stage", metavar="NAME", help="Which of the API's stages, where it has several.")
@click.option(
    "--key",
    metavar="NAME",
    help="Sends this client's API key, from the template, as x-api-key. With --matrix, NAME=VALUE: the deployed key's.",
)
@options.parameter_option
@click.option(
    "--authorizer",
    type=click.Choice(list(_ACCESS)),
    help="What the simulated API's authorizers say of requests that bring what they read: allow lets them pass, deny "
    "answers 403, unauthorized 401, failure (a function that crashes) 500.  [default: allow]",
)
@click.option(
    "--backend-header",
    "backend_headers",
    multiple=True,
    metavar="NAME:VALUE",
    callback=options.headers,
    help="A header that the simulated backend answers with; by default it sends no CORS headers. Repeatable.",
)
@click.option(
    "--backend-status",
    type=click.IntRange(100, 599),
    help="The status that the simulated backend answers with.  [default: 200]",
)
@click.option(
    "--answering",
    metavar="TYPE",
    help="Has the simulated gateway answer by itself, as in trouble: THROTTLED, INTEGRATION_TIMEOUT, ...",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long each request over the wire may take.",
)
@click.option(
    "--matrix",
    metavar="TEMPLATE",
    help="Calls every method of this template at the address TARGET, from each origin that the template lets in, one "
    "made up for each pattern, and a stranger's, and tells where reality disagrees with it.",
)
@click.option(
    "--send-all",
    is_flag=True,
    help="With --matrix, sends also POST, PUT, PATCH and DELETE, which may change what is there. Left out, of these "
    "only the preflights are sent.",
)
@click.option(
    "--path-parameter",
    "path_parameters",
    multiple=True,
    metavar="NAME=VALUE",
    callback=options.path_parameters,
    help="With --matrix, what stands for {NAME} in paths.  [default: sample]  Repeatable.",
)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The format."
)
@click.pass_context
def command(context: click.Context, /, **given: Any) -> int:
    """Does what fetch() does in a browser's page, and shows the whole conversation.

    TARGET is a template (- for the standard input) or a folder that `cdk synth` made, whose gateway is then simulated;
    or the http(s) address of a deployed API, which is then really called. METHOD is sent as fetch() sends it: get
    becomes GET, and patch stays as it is. PATH is the API's, such as /users/7, without the stage: with an address it is
    appended to it.

    With --matrix, METHOD and PATH are left out: all methods of a template are tried at the address.
    """
    if given["matrix"] is not None:
        from cors_constructs.cli.matrix.command import run  # noqa: PLC0415 - most fetches are single ones

        return run(given)
    _check_single(context, given)
    if targets.is_address(given["target"]):
        where = f"{given['target']} is an address"
        _refuse(context, ("key",), f"names a key of a template, and {where}: write -H x-api-key:VALUE instead")
        _refuse(context, _OF_TEMPLATES, f"is about a template, and {where}: leave it out")
        verdict = _over_the_wire(**given)
    else:
        targets.refuse_bare_host(given["target"])
        _refuse(context, _OF_ADDRESSES, f"is about a deployed API, and {given['target']} is a file")
        verdict = _simulated(**given)
    return _tell(verdict, given["format_"])


def _check_single(context: click.Context, given: Mapping[str, Any]) -> None:
    _refuse(context, _OF_MATRICES, "goes with --matrix")
    missing = next((name for name in ("method", "path", "origin") if given[name] is None), None)
    if missing is not None:
        parameter = next(it for it in context.command.params if it.name == missing)
        raise click.MissingParameter(ctx=context, param=parameter)


def _refuse(context: click.Context, names: tuple[str, ...], why: str) -> None:
    for option in context.command.params:
        source = context.get_parameter_source(option.name or "")
        if option.name in names and source is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{max(option.opts, key=len)} {why}", context)


def _over_the_wire(**given: Any) -> Verdict:
    url = targets.url_below(given["target"], _path(given["path"]))
    from cors_constructs.cli.wire import Wire  # noqa: PLC0415 - httpx is slow to load, and seldom needed

    with Wire(seconds=given["timeout"]) as wire:
        return _diagnosed(_fetched(wire, url, given["headers"], **given))


# Templates explain themselves; what answers over the wire does not.
def _diagnosed(verdict: Verdict) -> Verdict:
    from cors_constructs.cli.diagnosis import diagnosis  # noqa: PLC0415 - for the wire only

    last = verdict.exchanges[-1] if verdict.exchanges else None
    # An error that the page reads needs no words, unless API Gateway gives it without a reason.
    if last is None or last.response is None or (verdict.allowed and "x-amzn-errortype" not in last.response.headers):
        return verdict
    return _noted(verdict, diagnosis(last.response, preflight=last.kind == "preflight"))


def _noted(verdict: Verdict, note: str) -> Verdict:
    return attrs.evolve(verdict, notes=(*verdict.notes, note)) if note else verdict


def _simulated(**given: Any) -> Verdict:
    from cors_constructs.simulate.gateway import Access, Gateway  # noqa: PLC0415 - not needed for the wire

    access = given["authorizer"]
    try:
        gateway = Gateway.from_template(
            read_template(targets.template(given["target"]), parameters=given["parameters"]),
            api=given["api"],
            stage=given["stage"],
            authorizer=None if access is None else Access[_ACCESS[access]],
            backend=_backend(given["backend_status"], given["backend_headers"]),
        )
        if given["answering"] is not None:
            gateway = _in_trouble(gateway, given["answering"])
        headers = [*given["headers"], *_key(gateway, given["key"])]
        verdict = _fetched(gateway, _path(given["path"]), headers, **given)
    except TemplateError as error:
        raise click.ClickException(at_a_shell(error)) from error
    return verdict if _is_told(given) else _noted(verdict, _hint(gateway, verdict))


def _is_told(given: Mapping[str, Any]) -> bool:
    """Whether something is said of what answers."""
    return given["backend_status"] is not None or bool(given["backend_headers"]) or given["answering"] is not None


def _hint(gateway: "Gateway", verdict: Verdict) -> str:
    from cors_constructs.cli.sharing import hint  # noqa: PLC0415 - not needed for the wire

    return hint(gateway, verdict)


# None: the gateway's own, which forgets all CORS headers and says so.
def _backend(status: int | None, headers: list[tuple[str, str]]) -> Transport | None:
    if status is None and not headers:
        return None
    return lambda _: Response(status or 200, headers)


def _in_trouble(gateway: "Gateway", kind: str) -> "Gateway":
    try:
        return gateway.answering(kind.upper())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--answering") from error


def _key(gateway: "Gateway", name: str | None) -> list[tuple[str, str]]:
    return [] if name is None else [("x-api-key", gateway.key(name))]


def _path(given: str) -> str:
    if targets.is_address(given):
        raise click.UsageError(f"PATH is what follows TARGET, such as /users, and no address like {given}")
    return given if given.startswith("/") else f"/{given}"


def _fetched(transport: Transport, url: str, page_headers: list[tuple[str, str]], **given: Any) -> Verdict:
    try:
        return Browser(transport).fetch(
            given["method"],
            url,
            origin=given["origin"],
            headers=page_headers,
            credentials=given["credentials"],
            body=given["body"],
        )
    except TemplateError:  # a ValueError too, but no option is wrong
        raise
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _tell(verdict: Verdict, format_: str) -> int:
    if format_ == "json":
        console.say(conversation.as_json(verdict) + "\n")
    elif any(exchange.response for exchange in verdict.exchanges) or verdict.outcome not in _NOTHING_CAME:
        console.say(conversation.as_text(verdict, colour=console.coloured(sys.stdout)) + "\n")
    if verdict.outcome in _NOTHING_CAME:
        console.complain(next((it.error for it in reversed(verdict.exchanges) if it.error), verdict.reason))
        return 2
    return 0 if verdict.allowed else 1
