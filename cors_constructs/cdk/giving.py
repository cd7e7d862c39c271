"""Giving functions a policy: what is wrong with that, and where nothing is, the variable, the layer, the handler."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import attrs
from aws_cdk import Stack, Token
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

from cors_constructs.cdk.functions import Properties, Target, is_function, target_at
from cors_constructs.cdk.references import mentioned
from cors_constructs.cdk.tree import identity
from cors_constructs.render.variable import HANDLER_VARIABLE, POLICY_VARIABLE

LAYER_ID: Final = "CorsRuntime"
"""What the layer of a stack is called there."""

BY_ITSELF: Final = "CorsRuntime.share"
"""The giver of a policy that is no API's."""

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_MOST_LAYERS: Final = 5
_MOST_BYTES: Final = 4096


@attrs.frozen
class Gift:
    """A policy for functions.

    Attributes:
        text: What the variable says.
        giver: Whose it is, as errors name it: an API's path, ...
    """

    text: str
    giver: str


def targets_of(caller: str, functions: Sequence[Any], *, wrap: bool) -> list[Target]:
    """The functions that an app named, each once.

    Args:
        caller: What it called, as errors name it.
        functions: What it named.
        wrap: Whether their handlers are to be called by the layer's.

    Raises:
        TypeError: It named none, or what is no function.
        ValueError: With all that cannot be changed or wrapped.
    """
    wrong = [f"it takes Lambda functions, not {value!r:.200}" for value in functions if not is_function(value)]
    if wrong or not functions:
        raise TypeError(
            f"{caller}: {'; '.join(wrong) or 'it names no function'}: write the functions themselves, each an argument"
        )
    targets: dict[str, Target] = {}
    problems = []
    for function in functions:
        target = target_at(function)
        if target is None:
            problems.append(
                f"{function.node.path} is an import, and cannot be changed from here: share the policy where the "
                f"function is made, by CorsRuntime.share(policy, function), or set {POLICY_VARIABLE} there"
            )
        else:
            targets.setdefault(identity(target.cfn), target)
    problems += [problem for target in targets.values() if wrap for problem in _wrap_problems(target, target.read())]
    if problems:
        raise ValueError(f"{caller}: {'; '.join(problems)}")
    return list(targets.values())


def give(
    gift: Gift, targets: Sequence[tuple[Target, bool]], layer_of: Callable[[IConstruct], lambda_.ILayerVersion]
) -> list[str]:
    """Give functions a policy.

    Args:
        gift: The policy.
        targets: The functions, each once, and whether each is to be wrapped.
        layer_of: The layer of the stack that a construct is in.

    Returns:
        What is wrong; nothing is changed then.
    """
    problems = [problem for target, wrap in targets for problem in _problems(gift, target, wrap=wrap)]
    if problems:
        return problems
    try:
        for target, wrap in targets:
            _give(gift, target, layer_of, wrap=wrap)
    except RuntimeError as error:  # jsii's: the stack takes no assets
        why = str(error).strip().partition("\n")[0]
        return [f"the layer cannot be uploaded: {why}. Have the stack take assets, as its default synthesizer does."]
    except ValueError as error:  # the layer's name is taken
        return [str(error)]
    return []


def is_given(target: Target) -> bool:
    """Whether a function has a policy already."""
    return identity(target.cfn) in _GIVEN


def is_given_its_own(target: Target) -> bool:
    """Whether a function has a policy that is no API's."""
    gift = _GIVEN.get(identity(target.cfn))
    return gift is not None and gift.giver == BY_ITSELF


def _give(gift: Gift, target: Target, layer_of: Callable[[IConstruct], lambda_.ILayerVersion], *, wrap: bool) -> None:
    said = target.read()
    _GIVEN.setdefault(identity(target.cfn), gift)
    if POLICY_VARIABLE not in (said.variables or {}):
        target.set_variable(POLICY_VARIABLE, gift.text)
    if said.takes_layer:
        target.add_layer(layer_of(target.cfn))
    if wrap and said.handler != said.wrapper:
        target.set_variable(HANDLER_VARIABLE, said.handler)
        target.set_handler(said.wrapper)
    target.follow()


def _problems(gift: Gift, target: Target, *, wrap: bool) -> Iterator[str]:
    said = target.read()
    if wrap:
        yield from _wrap_problems(target, said)
    first = _GIVEN.get(identity(target.cfn))
    if first is not None and not _say_the_same(first, gift, target):
        yield (
            f"{target.path} is to answer by two policies, that of {first.giver} and that of {gift.giver}, and has one "
            "variable for it: give both the same policy, or each a function of its own"
        )
        return
    yield from _variable_problems(gift, target, said, wrap=wrap)
    yield from _layer_problems(target, said)


def _say_the_same(one: Gift, other: Gift, target: Target) -> bool:
    """Whether two policies are one for a function. The CDK has a new token for each joined list."""
    if one.text == other.text:
        return True
    if not Token.is_unresolved(one.text) or not Token.is_unresolved(other.text):
        return False
    (said, meant), (others_said, others_meant) = (
        (Stack.of(target.cfn).resolve(it.text), mentioned(it.text, target.cfn)) for it in (one, other)
    )
    return bool(said == others_said and meant == others_meant)


def _wrap_problems(target: Target, said: Properties) -> list[str]:
    why = said.why_not_wrapped()
    if why is None:
        return []
    return [
        f"{target.path} {why}, so it cannot be wrapped: share the policy with it without wrap, and have "
        f"its own code send the headers that {POLICY_VARIABLE} tells"
    ]


def _variable_problems(gift: Gift, target: Target, said: Properties, *, wrap: bool) -> Iterator[str]:
    variables = said.variables
    if variables is None:
        yield (
            f"{target.path} has environment variables that only deployment knows, so none can be added: write them as "
            "a mapping"
        )
        return
    new = {POLICY_VARIABLE: Stack.of(target.cfn).resolve(gift.text)}
    if wrap and said.handler != said.wrapper:
        new[HANDLER_VARIABLE] = said.handler
    for name, value in new.items():
        if variables.get(name, value) != value:
            yield (
                f"{target.path} sets {name} itself, to something else than {gift.giver} would: leave it out there, or "
                "do not share the policy with this function"
            )
    measured = _size({**variables, **new})
    if measured > _MOST_BYTES:
        yield (
            f"{target.path} would have environment variables of {measured:,} bytes, and Lambda takes {_MOST_BYTES:,}; "
            f"{_size(new):,} are the policy's: name origins by patterns, or move other variables elsewhere"
        )


def _layer_problems(target: Target, said: Properties) -> Iterator[str]:
    if not said.takes_layer:
        return
    stack = Stack.of(target.cfn)
    layers, ours = said.layers, stack.node.try_find_child(LAYER_ID)
    if layers is None or not target.takes_more_layers:
        yield f"{target.path} has layers that only deployment knows, so none can be added: write them as a list"
        return
    has_ours = isinstance(ours, lambda_.LayerVersion) and stack.resolve(ours.layer_version_arn) in layers
    if not has_ours and len(layers) >= _MOST_LAYERS:
        yield (
            f"{target.path} has {len(layers)} layers, and Lambda takes {_MOST_LAYERS}, so there is no room for that of "
            "the policy: join some of them into one"
        )


def _size(variables: dict[str, Any]) -> int:
    """What Lambda measures, as far as it is known: the variables' JSON, its quotes escaped.

    "String measured" in its error shows that; see
    https://github.com/github-aws-runners/terraform-aws-github-runner/issues/3594.
    """
    known = {name: _known(value) for name, value in variables.items()}
    return len(json.dumps(known, ensure_ascii=False, separators=(",", ":")).encode())


def _known(value: Any) -> str:
    match value:
        case {"Fn::Join": [str(), list(parts)]}:
            return "".join(part for part in parts if isinstance(part, str))
        case str():
            return value
        case _:
            return ""


_GIVEN: Final[dict[str, Gift]] = {}
