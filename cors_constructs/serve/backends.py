"""What a request needs from outside the gateway, and who gives it."""

from typing import Final, Protocol

from cors_constructs.serve import cognito
from cors_constructs.serve.http_backend import HttpBackend
from cors_constructs.serve.settings import Settings
from cors_constructs.simulate.gateway import Call
from cors_constructs.simulate.gateway.decisions import Decision
from cors_constructs.simulate.gateway.refusals import RefusalError
from cors_constructs.simulate.messages import Response

_NOT_IMPLEMENTED: Final = 501


class Functions(Protocol):
    """Runs Lambda functions."""

    async def invoke(self, call: Call) -> Response:
        """What a function answers, as the gateway's pipeline takes it.

        Raises:
            OSError: It could not be called, or not in time (TimeoutError).
            RefusalError: API Gateway answers instead.
        """

    async def authorize(self, call: Call) -> Decision:
        """What a Lambda authorizer decides. Raises the same."""

    async def close(self) -> None:
        """Ends all that runs."""


class Backends:
    """Answers the gateway's calls: HTTP backends and Lambda functions are called, AWS's other services are not here."""

    def __init__(self, settings: Settings, http: HttpBackend, functions: Functions | None) -> None:
        """Takes what calls HTTP backends, and what runs functions; None where nothing does."""
        self._access, self._http, self._functions = settings.access, http, functions

    async def __call__(self, call: Call) -> object:
        """The answer to a call, as the gateway takes it.

        Raises:
            OSError: There is none, or none in time.
            RefusalError: API Gateway answers instead.
            TemplateError: Only a deployment knows whom to call.
        """
        if call.kind == "authorizer":
            if str(call.method.authorization).upper() == cognito.KIND:
                return cognito.decided_for(call, self._access)
            if self._functions is None or call.authorizer is None or call.authorizer.function is None:
                return self._access
            return await self._functions.authorize(call)
        integration = call.integration
        type_ = "" if integration is None else str(integration.type).upper()
        if type_.startswith("HTTP"):
            return await self._http(call)
        if self._functions is not None and _is_function(call):
            return await self._functions.invoke(call)
        called = "nothing" if integration is None else f"{integration.type} {integration.uri}"
        said = f"{call.method.name} calls {called}, which is not on this machine"
        raise RefusalError("DEFAULT_5XX", f"{call.name}: {said}", status=_NOT_IMPLEMENTED, message=said)

    async def close(self) -> None:
        """Ends the functions."""
        if self._functions is not None:
            await self._functions.close()


def _is_function(call: Call) -> bool:
    uri = "" if call.integration is None else str(call.integration.uri)
    return ":lambda:" in uri or "/functions/" in uri
