"""Which policy is whose: the nearest branch's, by whole path segments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.policy import CorsPolicy
from cors_constructs.render.branches import PolicyTree

from .strategies import unhurried

WHOLE, ADMIN, USERS = (CorsPolicy(allow_origins=[f"https://{name}.shop.example"]) for name in ("www", "admin", "users"))
TREE = PolicyTree(WHOLE, {"/admin": ADMIN, "/admin/{id}/users": USERS})


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        pytest.param("/", WHOLE, id="the-root"),
        pytest.param("/orders", WHOLE, id="beside-the-branch"),
        pytest.param("/admin", ADMIN, id="the-top-itself"),
        pytest.param("/admin/{id}", ADMIN, id="below-the-top"),
        pytest.param("/admin/{proxy+}", ADMIN, id="a-proxy-below-the-top"),
        pytest.param("/administration", WHOLE, id="a-name-that-begins-alike"),
        pytest.param("/orders/admin", WHOLE, id="the-same-name-elsewhere"),
        pytest.param("/admin/{id}/users", USERS, id="a-branch-in-a-branch"),
        pytest.param("/admin/{id}/users/{user}", USERS, id="below-a-branch-in-a-branch"),
        pytest.param("/admin/{id}/users-online", ADMIN, id="beside-a-branch-in-a-branch"),
    ],
)
def test_a_path_has_the_nearest_policy(path: str, policy: CorsPolicy) -> None:
    assert TREE.at(path) is policy


PATHS = st.lists(st.sampled_from(["a", "ab", "b", "{id}", "{proxy+}"]), max_size=4).map(lambda it: "/" + "/".join(it))
TOPS = PATHS.filter(lambda path: path != "/")


@unhurried
@given(st.lists(TOPS, unique=True, max_size=5), PATHS)
def test_it_is_that_of_the_longest_run_of_segments(tops: list[str], path: str) -> None:
    policies = {top: CorsPolicy(allow_origins=[f"https://{n}.shop.example"]) for n, top in enumerate(tops)}
    segments = path.split("/")
    above = ["/".join(segments[:end]) for end in range(len(segments), 0, -1)]
    expected = next((policies[top] for top in above if top in policies), WHOLE)
    assert PolicyTree(WHOLE, policies).at(path) == expected


@unhurried
@given(st.lists(TOPS, unique=True, max_size=5), st.lists(PATHS, max_size=5))
def test_a_branch_is_idle_where_no_path_begins_with_its_segments(tops: list[str], paths: list[str]) -> None:
    idle = PolicyTree(WHOLE, dict.fromkeys(tops, ADMIN)).idle(paths)
    begin = {"/".join(path.split("/")[:end]) for path in paths for end in range(1, len(path.split("/")) + 1)}
    assert list(idle) == [top for top in tops if top not in begin]


def test_every_policy_is_there_once_and_the_whole_apis_first() -> None:
    tree = PolicyTree(WHOLE, {"/a": ADMIN, "/b": WHOLE, "/c": USERS, "/d": ADMIN.evolve()})
    assert tree.all() == [WHOLE, ADMIN, USERS]
