"""Every entrance, by name."""

from typing import Final

from . import by_document, by_enable_cors, by_import, by_mapping, cors_rest_api
from .entrance import Entrance

ENTRANCES: Final[tuple[Entrance, ...]] = (
    *cors_rest_api.ENTRANCES,
    *by_enable_cors.ENTRANCES,
    *by_document.ENTRANCES,
    *by_import.ENTRANCES,
)
"""Those to APIs whose answers are the backend's, or a state machine's."""

EVERY: Final[tuple[Entrance, ...]] = (*ENTRANCES, *by_mapping.ENTRANCES)
"""Those too to an API whose answers the gateway puts together."""
