"""Functions are called: each call has a process to itself, which is kept for the next one."""

import asyncio
import contextlib
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final

import attrs

from cors_constructs.serve.functions.files import CannotRunError, Laid, language_of, lay_out, missing_layers
from cors_constructs.serve.functions.outputs import Log
from cors_constructs.serve.functions.processes import Ended, Process
from cors_constructs.serve.functions.variables import timeout_of, unknown_in
from cors_constructs.simulate.model import Function, Resources

# What a new account has. More calls of a function wait.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_AT_ONCE: Final = 10
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
_INIT_SECONDS: Final = 10


@attrs.frozen
class Invoked:
    """What a function answered.

    Attributes:
        payload: The answer as JSON; of a function that failed, an object with `errorMessage` and `errorType`.
        failure: How it failed, on one line; None where it did not.
    """

    payload: bytes
    failure: str | None = None


@attrs.define(eq=False)
class _Kept:
    """One function: its files, and its processes that wait for a call."""

    laid: Laid
    home: Path
    title: str
    idle: list[Process] = attrs.field(factory=list)
    places: asyncio.Semaphore = attrs.field(factory=lambda: asyncio.Semaphore(_AT_ONCE))


class Invoker:
    """Runs functions. What they print, and how they fail, is logged.

    Args:
        resources: The templates' resources: what functions' variables refer to.
        log: Takes each line.
    """

    def __init__(self, resources: Mapping[str, Resources], log: Log) -> None:
        self._resources, self._log = resources, log
        self._scratch: Path | None = None
        self._kept: dict[tuple[str | None, str], _Kept] = {}
        self._laying: dict[tuple[str | None, str], asyncio.Lock] = {}
        self._processes: set[Process] = set()
        self._is_closed = False

    async def invoke(self, function: Function, event: bytes) -> Invoked:
        """Call a function and wait for what it answers. If this is cancelled, the function is stopped.

        Args:
            function: The function.
            event: The event, as JSON.

        Raises:
            CannotRunError: It cannot be run here.
            OSError: No process can be started, or this is closed.
        """
        self._check_open()
        kept = await self._keep(function)
        async with kept.places:
            process, invoked = await self._free(function, kept)
            if process is None:
                return self._told(kept, invoked)
            try:
                invoked = await self._call(process, function, event)
            except BaseException:
                await self._end(process)
                raise
            if process.is_alive and not invoked.ends and not self._is_closed:
                kept.idle.append(process)
            else:
                await self._end(process)
            return self._told(kept, invoked)

    async def close(self) -> None:
        """Stop every process, and remove what was made for them."""
        self._is_closed = True
        processes = list(self._processes)
        for process in processes:
            process.kill()
        await asyncio.gather(*map(self._end, processes), return_exceptions=True)
        if self._scratch is not None:
            await asyncio.to_thread(shutil.rmtree, self._scratch, ignore_errors=True)

    def _check_open(self) -> None:
        if self._is_closed:
            raise ConnectionAbortedError("functions are not called any more")

    async def _keep(self, function: Function) -> _Kept:
        key = (function.source.file, function.source.logical_id)
        async with self._laying.setdefault(key, asyncio.Lock()):
            kept = self._kept.get(key)
            if kept is None:
                language_of(function)
                if os.name == "nt":
                    raise CannotRunError("functions are run on Linux and macOS")
                if not isinstance(function.handler, str):
                    raise CannotRunError("it has no handler that is known here")
                laid = await asyncio.to_thread(lay_out, function, self._folder())
                kept = self._kept[key] = _Kept(
                    laid, self._folder() / "home", function.source.construct or function.source.logical_id
                )
                self._warn(function, kept.title)
            return kept

    def _folder(self) -> Path:
        """A folder for files, made when it is first needed."""
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="cors-constructs-functions-"))
            (self._scratch / "home").mkdir()
        return self._scratch

    def _warn(self, function: Function, title: str) -> None:
        for layer in missing_layers(function):
            self._log(f"{title}: the layer {layer} is not here, and the function runs without it")
        for name in unknown_in(function, self._resources):
            self._log(f"{title}: the variable {name} holds what only a deployment knows")
        if function.variables is None:
            self._log(f"{title}: its environment variables are only known at deployment, and it runs without them")

    async def _free(self, function: Function, kept: _Kept) -> "tuple[Process | None, _Outcome]":
        """A process that waits for a call, or else a new one; None and the outcome where that does not start."""
        while kept.idle:
            process = kept.idle.pop()
            if process.is_alive:
                return process, _NOTHING
            await self._end(process)
        self._check_open()
        process = await self._started(function, kept)
        self._processes.add(process)
        seconds = max(_INIT_SECONDS, timeout_of(function))
        request_id = str(uuid.uuid4())
        try:
            self._check_open()  # it may have been closed meanwhile
            outcome = _outcome(await process.ready(seconds), request_id)
        except TimeoutError:
            outcome = _timed_out(seconds, request_id)
        except BaseException:
            await self._end(process)
            raise
        if outcome.failure is None:
            return process, outcome
        await self._end(process)
        return None, outcome

    async def _started(self, function: Function, kept: _Kept) -> Process:
        """A new process. If this is cancelled meanwhile, it is stopped as soon as it is there."""
        start = Process.start(
            function, kept.laid, home=kept.home, resources=self._resources, title=kept.title, log=self._log
        )
        starting = asyncio.ensure_future(start)
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            with contextlib.suppress(CannotRunError, OSError):
                await (await starting).stop()
            raise

    async def _call(self, process: Process, function: Function, event: bytes) -> "_Outcome":
        request_id, seconds = str(uuid.uuid4()), timeout_of(function)
        try:
            return _outcome(await process.call(request_id, event, seconds), request_id)
        except TimeoutError:
            return _timed_out(seconds, request_id)

    async def _end(self, process: Process) -> None:
        await process.stop()
        self._processes.discard(process)

    def _told(self, kept: _Kept, outcome: "_Outcome") -> Invoked:
        if outcome.failure is not None and outcome.ends:
            self._log(f"{kept.title}: {outcome.failure}")
        return Invoked(outcome.payload, outcome.failure)


@attrs.frozen
class _Outcome:
    """What came of a call, and whether the process ends by it."""

    payload: bytes = b""
    failure: str | None = None
    ends: bool = False


_NOTHING: Final = _Outcome()


def _outcome(came: tuple[bytes, bytes] | Ended, request_id: str) -> _Outcome:
    if isinstance(came, Ended):
        note = f" ({came.note})" if came.note else ""
        error = {
            "errorType": "Runtime.ExitError",
            "errorMessage": f"RequestId: {request_id} Error: Runtime exited with error: {came.how}",
        }
        return _Outcome(json.dumps(error).encode(), f"Runtime exited with error: {came.how}{note}", ends=True)
    kind, payload = came
    if kind in {b"A", b"R"}:
        return _Outcome(payload)
    return _Outcome(payload, _said(payload), ends=kind == b"I")


def _timed_out(seconds: float, request_id: str) -> _Outcome:
    # https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
    what = f"Task timed out after {seconds:.2f} seconds"
    at = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    return _Outcome(json.dumps({"errorMessage": f"{at}Z {request_id} {what}"}).encode(), what, ends=True)


def _said(payload: bytes) -> str:
    error: Any = None
    with contextlib.suppress(ValueError, RecursionError):
        error = json.loads(payload)
    if not isinstance(error, dict):
        return "it failed without a word"
    return " ".join(f"{error.get('errorType')}: {error.get('errorMessage')}"[:500].split())
