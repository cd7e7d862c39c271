"""What happens: a template and a request make an answer, and the Fetch standard makes a verdict of it.

    gateway = Gateway.from_template("cdk.out")
    verdict = Browser(gateway).fetch("GET", "/users", origin="https://app.example.com", headers={"x-api-key": key})

Nothing in this room knows the CDK, and nothing of it is shared with what renders templates: it is what judges them.
The names are looked up when they are first used, so that reading a template loads no template engine.
"""

from typing import TYPE_CHECKING

from cors_constructs._lazy import lazily

if TYPE_CHECKING:
    from cors_constructs.simulate.browser import Browser, Outcome, Verdict
    from cors_constructs.simulate.gateway import Access, Decision, Gateway
    from cors_constructs.simulate.messages import Headers, Request, Response
    from cors_constructs.simulate.values import TemplateError, Unresolved

__all__ = [
    "Access",
    "Browser",
    "Decision",
    "Gateway",
    "Headers",
    "Outcome",
    "Request",
    "Response",
    "TemplateError",
    "Unresolved",
    "Verdict",
]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "Access": "gateway",
        "Browser": "browser",
        "Decision": "gateway",
        "Gateway": "gateway",
        "Headers": "messages",
        "Outcome": "browser",
        "Request": "messages",
        "Response": "messages",
        "TemplateError": "values",
        "Unresolved": "values",
        "Verdict": "browser",
    },
)
