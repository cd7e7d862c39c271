"""The table, run by the package for Node.js: by each kind of handler, and however the package is loaded."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from .cases import CASES, ORIGINS, Case, OriginCase, Outcome, Warned
from .judging import judge
from .nodejs import caller, layer

WAYS = ("require", "import")
ROWS = [pytest.param(case, id=case.id) for case in CASES]

# Which Node.js of Lambda takes a kind: every one, or those up to 22, which hand a callback to handlers.
KINDS_EVERYWHERE = ("async", "promise", "thenable", "returning")
KINDS_OF_OLD = ("callback", "later", "counted", "async callback", "done", "succeed")
KINDS = [
    *((kind, False) for kind in KINDS_EVERYWHERE),
    *((kind, True) for kind in (*KINDS_EVERYWHERE, *KINDS_OF_OLD)),
]

Results = dict[tuple[str, str], dict[str, Any]]
Kind = tuple[str, bool]


@pytest.fixture(scope="module")
def opt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that stands for /opt."""
    folder = tmp_path_factory.mktemp("opt")
    layer(folder)
    return folder


@pytest.fixture(scope="module", params=WAYS)
def by_way(request: pytest.FixtureRequest, opt: Path) -> Results:
    """What came of both tables in one process."""
    jobs: dict[tuple[str, str], dict[str, Any]] = {("case", case.id): case.to_dict() for case in CASES}
    for case in ORIGINS:
        jobs["origin", case.id] = {"call": "headersFor", "event": case.event, "policy": case.policy.to_dict()}
    with caller(opt, request.param) as call:
        results = {key: call(job) for key, job in jobs.items()}
    if request.param == "import":
        _remember_warnings(results)
    return results


@pytest.fixture(scope="module")
def by_kind(opt: Path) -> dict[Kind, list[dict[str, Any]]]:
    """What came of the table by each kind of handler, in one process."""
    with caller(opt, "require") as call:
        return {
            (kind, legacy): [call(case.to_dict() | {"kind": kind, "legacy": legacy}) for case in CASES]
            for kind, legacy in KINDS
        }


@pytest.mark.parametrize("case", ROWS)
def test_a_wrapped_handler_answers_as_the_table_says(case: Case, by_way: Results) -> None:
    judge(case, by_way["case", case.id])


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in ORIGINS])
def test_headers_are_those_of_the_policy(case: OriginCase, by_way: Results) -> None:
    result = by_way["origin", case.id]
    assert result["got"] == case.policy.headers_for(case.origin)
    assert (result["warnings"], result["errors"]) == ([], [])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind[0]}, {'up to 22' if kind[1] else 'from 24'}")
def test_each_kind_of_handler_answers_as_the_table_says(kind: Kind, by_kind: dict[Kind, list[dict[str, Any]]]) -> None:
    for case, result in zip(CASES, by_kind[kind], strict=True):
        if kind == ("returning", True) and case.outcome is Outcome.UNHARMED and not isinstance(case.answer, Mapping):
            # Lambda waits for the callback here, with us and without: what is returned is nothing to it.
            assert result["got"] == "Lambda waits for the callback"
        else:
            judge(case, result)


def _remember_warnings(results: Results) -> None:
    """In one process each kind of warning comes once: gives it to the cases after, for which it holds too."""
    lines = [line for result in results.values() for line in result["warnings"]]
    assert Counter(kind for kind in Warned for line in lines if kind.value in line) == dict.fromkeys(Warned, 1)
    for case in CASES:
        if case.warned:
            results["case", case.id]["warnings"] = [line for line in lines if case.warned.value in line]
