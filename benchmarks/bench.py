"""What `CorsRestApi` costs, beside the CDK's own `RestApi` on the same API: `make bench`.

Each run is a process of its own, as `cdk synth` is, and the two sides take turns, so that a slow minute hits both.
What counts is the ratio of the medians.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import attrs

_APPS = Path(__file__).with_name("apps.py")
_SIDES = ("native", "ours")


@attrs.frozen
class Run:
    """One process: what it took, and what it made."""

    build_and_synth: float
    whole_process: float
    template_bytes: int


def measure(side: str) -> Run:
    """Run one side once."""
    environment = {**os.environ, "CDK_VALIDATION": "false"}
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


def main() -> None:
    """Measure both sides in turn, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="runs of each side (default: %(default)s)")
    runs = parser.parse_args().runs
    measured: dict[str, list[Run]] = {side: [] for side in _SIDES}
    for side in _SIDES:
        measure(side)  # warms the disk cache
    for number in range(runs):
        for side in _SIDES if number % 2 == 0 else reversed(_SIDES):
            measured[side].append(measure(side))
    print(f"100 resources x 2 methods, medians of {runs} runs each")
    print(f"{'':24}{'native':>12}{'ours':>12}{'ours/native':>14}")
    for title, field, unit in (
        ("build and synth", "build_and_synth", "s"),
        ("whole process", "whole_process", "s"),
        ("template", "template_bytes", "bytes"),
    ):
        native, ours = (statistics.median(getattr(run, field) for run in measured[side]) for side in _SIDES)
        form = ",.0f" if unit == "bytes" else ".3f"
        print(f"{title + ', ' + unit:24}{native:>12{form}}{ours:>12{form}}{ours / native:>14.3f}")
    print(f"import cors_constructs: {import_seconds() * 1000:.1f} ms")


if __name__ == "__main__":
    main()
