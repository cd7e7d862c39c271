"""Numbers that API Gateway takes for a limit: requests a second, requests at once, requests in a month."""

from typing import Any, Final

from cors_constructs.policy.tokens import is_number_token

_MOST: Final = 2**31 - 1


def is_amount(value: Any, *, whole: bool = False, least: float = 0) -> bool:
    """Whether it is a number that API Gateway takes for a limit, or one that deployment will know.

    Args:
        value: What was given.
        whole: Whether it has to be a whole one.
        least: The least that makes sense.
    """
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    if is_number_token(value):
        return True
    return least <= value <= _MOST and (not whole or value == int(value))
