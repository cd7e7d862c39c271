"""Synthesizes the app of `cdk.json` as the CDK's command line does, without it, and describes what came out.

python -m examples.synth        # or: make synth
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from examples.describe import describe

ROOT = Path(__file__).parents[1]

NEXT = """
Next, look for what would keep pages out, call the API as a page would, or serve it to your browser:

  .venv/bin/cors-constructs check {output}
  .venv/bin/cors-constructs fetch {output} GET /stops --key web --origin https://app.example.com \\
      --backend-header Access-Control-Allow-Origin:https://app.example.com
  .venv/bin/cors-constructs serve {output}
"""


def synthesize(settings: dict[str, Any], output: Path) -> None:
    """Run the app's command; it is told by environment variables where to write, and its context.

    Raises:
        subprocess.CalledProcessError: The app failed; it has said why.
    """
    environment = {**os.environ, "CDK_OUTDIR": str(output), "CDK_CONTEXT_JSON": json.dumps(settings["context"])}
    # Through a shell, as the CDK's command line does it.
    subprocess.run(settings["app"], shell=True, cwd=ROOT, env=environment, check=True)  # noqa: S602 - our own cdk.json


def templates(output: Path) -> list[Path]:
    """The files of the stacks that were synthesized."""
    artifacts = json.loads((output / "manifest.json").read_text())["artifacts"].values()
    stacks = [artifact for artifact in artifacts if artifact["type"] == "aws:cloudformation:stack"]
    return [output / stack["properties"]["templateFile"] for stack in stacks]


def main() -> int:
    settings = json.loads((ROOT / "cdk.json").read_text())
    output = ROOT / settings["output"]
    try:
        synthesize(settings, output)
    except subprocess.CalledProcessError as failure:
        return failure.returncode
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for path in templates(output):
        text = describe(json.loads(path.read_text()), colour=colour)
        sys.stdout.write(f"{text}\nThe template is in {path.relative_to(ROOT)}.\n")
    sys.stdout.write(NEXT.format(output=output.relative_to(ROOT)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
