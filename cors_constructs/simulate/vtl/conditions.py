"""What expressions calculate, and what conditions take for true.

As a condition, only references, `true`, comparisons, `&&`, `||` and `!` can be true: a literal and a sum are not.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import Any, Final, NamedTuple

from cors_constructs.simulate.vtl import java
from cors_constructs.simulate.vtl.scope import Scope


class _Node(NamedTuple):
    """Something to calculate: its value, its truth as a condition, and where it stands in the text."""

    calculate: Callable[[Scope, Any], Any]
    truth: Callable[[Scope, Any], bool]
    end: int


# Loosest first; the operators of one row go from left to right.
_ROWS: Final = (
    {"||": "||", "or": "||"},
    {"&&": "&&", "and": "&&"},
    {"==": "==", "eq": "==", "!=": "!=", "ne": "!="},
    {"<": "<", "lt": "<", ">": ">", "gt": ">", "<=": "<=", "le": "<=", ">=": ">=", "ge": ">="},
    {"+": "+", "-": "-"},
    {"*": "*", "/": "/", "%": "%"},
)


_COMPARISONS: Final = frozenset({*_ROWS[2].values(), *_ROWS[3].values()})
_QUANTIFIERS: Final[dict[str, Callable[[Iterable[bool]], bool]]] = {"||": any, "&&": all}


def adapt_conditions(engine: ModuleType) -> None:
    """Every expression has `calculate` for its value and `truth` for a condition."""
    references = (engine.FormalReference, engine.BooleanLiteral)
    # There is no `null`: it is a mistake, as on API Gateway.
    values = (
        engine.FormalReference,
        engine.FloatingPointLiteral,
        engine.IntegerLiteral,
        engine.StringLiteral,
        engine.InterpolatedStringLiteral,
        engine.ArrayLiteral,
        engine.DictionaryLiteral,
        engine.ParenthesizedExpression,
        engine.UnaryOperatorValue,
        engine.BooleanLiteral,
    )

    def parse_value(value: Any) -> None:
        found = value.expression = value.next_element(values)
        value.calculate = found.calculate
        if isinstance(found, engine.ParenthesizedExpression | engine.UnaryOperatorValue):
            value.truth = found.truth
        else:
            value.truth = _true(found.calculate) if isinstance(found, references) else _never

    def parse_expression(expression: Any) -> None:
        terms = [expression.next_element(engine.Value)]
        while True:
            try:
                operator = expression.next_element(engine.BinaryOperator)
            except engine.NoMatch:
                break
            terms += [operator, expression.require_next_element(engine.Value, "value")]
        expression.calculate, expression.truth, _ = _tree(terms)

    def parse_parentheses(parentheses: Any) -> None:
        parentheses.identity_match(parentheses.START)
        inner = parentheses.next_element(engine.Expression)
        parentheses.require_match(parentheses.END, ")")
        parentheses.calculate, parentheses.truth = inner.calculate, inner.truth

    def parse_condition(condition: Any) -> None:
        condition.calculate = condition.truth = condition.next_element(engine.ParenthesizedExpression).truth
        condition.optional_match(engine.WHITESPACE_TO_END_OF_LINE)

    def parse_negation(negation: Any) -> None:
        negation.identity_match(negation.UNARY_OP)
        truth = negation.next_element(engine.Value).truth
        negation.calculate = negation.truth = lambda scope, loader: not truth(scope, loader)

    engine.Value.parse = parse_value
    engine.Expression.parse = parse_expression
    engine.ParenthesizedExpression.parse = parse_parentheses
    engine.Condition.parse = parse_condition
    engine.UnaryOperatorValue.parse = parse_negation


def _never(scope: Scope, loader: Any) -> bool:  # noqa: ARG001 - a node's signature
    return False


def _true(calculate: Callable[[Scope, Any], Any]) -> Callable[[Scope, Any], bool]:
    return lambda scope, loader: java.true(calculate(scope, loader))


def _tree(terms: Sequence[Any], row: int = 0) -> _Node:
    """What calculates terms and operators that stand side by side."""
    while row < len(_ROWS) and not any(operator.sign in _ROWS[row] for operator in terms[1::2]):
        row += 1
    if row == len(_ROWS):
        return _Node(terms[0].calculate, terms[0].truth, terms[0].end)
    operands, signs = [], []
    start = 0
    for place in [*(at for at in range(1, len(terms), 2) if terms[at].sign in _ROWS[row]), len(terms)]:
        operands.append(_tree(terms[start:place], row + 1))
        if place < len(terms):
            signs.append(_ROWS[row][terms[place].sign])
        start = place + 1
    if signs[0] in _QUANTIFIERS:
        quantifier, truths = _QUANTIFIERS[signs[0]], [operand.truth for operand in operands]
        truth = lambda scope, loader: quantifier(node(scope, loader) for node in truths)  # noqa: E731 - for both
        return _Node(truth, truth, terms[-1].end)
    fold = _fold(terms, operands, signs)
    return _Node(fold, _true(fold) if signs[0] in _COMPARISONS else _never, terms[-1].end)


def _fold(terms: Sequence[Any], operands: Sequence[_Node], signs: Sequence[str]) -> Callable[[Scope, Any], Any]:
    first, *others = [operand.calculate for operand in operands]
    steps = list(zip(signs, others, _written(terms, operands), strict=True))

    def fold(scope: Scope, loader: Any) -> Any:
        value = first(scope, loader)
        for sign, node, (left, right) in steps:
            other = node(scope, loader)
            if sign == "+" and isinstance(other, str) and value is None:
                value = left
            elif sign == "+" and isinstance(value, str) and other is None:
                other = right
            scope.spend(java.length(value) + java.length(other))
            value = java.operate(sign, value, other)
        return value

    return fold


def _written(terms: Sequence[Any], operands: Sequence[_Node]) -> list[tuple[str | None, str]]:
    """How the two sides of each sign stand in the text, which a null beside a string is written as."""
    text, start = terms[0].full_text(), terms[0].start
    rights = [text[left.end : right.end].lstrip(" \t\r\n+") for left, right in itertools.pairwise(operands)]
    return list(zip([text[start : operands[0].end], *[None] * len(rights)], rights, strict=False))
