"""What an id refers to, however it is spelled.

An app may name an API or a resource by `Ref`, by `Fn::GetAtt` or in an `Fn::Sub`, and each comes as another token.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final, cast

from aws_cdk import (
    DefaultTokenResolver,
    IPostProcessor,
    IResolvable,
    IResolveContext,
    Reference,
    Stack,
    StringConcat,
    Tokenization,
)
from constructs import IConstruct

from cors_constructs.cdk.tree import identity

# The attributes that say what Ref says.
_SAME_AS_REF: Final = {"RestApiId", "ResourceId"}
_SUBSTITUTED: Final = re.compile(r"\$\{(?P<name>[A-Za-z0-9:.]+)\}")


def referents(stack: Stack, ids: Sequence[str]) -> list[str]:
    """What ids of one stack refer to: a logical id, `logical id.attribute`, or the text itself.

    All at once, for one look across the language border.
    """
    return [_referent(resolved) for resolved in stack.resolve(list(ids))] if ids else []


def target_of(text: str) -> IConstruct | None:
    """The construct that a text is a reference to, as the CDK knows it; None where it is anything else."""
    token = Tokenization.reverse(text, fail_concat=False)
    return cast("Reference", token).target if token is not None and Reference.is_reference(token) else None


def mentioned(value: Any, scope: IConstruct) -> set[str]:
    """The constructs that a value refers to, by their identity: logical ids are the same in several stacks."""
    resolver = _Noting()
    Tokenization.resolve(value, scope=scope, resolver=resolver)
    return resolver.targets


def _referent(resolved: Any) -> str:
    match resolved:
        case str(name) | {"Ref": str(name)}:
            return name
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return _attribute(name, attribute)
        case {"Fn::GetAtt": str(text)}:  # as YAML's !GetAtt says it
            return _attribute(*_parts(text))
        case {"Fn::Join": [_, [only]]}:
            return _referent(only)
        case {"Fn::Sub": str(text)} if found := _SUBSTITUTED.fullmatch(text):
            return _attribute(*_parts(found["name"]))
        case _:
            return json.dumps(resolved, sort_keys=True, default=repr)


def _parts(text: str) -> tuple[str, str]:
    name, _, attribute = text.partition(".")
    return name, attribute


def _attribute(name: str, attribute: str) -> str:
    return name if attribute in {"", *_SAME_AS_REF} else f"{name}.{attribute}"


class _Noting(DefaultTokenResolver):
    """Notes what is referred to."""

    def __init__(self) -> None:
        super().__init__(StringConcat())
        self.targets: set[str] = set()

    def resolve_token(self, t: IResolvable, context: IResolveContext, post_processor: IPostProcessor) -> Any:
        """Resolve one token."""
        if Reference.is_reference(t):
            self.targets.add(identity(cast("Reference", t).target))
        return super().resolve_token(t, context, post_processor)
