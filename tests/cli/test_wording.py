"""What errors of the library say at a shell."""

import pytest

from cors_constructs.cli.wording import at_a_shell
from cors_constructs.simulate.values import Remedy, Setting, TemplateError


@pytest.mark.parametrize(
    ("fix", "words"),
    [
        pytest.param("write it", "write it", id="a-fix-in-the-template"),
        pytest.param(Remedy(Setting.API, ("Shop", "Other")), "say which: --api one of Shop, Other", id="an-api"),
        pytest.param(Remedy(Setting.STAGE, ("prod", "dev")), "say which: --stage one of prod, dev", id="a-stage"),
        pytest.param(Remedy(Setting.STAGE), "leave --stage out", id="a-stage-too-many"),
        pytest.param(
            Remedy(Setting.PARAMETERS, ("A", "B")),
            "if that is a parameter, give --parameter A=VALUE --parameter B=VALUE",
            id="parameters",
        ),
    ],
)
def test_settings_are_options(fix: str | Remedy, words: str) -> None:
    assert at_a_shell(TemplateError("a.yaml", "", "it is wrong", fix)) == f"a.yaml: it is wrong; {words}"


def test_nothing_is_said_where_there_is_nothing_to_do() -> None:
    assert at_a_shell(TemplateError("a.yaml", "", "it is wrong")) == "a.yaml: it is wrong"
