"""A row of the table: a call, what the template says of it, what came of it, and where the two disagree."""

import enum
from collections.abc import Iterator
from typing import Final

import attrs

from cors_constructs.cli.diagnosis import diagnosis, is_missing
from cors_constructs.cli.matrix.calls import Call
from cors_constructs.cli.matrix.differences import OF_ANSWERS, OF_PREFLIGHTS, differences
from cors_constructs.cli.matrix.heard import Heard
from cors_constructs.cli.matrix.oracle import By, Oracle, Told, UntoldError
from cors_constructs.cli.matrix.pages import Kind
from cors_constructs.simulate.browser.cors_check import ALLOW_ORIGIN, REDIRECTS, check_access, get
from cors_constructs.simulate.messages import Response

_FIRST_ERROR: Final = 400
_REFUSING: Final = frozenset({401, 403})


class Agreement(enum.Enum):
    """Whether reality does what the template says."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    UNTOLD = "cannot tell"
    """The template does not say."""
    UNTRIED = "not tried"
    """No answer came."""


@attrs.frozen
class Real:
    """What came of a call.

    Attributes:
        preflight: What came of its preflight; None where none was asked.
        answer: What came of its own request; None where that was not sent.
    """

    preflight: Heard | None
    answer: Heard | None


@attrs.frozen
class Row:
    """A call, by the template and in reality.

    Attributes:
        call: The call.
        expected_preflight: What the template says of the preflight; None where it does not say, or none is asked.
        expected_answer: What it says of the answer; None where it does not say, or the request was not sent.
        real: What came.
        problems: Where reality disagrees, a sentence each.
        untold: What the template does not say, a sentence each.
        notes: What else is worth knowing.
    """

    call: Call
    expected_preflight: Heard | None
    expected_answer: Heard | None
    real: Real
    problems: tuple[str, ...]
    untold: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def errors(self) -> tuple[str, ...]:
        """Why no answers came."""
        return tuple(it.error for it in (self.real.preflight, self.real.answer) if it and it.error)

    @property
    def agreement(self) -> Agreement:
        """Whether the two agree, as far as both are known."""
        if self.problems:
            return Agreement.DISAGREES
        if self.errors:
            return Agreement.UNTRIED
        return Agreement.UNTOLD if self.untold else Agreement.AGREES


def row(oracle: Oracle, call: Call, real: Real) -> Row:
    """Compares what came of a call with what the template says of it."""
    comparison = _Comparison(oracle, call)
    expected_preflight = comparison.of_preflight(real.preflight) if real.preflight else None
    expected_answer = comparison.of_answer(real.answer) if real.answer else None
    return Row(
        call,
        expected_preflight,
        expected_answer,
        real,
        tuple(comparison.problems),
        tuple(dict.fromkeys(comparison.untold)),
        tuple(comparison.notes),
    )


class _Comparison:
    def __init__(self, oracle: Oracle, call: Call) -> None:
        self._oracle, self._call = oracle, call
        self.problems: list[str] = []
        self.untold: list[str] = []
        self.notes: list[str] = []

    def of_preflight(self, real: Heard) -> Heard | None:
        try:
            told = self._oracle.preflight(self._call)
        except UntoldError as error:
            self.untold.append(str(error))
            return None
        if real.response is None or told.response is None:
            return told
        if told.passes and not real.passes:
            self._disagree(
                "by the template the preflight passes", real.reason, diagnosis(real.response, preflight=True)
            )
        elif self._admits(real.response) and not self._admits(told.response):
            how = "its preflight passes" if real.passes else "its preflight allows its origin"
            self._disagree(_let_in(self._call, real.response, how), f"by the template {told.reason}")
        elif real.passes and not told.passes:
            self._disagree(f"the preflight passes; by the template {told.reason}")
        elif _is_error(told.response) == _is_error(real.response):
            found = _differences(told.response, real.response, OF_PREFLIGHTS)
            self.problems.extend(f"the preflight's {it}" for it in found)
        return told

    def of_answer(self, real: Heard) -> Heard | None:
        try:
            told = self._oracle.answer(self._call)
            if real.response is not None:
                told = self._by_whom(told, real.response)
        except UntoldError as error:
            self.untold.append(str(error))
            return None
        if real.response is not None:
            self._compare(told, real, real.response)
        return told.heard

    def _admits(self, response: Response) -> bool:
        """Whether a preflight's answer lets the page's origin in, whatever it says of methods and headers."""
        call = self._call
        return not _is_error(response) and not check_access(response.headers, call.page.origin, include=call.include)

    def _by_whom(self, told: Told, response: Response) -> Told:
        """What the template says of an answer by whoever made this one."""
        refusal = self._oracle.refusal(self._call, response)
        if refusal is None:
            if told.by is By.GATEWAY and response.status < _FIRST_ERROR:
                why = told.heard.response.why if told.heard.response else ""
                self._disagree(f"the call is answered {response.status}", f"by the template it is refused: {why}")
            return told
        if told.by is not By.GATEWAY and response.status in _REFUSING:
            hint = diagnosis(response, preflight=False)
            self._disagree("by the template the call reaches its backend", _refused(response), hint)
        elif told.by is not By.GATEWAY:
            self.notes.append(f"API Gateway answers by itself: {_refused(response)}")
        elif is_missing(response) and not _is_missing(told.heard):
            self._disagree("the template has the method", _refused(response), diagnosis(response, preflight=False))
        return refusal

    def _compare(self, told: Told, real: Heard, response: Response) -> None:
        if response.status in REDIRECTS and "location" in response.headers:
            to = response.headers["location"]
            self.notes.append(f"the answer is a redirect to {to:.200}, which a page would follow, and this does not")
        if told.heard.passes and not real.passes:
            why = "by the template the page reads the answer"
            if told.by is By.BACKEND:
                why = "the preflight lets the page in, and the backend does not: its headers are its own to send"
            self._disagree(why, real.reason, diagnosis(response, preflight=False))
        elif real.passes and not told.heard.passes:
            by = "by the template it does not"
            self._disagree(_let_in(self._call, response, "the page reads the answer"), by)
        elif told.by is not By.BACKEND and told.heard.response is not None and not self.problems:
            found = _differences(told.heard.response, response, OF_ANSWERS)
            self.problems.extend(f"the answer's {it}" for it in found)

    def _disagree(self, *clauses: str) -> None:
        self.problems.append("; ".join(filter(None, clauses)))


def _differences(template: Response, reality: Response, names: tuple[str, ...]) -> Iterator[str]:
    # Without an origin that is let in, the other headers decide nothing: https://fetch.spec.whatwg.org/#cors-check
    lets_in = any(get(it.headers, ALLOW_ORIGIN) is not None for it in (template, reality))
    return differences(template.headers, reality.headers, names if lets_in else ())


def _let_in(call: Call, response: Response, how: str) -> str:
    value = get(response.headers, ALLOW_ORIGIN)
    who = "a stranger is let in" if call.page.kind is Kind.STRANGER else "the page is let in"
    return f"{who}: {how}, by {ALLOW_ORIGIN}: {value!r:.200}"


def _refused(response: Response) -> str:
    error = response.headers.get("x-amzn-errortype", "")
    said = response.body[:200].decode(errors="replace")
    return " ".join(filter(None, [f"API Gateway answers {response.status}", error, said]))


# An unsigned call of a method that asks for AWS's signature is answered in the same words.
def _is_missing(heard: Heard) -> bool:
    return heard.response is not None and is_missing(heard.response)


def _is_error(response: Response) -> bool:
    return response.status >= _FIRST_ERROR
