"""CORS headers on the answers of operations whose integrations are no proxies, inside a document.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration-responses.html:
the headers are mapped in each response of the integration, and declared in the operation's response of its status.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.openapi.copying import plain_copy
from cors_constructs.render.openapi.deployment import known_when
from cors_constructs.render.openapi.edits import Edits, take_back
from cors_constructs.render.openapi.marks import mark_answers, marked_answers
from cors_constructs.render.openapi.operations import INTEGRATION, Operation, PathItem, resource_of
from cors_constructs.render.openapi.problems import Parts, place
from cors_constructs.render.openapi.reader import Reader
from cors_constructs.render.responses import Carried, carry

_NOT_PROXIES: Final = frozenset({"aws", "http", "mock"})
_ANSWERS: Final = "responses"
_PARAMETERS: Final = "responseParameters"
_TEMPLATES: Final = "responseTemplates"
_HANDLING: Final = "contentHandling"
_WRITE: Final = 'write responseTemplates: {"application/json": "$input.body"} in it'


@attrs.frozen(eq=False)
class Answer:
    """A response of an integration.

    Attributes:
        operation: The operation.
        name: What selects it: a pattern, or `default`.
        said: What the document says of it.
        status: Its status.
    """

    operation: Operation
    name: str
    said: dict[str, Any]
    status: str

    @property
    def is_mock(self) -> bool:
        """Whether the integration is a MOCK."""
        return _type_of(self.operation) == "mock"


@attrs.define(eq=False)
class Lacking:
    """The operations whose answers some pages will not be able to read.

    Attributes:
        operations: Their names, by the reason, which says what to write instead.
    """

    operations: dict[str, list[str]] = attrs.field(factory=dict)

    def note(self, operation: Operation, reason: str) -> None:
        """Note a reason, once for an operation."""
        named = self.operations.setdefault(reason, [])
        if operation.name not in named:
            named.append(operation.name)


def take_answers_back(document: dict[str, Any]) -> None:
    """Take out what was added before to the answers of operations."""
    paths = document.get("paths")
    for path, changes in marked_answers(document).items():
        item = paths.get(path) if isinstance(paths, dict) else None
        for key, notes in changes.items():
            operation = item.get(key) if isinstance(item, dict) else None
            if isinstance(operation, dict):
                take_back(operation, notes)


def read_answers(reader: Reader, items: Iterable[PathItem], lacking: Lacking) -> list[Answer]:
    """Read the responses of integrations that are no proxies. OPTIONS is the preflight's, or else the author's."""
    return [
        answer
        for item in items
        for operation in item.operations
        if operation.verb != "OPTIONS" and _type_of(operation) in _NOT_PROXIES
        for answer in _answers(reader, operation, lacking)
    ]


def carry_answers(
    reader: Reader,
    answers: Sequence[Answer],
    policies: PolicyTree,
    join: Callable[[Sequence[str]], str] | None,
    lacking: Lacking,
) -> None:
    """Add the headers, each operation those of its path's policy."""
    changes: dict[str, dict[str, Any]] = {}
    edits: dict[int, Edits] = {}
    for answer in answers:
        operation = answer.operation
        carried = carry(
            policies.at(resource_of(operation.path)),
            parameters=answer.said.get(_PARAMETERS) or {},
            templates=answer.said.get(_TEMPLATES),
            is_mock=answer.is_mock,
            declared=_headers(reader, operation, answer.status),
            join=join,
            write=_WRITE,
        )
        if carried.lacking is not None:
            lacking.note(operation, carried.lacking)
        edit = edits.setdefault(id(operation), Edits(operation.value))
        _put(edit, answer, carried)
        _declare(reader, edit, answer, carried.declared)
        if edit.notes:
            changes.setdefault(operation.path, {})[operation.key] = edit.notes
    if changes:
        mark_answers(reader.document, changes)


def _type_of(operation: Operation) -> str:
    integration = operation.value.get(INTEGRATION)
    kind = integration.get("type") if isinstance(integration, dict) else None
    return kind.lower() if isinstance(kind, str) else ""


def _answers(reader: Reader, operation: Operation, lacking: Lacking) -> Iterator[Answer]:
    parts = (*operation.parts, INTEGRATION, _ANSWERS)
    named = operation.value[INTEGRATION].get(_ANSWERS)
    if not _is_known(operation, parts, named, lacking):
        return
    for name, given in (reader.section(named, parts) or {}).items():
        here = (*parts, name)
        said = reader.section(given, here) if _is_known(operation, here, given, lacking) else None
        if said is None or said.get("statusCode") is None:  # without a status API Gateway does not import it
            continue
        known = [
            _is_known(operation, (*here, what), said.get(what), lacking)
            for what in ("statusCode", _PARAMETERS, _TEMPLATES)
        ]
        if not all(known):
            continue
        read = [reader.section(said.get(what), (*here, what)) for what in (_PARAMETERS, _TEMPLATES)]
        answer = Answer(operation, name, said, str(said["statusCode"]))
        if None not in read and _declares(reader, answer, lacking):
            yield answer


def _declares(reader: Reader, answer: Answer, lacking: Lacking) -> bool:
    """Whether it can be read what the operation's response of the same status declares."""
    parts: Parts = answer.operation.parts
    found: Any = answer.operation.value
    for name in (_ANSWERS, answer.status, "headers"):
        found, parts = reader.followed(found.get(name)), (*parts, name)
        if not _is_known(answer.operation, parts, found, lacking):
            return False
        found = reader.section(found, parts)
        if found is None:
            return False
    return True


def _is_known(operation: Operation, parts: Parts, value: Any, lacking: Lacking) -> bool:
    when = known_when(value)
    if when is not None:
        within = place(parts[len(operation.parts) :])
        lacking.note(operation, f"{within} is {when}, and has to be read before: write it out")
    return when is None


def _headers(reader: Reader, operation: Operation, status: str) -> dict[str, Any]:
    """What the operation's response of a status declares; `_declares` has looked at it."""
    found: Any = operation.value
    for name in (_ANSWERS, status, "headers"):
        found = reader.followed(found.get(name)) or {}
    return dict(found)


def _put(edits: Edits, answer: Answer, carried: Carried) -> None:
    """Map the headers, and extend the templates."""
    there = (INTEGRATION, _ANSWERS, answer.name)
    mapped: Mapping[str, Any] = answer.said.get(_PARAMETERS) or {}
    for name, value in carried.parameters.items():
        if name not in mapped or mapped[name] != value:
            edits.put(value, *there, _PARAMETERS, name)
    templates: Mapping[str, Any] = answer.said.get(_TEMPLATES) or {}
    for name, template in (carried.templates or {}).items():
        before = templates.get(name)
        if isinstance(template, str) and isinstance(before, str) and template.endswith(before):
            if template != before:
                edits.put_before(template[: len(template) - len(before)], *there, _TEMPLATES, name)
        elif template != before:
            edits.put(template, *there, _TEMPLATES, name)
    if carried.content_handling is not None and answer.said.get(_HANDLING) is None:
        edits.put(carried.content_handling, *there, _HANDLING)


def _declare(reader: Reader, edits: Edits, answer: Answer, names: Sequence[str]) -> None:
    """Declare headers in the operation's response. One that others share is written out, and theirs stays."""
    if not names:
        return
    response = edits.section(_ANSWERS).get(answer.status)
    if response is None:
        edits.put({"description": f"{answer.status} response"}, _ANSWERS, answer.status)
    elif "$ref" in response:
        edits.put(plain_copy(reader.followed(response)), _ANSWERS, answer.status)
    for name in names:
        edits.put(reader.dialect.string(), _ANSWERS, answer.status, "headers", name)
