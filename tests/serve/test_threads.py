"""Work beside the loop: what it comes to, what it raises, and that nobody need wait for it."""

import asyncio
import concurrent.futures
import threading

import pytest

from cors_constructs.serve.threads import OnLoop, in_thread
from tests.serve.running import PATIENCE


def test_work_is_done_elsewhere_and_its_result_or_error_comes_back() -> None:
    async def both() -> tuple[str, bool]:
        name = await in_thread(lambda: threading.current_thread().name)
        with pytest.raises(ValueError, match="none"):
            await in_thread(lambda: int("none"))
        return name, threading.current_thread() is threading.main_thread()

    assert asyncio.run(both()) == ("work", True)


def test_the_loop_answers_others_meanwhile_and_its_end_waits_for_nothing() -> None:
    let_go = threading.Event()

    async def give_up() -> None:
        waiting = asyncio.create_task(in_thread(lambda: let_go.wait(PATIENCE)))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(give_up())
    assert not let_go.is_set()
    let_go.set()


def test_a_thread_has_coroutines_run_until_nobody_waits() -> None:
    ended = threading.Event()

    async def hang() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def double(number: int) -> int:
        return 2 * number

    begun = asyncio.Event()

    async def work() -> None:
        on_loop = OnLoop(asyncio.get_running_loop())
        assert await in_thread(lambda: on_loop.run(lambda: double(4))) == 8
        hanging = asyncio.create_task(in_thread(lambda: on_loop.run(hang)))
        await begun.wait()
        on_loop.close()
        with pytest.raises(concurrent.futures.CancelledError):
            await hanging
        with pytest.raises(ConnectionAbortedError):
            on_loop.run(lambda: double(1))

    asyncio.run(work())
    assert ended.is_set()
