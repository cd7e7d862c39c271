"""Pages in real browsers call the examples behind `cors-constructs serve`, and meet what the simulator says they meet.

Nothing is intercepted: pages are at origins of their own, and each call goes over loopback. The table says what is to
happen, the browser does it, the server's log says what was sent for it, and the simulator judges the same template.
"""

from collections.abc import Iterator

import pytest

from tests.examples.apps import EXAMPLES

from .engines import Engine
from .served.houses import Houses, Tabs, houses
from .served.judges import by_browser, check_agreement
from .served.rows import End, Row
from .served.stands import STANDS
from .served.table import ROWS


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    with houses(tmp_path_factory.mktemp("served")) as opened:
        yield opened


@pytest.fixture(scope="session")
def tabs(engine: Engine, served: Houses) -> Tabs:
    return Tabs(engine, served.pages)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_page_meets_what_the_table_and_the_simulator_say(row: Row, tabs: Tabs, served: Houses) -> None:
    house = served.of(row.api)
    told = by_browser(row, tabs.at(row.page), house.server, house.address(row.api))
    check_agreement(row, told, house.gateway(row.api), served.pages.origin(row.page))


def test_every_example_is_called_by_pages_that_it_lets_in_and_by_others() -> None:
    assert {stand.example for stand in STANDS} == set(EXAMPLES)
    ends = {(row.api, row.end) for row in ROWS}
    for stand in STANDS:
        assert {(api, end) for api in stand.apis for end in (End.READ, End.SHUT_OUT)} <= ends
    assert len({row.id for row in ROWS}) == len(ROWS)
