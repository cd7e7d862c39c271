"""The whole table: every call made, a few at a time, and compared."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Final

import attrs

from cors_constructs.cli.diagnosis import diagnosis, is_forbidden, is_missing
from cors_constructs.cli.matrix import heard
from cors_constructs.cli.matrix.calls import SAFE, Call
from cors_constructs.cli.matrix.differences import listed
from cors_constructs.cli.matrix.oracle import Oracle
from cors_constructs.cli.matrix.rows import Real, Row, row
from cors_constructs.cli.wire import WireError
from cors_constructs.simulate.browser import Transport
from cors_constructs.simulate.browser.cors_check import ALLOW_HEADERS
from cors_constructs.simulate.messages import Request

# More would meet the limits of a stage.
_AT_ONCE: Final = 4
_NOWHERE: Final = "/cors-constructs-asks-what-is-not-there"


def rows_of(
    calls: Sequence[Call],
    oracle: Oracle,
    transport: Transport,
    base: str,
    *,
    send_all: bool,
    show: Callable[[str], None],
) -> list[Row]:
    """Makes every call, and compares.

    Args:
        calls: The calls.
        oracle: What the template says.
        transport: What sends.
        base: The address that paths are appended to.
        send_all: Whether to send also what may change something, once its preflight passes. Else preflights alone are.
        show: Is told what is being done.

    Raises:
        WireError: The first call gets no answer: there is no server to talk to.
    """
    asks = [oracle.has_preflight(call) or call.needs_leave for call in calls]

    def real(call: Call, ask: bool) -> Real:
        return _real(transport, call, base, ask=ask, send_all=send_all)

    rows: list[Row] = []
    for call, came in zip(calls, _each(real, list(zip(calls, asks, strict=True))), strict=False):
        show(f"{len(rows) + 1} of {len(calls)}: {call.name} from {call.page.origin}")
        rows.append(row(oracle, call, _asked_for_all(transport, call, came, base, oracle.allowed_headers(call))))
        if len(rows) == 1 and rows[0].errors and not _has_answer(came):
            raise WireError(rows[0].errors[0])
    return rows


def about_all(rows: Sequence[Row], transport: Transport, base: str) -> Iterator[str]:
    """What is wrong with the address itself, a sentence each: then no single method is to blame."""
    first = [it.response for row in rows if (it := row.real.preflight or row.real.answer) and it.response is not None]
    if not first:
        return
    if all(map(is_missing, first)):
        yield f"every request is answered {first[0].status}: {diagnosis(first[0], preflight=True)}"
    elif all(map(is_forbidden, first)):
        try:
            nowhere = transport(Request("OPTIONS", base + _NOWHERE))
        except OSError:
            return
        yield _ALL_KEYED if is_missing(nowhere) else _NO_STAGE if is_forbidden(nowhere) else _SOME_KEYED


_ALL_KEYED: Final = (
    "every preflight is answered 403, and a path that is not there is told to be missing, so the stage is there: "
    "OPTIONS asks for an API key"
)
_SOME_KEYED: Final = "every request is answered 403 without a reason: methods ask for an API key, or a WAF blocks them"
_NO_STAGE: Final = (
    "every request is answered 403, that for a path which is not there too: the address names no stage of the API, or "
    "a WAF or a resource policy blocks all; no template can mend an unknown stage's answers"
)


def _real(transport: Transport, call: Call, base: str, *, ask: bool, send_all: bool) -> Real:
    preflight = heard.preflight(transport, call, base) if ask else None
    unanswered = preflight is not None and preflight.response is None
    # A safe request is sent whatever its preflight says: others than browsers do so too, and its answer has headers.
    may_be_sent = call.verb in SAFE or (send_all and (preflight is None or preflight.passes))
    return Real(preflight, heard.answer(transport, call, base) if may_be_sent and not unanswered else None)


def _asked_for_all(transport: Transport, call: Call, real: Real, base: str, allowed: set[str]) -> Real:
    """Some servers name but the headers that a preflight asks for: they are asked for all that the template allows."""
    first = real.preflight
    if first is None or first.response is None or not first.passes:
        return real
    told = listed(ALLOW_HEADERS, first.response.headers)
    asked = {name.lower() for name in call.names}
    if "*" in allowed or not allowed - told or not told <= asked:
        return real
    second = heard.preflight(transport, attrs.evolve(call, names=tuple(sorted(asked | allowed))), base)
    return attrs.evolve(real, preflight=second) if second.passes else real


def _has_answer(real: Real) -> bool:
    return any(it is not None and it.response is not None for it in (real.preflight, real.answer))


def _each(make: Callable[[Call, bool], Real], given: Sequence[tuple[Call, bool]]) -> Iterator[Real]:
    """What came of each, in order; the first one alone, so that a server that is not there is met once."""
    for one in given[:1]:
        yield make(*one)
    waiting: list[Future[Real]] = [Future() for _ in given[1:]]
    todo: SimpleQueue[tuple[Future[Real], tuple[Call, bool]]] = SimpleQueue()
    for task in zip(waiting, given[1:], strict=True):
        todo.put(task)
    # Daemons, which a pool's threads are not: who interrupts the program is not kept waiting for the last answers.
    for _ in range(_AT_ONCE):
        threading.Thread(target=_work, args=(make, todo), daemon=True).start()
    try:
        for future in waiting:
            yield future.result()
    finally:  # where whoever asks has gone, no more is sent
        with contextlib.suppress(Empty):
            while True:
                todo.get_nowait()


def _work(make: Callable[[Call, bool], Real], todo: "SimpleQueue[tuple[Future[Real], tuple[Call, bool]]]") -> None:
    with contextlib.suppress(Empty):
        while True:
            future, one = todo.get_nowait()
            try:
                future.set_result(make(*one))
            except BaseException as error:  # noqa: BLE001 - whoever waits for it has it raised again
                future.set_exception(error)
