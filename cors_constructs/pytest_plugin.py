"""What pytest gets from this package, once it is installed: a fixture, and what a failed test's browsers did.

pytest loads this at its start, in projects that never use it as well: so it imports nothing but pytest. The option
`-p no:cors-constructs` leaves it out; browsers work without it.
"""

import sys
from collections import deque
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cors_constructs.simulate import Verdict
    from cors_constructs.testing import Browser


@pytest.fixture
def cors_browser() -> "Callable[..., Browser]":
    """Makes a browser that calls what a stack will deploy: `cors_constructs.testing.Browser.on`.

    def test_the_app_can_read_users(cors_browser, stack):
        page = cors_browser(stack, origin="https://app.example.com")
        verdict = page.fetch("GET", "/users", headers={"x-api-key": page.key("web")})
        assert verdict.allowed, verdict
    """
    from cors_constructs.testing import Browser  # noqa: PLC0415 - not at pytest's start

    return Browser.on


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Forget what tests before this one did."""
    _recent().clear()


# The older kind of wrapper, which every pytest knows: this is loaded by whichever pytest is there.
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, None]:
    """Add to a failure what was said, whatever was asserted: pytest cuts the reprs of an assertion short.

    It travels with the report, so pytest-xdist shows it as well.
    """
    outcome = yield
    report: pytest.TestReport = outcome.get_result()
    if report.failed and (verdicts := _recent()):
        report.sections.append(("CORS conversation", "\n\n".join(map(str, verdicts))))


def _recent() -> "deque[Verdict]":
    """What browsers said of late; nothing where no test has loaded them."""
    loaded = sys.modules.get("cors_constructs.simulate.browser.browser")
    verdicts: deque[Verdict] = getattr(loaded, "recent", None) or deque()
    return verdicts
