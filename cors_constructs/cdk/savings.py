"""What an API saves by sharing, in a line of the synthesis' output."""

from aws_cdk import Annotations
from constructs import Construct

from cors_constructs.cdk.sharing import Shared
from cors_constructs.cdk.warnings import add_child, counted


def tell_savings(api: Construct, shared: Shared | None, permissions: int | None) -> None:
    """Say how many CloudFormation resources there are less.

    Args:
        api: The API.
        shared: What came of sharing preflights; None where they are not shared.
        permissions: How many permissions are saved; None where each method has its own.
    """
    told = []
    if shared is not None:
        told.append(f"{shared.saved} by sharing preflights ({counted(len(shared.routes), 'OPTIONS', 'OPTIONS')} left)")
    if permissions is not None:
        told.append(f"{permissions} by permitting functions for the whole API")
    total = (0 if shared is None else shared.saved) + (permissions or 0)
    if total > 0:
        saved = counted(total, "CloudFormation resource", "CloudFormation resources")
        Annotations.of(add_child(api)).add_info(f"cors-constructs saves {saved}: {' and '.join(told)}.")
