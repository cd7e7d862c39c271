"""What is served at a time: a template that is read anew begins another shift."""

import attrs

from cors_constructs.serve.backends import Backends
from cors_constructs.serve.site import Site


@attrs.define(eq=False)
class Shift:
    """A site that is being served, and what its requests need.

    Attributes:
        site: The site.
        backends: What answers its gateways' calls.
        busy: How many requests are under way.
        reading: Which reading of the templates it is, from 1 on.
    """

    site: Site
    backends: Backends
    busy: int = 0
    reading: int = 1
