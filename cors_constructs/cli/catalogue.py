"""Every rule that there is: those a template is held to, and those a policy is."""

import enum

import attrs

from cors_constructs import policy
from cors_constructs.check import RULES


class Subject(enum.Enum):
    """What a rule speaks of."""

    TEMPLATE = "of templates (check)"
    POLICY = "of policies (CorsPolicy)"


@attrs.frozen
class Entry:
    """A rule of either kind.

    Attributes:
        id: Its id.
        subject: What it speaks of.
        kind: `error` or `warning` for a template's; `invalid` or `refused` for a policy's.
        title: What is wrong where it is broken.
        why: The reason for it.
        fix: What to do; empty where the error says that itself.
        link: Where it is written; empty where it is nobody else's.
    """

    id: str
    subject: Subject
    kind: str
    title: str
    why: str
    fix: str
    link: str


def entries() -> list[Entry]:
    """Every rule, by id."""
    of_templates = [
        Entry(it.id, Subject.TEMPLATE, it.severity.value, it.title, it.why, it.fix, it.link) for it in RULES
    ]
    of_policies = [Entry(it.id, Subject.POLICY, it.kind.value, it.title, it.why, "", it.source) for it in policy.RULES]
    return sorted([*of_templates, *of_policies], key=lambda entry: (entry.id, entry.subject.value))
