"""How Velocity is spelled, where airspeed spells it otherwise."""

import re
from types import ModuleType
from typing import Any, Final

from cors_constructs.simulate.vtl import java
from cors_constructs.simulate.vtl.scope import Scope

# How airspeed calls them where it is not `...Directive`.
_KINDS: Final = {"macro": "Definition", "define": "Definition"}
_MAX_DIGITS: Final = 20
_IDENTIFIER: Final = "[a-z_][a-z0-9_-]*"


def adapt_words(engine: ModuleType) -> None:
    """Names, literals, operators and the like."""
    _adapt_names(engine)
    _adapt_values(engine)
    _adapt_strings(engine)


def _adapt_names(engine: ModuleType) -> None:
    # A name may hold hyphens: https://velocity.apache.org/engine/1.7/vtl-reference.html#variables
    engine.NameOrCall.NAME = re.compile(rf"({_IDENTIFIER})", re.IGNORECASE)
    engine.ForeachDirective.LOOP_VAR_NAME = re.compile(rf"\$({_IDENTIFIER})", re.IGNORECASE)
    # A "$" before no name is text, and what follows it is not swallowed; "#[[" starts raw text.
    engine.Text.PLAIN = re.compile(
        r"((?:[^\\$#]+|\\[$#])+|\$(?![!{a-z_])|#$|#(?!\[\[)[^{}a-zA-Z0-9#*]+|\\.)", re.DOTALL | re.IGNORECASE
    )
    # Directives are in lower case, perhaps in braces, and end at a word's end.
    for name in ("if", "foreach", "macro", "define", "stop", "evaluate", "include", "parse"):
        directive = getattr(engine, f"{name.capitalize()}{_KINDS.get(name, 'Directive')}")
        directive.START = directive.STOP = re.compile(rf"#(?:{name}\b|\{{{name}\}})\s*")
    engine.ElseifBlock.START = re.compile(r"#(?:elseif\b|\{elseif\})\s*")
    engine.ElseBlock.START = re.compile(r"#(?:else\b|\{else\})(?:[ \t]*\r?\n)?")
    engine.End.END = re.compile(r"#(?:end\b|\{end\})")
    engine.ForeachDirective.CLOSE_PAREN = re.compile(r"\s*\)(?:[ \t]*\r?\n)?")
    engine.FallthroughHashText.PLAIN = re.compile(r"(#(?!(?:end|else|elseif)\b|\{(?:end|else|elseif)\}))")
    # `${name|'other'}` is younger than 1.7.
    engine.AlternateValue.START = re.compile("(?!)")


def _adapt_values(engine: ModuleType) -> None:
    engine.BooleanLiteral.BOOLEAN = re.compile(r"(true|false)\b")
    engine.UnaryOperatorValue.UNARY_OP = re.compile(r"\s*(!|not\b)\s*")
    engine.BinaryOperator.BINARY_OP = re.compile(
        r"\s*(>=|<=|==|!=|<|>|\|\||&&|\+|-|\*|/|%|(?:or|and|gt|lt|ne|eq|ge|le)\b)\s*"
    )

    def parse_operator(operator: Any) -> None:
        (operator.sign,) = operator.identity_match(operator.BINARY_OP)

    engine.BinaryOperator.parse = parse_operator

    def parse_integer(literal: Any) -> None:
        (written,) = literal.identity_match(literal.INTEGER)
        if len(written) > _MAX_DIGITS:
            raise literal.syntax_error("an integer of 64 bits")
        literal.value = int(written)

    engine.IntegerLiteral.parse = parse_integer

    # airspeed 0.6 knows no `$map['key']`.
    keys = (
        engine.FormalReference,
        engine.IntegerLiteral,
        engine.StringLiteral,
        engine.InterpolatedStringLiteral,
        engine.ParenthesizedExpression,
    )

    def parse_index(index: Any) -> None:
        index.identity_match(index.START)
        index.index = index.require_next_element(keys, "an index or a key")
        index.require_match(index.END, "]")

    engine.ArrayIndex.parse = parse_index


def _adapt_strings(engine: ModuleType) -> None:
    # A backslash in a string is a backslash, and a quote is doubled.
    engine.StringLiteral.STRING = re.compile(r"'((?:[^']|'')*)'")
    engine.InterpolatedStringLiteral.STRING = re.compile(r'"((?:[^"]|"")*)"')

    def parse_plain(literal: Any) -> None:
        (text,) = literal.identity_match(literal.STRING)
        literal.value = text.replace("''", "'")

    def parse_interpolated(literal: Any) -> None:
        (text,) = literal.identity_match(literal.STRING)
        literal.value = text.replace('""', '"')
        literal.block = engine.Block(literal.filename, literal.value, 0)
        if literal.block.end != len(literal.value):
            raise literal.syntax_error("a string that is Velocity itself")

    def interpolate(literal: Any, scope: Scope, loader: Any) -> str:
        if "$" not in literal.value and "#" not in literal.value:
            return str(literal.value)
        output = engine.StoppableStream()
        literal.block.evaluate(output, scope, loader)
        text = java.short_enough(output.getvalue())
        scope.spend(len(text))
        return text

    engine.StringLiteral.parse = parse_plain
    engine.InterpolatedStringLiteral.parse = parse_interpolated
    engine.InterpolatedStringLiteral.calculate = interpolate
