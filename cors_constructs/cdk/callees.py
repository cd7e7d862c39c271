"""The functions behind an API: which of this app's constructs the addresses in its integrations lead to."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
from aws_cdk import Stack, Stage
from constructs import Construct, IConstruct

from cors_constructs.cdk.calls import Call
from cors_constructs.cdk.functions import Target, is_resource, target_at
from cors_constructs.cdk.references import mentioned, referents
from cors_constructs.cdk.tree import identity

# What API Gateway calls a function by, streaming or not.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
_FUNCTION: Final = re.compile(r"/functions/(?P<function>.+)/(response-streaming-)?invocations", re.DOTALL)
_NAME: Final = re.compile(r"\$\{(?P<name>[A-Za-z0-9]+)(\.[A-Za-z0-9.]+)?\}")


@attrs.frozen
class Callees:
    """What an API calls.

    Attributes:
        targets: The functions of this app, each once.
        unknown: What else is called, by the names of the methods that call it.
    """

    targets: Sequence[Target]
    unknown: Mapping[str, Sequence[str]]


def callees_of(api: Construct, calls: Sequence[Call]) -> Callees:
    """The functions that calls lead to."""
    targets: dict[str, Target] = {}
    unknown: dict[str, list[str]] = {}
    texts = _texts(api, calls)
    known = _Known(api)
    for call, text in zip(calls, texts, strict=True):
        target = target_at(call.source) if call.source is not None else known.target(text, call.uri)
        if target is None:
            unknown.setdefault(_named(text), []).append(call.name)
        else:
            targets.setdefault(identity(target.cfn), target)
    return Callees(list(targets.values()), unknown)


def _texts(api: IConstruct, calls: Sequence[Call]) -> list[str]:
    """The addresses, with `${Name}` or `${Name.Attribute}` for what CloudFormation fills in; all in one look."""
    distinct = {_key(call.uri): call.uri for call in calls if call.source is None}
    resolved = Stack.of(api).resolve(list(distinct.values())) if distinct else []
    texts = dict(zip(distinct, map(_flat, resolved), strict=True))
    return ["" if call.source is not None else texts[_key(call.uri)] for call in calls]


def _key(uri: Any) -> str:
    return uri if isinstance(uri, str) else json.dumps(uri, default=id)


def _flat(value: Any) -> str:  # noqa: PLR0911 - a line for each of CloudFormation's words
    match value:
        case str():
            return value
        case {"Ref": str(name)}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::GetAtt": str(text)}:
            return f"${{{text}}}"
        case {"Fn::Join": [str(between), list(parts)]}:
            return between.join(map(_flat, parts))
        case {"Fn::Sub": str(text)}:
            return text
        case {"Fn::Sub": [str(text), dict(variables)]}:
            for name, it in variables.items():
                text = text.replace(f"${{{name}}}", _flat(it))
            return text
        case _:
            return json.dumps(value, default=repr)


def _called(text: str) -> str:
    """The part of an address that says which function is called."""
    found = _FUNCTION.search(text)
    return found["function"] if found else text


def _named(text: str) -> str:
    return _called(text) or "what only deployment knows"


class _Known:
    """The functions, aliases and versions of the app, or of its stage of it, by logical id."""

    def __init__(self, api: Construct) -> None:
        self._api = api
        self._by_id: dict[str, list[IConstruct]] | None = None

    def target(self, text: str, uri: Any) -> Target | None:
        """The function that an address leads to."""
        for found in _NAME.finditer(_called(text)):
            meant = self._resources().get(found["name"], [])
            if len(meant) > 1:  # of several stacks: only the token itself tells whose it is
                meant = [resource for resource in meant if identity(resource) in mentioned(uri, self._api)]
            if meant:
                return target_at(meant[0])
        return None

    def _resources(self) -> dict[str, list[IConstruct]]:
        if self._by_id is None:
            self._by_id = {}
            for name, resource in _resources(self._api):
                self._by_id.setdefault(name, []).append(resource)
        return self._by_id


def _resources(api: IConstruct) -> Iterator[tuple[str, IConstruct]]:
    nodes = [node for node in (Stage.of(api) or api.node.root).node.find_all() if is_resource(node)]
    by_stack: dict[str, list[Any]] = {}
    for node in nodes:
        by_stack.setdefault(identity(Stack.of(node)), []).append(node)
    for some in by_stack.values():
        yield from zip(referents(Stack.of(some[0]), [node.ref for node in some]), some, strict=True)
