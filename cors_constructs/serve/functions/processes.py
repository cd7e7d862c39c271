"""A function's process: started, called, and stopped with all that it started."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import struct
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from cors_constructs.serve.functions.files import Laid, language_of
from cors_constructs.serve.functions.nodejs import node
from cors_constructs.serve.functions.outputs import Log, Output
from cors_constructs.serve.functions.variables import arn_of, environment, memory_of
from cors_constructs.simulate.model import Function, Resources

_HERE: Final = Path(__file__).parent
_MEGABYTE: Final = 1024 * 1024
# More than any answer of a worker's.
_LARGEST_FRAME: Final = 16 * _MEGABYTE
_STREAM: Final = "AWS_LAMBDA_LOG_STREAM_NAME"
# Seconds until what an ended process said is read to its end: only what escaped us keeps that open for longer.
_LAST_WORDS: Final = (0.2, 2.0)


@attrs.frozen
class Ended:
    """A process that is gone, or had to be stopped, instead of an answer.

    Attributes:
        how: As Lambda says it: `exit status 1`, `signal: killed`.
        note: What else there is to say of it here; empty for nothing.
    """

    how: str
    note: str = ""


class Process:
    """A running function. Make one by `start`."""

    def __init__(self, function: Function, variables: Mapping[str, str], output: Output) -> None:
        self._memory = memory_of(function)
        self._stream = variables[_STREAM]
        self._output = output
        self._calls = 0
        self._process: asyncio.subprocess.Process
        self._born: str | None
        self._exit: asyncio.Task[int]
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter
        self._pipe: asyncio.ReadTransport

    @classmethod
    async def start(
        cls, function: Function, laid: Laid, *, home: Path, resources: Mapping[str, Resources], title: str, log: Log
    ) -> "Process":
        """Start a function, without waiting until it is ready: see `ready`.

        Raises:
            CannotRunError: There is nothing to run it with.
            OSError: It cannot be started.
        """
        variables = environment(function, laid, str(home), resources)
        ours, theirs = socket.socketpair()
        read_end, write_end = os.pipe()
        made = cls(function, variables, Output(title, log))
        try:
            command = await _command(function, theirs.fileno())
            made._process = await asyncio.create_subprocess_exec(
                *command,
                env=variables,
                cwd=laid.root,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            os.close(read_end)
            raise
        finally:
            theirs.close()
            os.close(write_end)
        made._born = _born(made._process.pid)
        made._exit = asyncio.ensure_future(made._process.wait())
        try:
            file = os.fdopen(read_end, "rb", buffering=0)
            made._pipe, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: made._output, file)
            made._reader, made._writer = await asyncio.open_unix_connection(sock=ours)
            await made._send({**_settings(function, laid, variables), "arn": arn_of(function), "memory": made._memory})
        except BaseException:
            made.kill()
            raise
        return made

    async def ready(self, seconds: float) -> tuple[bytes, bytes] | Ended:
        """Wait until it has loaded its handler.

        Returns:
            `R`; or `I` and the error, as JSON; or how it ended.

        Raises:
            TimeoutError: It takes longer.
        """
        return await self._receive(seconds, b"RI")

    async def call(self, request_id: str, event: bytes, seconds: float) -> tuple[bytes, bytes] | Ended:
        """Call it.

        Returns:
            `A` and the answer, or `E` and the error, as JSON; or how it ended.

        Raises:
            TimeoutError: It takes longer.
        """
        self._output.begin()
        self._calls += 1
        about = {"id": request_id, "number": self._calls, "deadline": time.time() + seconds}
        with contextlib.suppress(ConnectionError):  # it is gone: that is seen below
            await self._send(about, event)
        return await self._receive(seconds, b"AE")

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return not self._exit.done()

    async def stop(self) -> None:
        """Stop it, and all that it started."""
        self.kill()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._exit), 5)
        self._kill_others()  # one that was about to start had no variables yet
        for seconds in _LAST_WORDS:
            try:
                await asyncio.wait_for(asyncio.shield(self._output.is_at_end), seconds)
                break
            except asyncio.TimeoutError:
                self._kill_others()  # something can still print
        self._output.flush()
        self._pipe.close()
        self._writer.close()

    def kill(self) -> None:
        """Stop it, and all that it started, without waiting for the end of that."""
        # The group is there as long as anything of it is; then its number may be given to another process and group.
        if _born(self._process.pid) in {None, self._born}:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._kill_others()

    def _kill_others(self) -> None:
        """Stop what it started, and what has left its group."""
        for process in _with_variable(_STREAM, self._stream):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)

    async def _send(self, about: Mapping[str, Any], event: bytes | None = None) -> None:
        for content in (json.dumps(about).encode(), event):
            if content is not None:
                self._writer.write(b"C" + struct.pack(">I", len(content)))
                self._writer.write(content)
        if self.is_alive:
            await asyncio.wait(
                [drained := asyncio.ensure_future(self._writer.drain()), self._exit],
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not drained.done():
                drained.cancel()
            elif not drained.cancelled():
                drained.exception()

    async def _receive(self, seconds: float, kinds: bytes) -> tuple[bytes, bytes] | Ended:
        """A frame of one of these kinds, or the end of it; what it uses is looked at meanwhile."""
        frame = asyncio.ensure_future(self._frame(kinds))
        try:
            deadline, pause = time.monotonic() + seconds, 0.01
            while self.is_alive and _is_awaited(frame):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                awaited = [it for it in (frame, self._exit) if not it.done()]
                await asyncio.wait(awaited, timeout=min(left, pause), return_when=asyncio.FIRST_COMPLETED)
                pause = min(pause * 2, 0.05)
                if _is_awaited(frame) and _used(self._process.pid) > self._memory * _MEGABYTE:
                    return Ended("signal: killed", f"it used more than the {self._memory} MB it is given")
            if not frame.done():  # it may have answered before it ended: all that it sent is there
                self.kill()  # what it started holds the other end, too
                await asyncio.wait([frame], timeout=sum(_LAST_WORDS))
            if frame.done() and frame.exception() is None:
                return frame.result()
            return await self._ended()
        finally:
            frame.cancel()

    async def _frame(self, kinds: bytes) -> tuple[bytes, bytes]:
        """What answers the last call.

        Raises:
            ValueError: Something else was said: not the worker alone writes there, and none of it can be relied upon.
        """
        kind, number, length = struct.unpack(">cII", await self._reader.readexactly(9))
        if kind not in kinds or number != self._calls or length > _LARGEST_FRAME:
            raise ValueError(kind, number, length)
        return kind, await self._reader.readexactly(length)

    async def _ended(self) -> Ended:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._exit), 1)
        if not self._exit.done():
            return Ended("signal: killed", "what it says answers no call: its code writes where its answers go")
        status = self._exit.result()
        if status >= 0:
            return Ended(f"exit status {status}")
        return Ended(f"signal: {_signal(-status)}")


async def _command(function: Function, channel: int) -> list[str]:
    if language_of(function) == "python":
        # Without the packages of this environment: on Lambda they are not there either.
        return [sys.executable, "-I", "-S", "-B", "-u", str(_HERE / "worker.py"), str(channel)]
    # A part of what the function is given is not for objects.
    heap = max(memory_of(function) * 9 // 10, 64)
    return [await node(), f"--max-old-space-size={heap}", str(_HERE / "worker.mjs"), str(channel)]


def _is_awaited(frame: "asyncio.Future[tuple[bytes, bytes]]") -> bool:
    """Whether nothing was said yet; a process that closed what answers go by may go on without a word."""
    return not frame.done() or isinstance(frame.exception(), asyncio.IncompleteReadError | ConnectionError)


def _settings(function: Function, laid: Laid, variables: Mapping[str, str]) -> dict[str, Any]:
    """What a worker has to know besides its variables."""
    handler = str(function.handler)
    if handler.startswith("/opt/"):  # a layer's files are elsewhere here
        handler = f"{laid.opt}{handler.removeprefix('/opt')}"
    python = laid.opt / "python"
    layers = [str(python / "lib" / str(function.runtime) / "site-packages"), str(python)]
    own = [it for it in variables.get("PYTHONPATH", "").split(os.pathsep) if it]
    return {"handler": handler, "path": [str(laid.root), *own, *layers], "sdk": [it for it in sys.path if it]}


def _signal(number: int) -> str:
    # As operating systems describe them: "Killed", "Killed: 9", "Terminated (core dumped)".
    described = re.split("[:(]", signal.strsignal(number) or f"{number}")[0]
    return described.strip().lower()


def _born(process: int) -> str | None:
    """When a process was started, which tells it from a later one of its number; None where that cannot be seen."""
    try:
        return Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()[19]
    except OSError:
        return None


def _used(process: int) -> int:
    """The bytes of memory that are a process's own; 0 where that cannot be seen."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{process}/statm").read_bytes().split()
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")


def _with_variable(name: str, value: str) -> list[int]:
    """The processes that have a variable: those that a function started, and that left its group, too."""
    looked_for = f"{name}={value}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if looked_for in entry.read_bytes().split(b"\0"):
                found.append(int(entry.parent.name))
    return found
