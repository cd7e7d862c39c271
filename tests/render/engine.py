"""Runs a rendered template in the simulator's Velocity: `tests/velocity` asks the real one the same."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from cors_constructs.simulate import Request
from cors_constructs.simulate.gateway import mapping
from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.model import Source, Stage

_STAGE = Stage(Source(None, "Stage"), "prod")


def run(template: str, headers: Mapping[str, str], *, link: Mapping[str, str] | None = None) -> dict[str, str]:
    """The response headers that a template sets for a request.

    Args:
        template: A response template, as deployed.
        headers: The request's headers, under the names they came with. A missing one is null; it is empty in
            LocalStack, which `tests/emulators` asks.
        link: Parameters that a link may hold: they are found in the path and in the query.

    Raises:
        AssertionError: The template writes a body, or reads `$input.params('a name')`.
        MappingError: It cannot be run, or sets a header twice.
    """
    assert not re.search(r"params\(\s*['\"]", template), "$input.params('a name') reads the path and the query as well"
    invocation = Invocation(Request("OPTIONS", "/", headers), _STAGE, "/", urlencode(link or {}))
    invocation.path_parameters = link or {}
    overrides = mapping.Overrides()
    output = mapping.run(mapping.template(template), invocation, b"", overrides)
    assert output == "", f"it writes a body: {output!r}"
    return overrides.headers
