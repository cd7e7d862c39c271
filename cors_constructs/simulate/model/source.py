"""Where things of a template stand."""

import attrs


@attrs.frozen
class Source:
    """Where something stands.

    Attributes:
        file: The template's file, as the caller named it or as found below the folder named; None for a mapping.
        logical_id: The resource's logical id.
        place: What inside the resource, such as `Properties.Body.paths./users.get`; empty for all of it.
        construct: The construct's path, from `aws:cdk:path`; None where there is none.
        written: Where the template says what a transform made this of, such as
            `Resources.ListUsers.Properties.Events.Get` in a SAM template; None where it stands as it is written.
    """

    file: str | None
    logical_id: str
    place: str = ""
    construct: str | None = None
    written: str | None = None
