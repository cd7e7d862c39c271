"""What a server is told."""

from collections.abc import Mapping

import attrs

from cors_constructs.simulate.gateway import Access


@attrs.frozen(kw_only=True)
class Settings:
    """What to serve, and how.

    Attributes:
        target: A template's file, or a folder with templates.
        host: The name or address to listen on. `localhost` is every loopback address.
        port: The port; 0 for any that is free.
        api: The one API to serve: its name, logical id or construct's path; None for all.
        stage: The one stage to serve, by name; None for all.
        parameters: Values of the templates' parameters, by name.
        keys: Values of API keys that the template does not hold, by the key's or client's name.
        access: What authorizers, and the checks of AWS signatures, say of requests that bring what they read.
        backends: Addresses to call instead of others, by the prefix that they replace.
        allowed_hosts: Further host names that requests may be for.
        reload: Whether to read the templates again when they change.
        lens: Whether there is the lens at `/_cors`.
        lens_origins: Further origins of this machine at which the lens's pages are, such as `http://localhost:8080`.
        seconds: How long a client may take to send the head of a request, or the next piece of a body, or to take the
            next piece of an answer.
    """

    target: str
    host: str = "localhost"
    port: int = 3001
    api: str | None = None
    stage: str | None = None
    parameters: Mapping[str, str] = attrs.field(factory=dict)
    keys: Mapping[str, str] = attrs.field(factory=dict)
    access: Access = Access.ALLOWED
    backends: Mapping[str, str] = attrs.field(factory=dict)
    allowed_hosts: tuple[str, ...] = ()
    reload: bool = True
    lens: bool = True
    lens_origins: tuple[str, ...] = ()
    seconds: float = 30.0
