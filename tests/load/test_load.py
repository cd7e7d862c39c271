"""200 clients at once for half a minute: every answer is the right one, and the server is as it was."""
# ruff: noqa: T201 - it shows its figures

import asyncio
import contextlib
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.load.clients import KINDS, Clients, Report
from tests.load.shop import template_in
from tests.serve.functions.apps import ended
from tests.serve.memory import MEGABYTE, below, resident
from tests.serve.running import PATIENCE, Running, serving
from tests.serve.templates import BACKEND

CLIENTS = 200
SECONDS = 30
GROWTH = 8 * MEGABYTE
"""How much more memory the server may have in the last third of the time than in the second: pieces of the heap."""
GRACE = 3


@pytest.fixture
def backend() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.load.backend"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.stdin.close()
        assert process.wait(PATIENCE) == 0


def test_200_clients_get_their_own_answers_and_leave_no_trace(tmp_path: Path, backend: str) -> None:
    seed = int.from_bytes(os.urandom(4), "big")
    with serving(template_in(tmp_path), "--backend", f"{BACKEND}={backend}") as running:
        clients = Clients(running.port, running.key("web"), seed)
        before = resident(running.process.pid)
        with _watched(running.process.pid) as used:
            asyncio.run(_call_and_stop(clients, running))
        report = clients.report
        _show(report, before, used, seed)
        assert report.problems == []
        assert set(report.seconds) == {kind(0, "").kind for kind in KINDS}
        assert report.connections >= CLIENTS
        second, third = (used[len(used) * part // 3 : len(used) * (part + 1) // 3] for part in (1, 2))
        assert statistics.median(third) - statistics.median(second) < GROWTH, used


@contextlib.contextmanager
def _watched(process: int) -> Iterator[list[int]]:
    """What a process uses, looked at once a second for as long as it runs."""
    used: list[int] = []
    over = threading.Event()

    def look() -> None:
        with contextlib.suppress(FileNotFoundError, StopIteration):  # it has been stopped
            while not over.wait(1):
                used.append(resident(process))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield used
    finally:
        over.set()
        thread.join()


def _show(report: Report, before: int, used: list[int], seed: int) -> None:
    print(f"{CLIENTS} clients, {SECONDS} s, {report.connections:,} connections, seed {seed}")
    print(f"{report.count:,} requests, {report.count / SECONDS:,.0f} a second, {len(report.problems)} problems")
    print(f"{'':32}{'requests':>10}{'median':>10}{'99 %':>10}{'longest':>10}")
    for kind, seconds in sorted(report.seconds.items()):
        steps = statistics.quantiles(seconds, n=100, method="inclusive")
        row = (statistics.median(seconds), steps[98], max(seconds))
        print(f"{kind:32}{len(seconds):>10,}" + "".join(f"{it * 1000:>7.0f} ms" for it in row))
    for kind, problem in {it.partition(":")[0]: it for it in report.problems}.items():
        print(f"For example, {kind}: {problem}")
    memory = ", ".join(f"{it / MEGABYTE:.0f}" for it in (before, *used[:: max(1, len(used) // 6)], used[-1]))
    print(f"Memory of the server, from its start to the end: {memory} MB")


async def _call_and_stop(clients: Clients, running: Running) -> None:
    """Stops the server while all clients are connected still."""
    writers = await clients.call(CLIENTS, SECONDS)
    processes = below(running.process.pid)
    assert processes
    began = time.monotonic()
    assert await asyncio.to_thread(running.stop, signal.SIGTERM) == 0
    took = time.monotonic() - began
    print(f"\nStopped after {took:.1f} s, with {len(writers)} clients connected and {len(processes)} workers")
    assert took < GRACE + 5  # the grace is for requests, and there are none
    assert all([await ended(process) for process in processes])
    for writer in writers:
        writer.close()
