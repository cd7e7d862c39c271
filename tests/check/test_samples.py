"""Texts for patterns, and origins that attackers could have."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.check.probes import attacks, downgraded, literals, meant, same_site
from cors_constructs.check.samples import samples


@pytest.mark.parametrize(
    "pattern",
    [
        r"https://app\.example\.com",
        r"https://[a-z0-9-]+[.]example[.]com",
        r"^https://(?:[a-z0-9_-]{1,63}[.]){1,126}customers[.]example[.]com$",
        r"https://(www|app|admin)\.example\.com(:\d+)?",
        r"https?://localhost(:[1-9][0-9]{1,4})?",
        r"http://(?:127\.0\.0\.1|\[::1\]):\w+",
        r"https://(?<label>[^.]+)\.example\.com",
        r"(?i)https://.*\.example\.com",
        r"https://\Qapp\E\.example\.com",
    ],
)
def test_a_sample_matches_its_pattern(pattern: str) -> None:
    python = pattern.replace("(?<label>", "(?P<label>").replace(r"\Q", "").replace(r"\E", "")
    found = [text for text in samples(pattern) if re.fullmatch(python, text)]
    assert found, list(samples(pattern))


def test_every_alternative_has_a_sample() -> None:
    assert {"https://a.test", "https://b.test"} <= set(samples("https://(a|b).test"))


@given(st.text(max_size=60))
def test_no_pattern_is_too_strange_for_a_sample(pattern: str) -> None:
    assert all(isinstance(text, str) for text in samples(pattern))


def test_the_strings_of_a_template_are_told_apart() -> None:
    template = (
        "#if($o == 'https://a.example' || $o == \"https://b.example\" || $o.matches('https://.*[.]c[.]example')"
        " || $o.contains('://') || $o.endsWith('.d.example') || $list.split(',') == 'https://e.example,https://f.example')"
    )
    assert literals(template) == ["https://a.example", "https://b.example", "https://e.example", "https://f.example"]
    assert {"https://a.c.example", "https://app.d.example"} <= set(meant(template))


def test_attacks_belong_to_somebody_else() -> None:
    origin = "https://app.example.com:8443"
    tried = list(attacks(origin))
    assert "https://app.example.com.evil.invalid:8443" in tried
    assert "https://evilexample.com:8443" in tried
    assert "https://appxexample.com:8443" in tried
    assert [other for other in tried if not same_site(origin, other)]
    assert list(attacks("no origin")) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("https://app.example.com", "https://www.example.com", True, id="two hosts of one owner"),
        pytest.param("https://app.example.com", "https://app.examplexcom.com", False, id="two owners"),
        pytest.param("https://a.github.io", "https://b.github.io", False, id="two owners below a public suffix"),
        pytest.param("https://a.example.co.uk", "https://b.example.co.uk", True, id="a suffix of two labels"),
        pytest.param("https://example.co.uk", "https://evilexample.co.uk", False, id="two owners below two labels"),
    ],
)
def test_owners_are_told_apart_by_public_suffixes(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same


def test_a_page_on_the_own_machine_is_not_downgraded() -> None:
    assert downgraded("https://app.example.com:8443") == "http://app.example.com:8443"
    assert downgraded("https://localhost:3000") is None
    assert downgraded("http://app.example.com") is None
