"""Runs the example on this machine: the table, the functions behind a local gateway, and the page at another origin.

    make demo
    make demo DEMO_OPTIONS='--page-port 8081 --gateway-port 3002'

Ctrl-C stops all of it, and nothing stays. The exit status is 0 then, 1 where a part failed, and 2 where a port is taken
or an option is wrong.
"""

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from . import page, ports, table
from .parts import PartError, Parts, Stop, StoppedError, write

ROOT = table.ROOT
APP = "examples.scan_records.app"
SEED = "examples.scan_records.seed"
STAGE = "prod"
# Of the client `web`. It opens what this machine alone can reach, and so may be known.
KEY = "the-key-of-the-local-page"
SECONDS = 120.0  # after which a part is taken never to be ready

READY = """\
  The page      {page}/#api={gateway}/{stage}&key={key}
  The gateway   {gateway}/{stage}
  The key       {key}
  The lens      {lens}/_cors
  The table     {table}

The page knows the gateway and the key by its address; {page} alone asks for both.
The lens shows each step of a call, and what your browser does; the API lets in {lens} for its sake.
Below is what the gateway is asked. Ctrl-C stops all.

"""


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=(__doc__ or "").partition("\n")[0])
    for name, port in (("page", 8080), ("gateway", 3001)):
        parser.add_argument(
            f"--{name}-port",
            type=port_number,
            default=port,
            metavar="PORT",
            help=f"where the {name} is (default: %(default)s; 0 for any that is free)",
        )
    parser.add_argument(
        "--dynamodb", metavar="URL", help="a local DynamoDB to use instead of MiniStack, such as http://127.0.0.1:8000"
    )
    return parser.parse_args(arguments)


def port_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= ports.LAST):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; write a number from 0 to {ports.LAST}")
    return int(text)


def main(arguments: Sequence[str] | None = None) -> int:
    given = options(arguments)
    with Stop() as stop:
        try:
            with TemporaryDirectory(prefix="scan-records-", ignore_cleanup_errors=True) as scratch:
                run(given, Path(scratch), stop)
        except StoppedError:
            say("all is stopped")
            return 0
        except PartError as error:
            say(str(error))
            return 1
        except ports.PortError as error:
            say(str(error))
            return 2


def run(given: argparse.Namespace, scratch: Path, stop: Stop) -> NoReturn:
    """Starts all parts, says where they are, and stays until something ends it."""
    if given.dynamodb is None and not table.PROGRAM.is_file():
        where = table.PROGRAM.parents[1].name
        raise PartError(f"MiniStack is not installed in {where}; `make demo` installs it, and --dynamodb does without")
    with (
        page.serving(given.page_port, "--page-port") as origin,
        ports.kept(given.gateway_port, "--gateway-port") as given.gateway_port,
        Parts(ROOT, stop) as parts,
    ):
        start(parts, given, scratch, origin)
        parts.stay()


def start(parts: Parts, given: argparse.Namespace, scratch: Path, origin: str) -> None:
    tell("demo: synthesizing examples/scan_records: some seconds\n")
    mine: dict[str, str | Path] = {"TMPDIR": scratch}  # where a part that is ended leaves what it could not remove
    server = None if given.dynamodb else table.start(parts, scratch / "ministack")
    output = scratch / "cdk.out"
    lens = f"http://localhost:{given.gateway_port}"  # it calls from pages of its own, which the API lets in, too
    synth = parts.start(
        "the synthesis", [sys.executable, "-m", APP], local({**mine, **context(origin, lens), "CDK_OUTDIR": output})
    )
    endpoint = parts.ready(server, SECONDS) if server else given.dynamodb
    mine |= {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    parts.done(parts.start("the filling of the table", [sys.executable, "-m", SEED], local(mine)))
    tell(f"demo: the table is filled, at {endpoint}\n")
    parts.done(synth)

    tell("demo: starting the gateway\n")
    command = [sys.executable, "-m", "cors_constructs.cli", "serve", str(output)]
    command += ["--port", str(given.gateway_port), "--key", f"web={KEY}"]
    serving = parts.start("the gateway", command, local({**mine, **colours()}), says=r" at (http://\S+);", shown=True)
    address = parts.ready(serving, SECONDS)
    tell(READY.format(page=origin, gateway=address, lens=lens, stage=STAGE, key=KEY, table=endpoint))


def local(more: dict[str, str | Path]) -> dict[str, str]:
    """The environment of the parts: without what whoever runs this has set for AWS itself, or for a proxy."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AWS_") and not name.lower().endswith("_proxy")
    }
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return {**inherited, **nowhere, **{name: str(value) for name, value in more.items()}}


def context(*pages: str) -> dict[str, str | Path]:
    """What the CDK's command line would tell the app: the flags of `cdk.json`, and where pages are."""
    flags = json.loads((ROOT / "cdk.json").read_text())["context"]
    return {"CDK_CONTEXT_JSON": json.dumps({**flags, "page": ",".join(pages)})}


def colours() -> dict[str, str | Path]:
    """The gateway writes to this program, which passes it on: as it would to the terminal."""
    is_plain = not sys.stdout.isatty() or os.environ.get("TERM") == "dumb" or "FORCE_COLOR" in os.environ
    return {} if is_plain else {"FORCE_COLOR": "1"}


def tell(text: str) -> None:
    try:
        write(text.encode())
    except OSError as error:  # nobody reads on
        raise StoppedError from error


def say(text: str) -> None:
    """The last words, for whoever is still there."""
    with contextlib.suppress(OSError):
        write(f"demo: {text}\n".encode())


if __name__ == "__main__":
    sys.exit(main())
