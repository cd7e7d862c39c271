"""What a page hears: an answer, and whether it may go on."""

import attrs

from cors_constructs.cli.matrix.calls import Call
from cors_constructs.cli.matrix.pages import Kind
from cors_constructs.simulate.browser import Transport
from cors_constructs.simulate.browser.cors_check import Asked, check_access, check_preflight, http_problem
from cors_constructs.simulate.browser.outcomes import Failure, Outcome
from cors_constructs.simulate.browser.reasons import Facts, explain
from cors_constructs.simulate.messages import Request, Response


@attrs.frozen
class Heard:
    """What came of a request.

    Attributes:
        response: The answer; None where none came.
        failure: Where the browser gives up; None where it does not.
        reason: Why it does, in a sentence; empty where it does not.
        error: Why no answer came that is HTTP; empty where one did.
    """

    response: Response | None
    failure: Failure | None = None
    reason: str = ""
    error: str = ""

    @property
    def passes(self) -> bool:
        """Whether the browser goes on."""
        return self.failure is None


def preflight(transport: Transport, call: Call, base: str = "") -> Heard:
    """Asks for a call's leave.

    Args:
        transport: What sends.
        call: The call.
        base: What stands before its path.
    """
    response = _response(transport, call, call.preflight(base), Outcome.PREFLIGHT_NETWORK_ERROR)
    if isinstance(response, Heard):
        return response
    asked = Asked(call.page.origin, call.include, call.verb, call.names)
    leave = check_preflight(response, asked)
    return _judged(call, response, leave if isinstance(leave, Failure) else None)


def answer(transport: Transport, call: Call, base: str = "") -> Heard:
    """Sends a call's own request. Redirects are answers: what they lead to is no method of the API.

    Args:
        transport: What sends.
        call: The call.
        base: What stands before its path.
    """
    response = _response(transport, call, call.request(base), Outcome.NETWORK_ERROR)
    return response if isinstance(response, Heard) else judged_answer(call, response)


def judged_answer(call: Call, response: Response) -> Heard:
    """Whether the page reads an answer: https://fetch.spec.whatwg.org/#concept-cors-check."""
    return _judged(call, response, check_access(response.headers, call.page.origin, include=call.include))


def _judged(call: Call, response: Response, failure: Failure | None) -> Heard:
    if failure is None:
        return Heard(response)
    is_guest = call.page.kind in {Kind.LISTED, Kind.MADE_UP}
    facts = Facts(call.page.origin, call.page.origin, call.verb, response, is_guest=is_guest)
    return Heard(response, failure, str(explain(failure, facts)))


def _response(transport: Transport, call: Call, request: Request, failing: Outcome) -> Response | Heard:
    """The response to a request; or what is heard instead, where none comes that is HTTP."""
    try:
        response = transport(request)
    except OSError as error:
        return _unanswered(call, failing, str(error))
    problem = http_problem(response)
    return _unanswered(call, failing, problem) if problem else response


def _unanswered(call: Call, outcome: Outcome, error: str) -> Heard:
    failure = Failure(outcome)
    facts = Facts(call.page.origin, call.page.origin, call.verb, None, error)
    return Heard(None, failure, str(explain(failure, facts)), error)
