"""Starts a server that is less patient than the command: `python -m tests.serve.impatient SECONDS TARGET OPTION...`.

Its options are ADDRESS=ADDRESS, as of `--backend`.
"""

import sys

from cors_constructs.cli import console
from cors_constructs.serve.log import Log
from cors_constructs.serve.server import Serving
from cors_constructs.serve.settings import Settings


def main(seconds: str, target: str, *backends: str) -> None:
    """Serves until a signal comes."""
    log = Log(console.say)
    instead = dict(it.split("=", 1) for it in backends)
    Serving(Settings(target=target, port=0, reload=False, seconds=float(seconds), backends=instead), log).run()
    log.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
