"""Values that only deployment knows: tokens of the CDK, and CloudFormation's functions."""

from typing import Any

from cors_constructs.policy import tokens


def known_when(value: Any) -> str | None:
    """How it is said that a value is only known at deployment; None for a value that is known.

    Args:
        value: A value of a copied document: whatever is not plain there is a token.
    """
    if isinstance(value, str):
        return "known only at deployment" if tokens.holds_token(value) else None
    if isinstance(value, dict):
        function = next((name for name in value if name.startswith("Fn::")), None)
        if function is None and set(value) == {"Ref"} and isinstance(value["Ref"], str):
            function = "Ref"
        return f"known only at deployment ({function})" if function else None
    plain = value is None or isinstance(value, bool | int | float | list)
    return None if plain else "known only at deployment"
