"""What `CorsRestApi` costs, beside the CDK's own `RestApi` on the same API: `make bench`.

Each run is a process of its own, as `cdk synth` is, and the two sides take turns, so that a slow minute hits both.
What counts is the ratio of the medians. Building and synthesizing are timed without the CDK's validation engine, whose
seconds would hide the difference; the whole process is timed both as users run it, with the engine, and without.
"""

import argparse
import compileall
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import attrs

_APPS = Path(__file__).with_name("apps.py")
_PACKAGE = Path(__file__).parents[1] / "cors_constructs"
_SIDES = ("native", "ours")


@attrs.frozen
class Run:
    """One process: what it took, and what it made."""

    build_and_synth: float
    whole_process: float
    template_bytes: int


def measure(side: str, *, validation: bool) -> Run:
    """Run one side once."""
    environment = {**os.environ, "CDK_VALIDATION": str(validation).lower()}
    started = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - this project's own file
        [sys.executable, str(_APPS), side], env=environment, check=True, capture_output=True, text=True
    )
    whole = time.perf_counter() - started
    told = json.loads(done.stdout)
    return Run(told["seconds"], whole, told["bytes"])


def import_seconds() -> float:
    """How long `import cors_constructs` takes, less the interpreter's own start."""
    code = "import time; t = time.perf_counter(); import cors_constructs; print(time.perf_counter() - t)"
    times = [
        float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)  # noqa: S603 - likewise
        for _ in range(5)
    ]
    return statistics.median(times)


def compare(runs: int, *, validation: bool) -> dict[str, list[Run]]:
    """Run both sides in turn."""
    measured: dict[str, list[Run]] = {side: [] for side in _SIDES}
    for number in range(runs):
        for side in _SIDES if number % 2 == 0 else reversed(_SIDES):
            measured[side].append(measure(side, validation=validation))
    return measured


def row(title: str, measured: dict[str, list[Run]], field: str, form: str) -> str:
    """A line of the table."""
    native, ours = (statistics.median(getattr(run, field) for run in measured[side]) for side in _SIDES)
    return f"{title:36}{native:>12{form}}{ours:>12{form}}{ours / native:>14.3f}"


def main() -> None:
    """Measure both sides in turn, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="runs of each side (default: %(default)s)")
    runs = parser.parse_args().runs
    # As pip does with what it installs; a checkout may have no byte code yet.
    compileall.compile_dir(_PACKAGE, quiet=1)
    compare(1, validation=False)  # warms the disk cache
    plain = compare(runs, validation=False)
    validated = compare(runs, validation=True)
    print(f"100 resources x 2 methods, medians of {runs} runs")
    print(f"{'':36}{'native':>12}{'ours':>12}{'ours/native':>14}")
    print(row("build and synth, s", plain, "build_and_synth", ".3f"))
    print(row("whole process, s", validated, "whole_process", ".3f"))
    print(row("whole process without validation, s", plain, "whole_process", ".3f"))
    print(row("template, bytes", plain, "template_bytes", ",.0f"))
    print(f"import cors_constructs: {import_seconds() * 1000:.1f} ms")


if __name__ == "__main__":
    main()
