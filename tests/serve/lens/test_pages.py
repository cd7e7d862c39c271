"""The lens's pages: at which names they are, what keeps other sites out, and that there is nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cors_constructs.serve.lens import pages
from tests.cli.templates import Template, staged, write
from tests.serve.lens.asking import call, judged, post, site
from tests.serve.running import Answer, Running, serving
from tests.serve.templates import beside
from tests.serve.test_domains import DOMAIN, shown_at_a_domain

FILES = sorted(path.name for path in (Path(pages.__file__).parent / "page").iterdir())
SHOWN = [f"/_cors/{name}" for name in FILES if not name.endswith(".html")]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Two APIs with one stage's name each."""
    with serving(write(tmp_path_factory.mktemp("two") / "two.json", beside), "--no-reload") as running:
        yield running


def guarded(answer: Answer) -> None:
    """What all answers of the lens have in common."""
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert not [name for name in answer.headers if name.startswith("access-control")]
    policy = policy_of(answer)
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "unsafe" not in answer.headers["content-security-policy"]


def policy_of(answer: Answer) -> dict[str, str]:
    pairs = (part.strip().partition(" ") for part in answer.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in pairs}


@pytest.mark.parametrize("path", ["/_cors", "/_cors/"])
def test_the_page_runs_its_own_script_alone_and_lies_in_no_frame(server: Running, path: str) -> None:
    answer = server.ask("GET", path)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    guarded(answer)
    policy = policy_of(answer)
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["frame-src"].split()[:3] == ["'self'", *(f"http://{it}:{server.port}" for it in _NAMES)]


_NAMES = ("localhost", "127.0.0.1")


def test_the_frame_calls_anything_and_lies_in_pages_of_this_machine_alone(server: Running) -> None:
    answer = server.ask("GET", "/_cors/frame")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    guarded(answer)
    policy = policy_of(answer)
    origins = site(server)["local_origins"]
    assert policy["script-src"].split() == ["'self'", *(f"{origin}/_cors/" for origin in origins)]
    assert policy["connect-src"] == "'self' http: https:"
    assert policy["frame-ancestors"].split() == ["'self'", *origins]


def test_a_sandboxed_frame_gets_its_script(server: Running) -> None:
    answer = server.ask("GET", "/_cors/frame.mjs", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})
    assert answer.status == 200
    assert "cross-origin-resource-policy" not in answer.headers


@pytest.mark.parametrize("path", SHOWN)
def test_what_the_pages_need_is_there(server: Running, path: str) -> None:
    answer = server.ask("GET", path)
    types = {"css": "text/css", "mjs": "text/javascript", "svg": "image/svg+xml"}
    assert answer.status == 200
    assert answer.headers["content-type"].partition(";")[0] == types[path.rpartition(".")[2]]
    assert answer.body
    guarded(answer)


def test_head_has_no_body(server: Running) -> None:
    answer = server.ask("HEAD", "/_cors")
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


@pytest.mark.parametrize(
    "path",
    [
        "/_cors/../pages.py",
        "/_cors/..%2fpages.py",
        "/_cors/%2e%2e/pages.py",
        "/_cors/..\\pages.py",
        "/_cors//etc/passwd",
        "/_cors/page/index.html",
        "/_cors/index.html",
        "/_cors/frame.html",
        "/_cors/pages.py",
        "/_cors/lens.css%00.html",
        "/_cors/lens.css/",
        "/_cors/.",
        "/_cors/nothing.mjs",
        "/_cors/<script>",
    ],
)
def test_there_is_nothing_else(server: Running, path: str) -> None:
    answer = server.ask("GET", path)
    assert answer.status == 404
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert b"_cors" in answer.body
    guarded(answer)


@pytest.mark.parametrize("path", ["/_corsx", "/%5fcors", "/_CORS", "/prod/_cors", "//_cors"])
def test_what_is_only_like_it_is_the_gateways(server: Running, path: str) -> None:
    answer = server.ask("GET", path)
    assert "content-security-policy" not in answer.headers
    assert "x-amzn-requestid" in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/_cors", "GET, HEAD"),
        ("DELETE", "/_cors/site.json", "GET, HEAD"),
        ("OPTIONS", "/_cors/judge", "POST"),
        ("GET", "/_cors/judge", "POST"),
    ],
)
def test_other_methods_are_refused_and_no_preflight_is_answered(
    server: Running, method: str, path: str, allowed: str
) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = server.ask(method, path, asked, b"x" if method == "POST" else b"")
    assert (answer.status, answer.headers["allow"]) == (405, allowed)
    guarded(answer)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "lens.localhost", "shop.localhost"])
def test_it_is_at_each_name_of_the_server(server: Running, host: str) -> None:
    assert server.ask("GET", "/_cors", {"Host": f"{host}:{server.port}"}).status == 200


def test_its_own_name_has_nothing_of_the_apis(server: Running) -> None:
    assert server.ask("OPTIONS", "/prod/users", {"Host": f"lens.localhost:{server.port}"}).status == 421


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "lens.localhost.evil.example", "", "a b"])
@pytest.mark.parametrize("path", ["/_cors", "/_cors/site.json", "/_cors/seen", "/_cors/judge"])
def test_it_is_at_no_other_lest_a_page_reach_it_by_rebinding(server: Running, host: str, path: str) -> None:
    method, body = ("POST", b"{}") if path.endswith("judge") else ("GET", b"")
    given = {"Host": host, "Origin": f"http://{host}", "Content-Type": "application/json"}
    answer = server.ask(method, path, given, body)
    assert answer.status == 421
    assert server.key("web").encode() not in answer.body


@pytest.mark.parametrize("path", ["/_cors/site.json", "/_cors/seen"])
@pytest.mark.parametrize(
    ("site_", "status"), [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)]
)
def test_pages_of_other_sites_are_told_nothing(server: Running, path: str, site_: str, status: int) -> None:
    answer = server.ask("GET", path, {"Sec-Fetch-Site": site_})
    assert answer.status == status
    guarded(answer)
    assert server.key("web").encode() not in answer.body or status == 200


def test_what_scripts_read_is_for_their_own_origin(server: Running) -> None:
    for answer in (server.ask("GET", "/_cors/site.json"), server.ask("GET", "/_cors/seen"), post(server, call())):
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["content-type"] == "application/json"
        guarded(answer)


def named_hostile(template: Template) -> None:
    template["Resources"]["Api"]["Properties"]["Name"] = "</script><img src=x onerror=alert(1)>&"


def test_what_a_template_says_can_end_no_script(tmp_path: Path) -> None:
    with serving(write(tmp_path / "a.json", named_hostile), "--no-reload") as running:
        answer = running.ask("GET", "/_cors/site.json")
        assert not set(b"<>&") & set(answer.body)
        assert json.loads(answer.body)["places"][0]["api"] == "</script><img src=x onerror=alert(1)>&"
        place = json.loads(answer.body)["places"][0]["id"]
        told = post(
            running, call(place=place, origin="https://x.example", path="/</script><b>", headers=[["x", "<i>"]])
        )
        assert not set(b"<>&") & set(told.body)


def test_it_may_be_left_out(tmp_path: Path) -> None:
    with serving(write(tmp_path / "a.json"), "--no-reload", "--no-lens") as running:
        assert "lens" not in running.out.replace(str(tmp_path), "")
        answer = running.ask("GET", "/_cors")
        assert (answer.status, answer.message) == (403, "Forbidden")
        assert running.ask("GET", "/_cors", {"Host": "lens.localhost"}).status == 421


def named_as_the_lens(template: Template) -> None:
    template["Resources"]["Stage"]["Properties"]["StageName"] = "_cors"


def test_a_stage_of_its_name_goes_first(tmp_path: Path) -> None:
    with serving(write(tmp_path / "a.json", named_as_the_lens), "--no-reload") as running:
        assert running.says("There is no lens: a stage is named _cors.")
        assert running.ask("OPTIONS", "/_cors/users").status == 204
        assert running.ask("GET", "/_cors").headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


def test_a_custom_domain_s_paths_are_the_api_s_alone(tmp_path: Path) -> None:
    with serving(write(tmp_path / "a.json", beside, staged, shown_at_a_domain), "--no-reload") as running:
        answer = running.ask("GET", "/_cors", {"Host": f"{DOMAIN}.localhost:{running.port}"})
        assert "content-security-policy" not in answer.headers
        assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


def test_the_start_says_where_it_is(server: Running) -> None:
    assert f"The lens, which shows why a preflight fails: http://localhost:{server.port}/_cors" in server.out


def test_looking_at_it_leaves_the_log_to_the_apis(server: Running) -> None:
    before = server.caught_up()
    server.ask("GET", "/_cors")
    site(server)
    server.ask("GET", "/_cors/nothing")
    assert "404  GET /_cors/nothing" in server.says("/_cors/nothing", before)
    assert [line for line in server.lines[before:] if "/_cors" in line] == [server.says("/_cors/nothing", before)]


def test_an_api_with_a_name_of_its_own_is_called_by_it(two: Running) -> None:
    assert {place["id"]: place["needs_host"] for place in site(two)["places"]} == {
        "shop/prod": True,
        "orders-more/prod": True,
    }
    verdict = judged(two, place="orders-more/prod", path="/")
    assert verdict["steps"][0]["sent"]["url"] == f"http://orders-more.localhost:{two.port}/prod/"
    assert verdict["steps"][0]["got"]["body"] == '"other"'
