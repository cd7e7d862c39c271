"""How a request came in: what API Gateway tells of it beside the request itself."""

import functools
from time import gmtime
from typing import Final

import attrs

REQUEST_ID: Final = "00000000-0000-4000-8000-000000000000"
"""The id of every simulated answer: two same requests get the same answer."""

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_JANUARY_2000: Final = 946_684_800.0


@attrs.frozen
class Arrival:
    """How a request came in. The defaults are the same for every request, so that a simulation repeats itself.

    Attributes:
        request_id: `$context.requestId` and the answer's `x-amzn-RequestId`.
        source_ip: The caller's address.
        time: Seconds since 1970, in UTC.
        api_id: The API's id.
        account_id: The id of the account whose API it is.
        domain_name: The host that was called.
        base_path: What the path began with at a custom domain, such as `/shop/v1`, or nothing; None where it began with
            the stage.
        protocol: `HTTP/1.1`, say.
        is_too_large: Whether the body is larger than API Gateway takes (10 MB), so that it was not read: the answer is
            413 once the request has found its method, whatever its `body` holds.
    """

    request_id: str = REQUEST_ID
    source_ip: str = "127.0.0.1"
    time: float = _JANUARY_2000
    api_id: str = "api"
    account_id: str = "123456789012"
    domain_name: str = "api.execute-api.us-east-1.amazonaws.com"
    base_path: str | None = None
    protocol: str = "HTTP/1.1"
    is_too_large: bool = False

    @property
    def time_text(self) -> str:
        """The time as an access log has it: `01/Jan/2000:00:00:00 +0000`."""
        return _text(int(self.time))


@functools.lru_cache(maxsize=8)
def _text(time: int) -> str:
    at = gmtime(time)
    day = f"{at.tm_mday:02}/{_MONTHS[at.tm_mon - 1]}/{at.tm_year:04}"
    return f"{day}:{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02} +0000"


ANY_ARRIVAL: Final = Arrival()
"""The one of simulations."""
