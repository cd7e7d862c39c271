"""Where an API's document goes: into the template, as long as it fits there, or into a file that is uploaded."""

import json
from collections.abc import Mapping
from typing import Any, Final

import attrs
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cors_constructs.cdk.registry import entry_of
from cors_constructs.cdk.spec.files import upload
from cors_constructs.cdk.spec.values import first_deployed, first_foreign, write_nulls_out
from cors_constructs.render.layout import Preflight

# CloudFormation takes templates of 1,000,000 bytes
# (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html), of which the rest of the
# stack needs its part: a document up to the first size stays in the template, and one up to the second does where that
# spares CloudFormation a transform.
_COMFORTABLE: Final = 750_000
_TIGHT: Final = 900_000
# What `AWS::Include` reads: "The specified S3 object is too big" beyond 450 KB
# (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1752).
_INCLUDED: Final = 450 * 1024
# What API Gateway imports.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
_IMPORTED: Final = 6 * 1024 * 1024
# Where the document stands in the template, each line begins with so many blanks.
_DEPTH: Final = 4
_COMPACT: Final = "@aws-cdk/core:suppressTemplateIndentation"


def put_body(api: Construct, cfn: apigateway.CfnRestApi, document: dict[str, Any]) -> list[str]:
    """Put an API's document where it fits.

    - Up to 750 kB it stands in the template.
    - A larger one is uploaded as an asset, which API Gateway reads (`BodyS3Location`).
    - Where values in it are only known at deployment, CloudFormation has to fill them in: in the template, in an asset
      that it includes there (`AWS::Include`), or, where one is too small, in both.

    Args:
        api: The API, where the asset goes.
        cfn: Its resource.
        document: The document, which is changed where CloudFormation has other words.

    Returns:
        What is wrong: the document fits nowhere.
    """
    write_nulls_out(document)
    try:
        body = _Body.of(api, document)
    except RuntimeError as error:  # jsii's: a key, such as a path, has to be a text when the template is written
        why = str(error).strip().partition("\n")[0]
        return [f"the document cannot be written: {why}. What only deployment knows may stand for values alone."]
    if body.in_template <= _COMFORTABLE:
        cfn.body = document
        return []
    foreign = first_foreign(api, document)
    if body.deployed is None and foreign is None:
        return _import(api, cfn, body)
    try:
        if body.in_file <= _INCLUDED and foreign is None:
            cfn.body = _include(api, body.text)
        elif body.in_template <= _TIGHT:
            cfn.body = document
        else:
            return _split(api, cfn, document, body)
    except RuntimeError as error:
        return [_no_assets(error)]
    return []


@attrs.frozen
class _Body:
    """A document, as CloudFormation has it.

    Attributes:
        resolved: The document.
        text: All of it, as a file.
        in_template: How many bytes it takes there.
        deployed: Where a value in it is only known at deployment; None where there is none.
    """

    resolved: dict[str, Any]
    text: str
    in_template: int
    deployed: str | None

    @classmethod
    def of(cls, api: Construct, document: Mapping[str, Any]) -> "_Body":
        resolved = Stack.of(api).resolve(document)
        return cls(resolved, _compact(resolved), _in_template(api, resolved), first_deployed(resolved))

    @property
    def in_file(self) -> int:
        """How many bytes it takes as a file."""
        return _size(self.text)


def _import(api: Construct, cfn: apigateway.CfnRestApi, body: _Body) -> list[str]:
    """Have API Gateway read the document."""
    if body.in_file > _IMPORTED:
        return [f"the document has {body.in_file:,} bytes, and API Gateway takes {_IMPORTED:,}: make two APIs of it."]
    try:
        asset = upload(api, "Document", body.text)
    except RuntimeError as error:
        return [_no_assets(error)]
    cfn.body = None
    cfn.body_s3_location = apigateway.CfnRestApi.S3LocationProperty(
        bucket=asset.s3_bucket_name, key=asset.s3_object_key
    )
    asset.add_resource_metadata(cfn, "BodyS3Location")
    return []


def _include(api: Construct, text: str) -> dict[str, Any]:
    """Have CloudFormation put a file in.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
    """
    location = upload(api, "Document", text).s3_object_url
    return {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": location}}}


def _split(api: Construct, cfn: apigateway.CfnRestApi, document: dict[str, Any], body: _Body) -> list[str]:
    """Have as many paths as fit included, and the rest stay in the template."""
    moved: dict[str, Any] = {}
    size = 2
    for path, item in body.resolved["paths"].items():
        more = _size(_compact({path: item}))
        if size + more <= _INCLUDED and first_foreign(api, document["paths"][path]) is None:
            moved[path], size = item, size + more
    rest = {path: item for path, item in document["paths"].items() if path not in moved}
    left = _in_template(api, Stack.of(api).resolve({**document, "paths": rest}))
    # What CloudFormation makes of it, without blanks, may be no larger than a template either.
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-troubleshoot-processed-template.html
    if left > _TIGHT or body.in_file > _TIGHT:
        return [_too_large(api, body, first_foreign(api, document))]
    cfn.body = {**document, "paths": {**rest, **_include(api, _compact(moved))}}
    return []


def _in_template(api: Construct, resolved: Any) -> int:
    """The size of a document as the CDK writes it: indented by one blank a level, unless it is told not to."""
    if api.node.try_get_context(_COMPACT):
        return _size(_compact(resolved))
    indented = json.dumps(resolved, ensure_ascii=False, indent=1)
    return _size(indented) + _DEPTH * indented.count("\n")


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _size(text: str) -> int:
    return len(text.encode())


def _no_assets(error: RuntimeError) -> str:
    why = str(error).strip().partition("\n")[0]
    return (
        f"the document is too large for the template, and cannot be uploaded: {why}. Have the stack take assets, or "
        "say preflight=Preflight.SHARED to make it smaller."
    )


def _too_large(api: Construct, body: _Body, foreign: str | None) -> str:
    said = f"values in it, such as {body.deployed}, are only known at deployment"
    if foreign is not None:
        said = f"values in it come from another stack ({foreign})"
    settings = entry_of(api).settings
    shared = settings is not None and settings.preflight is Preflight.SHARED
    compact = api.node.try_get_context(_COMPACT)
    ways = [
        *([] if shared else ["say preflight=Preflight.SHARED"]),
        *([] if compact else [f'say "{_COMPACT}": true in the context of the app']),
        "give routes a URL where a function answers many",
        "or make two APIs of it",
    ]
    way = ", ".join(ways)
    return (
        f"the document takes {body.in_template:,} bytes of the template ({body.in_file:,} without blanks), of which "
        f"CloudFormation takes 1,000,000 in all. It cannot be a file, since {said}, which CloudFormation fills in "
        f"itself. {way[0].upper()}{way[1:]}."
    )
