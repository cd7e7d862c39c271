"""Each example's template, whole: what changes shows, wanted or not. What it has to say is tested elsewhere.

After a change that is wanted: `python -m pytest tests/examples/test_snapshots.py --snapshot-update`, and read the diff.
"""

import hashlib
import json
import re
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from ..cdk.synthesis import Template
from .apps import EXAMPLES, template_of

_SHOWN = 10
_ASSET = re.compile(r"\b[0-9a-f]{64}(?=\.zip)")
_DEPLOYMENT = re.compile(r"(?<=Deployment)([0-9A-F]{8})[0-9a-f]{32}")


@pytest.mark.newest
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_template_is_as_it_was(example: str, snapshot: SnapshotAssertion) -> None:
    assert masked(template_of(example)) == snapshot(extension_class=JSONSnapshotExtension)


def masked(template: Template) -> Any:
    """The template without what says nothing of the example."""
    kept = {name: section for name, section in template.items() if name != "Rules"}  # of the CDK's bootstrap
    kept["Parameters"] = {name: it for name, it in kept["Parameters"].items() if name != "BootstrapVersion"}
    text = _ASSET.sub("<hash>", _DEPLOYMENT.sub(r"\1<hash>", json.dumps(kept)))
    return json.loads(text, object_hook=_abridged)


def _abridged(value: dict[str, Any]) -> dict[str, Any]:
    """Without code, and without the paths of a large API beyond the first few: their digest tells of the rest."""
    if set(value) == {"ZipFile"}:
        return {"ZipFile": "<the handler's file>"}
    paths = value.get("paths", {}) if "openapi" in value else {}
    if len(paths) <= _SHOWN:
        return value
    digest = hashlib.sha256(json.dumps(paths).encode()).hexdigest()
    shown = dict(list(paths.items())[:_SHOWN])
    return {**value, "paths": {**shown, f"<and {len(paths) - _SHOWN} more>": digest}}
