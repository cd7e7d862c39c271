"""What every API of ours has for the functions behind it: its policy, shared with them."""

from typing import TYPE_CHECKING, Any, cast

from cors_constructs.cdk.arguments import check_flag
from cors_constructs.cdk.registry import entry_of

if TYPE_CHECKING:
    from constructs import Construct


class WithFunctions:
    """An API whose policy its functions learn. It stands before the CDK's class among the bases."""

    def share_policy_with(self, *functions: Any, wrap: bool = False) -> None:
        """Let Lambda functions send what the policy says: with a proxy integration nobody else can.

        Each gets the policy as the environment variable `CORS_CONSTRUCTS_POLICY`, those of branches (`cors_for`)
        included, and, if it runs on Python 3.9 or Node.js 18 or newer, the layer `CorsRuntime` of its stack. Its code
        then says `@cors` (`from cors_constructs.runtime import cors`; `cors(handler)` in Node.js), and no more. Other
        functions, and container images, get the variable alone.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html

        Args:
            *functions: The functions: `aws_lambda.Function`, an alias or a version of one, `CfnFunction`, SAM's. They
                may be in other stacks. A version that was published by itself stays as it is, of which a warning tells.
            wrap: Whether the layer calls the function's own handler, and adds the headers to what that answers: for
                functions that nobody may edit. Left out: the function's own code does. Refused for container images,
                other languages, older versions, and where only deployment knows the handler or the runtime.

        Raises:
            TypeError: It is no function, or `wrap` neither True nor False.
            ValueError: With all that is wrong: functions that are imported and so cannot be changed, or that cannot be
                wrapped; or it is too late. What else the function has is looked at when the app is synthesized: a
                variable of that name, more than 5 layers, more than 4 KB of variables, and another API's policy are
                errors then.
        """
        from cors_constructs.cdk.giving import targets_of  # noqa: PLC0415 - functions take their time to load

        check_flag("wrap", wrap)
        targets = targets_of("share_policy_with", functions, wrap=wrap)
        entry = entry_of(self._in_time("share_policy_with"))
        entry.shares_with += [(target, wrap) for target in targets]

    def share_policy_with_all(self, *, wrap: bool = False) -> None:
        """Do what `share_policy_with` does, for every function that a proxy integration of this API calls.

        Those are found when the app is synthesized, however the methods came to be. Authorizers, and functions behind
        other integrations, are not meant. Functions that are not made in this app cannot be changed, and a warning
        names them, `cors-constructs:function-not-shared`; it also tells where no function is called at all. Whether a
        function is wrapped that `share_policy_with` names is for that to say. A function that `CorsRuntime.share` gave
        a policy keeps it, and stays as it is. Another API's policy for a function is an error at synthesis.

        Args:
            wrap: As for `share_policy_with`. A function that cannot be wrapped is an error at synthesis; name it in
                `share_policy_with(function)` to have it sent the headers by its own code.

        Raises:
            TypeError: `wrap` is neither True nor False.
            ValueError: It is too late.
        """
        check_flag("wrap", wrap)
        entry_of(self._in_time("share_policy_with_all")).shares_with_all = "wrap" if wrap else True

    def _in_time(self, caller: str) -> "Construct":
        api = cast("Construct", self)
        if entry_of(api).completed:
            raise ValueError(f"{caller} comes too late: {api.node.path} has been synthesized already")
        return api
