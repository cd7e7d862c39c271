"""Starts a server with another patience than the command: `python -m tests.serve.impatient SECONDS TARGET OPTION...`.

Its options are ADDRESS=ADDRESS, as of `--backend`, and --grace=SECONDS, which requests may take once it is to stop.
"""

import sys

from cors_constructs.cli import console
from cors_constructs.serve import server
from cors_constructs.serve.log import Log
from cors_constructs.serve.server import Serving
from cors_constructs.serve.settings import Settings


def main(seconds: str, target: str, *options: str) -> None:
    """Serves until a signal comes."""
    log = Log(console.say)
    instead = dict(it.split("=", 1) for it in options)
    server._GRACE = int(instead.pop("--grace", server._GRACE))  # type: ignore[misc] # it is final for all others
    Serving(Settings(target=target, port=0, reload=False, seconds=float(seconds), backends=instead), log).run()
    log.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
