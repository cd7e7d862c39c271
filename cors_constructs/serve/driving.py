"""Drives a request through the gateway's pipeline: calls what it needs, and does its long work beside the loop."""

import asyncio
from collections.abc import Callable
from typing import Any

from cors_constructs.serve.backends import Backends
from cors_constructs.serve.threads import in_thread
from cors_constructs.simulate.gateway.calls import Call, Steps
from cors_constructs.simulate.gateway.refusals import RefusalError
from cors_constructs.simulate.messages import Response


async def driven(steps: Steps, backends: Backends, works: asyncio.Semaphore) -> Response:
    """The response that a request comes to.

    Args:
        steps: The request on its way.
        backends: What answers its calls.
        works: Lets so many do long work at a time. More than one thread would only take time from the loop.

    Raises:
        TemplateError: Only a deployment knows the response.
    """
    resume: Callable[[Any], Call] = steps.send
    given: object = None
    while True:
        try:
            call = resume(given)
        except StopIteration as done:
            response: Response = done.value
            return response
        if call.work is not None:
            resume, given = await _worked(steps, call.work, works)
            continue
        try:
            resume, given = steps.send, await backends(call)
        except (OSError, RefusalError) as error:
            resume, given = steps.throw, error


async def _worked(
    steps: Steps, work: Callable[[], object], works: asyncio.Semaphore
) -> tuple[Callable[[Any], Call], object]:
    """How to go on after some work, and with what it came to."""
    async with works:
        try:
            return steps.send, await in_thread(work)
        except Exception as error:  # noqa: BLE001 - it is raised again where the work was asked for
            return steps.throw, error
