"""The methods of a SAM API without a document: each is an event of a function, or of a state machine.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from aws_cdk import CfnResource, Stack, TreeInspector
from aws_cdk import aws_sam as sam
from constructs import IConstruct

from cors_constructs.cdk.references import referents

_SOURCES: Final = (sam.CfnFunction, sam.CfnStateMachine)


@attrs.frozen
class Event:
    """One of them.

    Attributes:
        verb: `GET`, ..., or `ANY`.
        path: Its path.
        key: Its name in `Events`.
        source: What it belongs to.
        authorizer: The authorizer that it names, `NONE` among them; None where it names none.
        says_no_key: Whether it says `ApiKeyRequired: false`.
    """

    verb: str
    path: str
    key: str
    source: CfnResource
    authorizer: str | None
    says_no_key: bool

    @property
    def name(self) -> str:
        """`GET /users`."""
        return f"{self.verb} {self.path}"


def events_of(api: sam.CfnApi) -> list[Event]:
    """The events of the API's stack that are the API's methods."""
    stack = Stack.of(api)
    sources = [node for node in stack.node.find_all() if isinstance(node, _SOURCES)]
    listed = [
        (source, key, event["properties"])
        for source in sources
        for key, event in _api_events(source)
        if _is_whole(event)
    ]
    meant, *said = referents(stack, [api.ref, *(properties["restApiId"] for _, _, properties in listed)])
    return [
        _event(source, key, properties)
        for (source, key, properties), referent in zip(listed, said, strict=True)
        if referent == meant
    ]


def implicit_events_of(nodes: Sequence[IConstruct]) -> list[str]:
    """The events that name no API, each with its function: SAM makes one of its own for them, at deployment.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html
    """
    return [
        f"{source.node.path} ({key})"
        for source in nodes
        if isinstance(source, _SOURCES)
        for key, event in _api_events(source)
        if isinstance(event.get("properties"), Mapping) and event["properties"].get("restApiId") is None
    ]


def may_have_globals(api: sam.CfnApi) -> bool:
    """Whether the template of an API may have `Globals`, which cannot be seen: those of a template brought in."""
    # Loading it takes its time, and who brings a template in has it loaded.
    loaded = sys.modules.get("aws_cdk.cloudformation_include")
    nodes = Stack.of(api).node.find_all()
    return loaded is not None and any(isinstance(node, loaded.CfnInclude) for node in nodes)


def properties_of(resource: CfnResource) -> dict[str, Any]:
    """What a resource was told, by the names that the CDK has for it.

    The attributes of the Python classes will not do: jsii cannot tell the kinds of events apart, and fails.
    """
    inspector = TreeInspector()
    resource.inspect(inspector)  # type: ignore[attr-defined] # every generated resource can be inspected
    properties = inspector.attributes.get("aws:cdk:cloudformation:props")
    return dict(properties) if isinstance(properties, Mapping) else {}


def _api_events(source: CfnResource) -> Sequence[tuple[str, Any]]:
    events = properties_of(source).get("events")
    if not isinstance(events, Mapping):
        return []
    return [(key, event) for key, event in events.items() if isinstance(event, Mapping) and event.get("type") == "Api"]


def _is_whole(event: Mapping[str, Any]) -> bool:
    properties = event.get("properties")
    return isinstance(properties, Mapping) and all(
        isinstance(properties.get(name), str) for name in ("restApiId", "method", "path")
    )


def _event(source: CfnResource, key: str, properties: Mapping[str, Any]) -> Event:
    auth = properties.get("auth")
    auth = auth if isinstance(auth, Mapping) else {}
    return Event(
        verb=str(properties["method"]).upper(),
        path=str(properties["path"]),
        key=key,
        source=source,
        authorizer=auth.get("authorizer"),
        says_no_key=auth.get("apiKeyRequired") is False,
    )
