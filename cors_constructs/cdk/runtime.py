"""`CorsRuntime`: the layer that lets Lambda functions send what the policy says."""

import importlib.resources
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct, IConstruct

from cors_constructs.cdk.arguments import check_flag, check_policy
from cors_constructs.cdk.giving import BY_ITSELF, LAYER_ID, Gift, give, targets_of
from cors_constructs.cdk.preflights import joined
from cors_constructs.policy import CorsPolicy
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.variable import policy_variable, variable_text

# Where a layer's files have to be for Python and Node.js to find them, and where they are in this package.
# https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
_NODE: Final = "nodejs/node_modules/cors-constructs"
FILES: Final[Mapping[str, str]] = {
    "python/cors_constructs/runtime.py": "runtime.py",
    f"{_NODE}/package.json": "nodejs/package.json",
    f"{_NODE}/index.cjs": "nodejs/index.cjs",
    f"{_NODE}/index.mjs": "nodejs/index.mjs",
    f"{_NODE}/wrapped.mjs": "nodejs/wrapped.mjs",
}
"""The layer's files, each with the one in this package that it is a copy of."""


class CorsRuntime(lambda_.LayerVersion):
    """A Lambda layer with `cors_constructs.runtime`, and the same for Node.js.

    Python functions that have it can `from cors_constructs.runtime import cors`, and Node.js functions
    `require("cors-constructs")`. It holds a few small files of this package, which are uploaded as they are: nothing is
    installed, built or downloaded for it.

    `share_policy_with` of an API, and `CorsRuntime.share`, add it to functions by themselves, one for each stack.

    Args:
        scope: Where the construct goes.
        id: Its name there.
        **layer_version_props: Any property of `aws_cdk.aws_lambda.LayerVersion` but `code`.

    Raises:
        TypeError: `code` is given.
    """

    def __init__(self, scope: Construct, id: str = LAYER_ID, **layer_version_props: Any) -> None:  # noqa: A002 - the CDK's name for it
        if "code" in layer_version_props:
            raise TypeError("CorsRuntime has its code: leave code out, or write a LayerVersion")
        said = {"description": "CORS headers by the policy of an API, for Python and Node.js", "license": "Apache-2.0"}
        folder = _folder()
        staged = True
        try:
            code = lambda_.Code.from_asset(str(folder))
            super().__init__(scope, id, code=code, **{**said, **layer_version_props})
            asset: Any = self.node.find_child("Code")
            staged = Path(asset.asset_path) != folder  # where that is turned off, it is uploaded from where it is
        finally:
            if staged:
                shutil.rmtree(folder)

    @classmethod
    def of(cls, scope: IConstruct) -> "CorsRuntime":
        """The layer of the stack that a construct is in, made when it is first asked for.

        Raises:
            ValueError: The stack has something else of its name, `CorsRuntime`.
        """
        stack = Stack.of(scope)
        found = stack.node.try_find_child(LAYER_ID)
        if found is None:
            return cls(stack, LAYER_ID)
        if not isinstance(found, CorsRuntime):
            raise ValueError(  # noqa: TRY004 - it is no argument
                f"{found.node.path} is no CorsRuntime, and has the name that the layer of this stack needs: give that "
                "construct another id"
            )
        return found

    @classmethod
    def share(cls, policy: CorsPolicy, *functions: Any, wrap: bool = False) -> None:
        """Share a policy with functions, whatever calls them: give them the layer, and the policy as a variable.

        It is what `share_policy_with` of an API does, for functions of APIs that this app does not make, and for those
        that answer by another policy than their API's: those keep it where an API shares its policy with all. One that
        an API names as well, by `share_policy_with`, has to be given the same policy by both.

        Args:
            policy: What browsers may do.
            *functions: Lambda functions: `aws_lambda.Function`, an alias or a version of one, `CfnFunction`, SAM's.
            wrap: Whether the layer calls the function's own handler, and adds the headers to what that answers. Left
                out: the function's code does, by `@cors` or `cors(...)`.

        Raises:
            TypeError: It is no policy, or no functions.
            ValueError: With all that is wrong; nothing is changed then. See `share_policy_with`.
        """
        check_policy("CorsRuntime.share", policy)
        check_flag("wrap", wrap)
        targets = targets_of("CorsRuntime.share", functions, wrap=wrap)
        gift = Gift(variable_text(policy_variable(PolicyTree(policy), joined)), BY_ITSELF)
        problems = give(gift, [(target, wrap) for target in targets], cls.of)
        if problems:
            raise ValueError(f"CorsRuntime.share: {'; '.join(problems)}")


def _folder() -> Path:
    """A folder of the layer's shape, whose files everybody may read: Lambda runs as another user."""
    package = importlib.resources.files("cors_constructs")
    folder = Path(tempfile.mkdtemp(prefix="cors-constructs-"))
    for name, source in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        # The package may be in an archive.
        file.write_bytes(package.joinpath(*source.split("/")).read_bytes())
        file.chmod(0o644)
    return folder
