"""What a rule says of a place in a template."""

import enum
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import attrs

from cors_constructs.simulate.model import Source

if TYPE_CHECKING:
    from cors_constructs.check.subject import Subject


class Severity(enum.Enum):
    """How bad it is when a rule is broken."""

    ERROR = "error"
    """Browsers cannot call something that they are meant to call, or anybody's page can."""

    WARNING = "warning"
    """It works, but not always, not for everyone, or at needless risk or cost."""


class Answer(enum.Enum):
    """What a rule can say: three answers, never two."""

    RIGHT = "right"
    WRONG = "wrong"
    CANNOT_TELL = "cannot-tell"
    """The template does not decide it: a value that only a deployment knows."""


@attrs.frozen
class Finding:
    """One rule's answer about one place.

    Attributes:
        rule: The rule.
        answer: Wrong, or cannot tell. (Right is what is not found.)
        source: The resource, and where it stands.
        message: What is wrong here, in one sentence that names the values.
        fix: What to write instead, for this place.
        path: The API's path that it is about, such as `/users`; None where it is about no single one.
        verb: The method it is about; None where it is about no single one.
    """

    rule: "Rule"
    answer: Answer
    source: Source
    message: str
    fix: str
    path: str | None = None
    verb: str | None = None


@attrs.frozen
class Rule:
    """A rule.

    Attributes:
        id: Its stable id: `CORS1xx` policy, `CORS2xx` preflight, `CORS3xx` errors, `CORS4xx` keys and plans, `CORS5xx`
            deployment and real responses.
        title: What is wrong where it is broken, in a few words.
        severity: How bad that is.
        why: What happens to users then.
        fix: What to do about it, in general.
        link: The standard's section or AWS's page that says so.
        find: What looks for it: yields a finding for each place that is wrong or that cannot be told.
    """

    id: str
    title: str
    severity: Severity
    why: str
    fix: str
    link: str
    find: "Callable[[Rule, Subject], Iterable[Finding]]" = attrs.field(eq=False, repr=False)

    def wrong(
        self, source: Source, message: str, fix: str, *, path: str | None = None, verb: str | None = None
    ) -> Finding:
        """A place where the rule is broken."""
        return Finding(self, Answer.WRONG, source, message, fix, path, verb)

    def cannot_tell(
        self, source: Source, message: str, fix: str, *, path: str | None = None, verb: str | None = None
    ) -> Finding:
        """A place where the template does not decide whether the rule is broken."""
        return Finding(self, Answer.CANNOT_TELL, source, message, fix, path, verb)
