"""Where a document comes from: a mapping, a file, or text."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cors_constructs.policy import tokens
from cors_constructs.render.openapi.copying import DEEPEST, Twice, is_broken, plain_copy
from cors_constructs.render.openapi.deployment import known_when
from cors_constructs.render.openapi.problems import OpenApiError, kind, one_line

# API Gateway takes 6 MB; comments and spaces may add to that.
_MOST_BYTES: Final = 16 * 1024 * 1024
_BYTE_ORDER_MARK: Final = "\ufeff"


def load_document(source: Mapping[str, Any] | str | Path) -> dict[str, Any]:
    """Read an OpenAPI document.

    Keys that YAML would take for numbers or truth values (`200:`, `on:`) are the strings that they are in OpenAPI, and
    so are dates. CloudFormation's short forms (`!Sub`) become its long ones, which it works out in a document that
    stands in a template, and not in one that is uploaded as a file.

    Args:
        source: A mapping, which is copied; the path of a JSON or YAML file; or JSON or YAML text, which is told from a
            path by a line break in it, or a `{` at its start.

    Returns:
        The document, which shares nothing with what was given but tokens of the CDK.

    Raises:
        OpenApiError: There is no such file, it cannot be read, is neither JSON nor YAML, or is no mapping; a key is
            there twice; or all of it is only known at deployment.
        TypeError: The source is none of these.
    """
    document = plain_copy(_read(source))
    when = known_when(document)
    if when is not None:
        raise OpenApiError(
            [f"the document is {when}, and has to be read before: give the document itself, or its file"]
        )
    if not isinstance(document, dict):
        said = "empty" if document is None else f"{kind(document)}, not a mapping"
        raise OpenApiError(
            [f"{_named(source)} is {said}: give an OpenAPI document, which begins with openapi or swagger"]
        )
    return document


def _read(source: object) -> Any:
    if isinstance(source, Mapping):
        return source
    if isinstance(source, Path):
        return _of_file(source)
    if not isinstance(source, str):
        if hasattr(source, "resolve") and not isinstance(source, type):  # a token of the CDK
            return source
        raise TypeError(
            f"an OpenAPI document is a mapping, a path or a text, not {type(source).__name__}: give one of these"
        )
    if tokens.is_string_token(source.strip()):
        return source
    if _is_text(source):
        return _parsed(source.removeprefix(_BYTE_ORDER_MARK), "the text")
    if not source.strip():
        raise OpenApiError(["the document is an empty text: give a mapping, a path, or JSON or YAML text"])
    return _of_file(Path(source))


def _is_text(source: str) -> bool:
    """Whether it is a document, and not the path of one."""
    start = source.removeprefix(_BYTE_ORDER_MARK)
    return not {"\n", "\r"}.isdisjoint(start) or start.lstrip().startswith("{")


def _of_file(path: Path) -> Any:
    name = one_line(str(path))
    try:
        is_folder = path.is_dir()
        content = b"" if is_folder else _first_bytes(path)
    except FileNotFoundError:
        raise OpenApiError([f"{name} is not there: check the path, which starts at {Path.cwd()}"]) from None
    except (OSError, ValueError) as error:
        raise OpenApiError([f"{name} cannot be read ({getattr(error, 'strerror', None) or error}): check it"]) from None
    if is_folder:
        raise OpenApiError([f"{name} is a folder: give the file in it"])
    if len(content) > _MOST_BYTES:
        raise OpenApiError([f"{name} is larger than {_MOST_BYTES // 2**20} MB, and API Gateway takes 6: give another"])
    return _parsed(_decoded(content, name), name)


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(_MOST_BYTES + 1)


def _decoded(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OpenApiError([f"{name} is not UTF-8, at byte {error.start + 1}: save it as UTF-8"]) from None
    if "\0" in text:
        raise OpenApiError([f"{name} holds a character NUL, so it is not text in UTF-8: save it as UTF-8"])
    return text


def _parsed(text: str, name: str) -> Any:
    """What a text says. YAML's flow style looks like JSON: what cannot be read as one may be the other."""
    if is_broken(text):
        raise OpenApiError([f"{name} holds half of a character (a lone surrogate): read it as UTF-8"])
    if not text.lstrip().startswith("{"):
        return _yaml(text, name)
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        problem = OpenApiError([f"{name}, {where}: it is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"])
    except RecursionError:
        raise OpenApiError([f"{name} is nested more than {DEEPEST} deep"]) from None
    except ValueError:  # https://docs.python.org/3/library/stdtypes.html#int-max-str-digits
        raise OpenApiError([f"{name} has a number of thousands of digits: put it in quotes"]) from None
    if name.lower().endswith(".json"):
        raise problem
    try:
        return _yaml(text, name)
    except OpenApiError as other:
        raise (other if name.lower().endswith((".yaml", ".yml")) else problem) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    names = [name for name, _ in pairs]
    twice = Twice(made)
    twice.key = next(name for name in names if names.count(name) > 1)
    return twice


def _yaml(text: str, name: str) -> Any:
    from cors_constructs.render.openapi.yaml_text import YamlError, read_yaml  # noqa: PLC0415 - JSON needs no YAML

    try:
        return read_yaml(text, deepest=DEEPEST)
    except YamlError as error:
        raise OpenApiError([f"{name}, {error}" if str(error).startswith("line") else f"{name}: {error}"]) from None


def _named(source: object) -> str:
    is_path = isinstance(source, Path) or (isinstance(source, str) and not _is_text(source))
    return one_line(str(source)) if is_path else "the document"
