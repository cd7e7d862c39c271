"""What a fetch came to: the verdict, and the conversation that led to it."""

from collections.abc import Iterator
from typing import Final, Literal

import attrs

from cors_constructs.simulate.browser.outcomes import Outcome
from cors_constructs.simulate.messages import Headers, Request, Response

_LONGEST_SHOWN: Final = 120
_LONGEST_BODY_SHOWN: Final = 200
_FIRST_ERROR: Final = 400
_LONGEST_SENTENCE: Final = 1200


@attrs.frozen
class Exchange:
    """A request that was sent, and its answer.

    Attributes:
        kind: `"preflight"`, or `"request"` for the page's own request and for each redirect of it.
        request: What was sent.
        response: What came back; None where nothing did.
        error: Why nothing came back, or why what came back is not HTTP; empty where all is well.
        crosses: Whether it went to another origin than the page's, so that the answer has to pass the CORS check.
    """

    kind: Literal["preflight", "request"]
    request: Request
    response: Response | None
    error: str = ""
    crosses: bool = True


@attrs.frozen(repr=False)
class Verdict:
    """Whether a page reads a response, and if not, why not.

    `str(verdict)` is the whole conversation, as a browser's network panel tells it, and the verdict. `repr(verdict)` is
    the same on one line, with each line break written as a backslash and an n: pytest makes line breaks of those again
    in the message of `assert verdict.allowed, verdict`.

    Attributes:
        method: The method that the page asked for, as it wrote it.
        url: The URL that the page asked for, as it wrote it.
        origin: The page's origin.
        outcome: The step that decided.
        reason: One sentence: what happened, and what to change where that is known.
        console: What Chromium's console says; empty where it says nothing.
        response: The response, whole; None where the page gets none.
        readable_headers: The response's headers that the page's script may read; none where it gets no response.
        exchanges: What was sent and answered, in order. A preflight that the cache spared the page is not among them.
        notes: What else is worth knowing: headers that browsers drop, and where browsers differ from the standard.
        summary: How the reason begins: what happened, and nothing else.
        advice: What of the reason says what to change; empty where that is not known, or all is well. Where the answer
            looks as one does to an origin that is kept out on purpose, it says so first.
    """

    method: str
    url: str
    origin: str
    outcome: Outcome
    reason: str
    console: str = ""
    response: Response | None = None
    readable_headers: Headers = attrs.field(factory=Headers)
    exchanges: tuple[Exchange, ...] = ()
    notes: tuple[str, ...] = ()
    summary: str = ""
    advice: str = ""

    @property
    def allowed(self) -> bool:
        """Whether the page may read the response."""
        return self.outcome.allowed

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def __repr__(self) -> str:
        return str(self).replace("\n", "\\n")

    def _lines(self) -> Iterator[str]:
        end = "is blocked"
        if self.allowed:
            end = f"is allowed, and the page reads {self.response.status}" if self.response else "is allowed"
        yield f"{_shown(self.method)} {_shown(self.url)} from a page of {self.origin} {end}: {self.outcome.name}"
        for exchange in self.exchanges:
            yield ""
            yield from _told(exchange)
        yield ""
        if self.allowed:
            yield f"the page reads: {', '.join(self.readable_headers) or 'no headers'}"
        if self.console:
            yield f"console: {_shown(self.console, _LONGEST_SENTENCE)}"
        for note in self.notes:
            yield f"note: {_shown(note, _LONGEST_SENTENCE)}"
        yield f"{'allowed' if self.allowed else 'blocked'}: {_shown(self.reason, _LONGEST_SENTENCE)}"


def _told(exchange: Exchange) -> Iterator[str]:
    request, response = exchange.request, exchange.response
    yield f"{exchange.kind}: {_shown(request.method)} {_shown(request.url)}"
    yield from (f"  > {_shown(name)}: {_shown(value)}" for name, value in request.headers.lines)
    if response is None:
        yield f"  < no answer: {_shown(exchange.error)}"
        return
    yield f"  < {response.status}"
    yield from (f"  < {_shown(name)}: {_shown(value)}" for name, value in response.headers.lines)
    if exchange.error:
        yield f"  < no HTTP: {_shown(exchange.error)}"
    if response.status >= _FIRST_ERROR and response.body:  # which tells the cause
        body = response.body[:_LONGEST_BODY_SHOWN].decode(errors="replace")
        yield f"  < ({len(response.body)} bytes) {_shown(body, _LONGEST_BODY_SHOWN)}"
    if response.why:
        yield f"  why: {_shown(response.why, _LONGEST_SENTENCE)}"


def _shown(text: str, longest: int = _LONGEST_SHOWN) -> str:
    """A text on one line, its middle left out where it is very long."""
    if len(text) > longest:
        half = longest // 2
        text = f"{text[:half]}...({len(text) - 2 * half} more)...{text[-half:]}"
    return text if text.isprintable() else "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
