"""Files that an API's stack uploads."""

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from constructs import Construct

if TYPE_CHECKING:  # takes its time to import
    from aws_cdk.aws_s3_assets import Asset


def upload(scope: Construct, name: str, text: str) -> "Asset":
    """Have a text uploaded with the stack, as JSON.

    Args:
        scope: Where the asset goes.
        name: Its name there.
        text: The text.

    Raises:
        RuntimeError: The stack takes no assets; the CDK says why.
    """
    from aws_cdk import aws_s3_assets as assets  # noqa: PLC0415 - few APIs need it

    folder = Path(tempfile.mkdtemp(prefix="cors-constructs-"))
    file = folder / "openapi.json"
    file.write_text(text, encoding="utf-8")
    staged = True
    try:
        asset = assets.Asset(scope, name, path=str(file))
        staged = Path(asset.asset_path) != file  # where that is turned off, it is uploaded from where it is
    finally:
        if staged:
            shutil.rmtree(folder)
    return asset
