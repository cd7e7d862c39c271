"""Runs the scanners, in an environment that has them, and says what they found.

    .venv-scanners/bin/python tests/scanners/scan.py PROXY ORIGIN URL...

It prints a line of JSON for each finding: the scanner, the URL and the verb, what it calls the finding, and the origin
that was let in.
"""

import json
import logging
import os
import sys
from collections.abc import Iterator

# The first, since it changes how sockets work.
from CORScanner.common.corscheck import CORSCheck  # type: ignore[import-not-found] # isort: skip
import tldextract  # type: ignore[import-not-found]
from corsair_scan.corsair_scan import corsair_scan  # type: ignore[import-not-found]

_VERBS = ("get", "options")
_ASKED = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-api-key"}


def main(proxy: str, origin: str, *urls: str) -> None:
    """Run each scanner against each URL."""
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # its own list: nothing is fetched
    os.environ["HTTPS_PROXY"] = proxy
    os.environ.pop("NO_PROXY", None)
    os.environ.pop("no_proxy", None)
    for url in urls:
        for found in (*_corscanner(url, proxy), *_corsair(url, origin)):
            print(json.dumps(found))  # noqa: T201 - this is what it is for


def _corscanner(url: str, proxy: str) -> Iterator[list[str]]:
    logger = logging.getLogger("CORScanner")
    logger.disabled = True
    settings = {"logger": logger, "headers": None, "timeout": 30, "proxy": proxy}
    for found in CORSCheck(url, settings).check_all_in_parallel():
        yield ["CORScanner", url, "get", found["type"], found["origin"]]


def _corsair(url: str, origin: str) -> Iterator[list[str]]:
    for verb in _VERBS:
        headers = {"Origin": origin, **(_ASKED if verb == "options" else {})}
        report = corsair_scan([{"url": url, "verb": verb, "headers": headers, "params": ""}], verify=False)
        (one,) = report["report"]
        tests = [name for name, found in one.items() if isinstance(found, dict)]
        if len(tests) != 4:
            raise SystemExit(f"corsair-scan did not look at {url}: {one}")
        for name in tests:
            if one[name]["misconfigured"]:
                yield ["corsair", url, verb, name, one[name]["Origin"]]


if __name__ == "__main__":
    main(*sys.argv[1:])
