"""A template, read and run."""

import functools
from typing import Any

from cors_constructs.simulate.vtl import java
from cors_constructs.simulate.vtl.engine import engine
from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.scope import EndError, Scope


class Script:
    """A template, read.

    Raises:
        MappingError: It is not Velocity.
    """

    __slots__ = ("_block",)

    def __init__(self, text: str) -> None:
        airspeed = engine()
        try:
            self._block = airspeed.TemplateBody("template", text).block
        except (airspeed.TemplateSyntaxError, airspeed.NoMatch) as error:
            raise _not_velocity(error) from error
        except RecursionError as error:
            raise MappingError("it is nested too deeply") from error

    def run(self, names: dict[str, Any]) -> str:
        """What it writes, given what its first names stand for.

        Raises:
            MappingError: It fails.
        """
        airspeed = engine()
        output = airspeed.StoppableStream()
        try:
            self._block.evaluate(output, Scope(names), airspeed.NullLoader())
        except EndError:
            pass
        except RecursionError as error:
            raise MappingError("it calls itself without end") from error
        except airspeed.NoMatch as error:
            raise _not_velocity(error) from error
        except airspeed.TemplateError as error:
            raise MappingError(str(error)) from error
        return java.short_enough(output.getvalue())


@functools.lru_cache(maxsize=256)
def script(text: str) -> Script:
    """The template, read once.

    Raises:
        MappingError: It is not Velocity.
    """
    return Script(text)


def _not_velocity(error: Exception) -> MappingError:
    return MappingError(f"it is not Velocity: {str(error) or 'a directive is not finished'}")
