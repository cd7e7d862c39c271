"""Changes to make to a template, said in words: each is a function that changes the document."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from .right import JSON, Json, answer_of, declared_by, deployed, properties_of, ref, sent_by

Change: TypeAlias = Callable[[Json], None]

GONE: Final = object()
"""Stands for a property that is taken away."""

UNKNOWN: Final = "Given"
"""The parameter without a default that `knowing_nothing_of` adds."""


def nothing(_document: Json) -> None:
    """The template as it is."""


def both(*changes: Change) -> Change:
    def change(document: Json) -> None:
        for each in changes:
            each(document)

    return change


def having(name: str, *path: str | int, value: Any) -> Change:
    """A resource's property, by its path, is something else, or gone."""

    def change(document: Json) -> None:
        *above, last = path
        holder: Any = properties_of(document, name)
        for step in above:
            holder = holder[step]
        if value is GONE:
            del holder[last]
        else:
            holder[last] = value

    return change


def sending(header: str, value: Any, name: str = "UsersOptions") -> Change:
    """A method's answer maps a header, and declares it."""

    def change(document: Json) -> None:
        sent_by(document, name)[f"method.response.header.{header}"] = value
        declared_by(document, name)[f"method.response.header.{header}"] = True

    return change


def not_sending(header: str, name: str = "UsersOptions") -> Change:
    """A method's answer neither maps nor declares a header."""

    def change(document: Json) -> None:
        del sent_by(document, name)[f"method.response.header.{header}"]
        del declared_by(document, name)[f"method.response.header.{header}"]

    return change


def running(template: Any) -> Change:
    """The preflight's response template is another one."""

    def change(document: Json) -> None:
        answer_of(document)["ResponseTemplates"] = {JSON: template}

    return change


def failing_with(header: str, value: Any, *names: str) -> Change:
    """Gateway responses set a header; None takes it away."""

    def change(document: Json) -> None:
        for name in names or ("Errors4xx", "Errors5xx"):
            headers = properties_of(document, name).setdefault("ResponseParameters", {})
            headers.pop(f"gatewayresponse.header.{header}", None)
            if value is not None:
                headers[f"gatewayresponse.header.{header}"] = value

    return change


def with_resource(name: str, resource: Json) -> Change:
    """There is another resource, and the deployment waits for it where it has to."""

    def change(document: Json) -> None:
        document["Resources"][name] = resource
        if "Users" in document["Resources"]:
            deployed(document)

    return change


def without(*names: str) -> Change:
    """Resources are gone, and nothing waits for them."""

    def change(document: Json) -> None:
        for name in names:
            del document["Resources"][name]
        if "Deployment" not in names:
            deployed(document)

    return change


def knowing_nothing_of(change: Callable[[Json], Change]) -> Change:
    """A change that is handed a value which only a deployment knows."""

    def with_parameter(document: Json) -> None:
        document["Parameters"] = {UNKNOWN: {"Type": "String"}}
        change(ref(UNKNOWN))(document)

    return with_parameter


def quoting(value: Any) -> Json:
    """A literal with an unknown value in it."""
    return {"Fn::Join": ["", ["'", value, "'"]]}
