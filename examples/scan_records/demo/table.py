"""The table's server: MiniStack, in a Python environment of its own, which answers as DynamoDB does.

https://github.com/ministackorg/ministack
"""

import os
from pathlib import Path

from .parts import Part, Parts
from .ports import free

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / ".venv-ministack" / "bin" / "ministack"


def start(parts: Parts, folder: Path) -> Part:
    """Starts it, with nothing in it, and its files in a folder; it says its address when it is ready."""
    folder.mkdir()
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "SERVICES": "dynamodb",
        "BIND_HOST": "127.0.0.1",  # it would listen to the whole network
        "GATEWAY_PORT": str(free()),
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
        # It asks nobody whether these are right, and its own SDK wants to have some.
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    return parts.start("MiniStack", [str(PROGRAM)], environment, says=r"Running on (http://\S+)")
