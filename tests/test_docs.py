"""The documents that are made from the code are as the code makes them."""

import re
from pathlib import Path

from click.testing import CliRunner

from cors_constructs.check import RULES
from cors_constructs.cli.program import program

DOCS = Path(__file__).parents[1] / "docs"


def test_the_page_of_rules_is_that_of_the_rules() -> None:
    made = CliRunner().invoke(program, ["rules", "--format", "markdown"])
    assert (DOCS / "rules.md").read_text() == made.output, "write it anew: make docs"


def test_it_has_every_rule_of_the_checker() -> None:
    assert {rule.id for rule in RULES} <= set(re.findall(r"CORS\d{3}", (DOCS / "rules.md").read_text()))
