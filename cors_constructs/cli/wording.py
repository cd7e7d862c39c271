"""What errors of the library say at a shell, where settings are options."""

from cors_constructs.simulate.values import Remedy, Setting, TemplateError


def at_a_shell(error: TemplateError) -> str:
    """The error in one line, with options where Python has arguments."""
    return str(error) if error.remedy is None else error.told(_advice(error.remedy))


def _advice(remedy: Remedy) -> str:
    if remedy.setting is Setting.PARAMETERS:
        options = " ".join(f"--parameter {name}=VALUE" for name in remedy.choices)
        return f"if that is a parameter, give {options}"
    option = f"--{remedy.setting.value}"
    return f"say which: {option} one of {', '.join(remedy.choices)}" if remedy.choices else f"leave {option} out"
