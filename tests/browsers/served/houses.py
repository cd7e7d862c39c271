"""Every stand: synthesized, served and simulated when it is first asked for, and stopped at the end."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import attrs

from cors_constructs.simulate import Gateway
from tests.cli.servers import answering
from tests.serve.running import Running, serving

from ..engines import Engine, Page
from .behind import Simulated, backend
from .pages import Pages, pages
from .stands import STANDS, Stand, synthesized


@attrs.frozen
class House:
    """A stand that is served.

    Attributes:
        stand: Which.
        folder: Its `cdk.out`.
        server: Serves it.
        simulated: The same, simulated.
    """

    stand: Stand
    folder: Path
    server: Running
    simulated: Simulated

    def address(self, api: str) -> str:
        """Where an API is, with its stage: at a host of its own where there are several."""
        several = len(self.stand.apis) > 1
        host = f"{self.stand.apis[api].lower()}.localhost" if several else "127.0.0.1"
        return f"http://{host}:{self.server.port}/prod"

    def gateway(self, api: str) -> Gateway:
        return self.simulated.gateway(api)


class Houses:
    """All of them, and the pages that they are for."""

    def __init__(self, pages: Pages, folder: Path, until: ExitStack) -> None:
        self.pages = pages
        self._folder, self._until = folder, until
        self._open: dict[str, House] = {}

    def of(self, api: str) -> House:
        """The one that has an API."""
        (stand,) = (stand for stand in STANDS if api in stand.apis)
        if stand.example not in self._open:
            self._open[stand.example] = self._opened(stand)
        return self._open[stand.example]

    def _opened(self, stand: Stand) -> House:
        folder = synthesized(stand, self.pages, self._folder / stand.example)
        options = [f"{name}={value}" for name, value in stand.parameters(self.pages).items()]
        given = [it for option in options for it in ("--parameter", option)]
        if stand.http:
            server = self._until.enter_context(answering(backend(stand.policy(self.pages))))
            given += ["--backend", f"{stand.http}={server.url}"]
        running = self._until.enter_context(serving(folder, "--no-reload", *given))
        return House(stand, folder, running, self._until.enter_context(Simulated(stand, folder, self.pages)))


class Tabs:
    """A browser's pages, each opened once."""

    def __init__(self, engine: Engine, pages: Pages) -> None:
        self._engine, self._pages = engine, pages
        self._open: dict[str, Page] = {}

    def at(self, name: str) -> Page:
        """The page of that name."""
        if name not in self._open:
            self._open[name] = self._engine.open(f"{self._pages.origin(name)}/")
        return self._open[name]


@contextmanager
def houses(folder: Path, certificate: Path | None = None) -> Iterator[Houses]:
    """The stands, until the block ends: for pages by https where there is a certificate."""
    with pages(certificate) as shown, ExitStack() as until:
        yield Houses(shown, folder, until)
