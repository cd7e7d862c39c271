"""Which paths get an OPTIONS of their own, and which one they can share."""

import enum


class Preflight(enum.Enum):
    """Who answers the preflights of an API."""

    PER_RESOURCE = "per-resource"
    """Each path that has methods has an OPTIONS of its own, which allows the methods that the path has."""

    SHARED = "shared"
    """One OPTIONS at `/` and one at `/{proxy+}` answer for all paths that can do without their own. They allow the
    union of the methods."""
