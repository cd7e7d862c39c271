"""API Gateway's request pipeline over a template's model.

The names are looked up when they are first used: the checker needs the routes and the mapping templates alone.
"""

from typing import TYPE_CHECKING

from cors_constructs._lazy import lazily

if TYPE_CHECKING:
    from cors_constructs.simulate.gateway.gateway import Gateway
    from cors_constructs.simulate.gateway.guards import Access, Authorize, Decision
    from cors_constructs.simulate.gateway.integrations import Backend

__all__ = ["Access", "Authorize", "Backend", "Decision", "Gateway"]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "Access": "guards",
        "Authorize": "guards",
        "Backend": "integrations",
        "Decision": "guards",
        "Gateway": "gateway",
    },
)
