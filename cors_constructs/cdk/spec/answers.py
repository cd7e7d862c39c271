"""What is told of a document's answers that pages cannot be given to read."""

from constructs import IConstruct

from cors_constructs.cdk.responses import warn_of_lacking
from cors_constructs.render.openapi import Patched


def warn_of_unreadable(api: IConstruct, patched: Patched) -> None:
    """Warn of the operations that lack headers, once for the API."""
    if patched.lacking:
        warn_of_lacking(api, {reason: dict.fromkeys(names, ()) for reason, names in patched.lacking.items()})
