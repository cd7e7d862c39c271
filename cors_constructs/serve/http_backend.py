"""HTTP and HTTP_PROXY integrations: their backends are called for real.

By aiohttp, which takes about a twentieth of the time that httpx takes for a request.
"""

import asyncio
import functools
import urllib.request
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from cors_constructs.serve.bodies import LARGEST
from cors_constructs.serve.messages import sent_on
from cors_constructs.simulate.gateway import outgoing
from cors_constructs.simulate.gateway.calls import Call
from cors_constructs.simulate.messages import Headers, Request, Response

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html lists what is not passed
# on, and what is passed on under another name.
_NOT_SENT: Final = frozenset({"host", "content-length", "expect", "x-forwarded-for", "x-forwarded-host"})
_RENAMED: Final = frozenset({"date", "server", "www-authenticate"})
# Seconds that a connection waits for its next request. Many servers close theirs after five, Node.js's and uvicorn
# among them: what is sent at that very moment would be lost.
_KEPT: Final = 3.0
_AGENT: Final = "AmazonAPIGateway_{}"


class HttpBackend:
    """Calls the backends of HTTP and HTTP_PROXY integrations, over connections that are kept."""

    def __init__(self, instead: Mapping[str, str]) -> None:
        """Takes addresses to call instead of others, by the prefix that they replace."""
        self._instead = dict(sorted(instead.items(), key=lambda pair: len(pair[0]), reverse=True))
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, call: Call) -> Response:
        """The backend's answer, whatever its status: redirects are not followed.

        Raises:
            TimeoutError: It did not come within the integration's time.
            OSError: It could not be had; the text says why.
            TemplateError: Only a deployment knows how to call.
        """
        request = outgoing(call)
        address = self._address(request.url)
        try:
            return await self._exchange(call, request, address)
        except asyncio.TimeoutError as error:  # another class than TimeoutError until Python 3.11
            raise TimeoutError(f"{_place(address)} has not answered within {call.timeout:g} s") from error
        except aiohttp.InvalidURL as error:
            raise OSError(f"{address} is no address that can be called") from error
        except aiohttp.ClientConnectorError as error:
            place = _place(address)
            other = f"; --backend {place}=http://127.0.0.1:8000, say, calls another" if address == request.url else ""
            raise OSError(f"{place}: {error.strerror or error}{other}") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise OSError(f"{_place(address)}: {str(error) or type(error).__name__}") from error

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()

    def _address(self, url: str) -> str:
        for prefix, replacement in self._instead.items():
            if url.startswith(prefix):
                url = replacement + url[len(prefix) :]
                break
        if "${" in url.partition("?")[0]:
            raise OSError(
                f"only a deployment knows the address {url}: give its parameter a value (--parameter), or another "
                "address to call instead (--backend)"
            )
        return url

    async def _exchange(self, call: Call, request: Request, address: str) -> Response:
        async with self._connected().request(
            request.method,
            _url(address),
            headers=_sent(call, request),
            data=request.body or None,
            allow_redirects=False,
            timeout=_within(call.timeout),
            proxy=_proxy(address),
        ) as answer:
            body = await answer.content.read(LARGEST + 1) if answer.content_length is None else await _whole(answer)
            while 0 < len(body) <= LARGEST and not answer.content.at_eof():
                body += await answer.content.read(LARGEST + 1 - len(body))
            if len(body) > LARGEST:
                raise OSError(f"its answer has more than {LARGEST:,} bytes")
            if answer.status < 200:  # noqa: PLR2004 - an interim answer, such as that of a server that changes the protocol
                raise OSError(f"its answer has the status {answer.status}, which another one has to follow")
            lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.raw_headers]
            return Response(answer.status, Headers(map(_renamed, sent_on(lines))), body)

    def _connected(self) -> aiohttp.ClientSession:
        # Made on the loop that runs it.
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEPT),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            )
        return self._session


@functools.lru_cache(maxsize=256)
def _url(address: str) -> URL:
    return URL(address, encoded=True)


@functools.lru_cache(maxsize=256)
def _within(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds)


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    if (answer.content_length or 0) > LARGEST:
        raise OSError(f"its answer has more than {LARGEST:,} bytes")
    return await answer.read()


def _sent(call: Call, request: Request) -> list[tuple[str, str]]:
    """The headers to send: the client's, without those of one hop, and API Gateway's own."""
    lines = [(name, value) for name, value in sent_on(request.headers.lines) if name.lower() not in _NOT_SENT]
    names = {name.lower() for name, _ in lines}
    arrival = call.arrival
    if "user-agent" not in names:
        lines.append(("User-Agent", _AGENT.format(arrival.api_id)))
    if "accept" not in names:
        lines.append(("Accept", "application/json"))
    before = call.original.headers.get("x-forwarded-for")
    lines.append(("X-Forwarded-For", f"{before}, {arrival.source_ip}" if before else arrival.source_ip))
    lines.append(("x-amzn-apigateway-api-id", arrival.api_id))
    return lines


def _renamed(line: tuple[str, str]) -> tuple[str, str]:
    name, value = line
    return (f"x-amzn-Remapped-{name}", value) if name.lower() in _RENAMED else line


def _place(address: str) -> str:
    return "/".join(address.split("/")[:3])


def _proxy(address: str) -> str | None:
    parts = urlsplit(address)
    return _proxy_for(parts.scheme, parts.netloc.rpartition("@")[2])


@functools.lru_cache(maxsize=256)
def _proxy_for(scheme: str, place: str) -> str | None:
    """The proxy that the environment names (`HTTPS_PROXY`, `NO_PROXY`); none for this machine."""
    host = place.rpartition(":")[0] if place.rpartition(":")[2].isdigit() else place
    if host in {"localhost", "127.0.0.1", "[::1]"} or host.endswith(".localhost"):
        return None
    return None if urllib.request.proxy_bypass(place) else urllib.request.getproxies().get(scheme)
