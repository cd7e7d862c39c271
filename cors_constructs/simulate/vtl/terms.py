"""What references and lists mean: what they mean in Java. They reach nothing of Python."""

from types import ModuleType
from typing import Any, Final

from cors_constructs.simulate.vtl import java, methods
from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.scope import Scope

_MAX_RANGE: Final = 1_000_000


def adapt_terms(engine: ModuleType) -> None:
    """Every term that means something else in airspeed."""

    def look_up(term: Any, holder: Any, loader: Any, scope: Scope) -> Any:
        if isinstance(holder, Scope):
            # `$name(...)` calls nothing.
            value = holder.get(term.name) if term.parameters is None else None
            if isinstance(value, engine._FunctionDefinition):  # of #define
                output = engine.StoppableStream()
                value.execute_function(output, scope, [], loader)
                value = output.getvalue()
        elif holder is None:
            return None
        elif term.parameters is None:
            value = methods.attribute(holder, term.name)
        else:
            arguments = term.parameters.calculate(scope, loader)
            scope.spend(java.effort(holder, arguments))
            value = methods.call(holder, term.name, arguments)
        if term.index is not None and value is not None:
            value = methods.item(value, term.index.calculate(scope, loader))
        return value

    def look_below(step: Any, holder: Any, loader: Any, scope: Scope) -> Any:
        if not isinstance(step.expression, engine.ArrayIndex):
            return step.expression.calculate(holder, loader, scope)
        value = None if holder is None else methods.item(holder, step.expression.calculate(scope, loader))
        return step.subexpression.calculate(value, loader, scope) if step.subexpression else value

    def write(reference: Any, stream: Any, scope: Scope, loader: Any) -> None:
        value = None if reference.expression is None else reference.expression.calculate(scope, loader)
        if value is not None:
            written = java.text(value)
            scope.spend(len(written))
            stream.write(written)
        elif not (reference.silent and reference.expression is not None):
            stream.write(reference.my_text())

    def span(literal: Any, scope: Scope, loader: Any) -> Any:
        first, last = literal.value1.calculate(scope, loader), literal.value2.calculate(scope, loader)
        if type(first) is not int or type(last) is not int:
            return None
        if abs(last - first) > _MAX_RANGE:
            raise MappingError(f"the range from {first} to {last} is too long")
        scope.spend(abs(last - first))
        return list(range(first, last + 1) if first <= last else range(first, last - 1, -1))

    def collect(literal: Any, scope: Scope, loader: Any) -> dict[Any, Any]:
        pairs = literal.local_data.items()
        return {java.key(name.calculate(scope, loader)): value.calculate(scope, loader) for name, value in pairs}

    engine.DictionaryLiteral.calculate = collect
    engine.NameOrCall.calculate = look_up
    engine.SubExpression.calculate = look_below
    engine.FormalReference.evaluate_raw = write
    engine.Range.calculate = span
