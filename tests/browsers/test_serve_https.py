"""Pages by https call `cors-constructs serve`, which is at http://127.0.0.1: a front end that is deployed already, say.

A browser that takes this machine for trustworthy lets them, and all is as it is for pages by http. To WebKit the call
is mixed content, and it sends nothing. https://w3c.github.io/webappsec-mixed-content/#should-block-fetch
"""

from collections.abc import Iterator

import pytest

from tests.cli.servers import certificate

from .engines import Engine
from .served.houses import Houses, Tabs, houses
from .served.judges import Told, by_browser, check_agreement
from .served.rows import End, Row
from .served.table import ROWS

CALLS = [row for row in ROWS if row.api == "quickstart" and row.asked in {"GET /stops", "GET /health"}]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    folder = tmp_path_factory.mktemp("https")
    with houses(folder / "served", certificate(folder)) as opened:
        yield opened


@pytest.fixture(scope="session")
def tabs(engine: Engine, served: Houses) -> Tabs:
    return Tabs(engine, served.pages)


@pytest.mark.parametrize("row", CALLS, ids=lambda row: row.id)
def test_a_page_by_https_meets_the_same_or_may_not_call(row: Row, engine: Engine, tabs: Tabs, served: Houses) -> None:
    house = served.of(row.api)
    told = by_browser(row, tabs.at(row.page), house.server, house.address(row.api))
    if engine.name == "webkit":
        assert told == Told(End.KEPT_IN, ())
    else:
        check_agreement(row, told, house.gateway(row.api), served.pages.origin(row.page))
