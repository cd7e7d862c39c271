"""The CORS-preflight cache: what earlier preflights allowed, and for how long."""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

WILDCARD: Final = "*"
_MOST_URLS: Final = 10_000


class _Stored(NamedTuple):
    since: float
    max_age: int


class PreflightCache:
    """A browser's memory of preflights: https://fetch.spec.whatwg.org/#concept-cache.

    Entries are those of one page: the network partition key, by which browsers keep sites apart, is not modelled.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Takes the clock.

        Args:
            clock: The time in seconds, from any start.
        """
        self._clock = clock
        # By origin and URL, then by credentials and by method, or by credentials and name in lower case.
        self._methods: dict[tuple[str, str], dict[tuple[bool, str], _Stored]] = {}
        self._names: dict[tuple[str, str], dict[tuple[bool, str], _Stored]] = {}

    def allows_method(self, origin: str, url: str, method: str, *, credentials: bool) -> bool:
        """Whether there is a method cache entry match: https://fetch.spec.whatwg.org/#concept-cache-match-method."""
        return self._match(self._methods.get((origin, url)), method, credentials, wildcard=True) is not None

    def allows_name(self, origin: str, url: str, name: str, *, credentials: bool) -> bool:
        """Whether there is a header-name cache entry match: https://fetch.spec.whatwg.org/#concept-cache-match-header.

        Args:
            origin: The page's origin, as sent.
            url: The URL.
            name: The header's name, in lower case.
            credentials: Whether the request's credentials mode is `include`.
        """
        # "*" does not cover a CORS non-wildcard request-header name.
        wildcard = name != "authorization"
        return self._match(self._names.get((origin, url)), name, credentials, wildcard=wildcard) is not None

    def store(
        self, origin: str, url: str, methods: Iterable[str], names: Iterable[str], max_age: int, *, credentials: bool
    ) -> None:
        """Remembers what a preflight allowed: the last steps of https://fetch.spec.whatwg.org/#cors-preflight-fetch-0.

        Args:
            origin: The page's origin, as sent.
            url: The URL.
            methods: The methods of Access-Control-Allow-Methods.
            names: The names of Access-Control-Allow-Headers, in lower case.
            max_age: Seconds.
            credentials: Whether the request's credentials mode is `include`.
        """
        if len(self._methods) >= _MOST_URLS:
            self.clear(*next(iter(self._methods)))  # the oldest: "may be removed before that moment arrives"
        self._store(self._methods.setdefault((origin, url), {}), methods, max_age, credentials)
        self._store(self._names.setdefault((origin, url), {}), names, max_age, credentials)

    def clear(self, origin: str, url: str) -> bool:
        """Forgets what is known of a URL: https://fetch.spec.whatwg.org/#concept-cache-clear.

        Returns:
            Whether anything was.
        """
        forgotten = {**self._methods.pop((origin, url), {}), **self._names.pop((origin, url), {})}
        now = self._clock()
        return any(_fresh(stored, now) for stored in forgotten.values())

    def _store(
        self, entries: dict[tuple[bool, str], _Stored], items: Iterable[str], max_age: int, credentials: bool
    ) -> None:
        for item in items:
            # A match keeps the moment it was stored and takes the new max-age.
            key = self._match(entries, item, credentials, wildcard=item != "authorization")
            now = self._clock()
            entries[key or (credentials, item)] = _Stored(entries[key].since if key else now, max_age)

    def _match(
        self, entries: dict[tuple[bool, str], _Stored] | None, item: str, credentials: bool, *, wildcard: bool
    ) -> tuple[bool, str] | None:
        """The key of an entry for an item that is still good."""
        if not entries:
            return None
        # What was allowed with credentials is allowed without them too, but a "*" beside credentials was a name like
        # any other when it was granted. Read to the letter, the standard would have it be a wildcard here, as WebKit
        # has; Chromium and Firefox have not, and it would let pass what a preflight of its own would not.
        keys = [(True, item)]
        if not credentials:
            keys += [(False, item)] + [(False, WILDCARD)] * wildcard
        now = self._clock()
        return next((key for key in keys if key in entries and _fresh(entries[key], now)), None)


def _fresh(stored: _Stored, now: float) -> bool:
    return now - stored.since < stored.max_age
