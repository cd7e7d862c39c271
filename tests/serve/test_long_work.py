"""A body that takes long to validate holds up nobody else."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cors_constructs.serve.app import App
from cors_constructs.serve.backends import Backends
from cors_constructs.serve.http_backend import HttpBackend
from cors_constructs.serve.limits import Limits
from cors_constructs.serve.log import Log
from cors_constructs.serve.settings import Settings
from cors_constructs.serve.shift import Shift
from cors_constructs.serve.site import read_site
from cors_constructs.simulate.gateway.json_schema import JsonSchema
from cors_constructs.simulate.gateway.schema_steps import MAX_STEPS, TooMuchError
from tests.cli.templates import write
from tests.serve.running import PATIENCE
from tests.serve.templates import validated

LARGE, SMALL = b'"' + b"x" * 100_000 + b'"', b'"x"'


class Validating:
    """Validation that takes until it is let go, and finds something wrong; counted by the threads that are in it."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Semaphore(0), threading.Event()
        self.waited: list[bool] = []
        self.most = self._now = 0
        self._lock = threading.Lock()

    def reasons(self, _document: Any, most: int = MAX_STEPS) -> list[str]:
        if most < MAX_STEPS:  # a try whether it is done soon
            raise TooMuchError("it is not")
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self.begun.release()
        self.waited.append(self.may_end.wait(PATIENCE))
        with self._lock:
            self._now -= 1
        return ["no"]


@pytest.fixture
def validating(monkeypatch: pytest.MonkeyPatch) -> Validating:
    it = Validating()
    monkeypatch.setattr(JsonSchema, "reasons", it.reasons)
    return it


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings, log = Settings(target=str(write(tmp_path / "a.json", validated)), lens=False), Log(lambda _: None)
    site = read_site(settings, Limits())
    yield App(settings, Shift(site, Backends(settings, HttpBackend({}), None)), log, 3001)
    log.close()


async def status_of(app: App, method: str, body: bytes = b"") -> int:
    """What a request to `/users` is answered."""
    told: list[int] = []
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    headers += [(b"content-length", str(len(body)).encode())] if body else []
    scope = {
        "type": "http",
        "method": method,
        "http_version": "1.1",
        "raw_path": b"/prod/users",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 3001),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        told.extend([message["status"]] if message["type"] == "http.response.start" else [])

    await app(scope, receive, send)
    (status,) = told
    return status


@pytest.mark.parametrize("body", [LARGE, SMALL], ids=["a large body", "a small one that takes long"])
def test_others_are_answered_while_a_body_is_validated(app: App, validating: Validating, body: bytes) -> None:
    async def both() -> None:
        slow = asyncio.create_task(status_of(app, "POST", body))
        assert await asyncio.to_thread(validating.begun.acquire, timeout=PATIENCE)
        assert await status_of(app, "OPTIONS") == 204
        assert await status_of(app, "POST", b"no JSON") == 400
        assert not slow.done()
        validating.may_end.set()
        assert await slow == 400

    asyncio.run(both())
    assert validating.waited == [True]  # and nobody waited in vain


def test_of_many_such_bodies_one_is_validated_at_a_time(app: App, validating: Validating) -> None:
    async def many() -> None:
        slow = [asyncio.create_task(status_of(app, "POST", LARGE)) for _ in range(5)]
        assert await asyncio.to_thread(validating.begun.acquire, timeout=PATIENCE)
        assert await status_of(app, "OPTIONS") == 204
        validating.may_end.set()
        assert await asyncio.gather(*slow) == [400] * 5

    asyncio.run(many())
    assert validating.waited == [True] * 5
    assert validating.most == 1


def test_what_goes_wrong_meanwhile_ends_that_request_alone(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> list[str]:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(JsonSchema, "reasons", fail)

    async def asked() -> list[int]:
        return [await status_of(app, "POST", LARGE), await status_of(app, "OPTIONS")]

    assert asyncio.run(asked()) == [500, 204]
