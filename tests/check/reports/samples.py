"""Findings as rules make them, by hand: reports are tested on these."""

from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.simulate.model import Source

KEYED = Rule(
    "CORS901",
    "The preflight asks for a key",
    Severity.ERROR,
    "A preflight carries no key, so it is answered with 403.",
    "Set ApiKeyRequired to false on OPTIONS.",
    "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
    lambda rule, subject: (),  # noqa: ARG005 - nothing is looked for here
)
UNREADABLE = Rule(
    "CORS902",
    "Errors carry no CORS headers",
    Severity.WARNING,
    "A page sees no status and no message.",
    "Add the headers to DEFAULT_4XX.",
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html",
    lambda rule, subject: (),  # noqa: ARG005 - likewise
)
SILENT = Rule(
    "CORS903",
    "A rule that finds nothing",
    Severity.ERROR,
    "Why.",
    "Fix.",
    "https://fetch.spec.whatwg.org/",
    lambda rule, subject: (),  # noqa: ARG005 - likewise
)
RULES = (KEYED, UNREADABLE, SILENT)


def keyed(
    file: str | None = "a.json", logical_id: str = "UsersOptions", message: str = "OPTIONS asks for a key."
) -> Finding:
    source = Source(file, logical_id, "Properties.ApiKeyRequired", "Shop/Api/users/OPTIONS")
    return KEYED.wrong(source, message, "Set ApiKeyRequired to false.", path="/users", verb="OPTIONS")


def opaque_errors(file: str | None = "a.json", logical_id: str = "Api") -> Finding:
    return UNREADABLE.wrong(Source(file, logical_id), "DEFAULT_4XX has no Allow-Origin.", "Add it.")


def undecided(file: str | None = "a.json", logical_id: str = "ItemsOptions") -> Finding:
    message = "Whether OPTIONS asks for a key is ${Flag}."
    return KEYED.cannot_tell(Source(file, logical_id), message, "Write false.", path="/items", verb="OPTIONS")


def made_by_sam(file: str | None = "a.yaml") -> Finding:
    place, written = "Properties.Body.paths./users.get", "Resources.ListUsers.Properties.Events.Get"
    source = Source(file, "ServerlessRestApi", place, written=written)
    return KEYED.wrong(source, "OPTIONS asks for a key.", "Free it.", path="/users", verb="OPTIONS")
