"""Values of headers, read as the standards read them. Everything here is pure, and remembers what it has read."""

import re
from functools import lru_cache
from typing import Final

_TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - HTTP's word, and no secret
_IS_TOKEN = re.compile(_TOKEN)
_DELTA_SECONDS = re.compile("[0-9]+")
# https://fetch.spec.whatwg.org/#simple-range-header-value, without blanks
_RANGE = re.compile("bytes=([0-9]+)-([0-9]*)")
# https://mimesniff.spec.whatwg.org/#parse-a-mime-type: parameters never make it fail.
_MIME_TYPE = re.compile(rf"({_TOKEN}/{_TOKEN})[ \t\r\n]*(?:;.*)?", re.DOTALL)
# https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte
_UNSAFE_BYTE = re.compile(r'[\x00-\x08\x0a-\x1f"():<>?@\[\\\]{}\x7f]')
_LANGUAGES = re.compile("[0-9A-Za-z *,.;=-]*")

_UNQUOTED = re.compile('[^",]+')
# https://fetch.spec.whatwg.org/#collect-an-http-quoted-string: the end of the text closes it too.
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)

_LONGEST_SAFE_VALUE: Final = 128
_SIMPLE_TYPES: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})

# https://fetch.spec.whatwg.org/#http-tab-or-space
TAB_OR_SPACE: Final = "\t "


def is_token(text: str) -> bool:
    """Whether a text is a token, as methods and header names are (https://httpwg.org/specs/rfc9110.html#tokens)."""
    return _IS_TOKEN.fullmatch(text) is not None


@lru_cache(1024)
def read_list(lines: tuple[str, ...]) -> tuple[str, ...] | None:
    """The items of a list of tokens (`#method`, `#field-name`) by its field lines; None where one is no such list.

    See https://fetch.spec.whatwg.org/#extract-header-list-values.
    """
    # https://httpwg.org/specs/rfc9110.html#abnf.extension.recipient: empty items are passed over.
    items = tuple(item for line in lines for piece in line.split(",") if (item := piece.strip(TAB_OR_SPACE)))
    return items if all(map(is_token, items)) else None


@lru_cache(256)
def read_max_age(lines: tuple[str, ...]) -> int | None:
    """Seconds, or None where the header is missing, stands on several lines, or is no `delta-seconds`.

    See https://fetch.spec.whatwg.org/#http-access-control-max-age.
    """
    if len(lines) != 1 or not _DELTA_SECONDS.fullmatch(lines[0].strip(TAB_OR_SPACE)):
        return None
    # https://httpwg.org/specs/rfc9111.html#delta-seconds: what is too large to hold counts as 2^31.
    digits = lines[0].strip(TAB_OR_SPACE).lstrip("0")
    return int(digits or "0") if len(digits) <= 10 else 2**31  # noqa: PLR2004 - 2^31 has ten digits


@lru_cache(4096)
def is_safelisted(name: str, value: str) -> bool:
    """Whether a request's header needs no leave: https://fetch.spec.whatwg.org/#cors-safelisted-request-header.

    Args:
        name: In lower case.
        value: One character a byte.
    """
    if len(value) > _LONGEST_SAFE_VALUE:
        return False
    if name == "accept":
        return not _UNSAFE_BYTE.search(value)
    if name in {"accept-language", "content-language"}:
        return _LANGUAGES.fullmatch(value) is not None
    if name == "content-type":
        return not _UNSAFE_BYTE.search(value) and _essence(value) in _SIMPLE_TYPES
    if name == "range":
        return _is_simple_range(value)
    return False


def _essence(value: str) -> str | None:
    found = _MIME_TYPE.fullmatch(value.strip("\t\r\n "))
    return found and found[1].lower()


def _is_simple_range(value: str) -> bool:
    found = _RANGE.fullmatch(value)
    return found is not None and (not found[2] or int(found[1]) <= int(found[2]))


def split_value(value: str) -> list[str]:
    """The parts of a value between commas, those within quotes aside.

    See https://fetch.spec.whatwg.org/#header-value-get-decode-and-split.
    """
    parts, part, position = [], "", 0
    while position < len(value):
        found = _QUOTED.match(value, position) or _UNQUOTED.match(value, position)
        if found:
            part += found[0]
            position = found.end()
        else:  # a comma
            parts.append(part.strip(TAB_OR_SPACE))
            part = ""
            position += 1
    return [*parts, part.strip(TAB_OR_SPACE)]
