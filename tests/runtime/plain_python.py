"""Runs the tables in a Python that has nothing but its standard library: `python plain_python.py FOLDER < tables.json`.

FOLDER is where `cors_constructs/runtime.py` is, by itself, as in the layer. Python 3.9 has to run this.
"""

from __future__ import annotations

import asyncio
import copy
import functools
import json
import logging
import os
import sys
from typing import Any

POLICY = "CORS_CONSTRUCTS_POLICY"
KINDS = ("sync", "async", "awaitable")


class HandlerError(Exception):
    """What a handler raises."""


def run(runtime: Any, case: dict[str, Any], kind: str = "sync") -> dict[str, Any]:
    """What comes of a case.

    Args:
        runtime: The module.
        case: From `Case.to_dict`.
        kind: The kind of handler, out of `KINDS`.
    """
    forget(runtime)
    os.environ.pop(POLICY, None)
    if case["variable"] is not None:
        os.environ[POLICY] = case["variable"]
    answer, before = case["answer"], copy.deepcopy([case["event"], case["answer"]])
    calls = []

    def give(event: Any, context: Any) -> Any:
        calls.append((event, context))
        if case["raises"]:
            raise HandlerError
        return answer

    async def give_later(event: Any, context: Any) -> Any:
        await asyncio.sleep(0)
        return give(event, context)

    handlers = {"sync": give, "async": give_later, "awaitable": functools.partial(give_later)}
    with Logged() as logged:
        try:
            got = runtime.cors(handlers[kind], catch_errors=case["catch_errors"])(case["event"], "context")
            got = asyncio.run(_awaited(got)) if hasattr(got, "__await__") else got
            raised = False
        except HandlerError:
            got, raised = None, True
    return {
        "id": case["id"],
        "got": got,
        "raised": raised,
        "same": got is answer,
        "untouched": before == [case["event"], answer],
        "calls": len(calls),
        "as_given": all(event is case["event"] and context == "context" for event, context in calls),
        "warnings": logged.messages(logging.WARNING),
        "errors": logged.messages(logging.ERROR),
    }


def forget(runtime: Any) -> None:
    """Has the module forget what it knows of earlier requests, as a new process does."""
    runtime._warned.clear()
    runtime._read.clear()


class Logged(logging.Handler):
    """What is logged meanwhile, and nowhere else."""

    def __enter__(self) -> Logged:
        self.records: list[logging.LogRecord] = []
        self._logger = logging.getLogger("cors_constructs")
        self._propagated, self._logger.propagate = self._logger.propagate, False
        self._logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self)
        self._logger.propagate = self._propagated

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps a record."""
        self.records.append(record)

    def messages(self, level: int) -> list[str]:
        """The lines of a level."""
        return [record.getMessage() for record in self.records if record.levelno == level]


async def _awaited(answer: Any) -> Any:
    return await answer


def main() -> None:
    """Runs both tables, and prints what came of them as JSON."""
    sys.path.insert(0, sys.argv[1])
    from cors_constructs import runtime  # noqa: PLC0415 - it is in that folder

    tables = json.load(sys.stdin)
    told = [runtime.headers_for(case["event"], case["policy"]) for case in tables["origins"]]
    calls = {kind: [run(runtime, case, kind) for case in tables["cases"]] for kind in KINDS}
    done = {"version": sys.version_info[:3], "file": runtime.__file__, "origins": told, "cases": calls}
    json.dump(done, sys.stdout)


if __name__ == "__main__":
    main()
