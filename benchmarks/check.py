"""Measures the checker beside cfn-lint, and the simulator: `python benchmarks/check.py`.

Both linters are run as users run them: a process each, on one file of 100 paths with three methods each, in turn. The
simulated fetches are a preflight and a request each: a new page every time, so that no preflight is spared.
"""

import argparse
import compileall
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from template import ORIGIN, PATHS, template

from cors_constructs.simulate import Browser, Gateway

_PROGRAMS = Path(sys.executable).parent
_PACKAGE = Path(__file__).parents[1] / "cors_constructs"

# What was promised.
_MOST_SECONDS = 0.5
_MOST_OF_CFN_LINT = 0.05
_FETCHES = {"static": 2000, "VTL": 500}


def seconds(program: str, *arguments: str) -> float:
    """How long a process takes, whatever it finds."""
    started = time.perf_counter()
    done = subprocess.run([_PROGRAMS / program, *arguments], check=False, capture_output=True, text=True)  # noqa: S603 - of this environment
    taken = time.perf_counter() - started
    # cfn-lint's statuses are 2, 4, 6, 8, ... for what it finds.
    if done.returncode and not done.stdout:
        sys.exit(f"{program} could not be run: {done.stderr}")
    return taken


def fetches_a_second(*, vtl: bool, for_seconds: float) -> float:
    """How many fetches are simulated in a second."""
    gateway = Gateway.from_template(template(vtl=vtl))
    headers = {"x-api-key": gateway.key("Key"), "content-type": "application/json"}
    number, started = 0, time.perf_counter()
    while time.perf_counter() - started < for_seconds:
        for _ in range(50):
            verdict = Browser(gateway).fetch("POST", f"/things-{number % PATHS}", origin=ORIGIN, headers=headers)
            if len(verdict.exchanges) != 2 or verdict.exchanges[1].response.status != 200:  # type: ignore[union-attr]  # noqa: PLR2004
                sys.exit(f"the fetch was not what it should be: {verdict}")
            number += 1
    return number / (time.perf_counter() - started)


def main() -> None:
    """Measures, and prints each number beside what was promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="runs of cors-constructs (default: %(default)s)")
    parser.add_argument("--cfn-lint-runs", type=int, default=3, help="runs of cfn-lint (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=3, help="of fetching, each way (default: %(default)s)")
    given = parser.parse_args()
    # As pip does with what it installs; a checkout may have no byte code yet.
    compileall.compile_dir(_PACKAGE, quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "Api.template.json")
        file.write_text(json.dumps(template(), indent=1))
        seconds("cors-constructs", "check", str(file))  # warms the disk cache
        ours: list[float] = []
        theirs: list[float] = []
        for number in range(given.runs):
            ours.append(seconds("cors-constructs", "check", str(file)))
            if number * given.cfn_lint_runs // given.runs == len(theirs):
                theirs.append(seconds("cfn-lint", str(file)))
    check, cfn_lint = statistics.median(ours), statistics.median(theirs)
    print(f"a template of {PATHS} paths with 3 methods each, medians of {given.runs} and {given.cfn_lint_runs} runs")
    print(f"{'cors-constructs check, s':36}{check:>10.3f}   at most {_MOST_SECONDS}")
    print(f"{'cfn-lint, s':36}{cfn_lint:>10.3f}")
    print(f"{'cors-constructs / cfn-lint':36}{check / cfn_lint:>10.4f}   at most {_MOST_OF_CFN_LINT}")
    for name, least in _FETCHES.items():
        rate = fetches_a_second(vtl=name == "VTL", for_seconds=given.seconds)
        print(f"{f'simulated fetches a second, {name}':36}{rate:>10,.0f}   at least {least:,}")


if __name__ == "__main__":
    main()
