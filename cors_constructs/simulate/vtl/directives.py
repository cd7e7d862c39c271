"""What directives do."""

import re
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final

from cors_constructs.simulate.vtl import java, methods
from cors_constructs.simulate.vtl.scope import BreakError, EndError, Scope

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html: a loop
# ends quietly after so many rounds.
MAX_ROUNDS: Final = 1000
# Reading Velocity is slower than reading text.
_READING: Final = 20
# What a round, or a call of a macro, counts for.
_ROUND: Final = 100

_SPACE: Final = re.compile(r"\s*")
_EQUALS: Final = re.compile(r"\s*=\s*")
_PARENTHESIS: Final = re.compile(r"\s*\)(?:[ \t]*\r?\n)?")


def adapt_directives(engine: ModuleType) -> None:
    """Every directive that does something else in airspeed, and those it lacks."""
    # airspeed wraps what goes wrong at each level; `java` says what went wrong.
    engine._Element.evaluate = lambda element, stream, scope, loader: element.evaluate_raw(stream, scope, loader)
    _adapt_set(engine)
    _adapt_choice(engine)
    _adapt_loop(engine)
    _adapt_macros(engine)
    engine.UserDefinedDirective.DIRECTIVES = (_raw(engine), _break(engine))


def _adapt_set(engine: ModuleType) -> None:
    def parse_set(directive: Any) -> None:
        directive.identity_match(directive.START)
        directive.optional_match(_SPACE)
        directive.place = directive.require_next_element(engine.FormalReference, "a reference")
        directive.require_match(_EQUALS, "=")
        directive.value = directive.require_next_element(engine.Expression, "expression")
        directive.require_match(_PARENTHESIS, "closing parenthesis")
        if directive.place.expression is None:
            raise directive.syntax_error("a reference")

    def set_value(directive: Any, stream: Any, scope: Scope, loader: Any) -> None:  # noqa: ARG001 - airspeed calls it
        value = directive.value.calculate(scope, loader)
        if value is not None:  # a null leaves the old value
            _assign(engine, directive.place.expression, value, scope, loader)

    engine.SetDirective.START = re.compile(r"#(?:set|\{set\})\s*\(")
    engine.SetDirective.parse = parse_set
    engine.SetDirective.evaluate_raw = set_value


def _adapt_choice(engine: ModuleType) -> None:
    def choose(directive: Any, stream: Any, scope: Scope, loader: Any) -> None:
        for branch in (directive, *directive.elseifs):
            if branch.condition.truth(scope, loader):
                branch.block.evaluate(stream, scope, loader)
                return
        directive.else_block.evaluate(stream, scope, loader)

    engine.IfDirective.evaluate_raw = choose


def _adapt_loop(engine: ModuleType) -> None:
    def loop(directive: Any, stream: Any, scope: Scope, loader: Any) -> None:
        items = java.items(directive.value.calculate(scope, loader))
        names = (directive.loop_var_name, "foreach", "velocityCount", "velocityHasNext")
        before = {name: scope.get(name) for name in names}
        scope.spend(len(items))
        try:
            for index, value in enumerate(items[:MAX_ROUNDS]):
                scope.spend(_ROUND)
                count, more = index + 1, index + 1 < len(items)
                state = {"count": count, "index": index, "hasNext": more, "first": index == 0, "last": not more}
                values = (value, {**state, "parent": before["foreach"]}, count, more)
                scope.update(zip(names, values, strict=True))
                directive.block.evaluate(stream, scope, loader)
        except BreakError:
            pass
        finally:
            scope.update(before)

    def stop(directive: Any, stream: Any, scope: Scope, loader: Any) -> None:  # noqa: ARG001 - likewise
        raise EndError

    engine.ForeachDirective.evaluate_raw = loop
    engine.StopDirective.evaluate_raw = stop


def _adapt_macros(engine: ModuleType) -> None:
    def call_macro(directive: Any, stream: Any, scope: Scope, loader: Any) -> None:
        macro = scope.get(f"#{directive.macro_name}")
        if macro is None:
            stream.write(directive.my_text())
            return
        macro.execute_function(stream, scope, [it.calculate(scope, loader) for it in directive.args], loader)

    def execute(definition: Any, stream: Any, scope: Scope, values: Sequence[Any], loader: Any) -> None:
        scope.spend(_ROUND)
        before = {name: scope.get(name) for name in definition.arg_names}
        scope.update({**dict.fromkeys(before), **dict(zip(definition.arg_names, values, strict=False))})
        try:
            definition.block.evaluate(stream, scope, loader)
        finally:
            scope.update(before)

    def define_macro(definition: Any, stream: Any, scope: Scope, loader: Any) -> None:  # noqa: ARG001 - likewise
        scope.setdefault(f"#{definition.function_name.lower()}", definition)

    def evaluate(directive: Any, stream: Any, scope: Scope, loader: Any) -> None:
        text = directive.value.calculate(scope, loader)
        if isinstance(text, str):
            scope.spend(_ROUND + _READING * len(text))
            engine.TemplateBody("#evaluate", text).block.evaluate(stream, scope, loader)

    engine.MacroCall.evaluate_raw = call_macro
    engine.MacroDefinition.evaluate_raw = define_macro
    engine._FunctionDefinition.execute_function = execute
    engine.EvaluateDirective.evaluate_raw = evaluate


def _raw(engine: ModuleType) -> Any:
    def parse(element: Any) -> None:
        (element.text,) = element.identity_match(re.compile(r"#\[\[(.*?)\]\]#", re.DOTALL))

    def write(element: Any, stream: Any, scope: Scope, loader: Any) -> None:  # noqa: ARG001 - airspeed calls it
        stream.write(element.text)

    return type("Raw", (engine._Element,), {"parse": parse, "evaluate_raw": write})


def _break(engine: ModuleType) -> Any:
    def parse(element: Any) -> None:
        element.identity_match(re.compile(r"#(?:break\b|\{break\})"))

    def leave(element: Any, stream: Any, scope: Scope, loader: Any) -> None:  # noqa: ARG001 - airspeed calls it
        raise BreakError

    return type("Break", (engine._Element,), {"parse": parse, "evaluate_raw": leave})


def _assign(engine: ModuleType, reference: Any, value: Any, scope: Scope, loader: Any) -> None:
    """Sets `$name`, `$a.b.name` or `$a[0]`; where there is nothing to set it on, nothing happens."""
    holder: Any = scope
    step = reference
    while step.subexpression is not None:
        holder = step.part.calculate(holder, loader, scope)
        step = step.subexpression
        if isinstance(step.expression, engine.ArrayIndex):
            index = step.expression.calculate(scope, loader)
            if step.subexpression is None:
                methods.put(holder, index, value)
                return
            holder = None if holder is None else methods.item(holder, index)
            step = step.subexpression
        step = step.expression
    if step.part.index is not None:
        holder = scope.get(step.part.name) if holder is scope else methods.attribute(holder, step.part.name)
        methods.put(holder, step.part.index.calculate(scope, loader), value)
    elif step.part.parameters is None:
        methods.put(holder, step.part.name, value)
