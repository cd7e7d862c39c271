"""What is wrong with a policy, as data: a list first, a sentence second."""

import reprlib
from collections.abc import Iterable
from typing import NamedTuple

import attrs

from cors_constructs.policy.rules import IssueKind, Rule


@attrs.frozen
class Issue:
    """One thing wrong with one argument.

    Attributes:
        rule: The rule's stable id, such as `"CORS130"`.
        kind: Whether a standard forbids it (`IssueKind.INVALID`) or this library refuses it (`IssueKind.PROHIBITED`).
        place: The argument, and the item in it: `"max_age"`, `"allow_origins[1]"`.
        value: What was given, as Python would write it, shortened when long.
        problem: What is wrong with it, in one clause.
        fix: What to do instead; wherever it can be worked out, the very value to write.
    """

    rule: str
    kind: IssueKind
    place: str
    value: str
    problem: str
    fix: str

    def __str__(self) -> str:
        return f"{self.place}: {self.value} is {self.kind.value}: {self.problem}; {self.fix} [{self.rule}]"


class CorsPolicyError(ValueError):
    """A policy that cannot be: every problem found in it, not just the first.

    Attributes:
        issues: The problems, in the order of the arguments.
    """

    def __init__(self, issues: Iterable[Issue]) -> None:
        """Takes the problems.

        Args:
            issues: At least one.
        """
        self.issues = tuple(issues)
        super().__init__(self.issues)  # the only argument, so that pickling and copying call this again

    def __str__(self) -> str:
        count = len(self.issues)
        headline = f"CorsPolicy has {count} {'problem' if count == 1 else 'problems'}:"
        return "\n".join([headline, *(f"  - {issue}" for issue in self.issues)])


class Problem(NamedTuple):
    """An issue before it is known where: what a reader of one value reports."""

    rule: Rule
    problem: str
    fix: str = ""

    def at(self, place: str, given: object) -> Issue:
        """The issue this problem is, once its place is known."""
        return Issue(self.rule.id, self.rule.kind, place, shown(given), self.problem, self.fix)


class Findings:
    """The problems met while one value is read, and whether all of them could be mended on the way."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.mendable = True

    def add(self, rule: Rule, problem: str, fix: str = "", *, mendable: bool = True) -> None:
        """Notes a problem.

        Args:
            rule: The rule broken.
            problem: What is wrong, in one clause.
            fix: What to write instead; empty when the mended value says it all.
            mendable: Whether reading goes on with what was meant.
        """
        self.problems.append(Problem(rule, problem, fix))
        self.mendable = self.mendable and mendable


_brief = reprlib.Repr()
_brief.maxstring = _brief.maxother = 100


def shown(value: object) -> str:
    """What `repr` gives, kept to a sane length and safe for values whose `repr` fails."""
    if isinstance(value, int) and value.bit_length() > 256:  # noqa: PLR2004 - more than any number meant
        return f"<an integer of {value.bit_length()} bits>"  # Python refuses to write the largest ones out
    try:
        return _brief.repr(value)
    except ValueError:  # such an integer, inside a list
        return f"<{type(value).__name__}>"


def quoted(text: str) -> str:
    """Text between the double quotes that every fix is written in."""
    return f'"{text}"'


def listed(items: Iterable[str]) -> str:
    """Strings as a list that can be pasted into Python."""
    return f"[{', '.join(map(quoted, items))}]"
