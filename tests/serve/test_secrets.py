"""No secret can be read in the log, whichever way it is written there."""

import base64
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.serve.log import Log
from cors_constructs.serve.secrets import Secrets, brought_by
from cors_constructs.simulate.messages import Headers
from tests.serve.running import Running

KEY = "dee2733cbe6c681685fbd427101e864f4133c22a"
SPOKEN = "shop+key/of=the web%"


def every_byte(text: str) -> str:
    """Percent-encoded all through, as nobody needs to."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


def now_and_then(text: str) -> str:
    return "".join(f"%{ord(letter):02x}" if at % 3 == 0 else letter for at, letter in enumerate(text))


def twice(text: str) -> str:
    return quote(now_and_then(text), safe="")


WAYS: list[Callable[[str], str]] = [str, every_byte, now_and_then, twice, lambda it: quote(it, safe="")]


@pytest.mark.parametrize("secret", [KEY, SPOKEN], ids=["API Gateway's", "one's own"])
@pytest.mark.parametrize("way", WAYS, ids=["plain", "every byte", "now and then", "twice", "as it has to be"])
@pytest.mark.parametrize("is_known", [True, False], ids=["known", "brought"])
def test_a_secret_is_cut_short_however_it_is_encoded(secret: str, way: Callable[[str], str], is_known: bool) -> None:
    secrets = Secrets([secret] if is_known else [])
    text = f"GET /prod/a%20b/{way(secret)}/c?key={way(secret)}&d=%2F"
    short = f"{secret[:4]}..."
    assert secrets.hidden(text, () if is_known else [secret]) == f"GET /prod/a%20b/{short}/c?key={short}&d=%2F"


@pytest.mark.parametrize("before", ["", "u", "us", "web:"])
@pytest.mark.parametrize("after", ["", ":", ":x", "xyz"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode], ids=["base64", "base64url"])
def test_a_key_in_a_token_cannot_be_read(before: str, after: str, encode: Callable[[bytes], bytes]) -> None:
    key = "~~~???" + KEY  # what the two alphabets write otherwise
    token = encode(f"{before}{key}{after}".encode()).decode()
    said = Secrets([key]).hidden(f"Authorization: Basic {token}")
    assert f"{key[:4]}..." in said
    left = said.split("Basic ")[1].replace(f"{key[:4]}...", "")
    assert len(left) <= len(token) - len(key)  # what surrounds it, and a letter or two of the key


@given(st.text(max_size=60), st.text(min_size=5, max_size=30), st.text(max_size=60))
def test_nothing_of_a_text_is_lost_but_the_secret(before: str, secret: str, after: str) -> None:
    said = Secrets([secret]).hidden(f"{before}{secret}{after}")
    assert secret not in said or secret in f"{secret[:4]}..."
    assert Secrets([secret]).hidden("nothing") == "nothing"


@given(st.text("ab%2561", max_size=60))
def test_a_text_without_secrets_stays_as_it_is(text: str) -> None:
    assert Secrets([KEY]).hidden(text) == text


@given(st.text("%0123456789abcdefABCDEFk", max_size=200))
def test_no_escape_is_too_odd(text: str) -> None:
    assert isinstance(Secrets(["kkkkkk", "aaaaaa"]).hidden(text), str)


def test_overlapping_secrets_are_all_cut() -> None:
    assert Secrets(["abcdefgh", "fghijklm"]).hidden(every_byte("xabcdefghijklmx")) == "%78abcd...%78"


@pytest.mark.parametrize(
    ("headers", "brought"),
    [
        ({"X-API-Key": KEY}, (KEY,)),
        ({"Authorization": f"Bearer {KEY}"}, (KEY,)),
        ({"Authorization": KEY, "x-api-key": "other"}, ("other", KEY)),
        ({"Authorization": "Bearer allow"}, ()),
        ({"X-API-Key": ["other", KEY]}, ("other", KEY)),
        ({"Authorization": ["Bearer allow", f"Bearer\t{KEY}"]}, (KEY,)),
        ({"X-API-Key": [KEY] * 1000, "Authorization": [KEY] * 1000}, (KEY,) * 16),
        ({}, ()),
    ],
)
def test_what_a_request_brings(headers: dict[str, str], brought: tuple[str, ...]) -> None:
    assert brought_by(Headers(headers)) == brought


def test_what_a_function_prints_is_no_exception() -> None:
    written = list[str]()
    log = Log(written.append)
    log.hide([KEY])
    log.say(f"function: {{'key': '{every_byte(KEY)}', 'token': '{base64.b64encode(KEY.encode()).decode()}'}}")
    log.close()
    assert "'key': 'dee2...', 'token': 'dee2..." in "".join(written)


def test_the_log_of_a_server_has_no_key_in_a_path_and_no_token(server: Running) -> None:
    before, key = server.caught_up(), server.key("web")
    token = base64.b64encode(b"a token of somebody's").decode()
    path = f"/prod/{every_byte(key)}/{token}?key={every_byte(key)}"
    server.ask("GET", path, {"Authorization": f"Bearer {token}", "Origin": f"https://{token.lower()}"})
    line = server.says("  GET /prod/", before)
    assert f"GET /prod/{key[:4]}.../{token[:4]}..." in line
    assert key not in line
    assert every_byte(key) not in line
    assert token not in line
