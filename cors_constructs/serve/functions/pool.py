"""The functions of a template, as the gateway's steps call them."""

import asyncio
import contextlib
import json
from collections.abc import Coroutine
from typing import Any, Final

from cors_constructs.serve.functions.answers import MalformedError, proxy_answer
from cors_constructs.serve.functions.called import by_stage_variable
from cors_constructs.serve.functions.events import authorizer_event, method_arn, proxy_event
from cors_constructs.serve.functions.files import CannotRunError
from cors_constructs.serve.functions.invoking import Invoked, Invoker
from cors_constructs.serve.functions.outputs import Log
from cors_constructs.serve.functions.policies import MalformedPolicyError, decision_of
from cors_constructs.serve.tokens import token_of
from cors_constructs.simulate.gateway.calls import Call
from cors_constructs.simulate.gateway.decisions import Access, Decision
from cors_constructs.simulate.gateway.refusals import RefusalError
from cors_constructs.simulate.messages import Response
from cors_constructs.simulate.model import Function, Template

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_LARGEST_EVENT: Final = 6 * 1024 * 1024
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
_AUTHORIZER_SECONDS: Final = 10.0


class Pool:
    """Lambda functions in processes on this machine; `pool` makes one.

    Each call has a process to itself, which is kept for the next call; a function has at most 10. A process has the
    function's environment and nothing of the caller's but PATH, AWS credentials and AWS_ENDPOINT_URL, and ends with all
    that it started when it takes longer, or uses more memory (Linux), than the function may.

    Python functions run in the interpreter that runs this, whose version may be another than the function's, and
    without its packages but boto3; Node.js functions in `node`, whatever version that is, with the AWS SDK only where
    they bring it or find it in a folder above. What differs from Lambda: a process is not frozen between calls, the
    folder of the code can be written to, extensions and streamed answers are not run, and the architecture is this
    machine's. It needs Linux or macOS; elsewhere functions are answered 501.
    """

    def __init__(self, template: Template, log: Log) -> None:
        self._log, self._functions = log, template.functions
        self._invoker = Invoker(template.resources, log)
        self._unattended: set[asyncio.Task[None]] = set()

    async def invoke(self, call: Call) -> Response:
        """Call the function behind a method.

        Of a proxy integration (`AWS_PROXY`) the answer is the HTTP answer; of another (`AWS`) the body is what the
        function answered, as JSON, or the error with its `errorMessage`.

        Args:
            call: Of the kind `backend`.

        Raises:
            RefusalError: The function cannot be run here (501), or is not among the templates' (501); its answer cannot
                be read, or it failed (502, of a proxy integration); the request is more than a function takes (413).
            TimeoutError: It takes longer than the integration waits.
            OSError: No process can be started.
            TemplateError: It depends on what only a deployment knows.
        """
        integration = call.integration
        function = None if integration is None else integration.function
        if integration is not None and function is None:
            function = by_stage_variable(call, integration.uri, self._functions)
        if integration is None or function is None:
            where = "" if integration is None else f" ({integration.uri})"
            raise _cannot(call, f"the function that it calls{where} is not among the templates'")
        is_proxy = str(integration.type).upper() == "AWS_PROXY"
        event = json.dumps(proxy_event(call)).encode() if is_proxy else call.request.body
        if len(event) > _LARGEST_EVENT:
            why = f"{call.name}: the event has {len(event):,} bytes, and a function takes {_LARGEST_EVENT:,}"
            raise RefusalError("REQUEST_TOO_LARGE", why)
        if not is_proxy:
            return await self._invoke_mapped(call, function, event)
        invoked = await self._within(call.timeout, self._invoked(call, function, event))
        if invoked.failure is not None:
            why = f"{call.name}: the function {function.source.logical_id} failed: {invoked.failure}"
            raise RefusalError("DEFAULT_5XX", why, status=502)
        try:
            return proxy_answer(invoked.payload, decodes=call.accepts_binary)
        except MalformedError as error:
            why = f"{call.name} (function {function.source.logical_id}): {error}"
            raise RefusalError("DEFAULT_5XX", why, status=502) from error

    async def authorize(self, call: Call) -> Decision:
        """Ask the function of an authorizer. Nothing is cached: each request asks it.

        Args:
            call: Of the kind `authorizer`.

        Raises:
            RefusalError: The function cannot be run here (501), or what it answers is no policy (500).
            TimeoutError: It takes longer than 10 seconds.
            OSError: No process can be started.
        """
        authorizer = call.authorizer
        if authorizer is None or authorizer.function is None:
            raise _cannot(call, "the authorizer's function is not among the templates'")
        event = json.dumps(authorizer_event(call, _token(call))).encode()
        invoked = await self._within(_AUTHORIZER_SECONDS, self._invoked(call, authorizer.function, event))
        if invoked.failure is not None:
            # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
            return Decision(Access.UNAUTHORIZED if _message(invoked.payload) == "Unauthorized" else Access.FAILED)
        try:
            return decision_of(invoked.payload, method_arn(call))
        except MalformedPolicyError as error:
            why = f"{call.name}: the answer of the authorizer {authorizer.name}: {error}"
            raise RefusalError("AUTHORIZER_CONFIGURATION_ERROR", why) from error

    async def close(self) -> None:
        """Stop all functions, and what they started, and remove their files. It never raises."""
        for task in self._unattended:
            task.cancel()
        await self._invoker.close()
        await asyncio.gather(*self._unattended, return_exceptions=True)

    async def _invoke_mapped(self, call: Call, function: Function, event: bytes) -> Response:
        try:
            json.loads(event)
        except (ValueError, RecursionError):
            message = "Could not parse request body into json"
            self._log(f"{call.name}: what reaches the function is no JSON: see the method's request template")
            return _json(400, {"Type": "User", "message": message})
        kind = call.mapped.get("header", {}).get("X-Amz-Invocation-Type")
        if kind == "Event":
            # https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-integration-async.html
            task = asyncio.ensure_future(self._alone(function, event))
            self._unattended.add(task)
            task.add_done_callback(self._unattended.discard)
            return Response(202)
        invoked = await self._within(call.timeout, self._invoked(call, function, event))
        return Response(200, {"Content-Type": "application/json"}, invoked.payload)

    async def _alone(self, function: Function, event: bytes) -> None:
        try:
            await self._invoker.invoke(function, event)
        except (CannotRunError, OSError) as error:
            self._log(f"{function.source.construct or function.source.logical_id}: {error}")

    async def _invoked(self, call: Call, function: Function, event: bytes) -> Invoked:
        try:
            return await self._invoker.invoke(function, event)
        except CannotRunError as error:
            name = function.source.construct or function.source.logical_id
            raise _cannot(call, f"the function {name} cannot be run here: {error}") from error

    async def _within(self, seconds: float, invoking: Coroutine[Any, Any, Invoked]) -> Invoked:
        try:
            return await asyncio.wait_for(invoking, seconds)
        except asyncio.TimeoutError as error:  # another one before Python 3.11
            raise TimeoutError from error


def pool(template: Template, log: Log) -> Pool:
    """The functions of a template.

    Args:
        template: The template.
        log: Takes each line that functions print, and each failure, without a line break.
    """
    return Pool(template, log)


def _cannot(call: Call, why: str) -> RefusalError:
    return RefusalError("DEFAULT_5XX", f"{call.name}: {why}", status=501, message=f"Not run locally: {why}")


def _token(call: Call) -> str | None:
    """The token of an authorizer of the type TOKEN."""
    authorizer = call.authorizer
    if authorizer is None or str(authorizer.type).upper() != "TOKEN":
        return None
    return token_of(call)


def _message(payload: bytes) -> object:
    error: Any = None
    with contextlib.suppress(ValueError, RecursionError):
        error = json.loads(payload)
    return error.get("errorMessage") if isinstance(error, dict) else None


def _json(status: int, content: object) -> Response:
    return Response(status, {"Content-Type": "application/json"}, json.dumps(content).encode())
