"""Characters that a template may hold and a terminal must not be sent."""

import re
from typing import Final

# Controls, among them the one that starts a terminal's commands; separators of lines; what turns the direction of
# writing around (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing); and lone surrogates, which have no
# encoding.
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    r"""The text with each such character as Python would write it: a line break as `\n`."""
    return _UNPRINTABLE.sub(lambda found: repr(found[0])[1:-1], text)
