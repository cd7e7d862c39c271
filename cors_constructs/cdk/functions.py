"""Lambda functions, as far as a policy is shared with them: what they say of themselves, and what is added to them.

A function comes as an `IFunction` of the CDK's (an alias or a version of one, or a handle, among them), as bare
CloudFormation, or as SAM's.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias, cast

import attrs
from aws_cdk import CfnResource, Stack, Token, TreeInspector
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

from cors_constructs.cdk.references import referents, target_of
from cors_constructs.policy.tokens import is_list_token

PYTHON_WRAPPER: Final = "cors_constructs.runtime.wrapped"
NODE_WRAPPER: Final = "/opt/nodejs/node_modules/cors-constructs/wrapped.handler"
"""The handlers that call a function's own. A layer's files are below `/opt`.

https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
"""

_RUNTIME: Final = re.compile(r"(?P<language>python|nodejs)(?P<major>\d+)\.(?P<minor>\d+|x)")
# The first versions that read the layer's files.
_LEAST: Final = {"python": ((3, 9), "Python 3.9"), "nodejs": ((18, 0), "Node.js 18")}
_PROPERTIES: Final = ("code", "environment", "handler", "imageUri", "layers", "packageType", "runtime")

Layers: TypeAlias = list[Any] | None


@attrs.frozen(eq=False)
class Target:
    """A function that can be changed here.

    Attributes:
        cfn: Its CloudFormation resource: of Lambda's, or of SAM's.
        version: The version through which it is called, where that was published by itself and stays as it is.
    """

    cfn: Any
    version: IConstruct | None = None

    @property
    def path(self) -> str:
        """Its construct's path, as errors name it."""
        return (self.owner or cast("IConstruct", self.cfn)).node.path

    @property
    def owner(self) -> lambda_.Function | None:
        """The CDK's own construct, where it has one."""
        above = self.cfn.node.scope
        return above if isinstance(above, lambda_.Function) and self.cfn.node.id == "Resource" else None

    @property
    def takes_more_layers(self) -> bool:
        """Whether a layer can be added to those it has: not to a list that is a token."""
        return self.owner is not None or not any(map(is_list_token, self.cfn.layers or ()))

    def read(self) -> "Properties":
        """What it says of itself now."""
        inspector = TreeInspector()
        self.cfn.inspect(inspector)
        # The attributes of the Python classes will not do: jsii takes an environment that is still growing for empty.
        said = inspector.attributes.get("aws:cdk:cloudformation:props")
        known = {name: said[name] for name in _PROPERTIES if name in said} if isinstance(said, Mapping) else {}
        return Properties(Stack.of(self.cfn).resolve(known))

    def set_variable(self, name: str, value: str) -> None:
        """Give it an environment variable."""
        if self.owner is not None:
            self.owner.add_environment(name, value)
        else:
            self.cfn.add_property_override(f"Environment.Variables.{name}", value)

    def add_layer(self, layer: lambda_.ILayerVersion) -> None:
        """Give it a layer, unless it has that."""
        if Stack.of(self.cfn).resolve(layer.layer_version_arn) in (self.read().layers or []):
            return
        if self.owner is not None:
            self.owner.add_layers(layer)
        else:
            self.cfn.layers = [*(self.cfn.layers or []), layer.layer_version_arn]

    def set_handler(self, handler: str) -> None:
        """Have it called by another handler."""
        self.cfn.handler = handler

    def follow(self) -> None:
        """Have the alias that SAM makes show what was added: left alone it publishes versions for new code only.

        https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
        """
        if getattr(self.cfn, "auto_publish_alias", None) is not None:
            self.cfn.add_property_override("AutoPublishAliasAllProperties", value=True)


@attrs.frozen
class Properties:
    """What a function says of itself, as CloudFormation would read it."""

    _resolved: Mapping[str, Any]

    @property
    def is_image(self) -> bool:
        """Whether it is a container image, which takes no layers."""
        code = self._resolved.get("code")
        in_code = isinstance(code, Mapping) and code.get("imageUri") is not None
        return in_code or self._resolved.get("packageType") == "Image" or "imageUri" in self._resolved

    @property
    def handler(self) -> Any:
        """Its handler; None where it says none."""
        return self._resolved.get("handler")

    @property
    def takes_layer(self) -> bool:
        """Whether the layer can be of use to it. What only deployment knows is taken to be of use: it does no harm."""
        runtime = self._resolved.get("runtime")
        return not self.is_image and (not isinstance(runtime, str) or _why_not_read(runtime) is None)

    @property
    def variables(self) -> dict[str, Any] | None:
        """Its environment variables; None where only deployment knows them."""
        environment = self._resolved.get("environment")
        variables = {} if not environment else environment.get("variables", environment.get("Variables"))
        if not isinstance(variables, dict) or any(name == "Ref" or name.startswith("Fn::") for name in variables):
            return None if environment else {}
        return variables

    @property
    def layers(self) -> Layers:
        """Its layers; None where only deployment knows them."""
        layers = self._resolved.get("layers")
        return [] if layers is None else layers if isinstance(layers, list) else None

    @property
    def wrapper(self) -> str:
        """The handler that can call its own."""
        return PYTHON_WRAPPER if str(self._resolved.get("runtime")).startswith("python") else NODE_WRAPPER

    def why_not_wrapped(self) -> str | None:
        """Why its handler cannot be called by another; None where it can."""
        if self.is_image:
            return "is a container image, which has its handler in it and takes no layers"
        runtime = self._resolved.get("runtime")
        for name, value in (("runtime", runtime), ("handler", self.handler)):
            if value is None:
                return f"does not say its {name} here"
            if not isinstance(value, str):
                return f"has a {name} that only deployment knows"
        return _why_not_read(cast("str", runtime))


def target_at(value: Any) -> Target | None:
    """The function that a value stands for; None where it is none of this app's.

    Args:
        value: An `IFunction`, or CloudFormation's or SAM's own.
    """
    if is_resource(value):
        return _behind(value)
    arn = getattr(value, "function_arn", None)
    meant = target_of(arn) if isinstance(arn, str) else None
    return None if meant is None else _behind(meant)


def is_resource(value: Any) -> bool:
    """Whether it is a function, or an alias or a version of one, in CloudFormation's own words or SAM's."""
    # Loading it takes its time, and who has SAM's functions has it loaded.
    sam = sys.modules.get("aws_cdk.aws_sam")
    return isinstance(value, lambda_.CfnFunction | lambda_.CfnAlias | lambda_.CfnVersion) or (
        sam is not None and isinstance(value, sam.CfnFunction)
    )


def is_function(value: Any) -> bool:
    """Whether it is anything that a policy can be shared with: an interface of jsii cannot be asked for."""
    if isinstance(value, type):
        return False
    return is_resource(value) or isinstance(getattr(value, "function_arn", None), str)


def _behind(resource: IConstruct, version: IConstruct | None = None) -> Target | None:
    """The function that a resource is, or is an alias or a version of."""
    if isinstance(resource, lambda_.CfnVersion):
        function = _meant(resource, resource.function_name)
        above = resource.node.scope if resource.node.id == "Resource" else None
        # That of `current_version` is published anew whenever its function changes.
        follows = above is not None and above.node.id == "CurrentVersion"
        return None if function is None else _behind(function, None if follows else above or resource)
    if isinstance(resource, lambda_.CfnAlias):
        published = _meant(resource, resource.function_version)
        if isinstance(published, lambda_.CfnVersion):
            return _behind(published)
        function = _meant(resource, resource.function_name)
        return None if function is None else _behind(function)
    return Target(resource, version) if is_resource(resource) else None


def _meant(resource: CfnResource, text: str) -> IConstruct | None:
    """What a name, or a version, of a resource refers to."""
    found = target_of(text)
    if found is not None or not Token.is_unresolved(text):
        return found
    stack = Stack.of(resource)
    nodes: Sequence[Any] = [node for node in stack.node.find_all() if is_resource(node)]
    (meant, *names) = referents(stack, [text, *(node.ref for node in nodes)])
    return next((node for node, name in zip(nodes, names, strict=True) if name == meant.partition(".")[0]), None)


def _why_not_read(runtime: str) -> str | None:
    """Why functions of a runtime cannot read the layer; None where they can."""
    found = _RUNTIME.fullmatch(runtime)
    if found is None:
        return f"runs on {runtime}, and the layer is for Python and Node.js"
    least, name = _LEAST[found["language"]]
    minor = 0 if found["minor"] == "x" else int(found["minor"])
    return None if (int(found["major"]), minor) >= least else f"runs on {runtime}, and the layer needs {name} or newer"
