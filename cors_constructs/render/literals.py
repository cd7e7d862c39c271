"""Values in the two quotings of API Gateway: a header's literal, and a string in a mapping template.

API Gateway documents no escape for a quote inside ``'a literal'``
(https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html), and a
double-quoted Velocity string interpolates. So there is one way to write a value, and what does not fit is refused.
"""

import re
from typing import Final

# Deploy-time values: what they will be is not known here. A CommaDelimitedList or a string parameter that holds a
# quote spoils its own API's preflight, which is the deployer's to see; it cannot reach anybody else's.
_TOKEN: Final = re.compile(r"\$\{Token\[[^\]]*\]\}")
_UNQUOTABLE: Final = re.compile(r"[^\x20-\x26\x28-\x7e]")
_UNSAFE_IN_TEMPLATE: Final = re.compile(r"[^\x20-\x22\x25\x26\x28-\x7e]")


def literal(value: str) -> str:
    """A static header value, as API Gateway's parameter mappings take it: ``'value'``.

    Raises:
        ValueError: The value holds a single quote, a control character or anything but ASCII.
    """
    return _quoted(value, _UNQUOTABLE, "an API Gateway literal")


def template_string(value: str) -> str:
    """A string in a Velocity template, in the quotes that do not interpolate: ``'value'``.

    Raises:
        ValueError: Like `literal`; ``$`` and ``#``, which start references and directives, are refused as well.
    """
    return _quoted(value, _UNSAFE_IN_TEMPLATE, "a Velocity string")


def _quoted(value: str, forbidden: re.Pattern[str], what: str) -> str:
    found = forbidden.search(_TOKEN.sub("", value))
    if found:
        raise ValueError(f"{value!r} cannot be written as {what}: it holds {found.group()!r}")
    return f"'{value}'"
