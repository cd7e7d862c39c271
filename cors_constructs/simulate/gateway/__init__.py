"""API Gateway's request pipeline over a template's model.

The names are looked up when they are first used: the checker needs the routes and the mapping templates alone.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cors_constructs.simulate.gateway.gateway import Gateway
    from cors_constructs.simulate.gateway.guards import Access, Authorize, Decision
    from cors_constructs.simulate.gateway.integrations import Backend

__all__ = ["Access", "Authorize", "Backend", "Decision", "Gateway"]

_HOMES = {
    "Access": "guards",
    "Authorize": "guards",
    "Backend": "integrations",
    "Decision": "guards",
    "Gateway": "gateway",
}


# PEP 562
def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
