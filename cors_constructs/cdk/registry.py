"""What the app has said about each API so far, and who completes it.

Several things may be said about one API, by several objects: a policy for the whole, policies for branches. They meet
here, by the API's identity. jsii keeps every construct for as long as its process runs, and so does this.
"""

from typing import TYPE_CHECKING, Final

import attrs
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.resources import Ledger
from cors_constructs.cdk.settings import Settings, SharePolicy
from cors_constructs.cdk.tree import identity
from cors_constructs.policy import CorsPolicy

if TYPE_CHECKING:  # takes its time to import
    from cors_constructs.cdk.functions import Target


@attrs.define
class Entry:
    """What is known of one API.

    Attributes:
        owner: Who completes it, as errors call it: `CorsRestApi`, `EnableCors`, ...; None as long as nobody does.
        settings: What the owner was told.
        is_meant: Whether the owner was told so of this API alone, and not of a scope that it is in.
        branches: Policies of sub-trees, by the path of their top.
        completed: Whether its completion has begun; what is said later comes too late.
        ledger: Where its methods are noted; None where they are not.
        deployments: Deployments that are to deploy it and were not made for it.
        shares_with: The functions that are to learn its policies, each with whether it is wrapped.
        shares_with_all: The same for every function behind it.
    """

    owner: str | None = None
    settings: Settings | None = None
    is_meant: bool = False
    branches: dict[str, CorsPolicy] = attrs.field(factory=dict)
    completed: bool = False
    ledger: Ledger | None = None
    deployments: list[apigateway.Deployment] = attrs.field(factory=list)
    shares_with: "list[tuple[Target, bool]]" = attrs.field(factory=list)
    shares_with_all: SharePolicy = False


def entry_of(api: IConstruct) -> Entry:
    """What is known of an API, empty at first."""
    return _ENTRIES.setdefault(identity(api), Entry())


def shares_policy(api: IConstruct, settings: Settings) -> bool:
    """Whether functions are to learn the policies of an API."""
    entry = entry_of(api)
    return bool(entry.shares_with or entry.shares_with_all or settings.share_policy)


_ENTRIES: Final[dict[str, Entry]] = {}
