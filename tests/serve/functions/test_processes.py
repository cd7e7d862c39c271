"""A function's process, without one: whom its end ends."""

import os
import signal
from types import SimpleNamespace
from typing import Any

import pytest

from cors_constructs.serve.functions import processes
from cors_constructs.serve.functions.processes import Process


@pytest.mark.parametrize(
    ("now", "is_killed"),
    [
        pytest.param("7", True, id="the process"),
        pytest.param(None, True, id="what it left in its group"),
        pytest.param("8", False, id="nobody, where its number is another's by now"),
    ],
)
def test_its_end_ends(monkeypatch: pytest.MonkeyPatch, now: str | None, is_killed: bool) -> None:
    killed: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "killpg", lambda *it: killed.append(it))
    monkeypatch.setattr(processes, "_born", lambda _: now)
    it: Any = Process.__new__(Process)
    it._process, it._born, it._stream = SimpleNamespace(pid=41), "7", "nobody's"
    it.kill()
    assert killed == ([(41, signal.SIGKILL)] if is_killed else [])


def test_a_process_has_one_time_at_which_it_was_started() -> None:
    born = processes._born(os.getpid())
    assert born == processes._born(os.getpid())
    assert born != processes._born(1)
    assert processes._born(2**30) is None
