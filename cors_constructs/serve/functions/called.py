"""Which function an integration calls, where the stage's variables say so.

https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-set-stage-variables-aws-console.html
"""

import re
from collections.abc import Iterable
from typing import Final

from cors_constructs.serve.functions.variables import name_of
from cors_constructs.simulate.gateway.calls import Call
from cors_constructs.simulate.model import Function
from cors_constructs.simulate.template.scope import Reference
from cors_constructs.simulate.values import Text

_VARIABLE: Final = re.compile(r"\$\{stageVariables\.([A-Za-z0-9_]+)\}")
# The name, behind which the name of a version or an alias may stand.
_NAME: Final = re.compile(r":function:([A-Za-z0-9_-]+)")


def by_stage_variable(call: Call, address: Text | None, functions: Iterable[Function]) -> Function | None:
    """The function that an address names by a stage variable.

    Args:
        call: The call.
        address: The address, such as `...:function:${stageVariables.orders}/invocations`.
        functions: The templates' functions.
    """
    functions = list(functions)
    text = _VARIABLE.sub(lambda found: _value(call, found[1], functions), "" if address is None else str(address))
    named = _NAME.search(text)
    found = [function for function in functions if named is not None and name_of(function) == named[1]]
    return found[0] if len(found) == 1 else None


def _value(call: Call, variable: str, functions: Iterable[Function]) -> str:
    """A stage variable's value; of one that refers to a function, its name."""
    value = call.stage.variables.get(variable, "")
    for function in functions if isinstance(value, Reference) else ():
        source = function.source
        if isinstance(value, Reference) and (source.file, source.logical_id) == (value.scope.file, value.logical_id):
            return f":function:{name_of(function)}" if value.attribute == "Arn" else name_of(function)
    return str(value)
