"""Answers that a template leaves to its deployment: asked for, never guessed."""

from typing import Any, TypeVar

from cors_constructs.simulate.model import Source
from cors_constructs.simulate.values import Remedy, Setting, TemplateError, Unresolved

_T = TypeVar("_T")


def decided(value: _T | Unresolved, source: Source, question: str) -> _T:
    """The value.

    Args:
        value: What the answer depends on.
        source: Where it stands.
        question: What is not known, as a clause: "whether GET /users asks for an API key".

    Raises:
        TemplateError: Only a deployment knows the value.
    """
    if isinstance(value, Unresolved):
        raise undecided(value, source, question)
    return value


def undecided(value: Unresolved, source: Source, question: str) -> TemplateError:
    """The error that says what to give."""
    place = ".".join(part for part in (f"Resources.{source.logical_id}", source.place) if part)
    problem = f"{question} depends on {value}, which only a deployment knows"
    return TemplateError(source.file, place, problem, _remedy(value))


def advice(value: Unresolved) -> str:
    """What to do, for a value to be known: in words that fit whoever asks, in Python or at a shell."""
    names = _names(value)
    return f"if that is a parameter, give {', '.join(names)} a value" if names else "write the value in the template"


def _remedy(value: Unresolved) -> Remedy | str:
    names = _names(value)
    return Remedy(Setting.PARAMETERS, names) if names else advice(value)


def _names(value: Unresolved) -> tuple[str, ...]:
    deciding = (*value.because, *(part for part in value.parts if isinstance(part, Unresolved)))
    return tuple(sorted({*_references(value.expression), *(name for it in deciding for name in _names(it))}))


def _references(expression: Any) -> list[str]:
    if isinstance(expression, dict):
        return [
            name
            for function, argument in expression.items()
            for name in ([argument] if function == "Ref" and isinstance(argument, str) else _references(argument))
        ]
    if isinstance(expression, list):
        return [name for it in expression for name in _references(it)]
    return []
