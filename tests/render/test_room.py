"""The room itself: what it offers, and what it stays free of."""

import json
import subprocess
import sys

import cors_constructs.render


def test_its_public_names() -> None:
    assert set(cors_constructs.render.__all__) == {
        "ErrorResponses",
        "PreflightAnswer",
        "error_headers",
        "opaque_to_credentials",
        "preflight_answer",
    }
    assert all(hasattr(cors_constructs.render, name) for name in cors_constructs.render.__all__)


def test_it_knows_policies_and_no_cdk() -> None:
    script = (
        "import json, sys;"
        "from cors_constructs.policy import CorsPolicy; from cors_constructs.render import preflight_answer;"
        "preflight_answer(CorsPolicy(allow_origins=['https://app.example.com', 'http://localhost:*']), ['GET']);"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own script
    modules = set(json.loads(done.stdout))
    assert not modules & {"aws_cdk", "constructs", "jsii", "airspeed"}
    rooms = {name.split(".")[1] for name in modules if name.startswith("cors_constructs.")}
    assert rooms <= {"policy", "render", "_lazy", "_version"}
