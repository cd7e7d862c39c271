"""What runs a Python function, without a process of its own."""

import os
import signal
import socket
import time

import pytest

from cors_constructs.serve.functions import worker


class EndedError(Exception):
    """The worker's end."""


def test_a_worker_whose_socket_the_function_closed_runs_until_who_started_it_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parents = [41, 41, 41, 1]
    slept: list[float] = []
    ours, theirs = socket.socketpair()
    channel = worker._Channel(theirs.detach())
    os.close(channel._socket.fileno())

    def kill(group: int, number: int) -> None:
        assert (group, number) == (os.getpgid(0), signal.SIGKILL)
        raise EndedError

    monkeypatch.setattr(os, "getppid", lambda: parents.pop(0))
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(os, "killpg", kill)
    with ours, pytest.raises(EndedError):
        channel.read()
    assert len(slept) == 2
    channel._socket.detach()


def test_a_worker_ends_when_the_other_end_of_its_socket_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(_group: int, _number: int) -> None:
        raise EndedError

    ours, theirs = socket.socketpair()
    channel = worker._Channel(theirs.detach())
    ours.close()
    monkeypatch.setattr(os, "killpg", kill)
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("it waits"))
    with pytest.raises(EndedError):
        channel.read()
    channel._socket.close()
