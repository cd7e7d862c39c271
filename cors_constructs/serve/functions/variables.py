"""The environment that a function runs in: what the template says, and what Lambda adds.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

import os
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cors_constructs.serve.functions.files import Laid
from cors_constructs.simulate.model import Function, Resources
from cors_constructs.simulate.template.scope import Reference
from cors_constructs.simulate.values import Unresolved

ACCOUNT: Final = "123456789012"
DEFAULT_TIMEOUT: Final = 3
DEFAULT_MEMORY: Final = 128

# What a function may know of where it runs: who it calls AWS as, and where that is. Nothing else of this environment
# is told to it.
_HANDED_ON: Final = (
    "AWS_ACCESS_KEY_ID",
    "AWS_CA_BUNDLE",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "PATH",
    "SSL_CERT_FILE",
    "SYSTEMROOT",
)
_ENDPOINT: Final = "AWS_ENDPOINT_URL"
# Paths of programs and packages, in which a layer's files may be named.
_PATHS: Final = ("LD_LIBRARY_PATH", "NODE_OPTIONS", "NODE_PATH", "PATH", "PYTHONPATH")

# What `Ref` gives of a resource, where that is the name that the template has for it.
_NAMES: Final = {
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::EventBus": "Name",
    "AWS::Kinesis::Stream": "Name",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SSM::Parameter": "Name",
}


def region() -> str:
    """The region that functions are told: that of this environment, or `us-east-1`."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"


def name_of(function: Function) -> str:
    """The function's name: the template's, or its logical id where CloudFormation makes one up."""
    return function.name if isinstance(function.name, str) else function.source.logical_id


def arn_of(function: Function) -> str:
    """An ARN of the function."""
    return f"arn:aws:lambda:{region()}:{ACCOUNT}:function:{name_of(function)}"


def timeout_of(function: Function) -> int:
    """How many seconds a call may take."""
    return function.timeout if isinstance(function.timeout, int) else DEFAULT_TIMEOUT


def memory_of(function: Function) -> int:
    """How many megabytes the function may use."""
    return function.memory if isinstance(function.memory, int) else DEFAULT_MEMORY


def environment(function: Function, laid: Laid, home: str, resources: Mapping[str, Resources]) -> dict[str, str]:
    """All variables of a function's process.

    What only a deployment knows has a stand-in: a resource its name in the template, or else its logical id.

    Args:
        function: The function.
        laid: Where its files are.
        home: An empty folder: the settings of whoever runs this are not the function's.
        resources: The templates' resources.
    """
    found = {name: os.environ[name] for name in os.environ if name in _HANDED_ON or name.startswith(_ENDPOINT)}
    if _ENDPOINT in found:
        # Who stands in for AWS takes any, but an SDK sends nothing without.
        found = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", **found}
    found["PATH"] = os.pathsep.join(filter(None, (found.get("PATH", os.defpath), f"{laid.opt}/bin")))
    found.update(_changeable(function, laid, home))
    for name, value in (function.variables or {}).items():
        filled = _filled(value, resources)
        found[name] = filled.replace("/opt/", f"{laid.opt}/") if name in _PATHS else filled
    found.update(_reserved(function, laid))
    return {name: value for name, value in found.items() if name and not {"\0", "="} & set(name) and "\0" not in value}


def unknown_in(function: Function, resources: Mapping[str, Resources]) -> Iterator[str]:
    """The variables whose value, or a part of it, stands as `${Name}` since nothing is known of it."""
    for name, value in (function.variables or {}).items():
        if isinstance(value, Unresolved) and "${" in _filled(value, resources):
            yield name


def _changeable(function: Function, laid: Laid, home: str) -> dict[str, str]:
    """What Lambda sets, and a function may set to something else."""
    runtime = str(function.runtime)
    node = runtime.removeprefix("nodejs").partition(".")[0]
    modules = [f"{laid.opt}/nodejs/node{node}/node_modules", f"{laid.opt}/nodejs/node_modules"]
    return {
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": home,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        **({"NODE_PATH": ":".join(modules)} if runtime.startswith("nodejs") else {}),
    }


def _reserved(function: Function, laid: Laid) -> dict[str, str]:
    """What Lambda sets, and keeps."""
    name = name_of(function)
    return {
        "AWS_DEFAULT_REGION": region(),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_of(function)),
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        # One of its own for each process, by which what it leaves behind is known.
        "AWS_LAMBDA_LOG_STREAM_NAME": f"local/[$LATEST]{uuid.uuid4().hex}",
        "AWS_REGION": region(),
        "LAMBDA_TASK_ROOT": str(laid.root),
        "_HANDLER": str(function.handler),
    }


def _filled(value: Any, resources: Mapping[str, Resources]) -> str:
    return value.filled(lambda part: _stand_in(part, resources)) if isinstance(value, Unresolved) else str(value)


def _stand_in(part: Unresolved, resources: Mapping[str, Resources]) -> str:
    if isinstance(part, Reference):
        resource = resources.get(part.scope.file or "", {}).get(part.logical_id)
        if part.attribute is None:
            return _name(part.logical_id, resource)
        return str(part)
    pseudo = {
        "AWS::AccountId": ACCOUNT,
        "AWS::Partition": "aws",
        "AWS::Region": region(),
        "AWS::StackName": "local",
        "AWS::URLSuffix": "amazonaws.com",
    }
    match part.expression:
        case {"Ref": str(name)} if name in pseudo:
            return pseudo[name]
    return str(part)


def _name(logical_id: str, resource: Any) -> str:
    if isinstance(resource, Mapping):
        properties = resource.get("Properties")
        name = properties.get(_NAMES.get(str(resource.get("Type")), "")) if isinstance(properties, Mapping) else None
        if isinstance(name, str):
            return name
    return logical_id
