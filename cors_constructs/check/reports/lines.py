"""The line that a resource starts at: found by its key, without parsing the template a second time."""

import functools
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cors_constructs.simulate.model import Source

# A larger file would cost more time than a line is worth.
_LARGEST: Final = 20_000_000

_RESOURCES: Final = re.compile(r"""^([ \t]*)["']?Resources["']?[ \t]*:[ \t]*\{?[ \t]*(?:#.*)?\r?$""", re.MULTILINE)
_KEY: Final = re.compile(r"""^([ \t]*)["']?([A-Za-z0-9]+)["']?[ \t]*:""", re.MULTILINE)


def line_of(source: Source) -> int | None:
    """The line of a resource's logical id, counted from 1; of what SAM made it of, where it made it.

    None where it cannot be known cheaply: the template is a mapping, no file that could be read again, or on one line.
    """
    if source.file is None:
        return None
    path = Path(source.file)
    try:
        told = path.stat()
        # As it is now: who checks again after an edit wants the new lines.
        is_text = stat.S_ISREG(told.st_mode) and told.st_size <= _LARGEST
        lines = _lines(path.absolute(), told.st_size, told.st_mtime_ns) if is_text else {}
    except (OSError, ValueError):
        return None
    return lines.get(_written_id(source))


def _written_id(source: Source) -> str:
    match (source.written or "").split("."):
        case ["Resources", logical_id, *_]:
            return logical_id
    return source.logical_id


# A report asks for the same files again and again, one after the other.
@functools.lru_cache(maxsize=8)
def _lines(path: Path, _size: int, _modified: int) -> Mapping[str, int]:
    return _lines_of_resources(path.read_bytes().decode("utf-8", "replace"))


def _lines_of_resources(text: str) -> dict[str, int]:
    # Of a key twice, the last one counts; and what stands deeper is another.
    section = min(reversed([*_RESOURCES.finditer(text)]), key=lambda it: len(it[1]), default=None)
    if section is None:
        return {}
    lines: dict[str, int] = {}
    indent: int | None = None
    line, counted = text.count("\n", 0, section.end()) + 1, section.end()
    for key in _KEY.finditer(text, section.end()):
        depth = len(key[1])
        if depth <= len(section[1]):
            break
        indent = depth if indent is None else indent
        if depth == indent:
            line, counted = line + text.count("\n", counted, key.start()), key.start()
            lines[key[2]] = line
    return lines
