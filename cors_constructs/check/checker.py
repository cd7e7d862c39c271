"""Runs the rules over a template."""

from collections.abc import Collection

from cors_constructs.check.findings import Finding, Rule
from cors_constructs.check.rules import RULES
from cors_constructs.check.subject import Subject
from cors_constructs.simulate.model import Template

__all__ = ["RULES", "check"]


def check(template: Template, *, select: Collection[str] = (), ignore: Collection[str] = ()) -> list[Finding]:
    """Looks for everything that keeps browsers from calling an API, or lets the wrong ones call it.

    Args:
        template: What was read by `cors_constructs.simulate.template.read_template`.
        select: The rules to run, by id (`"CORS201"`) or by how their ids begin (`"CORS2"`). Left out, all of them.
        ignore: Rules not to run, said in the same way. It goes before `select`.

    Returns:
        What was found, by the rules' ids, and for each rule in the template's order. An empty list says that every
        rule found everything right.

    Raises:
        ValueError: `select` or `ignore` names a rule that there is not, or is a string and no collection of strings.
    """
    selected, ignored = _named(select, "select"), _named(ignore, "ignore")
    rules = [rule for rule in RULES if (not select or rule.id in selected) and rule.id not in ignored]
    subject = Subject(template)
    return _in_the_writers_terms([finding for rule in rules for finding in rule.find(rule, subject)], subject)


def _in_the_writers_terms(found: list[Finding], subject: Subject) -> list[Finding]:
    """The findings, with fixes for what was written: by SAM, in an OpenAPI document, or by a CDK app."""
    if not found:
        return found
    from cors_constructs.check.cdk import in_cdk_terms  # noqa: PLC0415 - not for templates where all is right
    from cors_constructs.check.openapi import in_openapi_terms  # noqa: PLC0415 - likewise
    from cors_constructs.check.sam import in_sam_terms  # noqa: PLC0415 - likewise

    return [in_cdk_terms(in_openapi_terms(in_sam_terms(finding), subject)) for finding in found]


def _named(given: Collection[str], argument: str) -> set[str]:
    """The ids of the rules that are named."""
    if isinstance(given, str):
        raise ValueError(f"{argument} takes a list of rules' ids, not the string {given!r}: write [{given!r}]")  # noqa: TRY004 - one kind of error for bad names
    return {rule.id for name in given for rule in _rules_named(name, argument)}


def _rules_named(name: str, argument: str) -> list[Rule]:
    found = [rule for rule in RULES if name and rule.id.startswith(name.upper())]
    if not found:
        from difflib import get_close_matches  # noqa: PLC0415 - for mistakes alone

        near = get_close_matches(name.upper(), [rule.id for rule in RULES], n=3, cutoff=0.6)
        instead = (
            f"near it are {', '.join(near)}" if near else 'ids look like "CORS201", and "CORS2" stands for a group'
        )
        raise ValueError(f"{argument}: there is no rule {name!r}; {instead}")
    return found
