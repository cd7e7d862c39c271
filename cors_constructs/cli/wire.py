"""A transport that really sends: over HTTP, one request at a time, following nothing and remembering nothing."""

import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Final

import httpx

from cors_constructs._version import __version__
from cors_constructs.simulate.messages import Request, Response

# What a verdict needs of a body is nothing, and what a reader needs of it is its beginning.
_BODY: Final = 65_536

_SECONDS: Final = 10.0

_ANSWER: Final = "cors_constructs.answer"


class WireError(ConnectionError):
    """A request that got no answer: one line that says why."""


class Wire:
    """Sends requests: `Browser(Wire())`.

    A redirect is an answer like any other. No cookies are kept, none are sent, and of a body the first 64 KiB are read.
    Proxies and certificate authorities come from the environment (`HTTPS_PROXY`, `NO_PROXY`, `SSL_CERT_FILE`).
    """

    def __init__(self, *, seconds: float = _SECONDS) -> None:
        """Takes how long each request may take from its start to its answer's end, in seconds."""
        self._seconds = seconds
        self._client: httpx.Client | None = None

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()

    def __call__(self, request: Request) -> Response:
        """Sends a request.

        Raises:
            WireError: There is no answer, or none in time, or it is not HTTP.
        """
        client = self._connected()
        # In a thread, since httpx's time-outs are for each read: a server that sends a byte now and then would hold it
        # up for ever. It is a daemon, so that the process does not wait for it either.
        answer: Future[Response] = Future()
        threading.Thread(target=self._fulfil, args=(answer, client, request), daemon=True).start()
        try:
            return answer.result(self._seconds + 0.5)
        except FutureTimeout:
            raise WireError(f"{_host(request.url)} has not finished its answer within {self._seconds:g} s") from None

    def _fulfil(self, answer: "Future[Response]", client: httpx.Client, request: Request) -> None:
        try:
            answer.set_result(self._exchange(client, request))
        except BaseException as error:  # noqa: BLE001 - whoever waits for the answer has it raised again
            answer.set_exception(error)

    def _exchange(self, client: httpx.Client, request: Request) -> Response:
        try:
            outgoing = _outgoing(request, self._seconds)
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise WireError(f"{request.method} {request.url} cannot be sent: {error}") from error
        try:
            client.send(outgoing, stream=True).close()
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            # An answer with a Location that is no URL is an answer still.
            if _ANSWER not in outgoing.extensions:
                raise WireError(_explained(error, request.url, self._seconds)) from error
        answer: Response = outgoing.extensions[_ANSWER]
        return answer

    # Made when it is needed: it reads the certificate authorities.
    def _connected(self) -> httpx.Client:
        if self._client is None:
            hooks = {"response": [_keep]}
            self._client = httpx.Client(follow_redirects=False, event_hooks=hooks)
        return self._client


# Called as soon as the answer's headers are there, before httpx looks where it redirects to.
def _keep(answer: httpx.Response) -> None:
    answer.request.extensions[_ANSWER] = _read(answer)


def _outgoing(request: Request, seconds: float) -> httpx.Request:
    # Header values are bytes to a browser, one for each character (https://infra.spec.whatwg.org/#isomorphic-encode).
    lines = [(name.encode("ascii"), value.encode("latin-1")) for name, value in request.headers.lines]
    if "user-agent" not in request.headers:
        lines.append((b"User-Agent", f"cors-constructs/{__version__}".encode()))
    if "accept-encoding" not in request.headers:
        lines.append((b"Accept-Encoding", b"identity"))
    # Made here and not by the client, which would add headers and cookies of its own; so its time-out is ours to say.
    timeout = {"timeout": httpx.Timeout(seconds).as_dict()}
    content = request.body or None
    outgoing = httpx.Request(request.method, request.url, headers=lines, content=content, extensions=timeout)
    # httpx puts it in upper case; to a browser `patch` is another method than `PATCH`.
    outgoing.method = request.method
    return outgoing


def _read(answer: httpx.Response) -> Response:
    body = b""
    for piece in answer.iter_raw():
        body += piece
        if len(body) >= _BODY:
            break
    lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers.raw]
    return Response(answer.status_code, lines, body[:_BODY])


def _explained(error: Exception, url: str, seconds: float) -> str:
    said = next(filter(None, map(_root, _causes(error))), None)
    if said is None:
        said = next((sentence for kind, sentence in _KINDS if isinstance(error, kind)), "cannot be talked to: {error}")
    return f"{_host(url)} {said.format(error=str(error) or type(error).__name__, seconds=f'{seconds:g}')}"


# The first that fits.
_KINDS: Final = (
    (httpx.ConnectTimeout, "could not be connected to within {seconds} s"),
    (httpx.TimeoutException, "has not answered within {seconds} s"),
    (httpx.ProxyError, "is behind a proxy that refuses: {error}"),
    (httpx.UnsupportedProtocol, "has no http or https address: {error}"),
    (httpx.RemoteProtocolError, "answers something that is not HTTP, or breaks it off: {error}"),
)


def _root(cause: BaseException) -> str | None:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"has a certificate that is not trusted: {_braced(cause.verify_message)}; a browser refuses it as well"
    if isinstance(cause, ssl.SSLError):
        return f"does not speak TLS there ({_braced(cause.reason)}); is it http:, or another port?"
    if isinstance(cause, socket.gaierror):
        return f"has no address: {_braced(cause.strerror)}; is the name right?"
    if isinstance(cause, UnicodeError):  # what makes a name ready to be looked up
        return "has no address: a part of the name is empty or has more than 63 characters"
    if isinstance(cause, ConnectionRefusedError):
        return "refuses the connection: nothing listens on that port"
    return None


def _braced(text: object) -> str:
    return str(text).replace("{", "{{").replace("}", "}}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _host(url: str) -> str:
    try:
        return httpx.URL(url).netloc.decode("ascii") or url
    except (httpx.InvalidURL, UnicodeError):
        return url
