"""`cors-constructs serve`: a template's APIs on this machine."""

import gc
import signal
import sys
from typing import Any, Final

import click

from cors_constructs.cli import console, options, targets
from cors_constructs.cli.wording import at_a_shell
from cors_constructs.simulate.values import TemplateError

_EPILOG: Final = """\b
Examples:
  cors-constructs serve cdk.out
  cors-constructs serve template.yaml --parameter Stage=dev --port 4000
  cors-constructs serve cdk.out --backend https://backend.example.com=http://127.0.0.1:8000
  cors-constructs serve cdk.out --lens-origin http://localhost:8080

\b
Exit status:
  0    stopped by SIGTERM, or because its terminal was closed
  2    it could not be served: no such template, API or key, a port that is taken, or a wrong option
  130  stopped by Ctrl-C
"""

_EXTRA: Final = frozenset({"aiohttp", "httptools", "uvicorn", "watchfiles", "yarl"})
_ACCESS: Final = {"allow": "ALLOWED", "deny": "DENIED", "unauthorized": "UNAUTHORIZED", "failure": "FAILED"}


def _pairs(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """`ADDRESS=ADDRESS`; either may have an equals sign in its query, and so the second begins with its scheme."""
    read: dict[str, str] = {}
    for pair in given:
        places = [at for scheme in ("=http://", "=https://") if (at := pair.find(scheme)) > 0]
        if not places:
            example = "https://backend.example.com=http://127.0.0.1:8000"
            raise click.BadParameter(f"{pair!r} is not ADDRESS=ADDRESS, such as {example}", context, option)
        read[pair[: min(places)]] = pair[min(places) + 1 :]
    return read


def _lens_origins(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    if not given:
        return given
    _loaded()  # the room whose affair they are, or what it lacks
    from cors_constructs.serve.lens.origins import read_origins  # noqa: PLC0415 - likewise

    try:
        return read_origins(given)
    except ValueError as error:
        raise click.BadParameter(str(error), context, option) from error


@click.command(epilog=_EPILOG, short_help="Serves the APIs of a template on this machine.")
@click.argument("target", metavar="TARGET")
@click.option(
    "--host",
    default="localhost",
    show_default=True,
    metavar="NAME",
    help="The name or address to listen on. Anything but localhost and loopback addresses lets other machines in.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=3001,
    show_default=True,
    help="The port; 0 for any that is free.",
)
@click.option(
    "--api", metavar="NAME", help="The one API to serve: its name, logical id or construct's path.  [default: all]"
)
@click.option("--stage", metavar="NAME", help="The one stage to serve.  [default: all]")
@options.parameter_option
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="NAME=VALUE",
    callback=options.parameters,
    help="An API key's value, by the key's or client's name, where the template does not hold it. By default one is "
    "made up, the same each time. Repeatable.",
)
@click.option(
    "--authorizer",
    type=click.Choice(list(_ACCESS)),
    default="allow",
    show_default=True,
    help="What IAM and Cognito, and authorizers whose function is not in the template, say of requests that bring what "
    "they read: allow lets them pass, deny answers 403, unauthorized 401, failure (a function that crashes) 500.",
)
@click.option(
    "--backend",
    "backends",
    multiple=True,
    metavar="ADDRESS=ADDRESS",
    callback=_pairs,
    help="Calls the second address instead of the first, in HTTP integrations whose address begins with that. "
    "Repeatable.",
)
@click.option(
    "--allowed-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="Answers requests for this host name, too, beside localhost and loopback addresses. Repeatable.",
)
@click.option(
    "--lens/--no-lens",
    default=True,
    show_default=True,
    help="Shows at /_cors, in a browser, what becomes of a call, and why.",
)
@click.option(
    "--lens-origin",
    "lens_origins",
    multiple=True,
    metavar="ORIGIN",
    callback=_lens_origins,
    help="Serves the lens's pages at this origin of this machine, too, such as http://localhost:8080, so that a call "
    "from there can be tried in the browser. Repeatable.",
)
@click.option("--reload/--no-reload", default=True, show_default=True, help="Reads TARGET again when it changes.")
def command(**given: Any) -> int:
    """Serves the APIs of a template on this machine, for a browser or any other client.

    TARGET is a CloudFormation or SAM template, in JSON or YAML, or a folder that `cdk synth` made. Each API is at the
    path that its invoke URL has, such as http://127.0.0.1:3001/prod/users. Preflights, keys, mapping templates, limits
    and gateway responses are as the template has them. HTTP integrations call their backends. Lambda functions in
    Python and Node.js, authorizers among them, run from their folders.
    """
    _check_target(given["target"])
    if given["lens_origins"] and not given["lens"]:
        raise click.UsageError("--lens-origin is for the lens, which --no-lens leaves out")
    server, settings, log = _loaded()
    # The program goes without, as it is over before there is garbage worth collecting; a server is not.
    gc.enable()
    from cors_constructs.simulate.gateway import Access  # noqa: PLC0415 - other commands do without

    access = Access[_ACCESS[given.pop("authorizer")]]
    out = log.Log(console.say, colour=console.coloured(sys.stdout))
    try:
        told = settings.Settings(access=access, **given)
        serving = server.Serving(told, out, at_a_shell, width=lambda: console.width(sys.stdout))
        stopped_by = serving.run()
    except TemplateError as error:
        raise click.ClickException(at_a_shell(error)) from error
    except OSError as error:
        raise click.ClickException(str(error)) from error
    finally:
        out.close()
    return 130 if stopped_by == signal.SIGINT else 0


def _check_target(target: str) -> None:
    """Refuses what other commands take.

    Raises:
        click.UsageError: It is an address, or the standard input.
    """
    targets.refuse_bare_host(target)
    if targets.is_address(target):
        raise click.UsageError(f"{target!r} is an address, and what is served is a template; fetch calls addresses")
    if target == "-":
        raise click.UsageError("a template is served from its file or folder, which is read again when it changes")


def _loaded() -> Any:
    """The modules of the room that serves, for which other commands need nothing installed.

    Raises:
        click.ClickException: What they need is not installed.
    """
    try:
        from cors_constructs.serve import log, server, settings  # noqa: PLC0415 - they need the extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        problem = f'{error.name} is not installed; pip install "cors-constructs[serve]" installs it'
        raise click.ClickException(problem) from error
    return server, settings, log
