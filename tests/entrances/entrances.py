"""Every entrance, by name."""

from typing import Final

from . import by_document, by_enable_cors, by_import, cors_rest_api
from .entrance import Entrance

ENTRANCES: Final[tuple[Entrance, ...]] = (
    *cors_rest_api.ENTRANCES,
    *by_enable_cors.ENTRANCES,
    *by_document.ENTRANCES,
    *by_import.ENTRANCES,
)
