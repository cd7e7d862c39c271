"""The server: from its start to its end."""

import asyncio
import contextlib
import gc
import signal
import socket
import time
from collections.abc import Callable, Collection, Coroutine, Iterator
from pathlib import Path
from typing import Any, Final

import uvicorn

from cors_constructs.serve.app import App
from cors_constructs.serve.backends import Backends
from cors_constructs.serve.descriptors import make_room
from cors_constructs.serve.http_backend import HttpBackend
from cors_constructs.serve.lens.lens import NAME, is_hidden_by
from cors_constructs.serve.lens.origins import listening_for, names_of, origin_of
from cors_constructs.serve.limits import Limits
from cors_constructs.serve.log import Log
from cors_constructs.serve.patience import Patience
from cors_constructs.serve.protocol import Protocol
from cors_constructs.serve.reloading import changes, identity
from cors_constructs.serve.settings import Settings
from cors_constructs.serve.shift import Shift
from cors_constructs.serve.site import Site, read_site
from cors_constructs.serve.sockets import listening
from cors_constructs.serve.table import shown
from cors_constructs.simulate.values import TemplateError

_GRACE: Final = 3  # seconds that requests may still take once the server is to stop
_LONGEST: Final = 30  # seconds that a request may take: API Gateway waits 29
_GLANCE: Final = 0.05  # seconds
_IDLE: Final = 60  # seconds after which a connection that nobody uses is closed


class Serving:
    """A server with its site.

    Raises:
        OSError: It cannot listen where it is told to.
        TemplateError: There is nothing that can be served.
    """

    def __init__(
        self,
        settings: Settings,
        log: Log,
        told: Callable[[TemplateError], str] = str,
        *,
        width: Callable[[], int | None] = lambda: None,
    ) -> None:
        """Reads the templates, and listens.

        Args:
            settings: What to serve, and how.
            log: Where to write.
            told: What to say of a template that cannot be read, or leaves an answer open.
            width: Tells the columns of the terminal that is written to; None where there is none.
        """
        self._settings, self._log, self._told, self._width = settings, log, told, width
        self._limits = Limits()
        self._read = identity(settings.target)
        self._readings = 0
        self._told_keys: set[str] = set()
        site = read_site(settings, self._limits)
        self.sockets = listening(settings.host, settings.port)
        self._lens_sockets = self._listening_for_lens()
        self._http = HttpBackend(settings.backends)
        log.hide(key.value for key in site.keys)
        self._app = App(settings, self._shift(site), log, self.sockets[0].getsockname()[1], told)
        self._server = _Server(
            uvicorn.Config(
                self._app,
                http=Protocol.telling(log.say),
                ws="none",
                lifespan="off",
                loop="none",
                interface="asgi3",
                log_config=None,
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                backlog=2048,
                timeout_keep_alive=_IDLE,
                timeout_graceful_shutdown=_GRACE,
            )
        )
        self._patience = Patience(lambda: self._server.server_state.connections, settings.seconds, log.say)
        self._stopped_by: int | None = None
        self._retiring: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """Where it listens: `http://127.0.0.1:3001`."""
        host, port = self.sockets[0].getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def _listening_for_lens(self) -> list[socket.socket]:
        try:
            own = self.sockets[0].getsockname()[1]
            return listening_for(self._settings.lens_origins if self._settings.lens else (), own)
        except OSError:
            for it in self.sockets:
                it.close()
            raise

    def run(self) -> int | None:
        """Serves until a signal comes, and gives its number."""
        make_room()
        _runner()(self._run())
        return self._stopped_by

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        with _signals(loop, self._stop):
            where = f"Serving {self._settings.target} at {self.address}; Ctrl-C stops it."
            self._log.tell(f"{self._news(self._app.shift.site)}\n\n{where}\n")
            beside = [self._beside(self._patience.watch(), "slow clients are no longer seen to")]
            if self._settings.reload:
                beside.append(self._beside(self._follow(), "changes of the template are no longer seen"))
            # What is there by now stays: there is no use in looking at it time and again.
            gc.collect()
            gc.freeze()
            try:
                await self._server.serve(sockets=[*self.sockets, *self._lens_sockets])
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.wait(beside)
                await asyncio.gather(*self._retiring, self._app.shift.backends.close())
                await self._http.close()

    def _beside(self, work: Coroutine[Any, Any, None], without: str) -> "asyncio.Task[None]":
        """Begins what goes on while requests are answered; should it end by a mistake, the log says what that means."""

        def own_up(task: "asyncio.Task[None]") -> None:
            if not task.cancelled() and (bug := task.exception()) is not None:
                self._log.say(f"{without}: {type(bug).__name__}: {bug}")

        task = asyncio.create_task(work)
        task.add_done_callback(own_up)
        return task

    def _stop(self, number: int) -> None:
        if self._server.should_exit:
            self._server.force_exit = True
        self._stopped_by = self._stopped_by or number
        self._server.should_exit = True

    def _shift(self, site: Site) -> Shift:
        functions = None
        if site.template.functions:
            from cors_constructs.serve.functions import pool  # noqa: PLC0415 - many templates have none

            functions = pool(site.template, self._log.say)
        self._readings += 1
        return Shift(site, Backends(self._settings, self._http, functions), reading=self._readings)

    def _news(self, site: Site, before: Site | None = None) -> str:
        """What there is to show of what was read; empty where it differs in nothing that is shown. Keys come once."""
        told, values = frozenset(self._told_keys), {key.value for key in site.keys}
        self._told_keys |= values
        is_known = before is not None and values <= told and self._shown(site, told) == self._shown(before, told)
        return "" if is_known else self._shown(site, told)

    def _shown(self, site: Site, told: Collection[str]) -> str:
        table = shown(site, self.address, told=told, width=self._width())
        if not self._settings.lens:
            return table
        if is_hidden_by(site):
            return f"{table}\n\nThere is no lens: a stage is named {NAME}."
        lens = origin_of(names_of(self._settings)[0], self.sockets[0].getsockname()[1])
        also = "".join(f" and {origin}/{NAME}" for origin in self._settings.lens_origins)
        return f"{table}\n\nThe lens, which shows why a preflight fails: {lens}/{NAME}{also}"

    async def _follow(self) -> None:
        """Reads the templates anew whenever they change; those that cannot be read leave what is served."""
        said = ""
        async for _ in changes(self._settings.target, _folders(self._app.shift.site), self._read):
            try:
                site = await asyncio.to_thread(read_site, self._settings, self._limits)
            except TemplateError as error:
                problem = self._told(error)
                if problem != said:
                    self._log.say(f"what was read before is served on: {problem}")
                said = problem
                continue
            said = ""
            # Former keys may still be in use: by what is under way, and where it is deployed.
            self._log.hide({*self._told_keys, *(key.value for key in site.keys)})
            before, self._app.shift = self._app.shift, self._shift(site)
            self._retiring = {it for it in self._retiring if not it.done()} | {asyncio.create_task(_retire(before))}
            self._log.say("read anew")
            if news := self._news(site, before.site):
                self._log.tell(f"\n{news}\n")


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to us: uvicorn would raise them once more when it has stopped."""
        yield


async def _retire(shift: Shift) -> None:
    """Ends what a site needed, once its last request is answered."""
    end = time.monotonic() + _LONGEST
    while shift.busy and time.monotonic() < end:
        await asyncio.sleep(_GLANCE)
    await shift.backends.close()


def _folders(site: Site) -> list[Path]:
    """Where the code of functions is."""
    return sorted({function.folder for function in site.template.functions if function.folder is not None})


def _runner() -> Callable[[Coroutine[Any, Any, None]], None]:
    """What runs a coroutine: uvloop, which is faster, where it is installed."""
    try:
        import uvloop  # noqa: PLC0415 - it is not made for every system
    except ImportError:
        return asyncio.run
    return uvloop.run


@contextlib.contextmanager
def _signals(loop: asyncio.AbstractEventLoop, stop: Callable[[int], None]) -> Iterator[None]:
    """Has a function called with the number of a signal that ends programs."""

    def come(number: int, _: object) -> None:
        loop.call_soon_threadsafe(stop, number)

    before = {number: signal.signal(number, come) for number in (signal.SIGINT, signal.SIGTERM)}
    hangup = getattr(signal, "SIGHUP", None)  # a terminal that closes; Windows has none, and nohup has it ignored
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        before[hangup] = signal.signal(hangup, come)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
