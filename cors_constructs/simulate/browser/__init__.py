"""The Fetch standard's CORS protocol over any transport: https://fetch.spec.whatwg.org/#http-cors-protocol."""

from cors_constructs.simulate.browser.browser import Browser, Credentials
from cors_constructs.simulate.browser.fetching import Transport
from cors_constructs.simulate.browser.outcomes import Outcome
from cors_constructs.simulate.browser.verdict import Exchange, Verdict

__all__ = ["Browser", "Credentials", "Exchange", "Outcome", "Transport", "Verdict"]
