"""Work beside the loop that answers requests.

In threads that nobody waits for: those of a pool are joined when the program ends, and would hold that up.
"""

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


async def in_thread(work: Callable[[], _T]) -> _T:
    """What some work comes to, done in a thread of its own. Once this is cancelled nobody takes that.

    Raises:
        Exception: What the work raises.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_T] = loop.create_future()

    def settle(result: _T | None, failure: Exception | None) -> None:
        if done.done():  # nobody waits any more
            return
        if failure is None:
            done.set_result(result)  # type: ignore[arg-type] # there is one where nothing failed
        else:
            done.set_exception(failure)

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - it is raised where the result is awaited
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop is closed: the program ends
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, name="work", daemon=True).start()
    return await done


class OnLoop:
    """Lets one thread have coroutines run by the loop, one after the other, until it is closed."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Takes the loop."""
        self._loop = loop
        self._lock = threading.Lock()
        self._is_closed = False
        self._under_way: concurrent.futures.Future[Any] | None = None

    def run(self, make: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """What a coroutine returns or raises. Blocks the thread meanwhile.

        Raises:
            ConnectionAbortedError: Nobody waits for it any more.
        """
        with self._lock:
            if self._is_closed:
                raise ConnectionAbortedError("nobody waits for this any more")
            future = asyncio.run_coroutine_threadsafe(make(), self._loop)
            self._under_way = future
        return future.result()

    def close(self) -> None:
        """Ends what runs, and lets nothing else begin."""
        with self._lock:
            self._is_closed = True
            if self._under_way is not None:
                self._under_way.cancel()
