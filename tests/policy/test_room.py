"""The room itself: what it offers, and that it stays light."""

import json
import subprocess
import sys

import cors_constructs.policy


def test_its_public_names() -> None:
    assert set(cors_constructs.policy.__all__) == {
        "RULES",
        "CorsPolicy",
        "CorsPolicyError",
        "Issue",
        "IssueKind",
        "Origin",
        "OriginPattern",
        "Rule",
    }
    assert all(hasattr(cors_constructs.policy, name) for name in cors_constructs.policy.__all__)


def test_importing_it_loads_no_cdk_and_nothing_that_is_rarely_needed() -> None:
    script = (
        "import json, sys, cors_constructs.policy as p;"
        "p.CorsPolicy(allow_origins=['https://app.example.com', 'http://localhost:*']);"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own script
    modules = set(json.loads(done.stdout))
    assert not modules & {"aws_cdk", "constructs", "jsii", "idna", "publicsuffixlist", "difflib", "ipaddress"}
    rooms = {name.split(".")[1] for name in modules if name.startswith("cors_constructs.")}
    assert not rooms & {"render", "cdk", "simulate", "check", "serve", "runtime", "testing", "cli"}
