"""What parameters hold: what the caller says, or their defaults.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from cors_constructs.simulate.template.known_in_part import as_text
from cors_constructs.simulate.template.places import kind, shown
from cors_constructs.simulate.template.scope import PSEUDO_PARAMETERS, Scope
from cors_constructs.simulate.values import TemplateError

BY_SSM = "AWS::SSM::Parameter::Value<"
"""How the types of parameters begin whose defaults are names: Systems Manager has the values."""


class UnknownParametersError(TemplateError):
    """Values are given for parameters that nothing which was read has.

    Attributes:
        unknown: Their names.
        known: The names of the parameters that there are.
    """

    def __init__(self, file: str | None, unknown: Collection[str], known: Collection[str]) -> None:
        names = " or ".join(sorted(map(shown, unknown)))
        super().__init__(file, "Parameters", f"there is no parameter {names}", _choice(known))
        self.unknown, self.known = frozenset(unknown), frozenset(known)

    def __reduce__(self) -> tuple[type["UnknownParametersError"], tuple[Any, ...]]:
        """How it is copied and pickled: by its own arguments, and not by its parent's."""
        return type(self), (self.file, self.unknown, self.known)


def default_of(declared: Any) -> Any:
    """A parameter's default; None where it has none that is known here: Systems Manager has what an SSM one holds."""
    if not isinstance(declared, dict) or str(declared.get("Type")).startswith(BY_SSM):
        return None
    return declared.get("Default")


def typed(declared: Any, value: Any) -> Any:
    """A parameter's value as `Ref` gives it: a list for the types that are lists, else a string."""
    if isinstance(value, list):
        return value
    if isinstance(declared, dict) and _is_list(str(declared.get("Type"))):
        return [item.strip() for item in str(as_text(value)).split(",")]
    return as_text(value)


def check_parameters(scope: Scope) -> None:
    """Checks how the parameters are declared, and what the caller says of them.

    Raises:
        TemplateError: A parameter is no mapping, has a default that is no string, or is given what it does not allow.
    """
    for name, declared in scope.section("Parameters").items():
        place = scope.place("Parameters", name)
        if name.startswith("Fn::"):
            continue
        if not isinstance(declared, dict):
            raise place.error(f"it is {kind(declared)}", 'write a mapping with "Type"')
        if "Default" in declared and not isinstance(declared["Default"], str | int | float):
            raise place.at("Default").error(f"it is {kind(declared['Default'])}", "write a string")
        allowed = declared.get("AllowedValues")
        given = scope.given.get(name)
        if given is None or not isinstance(allowed, list) or given in map(as_text, allowed):
            continue
        values = ", ".join(shown(as_text(value)) for value in allowed)
        raise place.error(f"it is given {shown(given)}", f"give one of {values}")


def check_names(scopes: Iterable[Scope], parameters: Mapping[str, str], file: str | None) -> None:
    """Checks that some template has each parameter that the caller names, and that the values are strings.

    Raises:
        UnknownParametersError: None has it, with the list of those they have.
        TemplateError: A value is no string.
    """
    known = {name for scope in scopes if scope.parent is None for name in scope.section("Parameters")}
    unknown = parameters.keys() - known - PSEUDO_PARAMETERS
    if unknown:
        raise UnknownParametersError(file, unknown, known)
    for name, value in parameters.items():
        if not isinstance(value, str):
            raise TemplateError(file, f"Parameters.{name}", f"it is given {kind(value)}", "give a string")


def _is_list(type_: str) -> bool:
    inner = type_.removeprefix(BY_SSM)
    return inner.startswith(("CommaDelimitedList", "List<"))


def _choice(known: Iterable[str]) -> str:
    names = ", ".join(sorted(known))
    return f"give one of {names}" if names else "the template has no parameters, only AWS::Region and its like"
