"""Which OPTIONS answers for which path, as a request is routed: by the pair of resource and verb."""

import itertools
from collections.abc import Collection, Iterator, Mapping

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from cors_constructs.render.branches import nearest
from cors_constructs.render.layout import Layout, Preflight, plan
from cors_constructs.simulate.gateway.routing import Router
from cors_constructs.simulate.model import Api, Method, Source

from .strategies import thorough, unhurried

Verbs = Mapping[str, Collection[str]]

SHARED, PER_RESOURCE = Preflight.SHARED, Preflight.PER_RESOURCE
SEGMENTS = ("a", "b", "c")
SOURCE = Source(None, "Api")


def things(number: int, below: str = "") -> dict[str, list[str]]:
    return {f"{below}/thing-{n}": ["GET", "POST"] for n in range(number)}


@pytest.mark.parametrize(
    ("paths", "tops", "options", "saved"),
    [
        pytest.param(things(30), [], {"/{proxy+}": "GET POST"}, 28, id="one answers for all"),
        pytest.param(
            {"/": ["GET"], **things(30)}, [], {"/": "GET", "/{proxy+}": "GET POST"}, 28, id="the root has its own"
        ),
        pytest.param({"/": [], **things(3)}, [], {"/{proxy+}": "GET POST"}, 1, id="unless it has no methods"),
        pytest.param(
            {"/a": ["GET"], "/a/b": ["PUT"], "/a/b/{id}": ["DELETE"]},
            [],
            {"/{proxy+}": "DELETE GET PUT"},
            1,
            id="however deep: the union",
        ),
        pytest.param(
            things(2), [], {"/thing-0": "GET POST", "/thing-1": "GET POST"}, 0, id="two cost as much as a pair"
        ),
        pytest.param({"/a": ["GET"]}, [], {"/a": "GET"}, 0, id="one path"),
        pytest.param({}, [], {}, 0, id="no path"),
        pytest.param(
            {"/{proxy+}": ["GET"], "/a": ["PUT"]}, [], {"/{proxy+}": "GET PUT"}, 1, id="a greedy path that is there"
        ),
        pytest.param(
            {"/{rest+}": [], "/a": ["PUT"], "/b": ["GET"]}, [], {"/{rest+}": "GET PUT"}, 1, id="without methods, too"
        ),
        pytest.param({"/{rest+}": [], "/a": ["PUT"]}, [], {"/a": "PUT"}, 0, id="where it saves something"),
        pytest.param(
            {**things(5), "/any": ["ANY", "GET"]},
            [],
            {"/any": "ANY GET", "/{proxy+}": "GET POST"},
            3,
            id="ANY would take the preflight",
        ),
        pytest.param(
            {**things(3), "/{id}": ["DELETE"]}, [], {"/{id}": "DELETE GET POST"}, 3, id="a variable beside literals"
        ),
        pytest.param(
            {**things(3), "/{id}": []}, [], {"/{id}": "GET POST"}, 2, id="a variable without methods beside literals"
        ),
        pytest.param(
            {**things(3), **things(3, "/{id}")},
            [],
            {"/{id}": "GET POST", "/{id}/{proxy+}": "GET POST"},
            3,
            id="a variable without methods, and a pair below it",
        ),
        pytest.param(
            {"/{id}": ["GET"], **things(4, "/a"), **things(2, "/b")},
            [],
            {"/{id}": "GET", "/a/{proxy+}": "GET POST", "/b/thing-0": "GET POST", "/b/thing-1": "GET POST"},
            2,
            id="below a variable each literal has its pair, or its own",
        ),
        pytest.param(
            {"/{id}": ["GET"], "/{id}/x": ["DELETE"], **things(4, "/a")},
            [],
            {"/{id}": "GET", "/{id}/x": "DELETE", "/a/{proxy+}": "DELETE GET POST"},
            2,
            id="DELETE /a/x goes to /{id}/x, and its preflight to the pair",
        ),
        pytest.param(
            {"/{id}": ["GET"], "/{id}/x": ["DELETE"], "/a": ["GET"], **things(3, "/a")},
            ["/a"],
            {"/{id}": "GET", "/{id}/x": "DELETE", "/a": "GET", **dict.fromkeys(things(3, "/a"), "GET POST")},
            0,
            id="which has another policy, and so there is no pair",
        ),
        pytest.param(
            {"/files/{path+}": ["GET"], "/files/list": ["PUT"], **things(4)},
            [],
            {"/files/{path+}": "GET PUT", "/{proxy+}": "GET POST"},
            3,
            id="a greedy path below has its own, and its siblings go there",
        ),
        pytest.param(
            {"/files/{path+}": ["GET", "OPTIONS"], "/files/list": ["PUT"], **things(4)},
            [],
            {"/files/list": "PUT", "/{proxy+}": "GET POST"},
            2,
            id="what an OPTIONS of the app's own would take",
        ),
        pytest.param(
            {"/{proxy+}": ["OPTIONS"], "/a": ["GET"], **things(3, "/a")},
            [],
            {"/a": "GET", "/a/{proxy+}": "GET POST"},
            1,
            id="a greedy OPTIONS of the app's own is gone round",
        ),
        pytest.param(
            {"/a": ["OPTIONS", "GET"], "/b": ["OPTIONS"], **things(3)},
            [],
            {"/{proxy+}": "GET POST"},
            1,
            id="an OPTIONS of the app's own stays alone",
        ),
        pytest.param(
            {"/admin": ["PUT"], **things(5, "/admin"), **things(5)},
            ["/admin"],
            {"/admin": "PUT", "/admin/{proxy+}": "GET POST", "/{proxy+}": "GET POST"},
            6,
            id="a branch has its own pair",
        ),
        pytest.param(
            {"/admin": ["PUT"], "/admin/x": ["PUT"], **things(5)},
            ["/admin"],
            {"/admin": "PUT", "/admin/x": "PUT", "/{proxy+}": "GET POST"},
            3,
            id="or its own OPTIONS each, where that is no more",
        ),
        pytest.param(
            {**things(5, "/admin"), **things(5, "/admin/public"), **things(5)},
            ["/", "/admin/public"],
            {"/{proxy+}": "GET POST", "/admin/public/{proxy+}": "GET POST"},
            11,
            id="branches in branches",
        ),
        pytest.param(
            {**things(3, "/administrators"), **things(3)},
            ["/admin"],
            {"/{proxy+}": "GET POST"},
            4,
            id="a name that begins like a branch",
        ),
    ],
)
def test_a_shared_plan(paths: Verbs, tops: list[str], options: Mapping[str, str], saved: int) -> None:
    layout = plan(paths, SHARED, tops=tops)
    assert {path: " ".join(sorted(verbs)) for path, verbs in layout.options.items()} == options
    assert layout.saved == saved


def test_per_resource_each_path_with_methods_has_its_own() -> None:
    paths = {"/": [], "/a": ["GET", "ANY"], "/a/b": ["PUT", "OPTIONS"], "/{proxy+}": ["POST"]}
    assert plan(paths, PER_RESOURCE, tops=["/a"]) == Layout(
        {"/a": frozenset({"GET", "ANY"}), "/{proxy+}": frozenset({"POST"})}
    )


def test_each_new_resource_is_named() -> None:
    assert plan(things(3), SHARED).resources == ("/{proxy+}",)
    assert plan({"/{proxy+}": ["GET"], **things(3)}, SHARED).resources == ()
    assert plan({"/{rest+}": [], **things(3)}, SHARED).resources == ()


def test_a_slash_at_the_end_of_a_path_does_not_count() -> None:
    layout = plan({"/a/": ["GET"], "/b/": ["ANY"], "/c": ["PUT"], "/d": ["PUT"]}, SHARED)
    assert layout.options == {"/b/": {"ANY"}, "/{proxy+}": {"GET", "PUT"}}


# Whatever tree. Each node has one kind of variable child at most, as API Gateway wants it.


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> dict[str, frozenset[str]]:
    return dict(_below(draw, "", depth))


def _below(draw: st.DrawFn, path: str, depth: int) -> Iterator[tuple[str, frozenset[str]]]:
    yield path or "/", draw(VERBS)
    if depth == 0:
        return
    for segment in draw(st.lists(st.sampled_from(SEGMENTS), unique=True, max_size=len(SEGMENTS))):
        yield from _below(draw, f"{path}/{segment}", depth - 1)
    match draw(st.sampled_from(["", "", "{id}", "{rest+}"])):
        case "{id}":
            yield from _below(draw, f"{path}/{{id}}", depth - 1)
        case "{rest+}":
            yield f"{path}/{{rest+}}", draw(VERBS)


VERBS = st.one_of(
    st.sampled_from([[], ["GET"], ["GET"], ["PUT"], ["POST", "PUT"], ["GET", "DELETE"]]),
    st.lists(st.sampled_from(["GET", "PUT", "DELETE", "ANY", "OPTIONS"]), unique=True, max_size=3),
).map(frozenset)
TREES = trees().flatmap(
    lambda tree: st.tuples(st.just(tree), st.lists(st.sampled_from(sorted(tree)), unique=True, max_size=2))
)
Made = tuple[dict[str, frozenset[str]], list[str]]


class Routes:
    """Every resource and verb there is, once the plan is carried out; and a router that has nothing to do with ours.

    Of all resources that have the verb the one wins that is more specific at the first segment in which they differ.
    """

    def __init__(self, paths: Verbs, layout: Layout) -> None:
        self._verbs: dict[str, set[str]] = {path: set(verbs) for path, verbs in paths.items()}
        for path in layout.options:
            verbs = self._verbs.setdefault(path, set())
            assert "OPTIONS" not in verbs, "two OPTIONS on one path"
            verbs.add("OPTIONS")

    def to(self, verb: str, request: tuple[str, ...]) -> str | None:
        takers = [
            path for path, verbs in self._verbs.items() if verbs & {verb, "ANY"} and _leads(_parts(path), request)
        ]
        return min(takers, key=lambda path: [_vagueness(part) for part in _parts(path)], default=None)

    def router(self) -> Router:
        """The simulator's."""
        methods = [Method(SOURCE, path, verb) for path, verbs in self._verbs.items() for verb in verbs]
        return Router(Api(SOURCE, "Api", tuple(methods), frozenset(self._verbs)))


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)


def _vagueness(part: str) -> int:
    return 2 if part.endswith("+}") else 1 if part.startswith("{") else 0


def _leads(parts: tuple[str, ...], request: tuple[str, ...]) -> bool:
    if parts and parts[-1].endswith("+}"):
        return len(request) >= len(parts) and _leads(parts[:-1], request[: len(parts) - 1])
    return len(parts) == len(request) and all(
        part.startswith("{") or part == sent for part, sent in zip(parts, request, strict=True)
    )


def _plainly(path: str) -> tuple[str, ...]:
    """A request to a path whose values are no segments of the API's."""
    return tuple("other" if part.startswith("{") else part for part in _parts(path))


@given(TREES)
@thorough
def test_every_path_with_methods_is_answered_for_by_one_options_of_its_policy_that_allows_its_verbs(made: Made) -> None:
    paths, tops = made
    layout = plan(paths, SHARED, tops=tops)
    routes = Routes(paths, layout)
    router = routes.router()
    event("shared" if layout.saved else "not shared")
    for path, verbs in paths.items():
        if not verbs:
            continue
        request = _plainly(path)
        taker = routes.to("OPTIONS", request)
        simulated = router.route("OPTIONS", "/" + "/".join(request))
        assert taker is not None
        assert simulated is not None
        assert (simulated.method.path, simulated.method.verb) == (taker, "OPTIONS")
        if "OPTIONS" in verbs:
            assert taker == path
        else:
            assert nearest(tops, taker) == nearest(tops, path)
            assert verbs <= layout.options[taker]


@given(TREES)
@thorough
def test_an_options_allows_the_union_of_what_it_answers_for(made: Made) -> None:
    paths, tops = made
    layout = plan(paths, SHARED, tops=tops)
    routes = Routes(paths, layout)
    unions: dict[str, set[str]] = {path: set() for path in layout.options}
    for path, verbs in paths.items():
        taker = routes.to("OPTIONS", _plainly(path)) if verbs else None
        if taker in unions:
            unions[taker] |= verbs
    for taker, allowed in layout.options.items():
        assert unions[taker] <= allowed
        assert "OPTIONS" not in allowed
        # A new one may be asked for what a less specific path has, by requests that lead to both.
        beside = [verbs for path, verbs in paths.items() if not paths.get(taker) and _share_requests(path, taker)]
        assert allowed <= unions[taker].union(*beside)


def _share_requests(path: str, taker: str) -> bool:
    """Whether there is a request that two paths lead to, the first one's parts being the vaguer where they differ."""
    pairs = list(itertools.zip_longest(_parts(path), _parts(taker), fillvalue=""))
    for vaguer, part in pairs:
        if vaguer.endswith("+}") or (part.endswith("+}") and vaguer):
            return [*map(_vagueness, _parts(path))] != [*map(_vagueness, _parts(taker))]
        if not (vaguer and part) or not (vaguer == part or vaguer.startswith("{") or part.startswith("{")):
            return False
    return path != taker


@given(TREES)
@unhurried
def test_whatever_a_path_of_its_own_would_allow_the_shared_one_allows_too(made: Made) -> None:
    paths, tops = made
    own, shared = plan(paths, PER_RESOURCE, tops=tops), plan(paths, SHARED, tops=tops)
    before, after = Routes(paths, own), Routes(paths, shared)
    for request, verb in itertools.product(_requests(paths), ("DELETE", "GET", "POST", "PUT")):
        then, now, called = before.to("OPTIONS", request), after.to("OPTIONS", request), before.to(verb, request)
        assert after.to(verb, request) == called, "a plan adds no way to call a method"
        if called is None or then is None:
            continue
        assert now is not None
        if then not in own.options:
            assert now == then, "an OPTIONS of the app's own goes on to answer"
        elif _allows(own.options[then], verb) and nearest(tops, then) == nearest(tops, called):
            assert _allows(shared.options[now], verb)
            assert nearest(tops, now) == nearest(tops, called)


def _requests(paths: Verbs) -> Iterator[tuple[str, ...]]:
    """Requests to everything near the paths."""
    for length in range(max(len(_parts(path)) for path in paths) + 1):
        yield from itertools.product([*SEGMENTS, "other"], repeat=length)


def _allows(verbs: frozenset[str], verb: str) -> bool:
    return verb in verbs or "ANY" in verbs


@given(TREES)
@thorough
def test_sharing_never_makes_more_and_says_what_it_saves(made: Made) -> None:
    paths, tops = made
    layout = plan(paths, SHARED, tops=tops)
    new = [path for path in layout.options if path not in paths]
    assert list(layout.resources) == new
    assert all(path.endswith("/{proxy+}") for path in new)
    cost, before = len(layout.options) + len(new), len(plan(paths, PER_RESOURCE, tops=tops).options)
    assert cost <= before
    assert layout.saved == before - cost


@given(TREES)
@thorough
def test_no_resource_gets_two_variable_children(made: Made) -> None:
    paths, tops = made
    layout = plan(paths, SHARED, tops=tops)
    parts = {_parts(path)[:end] for path in {*paths, *layout.options} for end in range(len(_parts(path)) + 1)}
    variable = [part[:-1] for part in parts if part and part[-1].startswith("{")]
    assert len(variable) == len(set(variable))


@given(TREES)
@thorough
def test_each_path_is_answered_for_at_its_own_resource_beside_it_or_by_a_greedy_one_above(made: Made) -> None:
    """What goes from one branch of the tree into another was never measured."""
    paths, tops = made
    layout = plan(paths, SHARED, tops=tops)
    routes = Routes(paths, layout)
    for path, verbs in paths.items():
        taker = routes.to("OPTIONS", _plainly(path)) if verbs else path
        assert taker is not None
        above = _parts(taker)[:-1]
        is_beside = _vagueness(_parts(taker)[-1]) == 1 and above == _parts(path)[:-1] if _parts(taker) else False
        is_above = taker.endswith("+}") and above == _parts(path)[: len(above)]
        assert taker == path or is_beside or is_above
