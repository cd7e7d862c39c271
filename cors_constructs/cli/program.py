"""The program: its commands, and what becomes of the errors that they end in."""

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import click

from cors_constructs._version import __version__
from cors_constructs.cli import console

# In the order of the help. Each is a module of its own, loaded when it is called.
_COMMANDS: Final = ("check", "fetch", "serve", "explain", "rules")

_EPILOG: Final = """\b
Examples:
  cors-constructs check cdk.out
  cors-constructs fetch cdk.out GET /users --origin https://app.example.com
  cors-constructs serve cdk.out
  cors-constructs explain CORS201

\b
Exit status:
  0    nothing is wrong, or the browser allows it
  1    something is wrong, or the browser blocks it
  2    it could not be found out: a file that cannot be read, a server that does not answer, a wrong option
  130  interrupted
"""


class Program(click.Group):
    """A group whose commands return their exit status, and which shows nobody a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """The commands' names."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        """A command, loaded now; None where there is none of the name."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"cors_constructs.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called, or an error that names the nearest."""
        import difflib  # noqa: PLC0415 - needed for misspelt names only

        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            said = f"did you mean {near[0]!r}?" if near else f"the commands are {', '.join(_COMMANDS)}"
            raise click.UsageError(f"there is no command {args[0]!r}; {said}", ctx)
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Runs the program, and exits."""
        console.prepare()
        sys.exit(self._status(args, **{**extra, "standalone_mode": False}))

    def _status(self, args: Sequence[str] | None, **extra: Any) -> int:
        try:
            status = super().main(args, **extra)
            console.flush()
        except click.Abort:
            return 130
        except click.ClickException as error:
            console.complain(_line(error))
            return 2
        except OSError as error:
            console.complain(f"{error.filename or 'the output'} cannot be used: {error.strerror or error}")
            return 2
        # The last resort: a bug of ours, which must neither look like a finding (1) nor hide.
        except Exception as bug:  # noqa: BLE001 - each error that can be foreseen is caught where it is understood
            return _own_up(bug)
        return status if isinstance(status, int) else 0


# Click would print four lines, of which the last one says what is wrong.
def _line(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = f" (`{context.command_path} --help` says more)" if context else ""
    return error.format_message().strip().rstrip(".") + hint


def _own_up(bug: Exception) -> int:
    if os.environ.get("CORS_CONSTRUCTS_TRACEBACK"):
        raise bug
    described = f"{type(bug).__name__}: {bug}" if str(bug) else type(bug).__name__
    console.complain(f"a mistake in cors-constructs itself: {described}; CORS_CONSTRUCTS_TRACEBACK=1 shows where")
    return 2


@click.command(
    cls=Program,
    epilog=_EPILOG,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
@click.version_option(__version__, "-V", "--version", message="cors-constructs %(version)s")
@click.pass_context
def program(context: click.Context) -> None:
    """Proves, without AWS, that browsers can call an API Gateway REST API."""
    if context.invoked_subcommand is None:
        raise click.UsageError(f"say what to do: {', '.join(_COMMANDS)}", context)
