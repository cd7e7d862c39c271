"""What the simulated browser's console says is what Chromium's says, word for word, of random exchanges."""

import json
import re
from typing import Final

from .engines.chromium import Chromium
from .exchanges import Hop, make_case
from .servers import PAGES, serving
from .tellings import run, simulate

SEED: Final = 1
COUNT: Final = 400
AT_ONCE: Final = 100


def test_chromium_prints_what_the_simulated_browser_says(chromium: Chromium) -> None:
    cases = [make_case(number, SEED) for number in range(COUNT)]
    missing = []
    compared = 0
    with serving(cases) as (site, seen):
        pages = {opaque: chromium.open(site.origin("page") + path) for opaque, path in PAGES.items()}
        for start in range(0, COUNT, AT_ONCE):
            for opaque, page in pages.items():
                batch = [case for case in cases[start : start + AT_ONCE] if case.opaque is opaque]
                made = list(run(page, site, batch, seen))
                printed = page.console()
                for it in made:
                    ours, verdicts = simulate(site, it.case, it.moments)
                    # Chromium looks at a redirect's Location before it looks at its other headers.
                    if ours != it.telling or any(map(_leads_nowhere, it.case.hops)):
                        continue
                    for verdict in verdicts:
                        compared += "CORS policy" in verdict.console
                        told = "CORS policy" not in verdict.console or _any_field(verdict.console) in map(
                            _any_field, printed
                        )
                        if not told:
                            near = [line for line in printed if f"/{it.case.number}/" in line]
                            missing.append(f"Chromium prints: {json.dumps(near)}\n{verdict}")
    assert not missing, "\n\n".join(missing[:10])
    assert compared > 100


def _leads_nowhere(hop: Hop) -> bool:
    return any(line in hop.response.headers for line in (("Location", "http://[x"), ("Location", "data:,x")))


def _any_field(line: str) -> str:
    """Without the header that is named: of several that are not allowed, Chromium names any."""
    return re.sub("Request header field [^ ]+", "Request header field ...", line)
