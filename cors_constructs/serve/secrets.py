"""What nobody may read in a log: API keys and tokens, however they are written there."""

import base64
import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cors_constructs.simulate.messages import Headers

_SHOWN: Final = 4  # characters of a secret
_MOST: Final = 8  # so many of each that a request brings are looked for: one counts, and a thousand would take time
_TOKEN: Final = 16  # characters that a token has at least: shorter ones are words, which a log is full of
_ESCAPE: Final = re.compile("%([0-9A-Fa-f]{2})")
_DEPTH: Final = 4  # so many times a text may be percent-encoded
# Of each three bytes base64 makes four characters. Where the bytes begin within the three, the first characters are
# made of what stands before, too.
_SHARED: Final = {0: 0, 1: 2, 2: 3}


def brought_by(headers: Headers) -> tuple[str, ...]:
    """The secrets that a request brings in headers: its API key, and the token that it is authorized by.

    The first few where it brings several, whichever of them counts.
    """
    tokens = (line.replace("\t", " ").rpartition(" ")[2] for line in headers.all("authorization")[:_MOST])
    return (*filter(None, headers.all("x-api-key")[:_MOST]), *(token for token in tokens if len(token) >= _TOKEN))


class Secrets:
    """Texts that are cut short wherever they stand: as they are, percent-encoded, or in base64, as tokens have them."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        """Takes them. One of a few characters is none."""
        self._texts = frozenset(texts)
        self._known = _written(tuple(self._texts))

    def hidden(self, text: str, own: Iterable[str] = ()) -> str:
        """A text with all of them cut short.

        Args:
            text: The text.
            own: Further ones.
        """
        others = tuple(secret for secret in own if secret not in self._texts)
        looked_for = [*self._known, *_written(others)] if others else self._known
        for secret, shown in looked_for:
            if secret in text:
                text = text.replace(secret, shown)
        return _decoded_and_hidden(text, looked_for) if "%" in text else text


@functools.lru_cache(maxsize=32)  # a client sends the same ones again and again
def _written(texts: tuple[str, ...]) -> Sequence[tuple[str, str]]:
    """Each way in which a secret may be written, and what is shown instead: the longest go first."""
    ways = {way: f"{text[:_SHOWN]}..." for text in texts if len(text) > _SHOWN for way in (text, *_otherwise(text))}
    return sorted(ways.items(), key=lambda way: len(way[0]), reverse=True)


def _otherwise(text: str) -> Iterator[str]:
    content = text.encode("utf-8", "surrogatepass")
    if not text.isascii():
        yield content.decode("latin-1")  # as headers and paths are read
    if len(text) < _TOKEN:  # what is left of it would be a few letters
        return
    for before, shared in _SHARED.items():
        whole = len(content) - (before + len(content)) % 3  # what comes behind it changes the last characters
        encoded = base64.b64encode(bytes(before) + content[:whole])[shared:].decode()
        yield encoded
        yield encoded.translate({ord("+"): "-", ord("/"): "_"})


def _decoded_and_hidden(text: str, looked_for: Iterable[tuple[str, str]]) -> str:
    """The same text, without those that are percent-encoded in it."""
    found: dict[tuple[int, int], str] = {}
    letters: str = text
    places: Sequence[int] = range(len(text) + 1)  # where each letter begins in the text
    for _ in range(_DEPTH):
        letters, places, is_another = _decoded(letters, places)
        if not is_another:
            break
        for secret, shown in looked_for:
            at = letters.find(secret)
            while at >= 0:
                found[places[at], places[at + len(secret)]] = shown
                at = letters.find(secret, at + 1)
    pieces, done = [], 0
    for (start, end), shown in sorted(found.items()):
        pieces += [text[done:start], shown] if start >= done else []
        done = max(done, end)
    return "".join([*pieces, text[done:]])


def _decoded(letters: str, places: Sequence[int]) -> tuple[str, Sequence[int], bool]:
    """A text without its escapes, where each letter of it begins, and whether there were any."""
    decoded: list[str] = []
    begins: list[int] = []
    done = 0
    for escape in _ESCAPE.finditer(letters):
        decoded += [letters[done : escape.start()], chr(int(escape[1], 16))]
        begins += [*places[done : escape.start()], places[escape.start()]]
        done = escape.end()
    if done == 0:
        return letters, places, False
    return "".join([*decoded, letters[done:]]), [*begins, *places[done:]], True
