"""API Gateway's request pipeline over a template's model.

The names are looked up when they are first used: the checker needs the routes and the mapping templates alone.
"""

from typing import TYPE_CHECKING

from cors_constructs._lazy import lazily

if TYPE_CHECKING:
    from cors_constructs.simulate.gateway.arrival import Arrival
    from cors_constructs.simulate.gateway.calls import Call, Steps
    from cors_constructs.simulate.gateway.decisions import Access, Decision
    from cors_constructs.simulate.gateway.gateway import Gateway, Limits
    from cors_constructs.simulate.gateway.guards import Authorize
    from cors_constructs.simulate.gateway.http_request import outgoing
    from cors_constructs.simulate.gateway.integrations import Backend
    from cors_constructs.simulate.gateway.refusals import RefusalError

__all__ = [
    "Access",
    "Arrival",
    "Authorize",
    "Backend",
    "Call",
    "Decision",
    "Gateway",
    "Limits",
    "RefusalError",
    "Steps",
    "outgoing",
]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "Access": "decisions",
        "Arrival": "arrival",
        "Authorize": "guards",
        "Backend": "integrations",
        "Call": "calls",
        "Decision": "decisions",
        "Gateway": "gateway",
        "Limits": "gateway",
        "RefusalError": "refusals",
        "Steps": "calls",
        "outgoing": "http_request",
    },
)
