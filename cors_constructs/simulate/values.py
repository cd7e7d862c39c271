"""Values of a template: known ones as plain Python, and those that only a deployment knows as `Unresolved`."""

import enum
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import attrs


@attrs.frozen
class Unresolved:
    """A value that the template does not decide: an attribute of a resource, a parameter without a default, an export.

    Attributes:
        expression: The expression as CloudFormation has it in JSON, such as `{"Ref": "Stage"}`.
        parts: Of a string that is known in part: its pieces in order, the unknown ones `Unresolved` themselves. Empty
            where nothing of it is known.
        because: What decides it and is unknown as well, and is not in the expression: the condition of an `Fn::If`.
    """

    expression: Any = attrs.field(eq=repr, hash=False)
    parts: "tuple[str | Unresolved, ...]" = ()
    because: "tuple[Unresolved, ...]" = attrs.field(default=(), eq=False, repr=False)

    def __str__(self) -> str:
        """The value with `${...}` where a part is unknown: `"https://${Domain}"`."""
        if self.parts:
            return "".join(map(str, self.parts))
        return f"${{{_named(self.expression)}}}"

    def filled(self, stand_in: "Callable[[Unresolved], str]") -> str:
        """The string with each unknown part replaced by what `stand_in` makes of it."""
        if not self.parts:
            return stand_in(self)
        return "".join(part if isinstance(part, str) else part.filled(stand_in) for part in self.parts)


Text: TypeAlias = str | Unresolved
Flag: TypeAlias = bool | Unresolved

_T = TypeVar("_T")


def known(value: _T | Unresolved) -> _T | None:
    """The value, or None where only a deployment knows it."""
    return None if isinstance(value, Unresolved) else value


def _printable(text: str) -> str:
    """The text on one line, whatever stood in the file: a file's own name may hold a line break."""
    return text if text.isprintable() else "".join(it if it.isprintable() else repr(it)[1:-1] for it in text)


def _named(expression: Any) -> str:
    if isinstance(expression, dict) and len(expression) == 1:
        (function, argument), *_ = expression.items()
        if function == "Ref":
            return str(argument)
        if function == "Fn::GetAtt":
            return ".".join(map(str, argument)) if isinstance(argument, list) else str(argument)
        if function == "Fn::If" and isinstance(argument, list) and argument:
            return f"{function} {argument[0]}"
        return str(function)
    return expression if isinstance(expression, str) else "?"  # "{{resolve:ssm:/name}}"


class Setting(enum.Enum):
    """What a caller may say beside the template, by its name as an argument."""

    API = "api"
    STAGE = "stage"
    PARAMETERS = "parameters"


@attrs.frozen
class Remedy:
    """A fix that is not in the template: what its reader can say beside it.

    `str(remedy)` words it for Python. Who reads templates for somebody else words it by their own names of settings.

    Attributes:
        setting: The setting.
        choices: The values that it may have; of parameters, the names of those to give. Empty where the setting is to
            be left out.
    """

    setting: Setting
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        """What to write in Python."""
        if self.setting is Setting.PARAMETERS:
            given = ", ".join(f'"{name}": "..."' for name in self.choices)
            return f"if that is a parameter, give parameters={{{given}}}"
        argument = f"{self.setting.value}="
        return f"say which: {argument} one of {', '.join(self.choices)}" if self.choices else f"leave {argument} out"


class TemplateError(ValueError):
    """A template that cannot be read, or an answer that it does not hold.

    Attributes:
        file: The file, as the caller named it; None for a mapping.
        place: Where in it: `line 12, column 3`, or `Resources.Users.Properties.PathPart`; empty for all of it.
        problem: What is wrong, in one clause.
        fix: What to do instead, in words; empty where that is plain.
        remedy: The same, where it is to say something beside the template; else None.
    """

    def __init__(self, file: str | None, place: str, problem: str, fix: str | Remedy = "") -> None:
        super().__init__(file, place, problem, fix)
        self.file, self.place, self.problem, self.fix = file, place, problem, str(fix)
        self.remedy = fix if isinstance(fix, Remedy) else None

    def __str__(self) -> str:
        """One line: where, what, what to write instead."""
        return self.told(self.fix)

    def told(self, fix: str) -> str:
        """The same with other words for what to do."""
        where = ": ".join(part for part in (self.file or "template", self.place) if part)
        return _printable(f"{where}: {self.problem}{f'; {fix}' if fix else ''}")
