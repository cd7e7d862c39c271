"""Origins to try a template with: those it means, and those that an attacker could have."""

import re
from collections.abc import Iterator
from typing import Final

from cors_constructs.check.samples import samples
from cors_constructs.policy.public_suffixes import is_public_suffix

STRANGERS: Final = ("https://stranger.invalid", "http://other.invalid:8080")
"""Origins that nobody lists."""

_STRING: Final = re.compile(r"'((?:[^']|'')*)'|\"((?:[^\"]|\"\")*)\"")
_PATTERN_CALLS: Final = frozenset({"matches", "replaceAll", "replaceFirst"})
_CALL: Final = re.compile(
    r"\.\s*(matches|replaceAll|replaceFirst|contains|startsWith|endsWith|indexOf|lastIndexOf)\s*\(\s*$"
)
_CALL_LENGTH: Final = 40
_REGEX: Final = re.compile(r"[\\^$*|(\[+?{]")
_ANYWHERE: Final = re.compile(r"\bhttps?://[A-Za-z0-9.-]+(?::[0-9]+)?(?![A-Za-z0-9.*+?{(\[\\:-])")
_ORIGIN: Final = re.compile(r"([a-z][a-z0-9+.-]*)://([^/:]+)(:\d+)?")


def literals(template: str) -> list[str]:
    """The strings in a template that look like origins to compare with, or like lists of them."""
    whole = (text for text, call in _strings(template) if call is None and "://" in text and text != "://")
    plain = (text for text in whole if not _REGEX.search(text.replace("://*.", "://")))
    return list(dict.fromkeys(piece.strip() for text in plain for piece in text.split(",") if piece.strip()))


def meant(template: str) -> list[str]:
    """Origins that a template may let in: its literals, samples of its patterns, wholes for its parts."""
    origins = literals(template)
    for text, call in _strings(template):
        if call in _PATTERN_CALLS or (call is None and "://" in text and _REGEX.search(text)):
            origins += samples(text)
        elif call is not None and text not in {"", "://"}:
            origins += _wholes(call, text)
    # Wherever else one stands: in a list written as JSON, say, that the template takes apart.
    return list(dict.fromkeys([*origins, *(found.rstrip(".") for found in _ANYWHERE.findall(template))]))


def patterns(template: str) -> list[str]:
    """The regular expressions that a template holds something against."""
    return list(dict.fromkeys(text for text, call in _strings(template) if call == "matches"))


def _strings(template: str) -> Iterator[tuple[str, str | None]]:
    """Each string, and the method of strings that it is handed to first; None for no such method."""
    for match in _STRING.finditer(template):
        call = _CALL.search(template, max(0, match.start() - _CALL_LENGTH), match.start())
        text = match.group(1) if match.group(1) is not None else match.group(2)
        yield text, call.group(1) if call else None


def _wholes(call: str, part: str) -> Iterator[str]:
    """Origins with a part in the place where a comparison looks for it."""
    if "://" in part:
        yield part
        yield f"{part}app.invalid" if part.endswith("://") else f"{part}.invalid"
    elif call == "startsWith":
        yield f"{part}s://app.invalid" if part == "http" else part
    else:
        host = part.strip(".")
        yield f"https://app.{host}"
        yield f"https://{host}"


def attacks(origin: str) -> Iterator[str]:
    """Origins that a careless comparison takes for this one, and that anybody may have."""
    match = _ORIGIN.fullmatch(origin)
    if not match:
        return
    scheme, host, port = match.group(1), match.group(2), match.group(3) or ""
    labels = host.split(".")
    yield f"{scheme}://{host}.evil.invalid{port}"
    for start in range(len(labels) - 1 or 1):
        yield f"{scheme}://evil{'.'.join(labels[start:])}{port}"
    for index in range(1, len(labels)):
        yield f"{scheme}://{'.'.join(labels[:index])}x{'.'.join(labels[index:])}{port}"
    if not port and len(labels[-1]) > 2:  # noqa: PLR2004 - of a shorter one no name is left
        yield f"{scheme}://{host[:-1]}"


def downgraded(origin: str) -> str | None:
    """The same host's origin by http, which anybody on the way can change; None where there is none of its own."""
    match = _ORIGIN.fullmatch(origin)
    if not match or match.group(1) != "https" or match.group(2) in {"localhost", "127.0.0.1"}:
        return None
    return f"http://{match.group(2)}{match.group(3) or ''}"


def same_site(one: str, other: str) -> bool:
    """Whether two origins belong to whoever registered the one name: https://publicsuffix.org/learn/."""
    return _site(one) == _site(other)


def _site(origin: str) -> str:
    match = _ORIGIN.fullmatch(origin)
    labels = match.group(2).split(".") if match else [origin]
    for start in range(len(labels) - 1, -1, -1):
        name = ".".join(labels[start:])
        if not is_public_suffix(name):
            return name
    return ".".join(labels)
