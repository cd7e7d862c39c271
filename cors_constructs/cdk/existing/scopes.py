"""Where `EnableCors` was put, and what came of it: a typo there would protect nothing, silently."""

from collections.abc import Callable
from typing import Final

import jsii
from aws_cdk import Stage
from constructs import Construct, IConstruct, IValidation

from cors_constructs.cdk.existing.adoption import api_at
from cors_constructs.cdk.existing.sam_events import implicit_events_of
from cors_constructs.cdk.registry import entry_of
from cors_constructs.cdk.tree import identity

_AGAIN: Final = (
    "Apply it after the APIs are made, or as an aspect, Aspects.of(scope).add(...), which sees later ones too"
)


def name_of(scope: IConstruct) -> str:
    """A scope, as errors name it."""
    return scope.node.path or "the app"


def apis_below(scope: IConstruct) -> list[Construct]:
    """The APIs in a scope, nested stages included, each once."""
    found = {identity(api): api for node in scope.node.find_all() if (api := api_at(node)) is not None}
    return list(found.values())


class Walk:
    """Follows a mixin as it is applied, to tell which scope that is: it is only told the constructs, one by one.

    Both ways to apply one, `Mixins.of(scope).apply(...)` and `scope.with_(...)`, go through all constructs of the scope
    in the tree's order, the scope first. A selection, such as `ConstructSelector.by_id(...)`, leaves some out.
    """

    def __init__(self) -> None:
        self._ahead: list[str] = []
        self.scope: IConstruct | None = None
        """The scope that the mixin is being applied to, as far as can be told."""

    def step(self, node: IConstruct) -> IConstruct:
        """Take a construct in, and tell the scope."""
        here = identity(node)
        if self.scope is None or not self._ahead or self._ahead[0] != here:
            self.scope = node
            self._ahead = [identity(below) for below in node.node.find_all()]
        self._ahead.pop(0)
        return self.scope

    @property
    def is_through(self) -> bool:
        """Whether all of the scope was gone through."""
        return not self._ahead


@jsii.implements(IValidation)
class MixinScope:
    """Whether a scope that a mixin was applied to has APIs, and none that came later."""

    def __init__(self, scope: IConstruct, *, served_elsewhere: Callable[[], bool]) -> None:
        self._scope = scope
        self._served_elsewhere = served_elsewhere
        self.whole = False
        """Whether all of the scope was gone through, and not a selection of it."""

    def validate(self) -> list[str]:
        """Tell what is wrong."""
        apis = apis_below(self._scope)
        late = [api.node.path for api in apis if entry_of(api).owner is None]
        if not self.whole and self._served_elsewhere():
            return []
        unseen = _made_by_sam(self._scope) if self.whole else []
        if self.whole and late:
            return [
                *unseen,
                f"EnableCors was applied to {name_of(self._scope)} before {', '.join(late)} was made there, and does "
                f"nothing for it. {_AGAIN}.",
            ]
        if unseen or any(entry_of(api).owner is not None for api in apis):
            return unseen
        return [_without_apis(self._scope)]


@jsii.implements(IValidation)
class AspectScope:
    """Whether a scope that an aspect was added to has APIs that the aspect reaches."""

    def __init__(self, scope: IConstruct) -> None:
        self._scope = scope

    def validate(self) -> list[str]:
        """Tell what is wrong."""
        apis = apis_below(self._scope)
        unseen = _made_by_sam(self._scope)
        missed = [api for api in apis if entry_of(api).owner is None and not within_reach(self._scope, api)]
        if missed:
            stages = dict.fromkeys(name_of(stage) for api in missed if (stage := Stage.of(api)) is not None)
            return [
                *unseen,
                f"EnableCors was added to {name_of(self._scope)} as an aspect, and the CDK's aspects do not reach into "
                f"a Stage, so it does nothing for {', '.join(api.node.path for api in missed)}. Add it to each Stage "
                f"({', '.join(stages)}) or, where it is not meant for those, to the stacks that it is meant for.",
            ]
        return unseen if unseen or apis else [_without_apis(self._scope)]


def within_reach(scope: IConstruct, api: IConstruct) -> bool:
    """Whether aspects of a scope come to an API: they stay within one stage."""
    one, other = scope if isinstance(scope, Stage) else Stage.of(scope), Stage.of(api)
    return one is other or (one is not None and other is not None and identity(one) == identity(other))


def _made_by_sam(scope: IConstruct) -> list[str]:
    """A sentence where SAM will make an API that is no construct."""
    implicit = implicit_events_of(scope.node.find_all())
    if not implicit:
        return []
    return [
        f"EnableCors was applied to {name_of(scope)}, and events there name no API: {', '.join(implicit)}. SAM makes "
        "one for them at deployment, which cannot be changed from here. Declare that API, AWS::Serverless::Api "
        "(aws_sam.CfnApi), and name it in each such event, RestApiId: !Ref Api; or apply EnableCors to less."
    ]


def _without_apis(scope: IConstruct) -> str:
    return (
        f"EnableCors was applied to {name_of(scope)}, and there is no REST API in it, so nothing is protected. Apply "
        "it to what the APIs are in, after they are made: an app, a stage, a stack, or the API itself."
    )
