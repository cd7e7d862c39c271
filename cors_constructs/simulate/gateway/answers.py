"""Integration responses: how a backend's answer becomes the method's.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html
"""

from typing import Final

from cors_constructs.simulate.gateway.expressions import Expression, expression
from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.gateway.mapping import Overrides
from cors_constructs.simulate.gateway.negotiation import JSON
from cors_constructs.simulate.gateway.refusals import RefusalError, status_of
from cors_constructs.simulate.gateway.undecided import advice, decided
from cors_constructs.simulate.messages import Response
from cors_constructs.simulate.model import IntegrationResponse, Method
from cors_constructs.simulate.values import Text, Unresolved
from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.java_regex import fullmatch

_NO_BODY: Final = frozenset({204, 304})


class Answer:
    """An integration response.

    Attributes:
        given: As the template has it.
        is_static: Whether it is the same for every request.
    """

    def __init__(self, method: Method, given: IntegrationResponse) -> None:
        self.given = given
        self._method = method
        declared = _declared(method, given.status)
        self._headers: list[tuple[str, Expression]] = []
        self._notes = ""
        literal = True
        for name, source in given.headers.items():
            read = expression(str(source), "method")
            if declared is not None and name.lower() not in declared:
                self._notes += f"; {name} is dropped, since the method response {given.status} does not declare it"
            elif read is None:
                self._notes += f"; {name} is dropped, since {source} is neither 'a literal' nor a parameter"
            else:
                self._headers.append((name, read))
                literal = literal and str(source).startswith("'")
                if isinstance(source, Unresolved):
                    self._notes += f"; {name} depends on {source}, which only a deployment knows: {advice(source)}"
        self.is_static = literal and not given.templates and isinstance(given.status, str)

    @property
    def is_selection_known(self) -> bool:
        """Whether the template says what it is for."""
        return not isinstance(self.given.selection_pattern, Unresolved)

    def selects(self, subject: str) -> bool:
        """Whether its pattern matches the whole of a status or an error message.

        Raises:
            RefusalError: The pattern is none.
            TemplateError: Only a deployment knows the pattern.
        """
        if not self.given.selection_pattern:
            return False
        question = f"which answers of {self._method.name} the integration response {self.given.status} is for"
        pattern = decided(self.given.selection_pattern, self._method.source, question)
        try:
            return fullmatch(subject, pattern)
        except MappingError as error:
            raise RefusalError(
                "API_CONFIGURATION_ERROR", f"{self._method.name}: the selection pattern: {error}"
            ) from error

    def response(
        self,
        invocation: Invocation,
        backend: Response,
        overrides: Overrides,
        written: tuple[str, str] | None,
        why: str,
    ) -> Response:
        """The method's answer.

        Args:
            invocation: The request.
            backend: The backend's answer.
            overrides: What templates override.
            written: The content type and the output of the response template; None where the body goes through.
            why: What to say of it.

        Raises:
            RefusalError: The status is none.
            TemplateError: Only a deployment knows the status.
        """
        content_type, body = (
            (JSON, backend.body) if written is None else (written[0], written[1].encode("utf-8", "replace"))
        )
        headers = {"x-amzn-RequestId": invocation.arrival.request_id, "Content-Type": content_type}
        names = {"content-type": "Content-Type"}
        mapped = [(name, value) for name, read in self._headers if (value := read(invocation, backend)) is not None]
        for name, value in (*mapped, *overrides.headers.items()):
            headers.pop(names.get(name.lower(), ""), None)
            names[name.lower()] = name
            headers[name] = value
        status = overrides.status or self._status()
        made = "" if status == backend.status else f", and its integration response makes that {status}"
        return Response(status, headers, b"" if status in _NO_BODY else body, why=why + made + self._notes)

    def _status(self) -> int:
        text = decided(self.given.status, self._method.source, f"the status of {self._method.name}")
        status = status_of(text)
        if status is None:
            raise RefusalError(
                "API_CONFIGURATION_ERROR", f"{self._method.name} answers with {text!r}, which is no status"
            )
        return status


def _declared(method: Method, status: Text) -> frozenset[str] | None:
    """The response headers that a method declares for a status, in lower case; None where that is not known."""
    for response in method.responses:
        if response.status == status:
            return frozenset(name.lower() for name in response.headers)
        if isinstance(response.status, Unresolved) or isinstance(status, Unresolved):
            return None
    return frozenset()
