"""The values of a document: what becomes JSON, what is the CDK's, and what nobody can write."""

import decimal
import enum
import pathlib
import uuid
from typing import Any

import pytest

from cors_constructs import OpenApiError, patch_openapi
from cors_constructs.render.openapi import load_document

from .apis import MARK, ONE, api, operation

HALF = "\ud800"
BROKEN = "holds half of a character (a lone surrogate), which no text has: write the whole character"


class Status(enum.IntEnum):
    """Numbers that call themselves something else."""

    FINE = 200

    def __str__(self) -> str:
        return "fine"


class Kind(str, enum.Enum):
    """Texts that do."""

    MOCK = "mock"

    def __str__(self) -> str:
        return "the mock"


def test_enumerations_are_what_they_stand_for() -> None:
    (read,) = load_document({"a": {Status.FINE: Status.FINE, Kind.MOCK: Kind.MOCK}}).values()
    assert read == {"200": 200, "mock": "mock"}
    assert {type(value) for value in (*read, *read.values())} == {str, int}


class Described:
    """What the CDK knows how to write, such as its own enumerations and structs."""

    __jsii_type__ = "a.Type"


def test_what_the_cdk_writes_is_left_to_it() -> None:
    value = Described()
    assert load_document({"a": value})["a"] is value


@pytest.mark.parametrize(
    "value",
    [decimal.Decimal("1.5"), uuid.UUID(int=0), pathlib.PurePosixPath("a"), object(), range(3), print, str, Described],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_what_nobody_can_write_is_said_with_its_place(value: Any) -> None:
    with pytest.raises(OpenApiError) as caught:
        patch_openapi(api({"/a": {"get": operation(description=value)}}), ONE)
    (problem,) = caught.value.problems
    assert problem.startswith('paths./a.get.description is "')
    assert problem.endswith('", which JSON has no word for: write a string')


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        pytest.param({"a": HALF}, f"a {BROKEN}", id="a value"),
        pytest.param({"a": {HALF: 1}}, f'a."\\ud800" {BROKEN}', id="a key"),
        pytest.param('{"a": "\\ud800"}', f"a {BROKEN}", id="as JSON spells it"),
        pytest.param(
            f"a: {HALF}\n",
            "the text holds half of a character (a lone surrogate): read it as UTF-8",
            id="a text that was read wrongly",
        ),
        pytest.param(
            {"a": 10**400}, "a is a number of more than 300 digits: write a smaller one, or a string", id="a number"
        ),
    ],
)
def test_what_no_template_holds(document: Any, problem: str) -> None:
    with pytest.raises(OpenApiError) as caught:
        load_document(document)
    assert caught.value.problems == (problem,)


@pytest.mark.parametrize("mark", [[], {}, 1, None, "mine"], ids=repr)
def test_a_mark_that_is_not_ours_is_the_authors(mark: Any) -> None:
    preflight = operation(**{MARK: mark})
    after = patch_openapi(api({"/a": {"get": operation(), "options": preflight}}), ONE)
    assert after["paths"]["/a"]["options"] == preflight


@pytest.mark.parametrize(
    "text",
    ["\ufeffopenapi: 3.0.1\npaths: {}\n", '\ufeff{"openapi": "3.0.1", "paths": {}}', "openapi: 3.0.1\rpaths: {}\r"],
    ids=["a byte order mark", "one before JSON", "line breaks of old"],
)
def test_texts_that_look_like_a_path(text: str) -> None:
    assert load_document(text) == {"openapi": "3.0.1", "paths": {}}


def test_a_folder_is_one_problem(tmp_path: pathlib.Path) -> None:
    with pytest.raises(OpenApiError) as caught:
        load_document(tmp_path)
    assert caught.value.problems == (f"{tmp_path} is a folder: give the file in it",)
