"""`fetch --matrix` while it runs, as who sits before it sees it."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
import threading

from cors_constructs.simulate import Response
from tests.cli.gateways import STRANGER, deployed, shop, written
from tests.cli.matrix.asking import KEY
from tests.cli.servers import Seen
from tests.signals import heed


def test_somebody_who_watches_is_told_how_far_it_is() -> None:
    watched, terminal = pty.openpty()
    with deployed(shop()) as server, os.fdopen(terminal, "wb") as stderr:
        command = [sys.executable, "-m", "cors_constructs.cli", "fetch", server.url, "--matrix", written(shop()), *KEY]
        done = subprocess.run(command, env=_terminal(), stdout=subprocess.PIPE, stderr=stderr, check=False)  # noqa: S603 - our own
    shown = _all_of(watched)
    os.close(watched)
    assert done.returncode == 0
    assert f"12 of 12: GET /health from {STRANGER}" in shown
    assert shown.endswith("\x1b[K"), "the line is gone in the end"
    assert b"12 of 12" not in done.stdout


def test_who_interrupts_it_need_not_wait_for_answers() -> None:
    asked, over = threading.Event(), threading.Event()

    def hang(seen: Seen, response: Response) -> Response:
        if seen.path != "/prod/users":
            asked.set()
            over.wait(300)
        return response

    with deployed(shop(), alter=hang) as server:
        command = [sys.executable, "-m", "cors_constructs.cli", "fetch", server.url, "--matrix", written(shop()), *KEY]
        with subprocess.Popen(  # noqa: S603 - our own
            [*command, "--timeout", "60"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=heed,  # noqa: PLW1509 - it takes no lock that a thread could hold
        ) as process:
            try:
                assert asked.wait(120)
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=120)
            finally:
                over.set()
                process.kill()
    assert (process.returncode, out, err.strip()) == (130, b"", b"")


def _all_of(watched: int) -> str:
    """What a terminal was sent, which may be there in pieces."""
    sent = b""
    with contextlib.suppress(OSError):  # by which Linux tells the end of a terminal
        while piece := os.read(watched, 65_536):
            sent += piece
    return sent.decode()


def _terminal() -> dict[str, str]:
    return {**os.environ, "TERM": "xterm"}
