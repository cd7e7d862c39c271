"""`cors-constructs explain` and `rules`."""

import json
import re
from pathlib import Path

import pytest

from cors_constructs import check, policy
from tests.cli.running import Ran, run

EVERY_ID = sorted({*(rule.id for rule in check.RULES), *(rule.id for rule in policy.RULES)})


@pytest.mark.parametrize("id_", EVERY_ID)
def test_every_rule_can_be_explained(id_: str) -> None:
    ran = run("explain", id_)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"{id_}: ")
    assert "\nWhy: " in ran.out


def test_a_rule_of_templates_says_what_to_do_and_where_that_is_written() -> None:
    (rule,) = (rule for rule in check.RULES if rule.id == "CORS201")
    out = run("explain", "CORS201").out
    assert out.startswith(f"CORS201: {rule.title}\nof templates (check), error\n\nWhy: ")
    assert rule.fix.split(".", maxsplit=1)[0].split()[0] in out
    assert f"\nSee: {rule.link}\n" in out


def test_a_rule_of_policies_says_who_says_no() -> None:
    assert "CORS130: An origin ends in a slash\nof policies (CorsPolicy), invalid\n" in run("explain", "CORS130").out


@pytest.mark.parametrize("id_", ["cors201", " CORS201 ", "Cors201", "201"])
def test_an_id_may_be_written_in_any_case_or_as_its_number(id_: str) -> None:
    assert run("explain", id_).out == run("explain", "CORS201").out


def test_an_id_may_be_the_one_of_the_cdk_s_report() -> None:
    assert run("explain", "cors-constructs::CORS201").out == run("explain", "CORS201").out


WARNINGS = re.findall(
    r"^\| `(cors-constructs:[^`]+)`", (Path(__file__).parents[2] / "README.md").read_text(), re.MULTILINE
)


@pytest.mark.parametrize("id_", WARNINGS)
def test_a_warning_of_the_constructs_is_said_to_be_in_the_readme(id_: str) -> None:
    assert run("explain", id_) == Ran(
        2, "", f"cors-constructs: {id_!r} is no rule but a warning of CorsRestApi; the README has it under Warnings\n"
    )


def test_the_readme_has_it_there() -> None:
    assert "cors-constructs:api-key-is-not-authentication" in WARNINGS


@pytest.mark.parametrize(("id_", "near"), [("CORS20", "CORS20"), ("CORS999", ""), ("CRS201", "CORS201"), ("", "")])
def test_an_id_of_no_rule_is_told_in_one_line_with_those_near_it(id_: str, near: str) -> None:
    ran = run("explain", id_)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"cors-constructs: no rule has the id {id_!r}; ")
    assert near in ran.err
    assert ran.err.count("\n") == 1


def test_rules_lists_every_rule_once_for_each_kind() -> None:
    out = run("rules").out
    listed = re.findall(r"^  (CORS\d+)  ", out, flags=re.MULTILINE)
    assert sorted(listed) == sorted([rule.id for rule in check.RULES] + [rule.id for rule in policy.RULES])


def test_rules_as_json() -> None:
    rows = json.loads(run("rules", "--format", "json").out)["rules"]
    assert len(rows) == len(check.RULES) + len(policy.RULES)
    assert {row["subject"] for row in rows} == {"template", "policy"}
    assert all(set(row) == {"id", "subject", "kind", "title", "why", "fix", "link"} for row in rows)


def test_rules_as_markdown() -> None:
    out = run("rules", "--format", "markdown").out
    rows = [line for line in out.splitlines() if re.match(r"\| \[?CORS", line)]
    assert len(rows) == len(check.RULES) + len(policy.RULES)
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)
