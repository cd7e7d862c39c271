"""Origins near to one another, made at random: the nearer, the likelier a sloppy comparison takes one for another."""

from hypothesis import settings
from hypothesis import strategies as st

# Two cores do everything, so one slow example says nothing.
unhurried = settings(deadline=None)
thorough = settings(deadline=None, max_examples=400)

_LABELS = st.sampled_from(["a", "b", "app", "xn--bcher-kva", "a-b", "a_b", "0", "a" * 63])
_HOSTS = st.sampled_from(["shop.example", "a.shop.example", "shop.test", "xshop.example", "localhost", "co.uk"])
_PORTS = st.sampled_from(["", ":1", ":80", ":443", ":8443", ":65535"])
_SCHEMES = st.sampled_from(["https", "http"])
_SEPARATORS = st.sampled_from(
    [*".:/,@'\"$#%?*\\^|[]{}()+- \t\n\r\0", "://", "null", "evil.com", "e", "\u017f", "\u3002"]
)


@st.composite
def origin_items(draw: st.DrawFn, *, patterns: bool = True) -> str:
    """An item of allow_origins."""
    scheme, port = draw(_SCHEMES), draw(_PORTS)
    if port == {"https": ":443", "http": ":80"}[scheme]:
        port = ""
    before = draw(st.lists(_LABELS, max_size=2))
    if patterns:
        before = draw(st.sampled_from([[], ["*"], ["**"]])) + before
        port = draw(st.sampled_from([port, ":*"]))
    return f"{scheme}://{'.'.join([*before, draw(_HOSTS)])}{port}"


def sent_origins(items: list[str]) -> st.SearchStrategy[str]:
    """What a request's Origin may say, to get past these items of allow_origins."""
    near = st.sampled_from(items).flatmap(_filled_in)
    return st.one_of(near, mutated(near), origin_items(), st.text(max_size=20))


@st.composite
def mutated(draw: st.DrawFn, origins: st.SearchStrategy[str]) -> str:
    """An origin, with something put in, taken out or replaced."""
    origin = draw(origins)
    at = draw(st.integers(0, len(origin)))
    cut = draw(st.integers(0, 2))
    put = draw(st.one_of(st.just(""), _SEPARATORS, st.characters(), _LABELS, _HOSTS))
    other = draw(st.sampled_from(["", "", "", ",", ", ", " "]))
    text = origin[:at] + put + origin[at + cut :] + (other and other + draw(origins))
    return draw(st.sampled_from([text, text, text, text.upper(), text.title()]))


@st.composite
def _filled_in(draw: st.DrawFn, item: str) -> str:
    subdomains = ".".join(draw(st.lists(_LABELS, min_size=1, max_size=3)))
    return item.replace("**", subdomains).replace(":*", draw(_PORTS)).replace("*", draw(_LABELS))
