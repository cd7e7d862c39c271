"""Reads a document, JSON or YAML, or copies a mapping: plain values with string keys, of bounded size and depth."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

import attrs

from cors_constructs.simulate.template.places import Place, kind, shown, walk
from cors_constructs.simulate.values import TemplateError

# CloudFormation takes templates of 1 MB, and API Gateway definitions of 6 MB: what is larger is something else.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_MOST_BYTES: Final = 8 * 1024 * 1024
_MOST_VALUES: Final = 300_000
_DEEPEST: Final = 100
_LARGEST: Final = 10**300
_COMMENTS: Final = ("//", "/*")

_TOO_DEEP: Final = f"it is nested more than {_DEEPEST} deep"


@attrs.frozen
class Content:
    """A JSON or YAML document that stands in no file.

    Attributes:
        content: The document.
        name: What to call it in errors and findings.
    """

    content: bytes = attrs.field(repr=False)
    name: str

    @classmethod
    def of_stream(cls, stream: BinaryIO, name: str) -> "Content":
        """Reads a stream, to its end unless it is longer than any template.

        Raises:
            TemplateError: It cannot be read.
        """
        try:
            return cls(stream.read(_MOST_BYTES + 1), name)
        except (OSError, ValueError) as error:
            raise _unreadable(error, name) from None


def read_content(content: Content) -> Any:
    """What a JSON or YAML document holds.

    Raises:
        TemplateError: As of `read_document`.
    """
    return _parsed(content.content, content.name, may_be_flow=False)


def read_document(path: Path, file: str) -> Any:
    """What a JSON or YAML file holds.

    Args:
        path: The file.
        file: What to call it in errors.

    Raises:
        TemplateError: The file cannot be read, or is neither JSON nor YAML, with the line and column; or it is too
            large or too deeply nested to be a template.
    """
    return _parsed(_content(path, file), file, may_be_flow=path.suffix.lower() in {".yaml", ".yml"})


def _parsed(content: bytes, file: str, *, may_be_flow: bool) -> Any:
    """What a document holds. YAML in its flow style looks like JSON, and is told by its file's name."""
    if len(content) > _MOST_BYTES:
        fix = "CloudFormation takes templates of up to 1 MB"
        raise TemplateError(file, "", f"it is larger than {_MOST_BYTES // 2**20} MB", fix)
    text = _decoded(content, file)
    start = text.lstrip()[:1]
    if not start:
        raise TemplateError(file, "", "it is empty", "write a template into it")
    if (start in "{[" or text.lstrip().startswith(_COMMENTS)) and not may_be_flow:
        return _json(text, file)
    try:
        return _json(text, file) if start in "{[" else _yaml(text, file)
    except TemplateError:
        if start in "{[":
            return _yaml(text, file)
        raise


def plain_copy(given: Any, file: str | None) -> Any:
    """A copy of a value that holds nothing but plain ones, each once, and whose keys are strings.

    Raises:
        TemplateError: It holds something that JSON has no word for, or it is too large or too deep.
    """
    copied: list[Any] = []
    waiting: list[tuple[Any, Any, str | int, Place]] = [(given, copied, 0, Place(file))]
    seen = 0
    while waiting:
        value, into, key, place = waiting.pop()
        seen += 1
        if len(place.parts) > _DEEPEST:
            raise TemplateError(file, "", _TOO_DEEP, "look for a part that holds itself")
        if seen > _MOST_VALUES:
            raise TemplateError(file, "", f"it has more than {_MOST_VALUES} values, once aliases are expanded")
        plain: Any
        if isinstance(value, Mapping):
            plain = {_key(name, place): None for name in value}
            waiting.extend(
                (item, plain, _key(name, place), place.at(_key(name, place))) for name, item in value.items()
            )
        elif isinstance(value, list | tuple):
            plain = [None] * len(value)
            waiting.extend((item, plain, index, place.at(index)) for index, item in enumerate(value))
        else:
            plain = _scalar(value, place)
        if into is copied:
            copied.append(plain)
        else:
            into[key] = plain
    return copied[0]


def _content(path: Path, file: str) -> bytes:
    if _is_named_pipe(path):
        raise TemplateError(file, "", "it is a named pipe", "give a file")
    try:
        with path.open("rb") as opened:
            return opened.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise TemplateError(file, "", "there is no such file", "check the path") from None
    except PermissionError:
        raise TemplateError(file, "", "it may not be read", "check its permissions") from None
    except (OSError, ValueError) as error:
        raise _unreadable(error, file) from None


def _unreadable(error: Exception, file: str) -> TemplateError:
    return TemplateError(file, "", f"it cannot be read: {getattr(error, 'strerror', None) or error}")


def _is_named_pipe(path: Path) -> bool:
    """Whether reading might wait for ever. A shell's own (`<(...)`, /dev/stdin) have somebody at the other end."""
    return path.is_fifo() and not str(path).startswith(("/dev/", "/proc/"))


def _decoded(content: bytes, file: str) -> str:
    if content.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        raise TemplateError(file, "", "it is UTF-32", "save it as UTF-8")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TemplateError(file, "", "it is UTF-16", "save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TemplateError(file, f"byte {error.start + 1}", "it is not UTF-8", "give a template") from None
    if "\0" in text:
        raise TemplateError(file, f"character {text.index(chr(0)) + 1}", "it is a binary file", "give a template")
    return text


# JSON


def _json(text: str, file: str) -> Any:
    """What a JSON text holds. A key may be there twice: CloudFormation takes the last, and so does `json`."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        fix = "JSON has no comments: remove them" if text.startswith(_COMMENTS, error.pos) else ""
        raise TemplateError(file, place, f"it is not JSON: {error.msg[:1].lower()}{error.msg[1:]}", fix) from None
    except RecursionError:
        raise TemplateError(file, "", _TOO_DEEP) from None
    except ValueError:  # https://docs.python.org/3/library/stdtypes.html#int-max-str-digits
        raise TemplateError(file, "", "it has a number of thousands of digits", "quote it") from None
    _check_json(document, file)
    return document


def _check_json(document: Any, file: str) -> None:
    level, depth, seen = [document], 0, 0
    while level:
        depth, seen = depth + 1, seen + len(level)
        if seen > _MOST_VALUES:
            raise TemplateError(file, "", f"it has more than {_MOST_VALUES} values")
        if depth > _DEEPEST:
            raise TemplateError(file, "", _TOO_DEEP)
        below: list[Any] = []
        for value in level:
            type_ = type(value)
            if type_ is dict:
                below.extend(value.values())
            elif type_ is list:
                below.extend(value)
            elif type_ is not str and type_ is not bool and value is not None:
                _check_odd(value, document, file)
        level = below


def _check_odd(value: Any, document: Any, file: str) -> None:
    if not -_LARGEST < value < _LARGEST:  # not a number at all is in no range either
        place = Place(file, next(path for path, other in walk(document) if other is value))
        raise place.error(f"it is {kind(value)}", "write a number that JSON has")


# YAML, and mappings


def _yaml(text: str, file: str) -> Any:
    from cors_constructs.simulate.template.short_forms import read_yaml  # noqa: PLC0415 - JSON needs no YAML reader

    return plain_copy(read_yaml(text, file, deepest=_DEEPEST, most=_MOST_VALUES), file)


def _key(name: Any, place: Place) -> str:
    if isinstance(name, str):
        return name
    if isinstance(name, int) and not isinstance(name, bool):
        return str(_scalar(name, place))
    raise place.error(f"a key is {kind(name)}", "write a string")


def _scalar(value: Any, place: Place) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float) and -_LARGEST < value < _LARGEST:
        return value
    if isinstance(value, float):
        raise place.error(f"it is {kind(value)}", "write a number that JSON has")
    if hasattr(value, "isoformat"):  # YAML readers make dates of what CloudFormation takes for strings
        return str(value.isoformat())
    raise place.error(
        f"it is {shown(type(value).__name__)}", "write a string, a number, true, false, a list or a mapping"
    )
