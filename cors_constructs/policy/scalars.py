"""The arguments that are one value: durations, statuses, flags."""

import datetime
from typing import Final, Protocol, runtime_checkable

from cors_constructs.policy import rules, tokens
from cors_constructs.policy.issues import Problem, shown

DEFAULT_MAX_AGE: Final = 7200
MAX_MAX_AGE: Final = 86400
DEFAULT_STATUS: Final = 204
_STATUSES: Final = range(200, 300)

_SECONDS = f"write a whole number of seconds from 0 to {MAX_MAX_AGE}"
_SECOND = datetime.timedelta(seconds=1)


@runtime_checkable
class Seconds(Protocol):
    """A duration that can be told in seconds, as `aws_cdk.Duration` can."""

    def to_seconds(self) -> float:
        """The duration in seconds."""


def read_max_age(given: object) -> int | Problem:
    """Reads max_age: whole seconds from 0 to a day."""
    seconds = _as_seconds(given)
    if isinstance(seconds, Problem):
        return seconds
    if seconds < 0:
        fix = "write 0 to have browsers ask before every request"
        return Problem(rules.MAX_AGE_RANGE, "a negative value is no delta-seconds, so browsers ignore it", fix)
    if seconds > MAX_MAX_AGE:
        # https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Access-Control-Max-Age#delta-seconds
        caps = "Firefox 86400, Chromium 7200, Safari 600"
        problem = f"it is {seconds} seconds, and browsers keep an answer a day at most ({caps})"
        return Problem(rules.MAX_AGE_RANGE, problem, f"write {MAX_MAX_AGE}")
    return seconds


def read_status(given: object) -> int | Problem:
    """Reads status_code: 200 to 299."""
    if isinstance(given, int | float) and tokens.is_number_token(given):
        return Problem(rules.NUMBER_TOKEN, "its value is known only at deployment", f"write {DEFAULT_STATUS}")
    if not isinstance(given, int) or isinstance(given, bool):
        fix = f"write {given}" if isinstance(given, str) and _is_status(given) else f"write {DEFAULT_STATUS}"
        return Problem(rules.NOT_A_STATUS, f"a status is a whole number, not {_article(given)}", fix)
    if given not in _STATUSES:
        # https://fetch.spec.whatwg.org/#cors-preflight-fetch: "an ok status".
        return Problem(rules.STATUS_RANGE, "a preflight passes only with 200 to 299", f"write {DEFAULT_STATUS}")
    return int(given)


def read_flag(given: object) -> bool | Problem:
    """Reads an option that is on or off."""
    if isinstance(given, bool):
        return given
    return Problem(rules.NOT_A_FLAG, f"it is {_article(given)}", "write True or False")


def _as_seconds(given: object) -> int | Problem:
    if isinstance(given, datetime.timedelta):
        whole, fraction = divmod(given, _SECOND)
        return _fraction(whole) if fraction else whole
    if isinstance(given, bool) or given is None:
        fix = f"leave it out for {DEFAULT_MAX_AGE} seconds, or {_SECONDS}"
        return Problem(rules.NOT_A_DURATION, f"it is {_article(given)}", fix)
    if isinstance(given, int):
        return _number_token() if tokens.is_number_token(_clipped(given)) else int(given)
    if isinstance(given, float):
        return _number_token() if tokens.is_number_token(given) else _from_float(given, exact=False)
    if isinstance(given, Seconds) and not isinstance(given, type):
        return _from_duration(given)
    fix = f"write {given}" if isinstance(given, str) and given.isascii() and given.isdigit() else _SECONDS
    return Problem(rules.NOT_A_DURATION, f"it is {_article(given)}", fix)


def _from_duration(given: Seconds) -> int | Problem:
    try:
        seconds = given.to_seconds()
    except (RuntimeError, TypeError, ValueError) as error:  # how the CDK says that a duration is no whole number
        return Problem(rules.NOT_A_DURATION, f"it has no whole number of seconds ({shown(str(error))})", _SECONDS)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return Problem(rules.NOT_A_DURATION, f"its to_seconds() gives {_article(seconds)}", _SECONDS)
    if tokens.is_number_token(_clipped(seconds)):
        return _number_token()
    return seconds if isinstance(seconds, int) else _from_float(seconds, exact=True)


def _from_float(seconds: float, *, exact: bool) -> int | Problem:
    if not seconds.is_integer():  # neither is infinity, nor what is not a number
        whole = abs(seconds) < MAX_MAX_AGE
        return _fraction(int(seconds)) if whole else Problem(rules.NOT_A_DURATION, "it is not a whole number", _SECONDS)
    if exact:
        return int(seconds)
    fix = f"write {int(seconds)}" if 0 <= seconds <= MAX_MAX_AGE else _SECONDS
    return Problem(rules.NOT_A_DURATION, "it is a float", fix)


def _fraction(seconds: int) -> Problem:
    fix = f"write {seconds}" if 0 <= seconds <= MAX_MAX_AGE else _SECONDS
    return Problem(rules.NOT_A_DURATION, "the header holds whole seconds only", fix)


def _number_token() -> Problem:
    problem = "its value is known only at deployment, so it cannot be checked or written into the header"
    return Problem(rules.NUMBER_TOKEN, problem, _SECONDS)


def _clipped(number: float) -> float:
    """A number within a float's reach: the largest integers are not."""
    return float(max(min(number, 10**300), -(10**300)))


def _is_status(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) == 3 and int(text) in _STATUSES  # noqa: PLR2004


def _article(given: object) -> str:
    return "None" if given is None else f"of type {type(given).__name__}"
