"""Lambda's part of a Python function: load the handler that `_HANDLER` names, and call it with each event.

It runs in a Python of its own without site-packages. Events come as lines of JSON, and answers go as such.
https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

import importlib
import json
import os
import sys
from typing import Any


def main() -> None:
    # A function's print goes to its log, not among the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    # The function's own folder comes before those of layers.
    sys.path[:0] = [os.environ["LAMBDA_TASK_ROOT"], os.path.join(os.environ["OPT"], "python")]  # noqa: PTH118 - as Lambda
    module, name = os.environ["_HANDLER"].rsplit(".", 1)
    handler = getattr(importlib.import_module(module.replace("/", ".")), name)
    for line in sys.stdin:
        answers.write(json.dumps(call(handler, json.loads(line))) + "\n")
        answers.flush()


def call(handler: Any, event: Any) -> dict[str, Any]:
    try:
        return {"answer": handler(event, None)}
    except Exception as error:  # noqa: BLE001 - whatever a function raises
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    main()
