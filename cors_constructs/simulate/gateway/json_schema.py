"""JSON Schema draft 4: whether a document is as a schema says, and if not, why.

Only what validates bodies loads this: it takes a tenth of a second.
"""

import itertools
from collections.abc import Mapping
from typing import Any, Final

from jsonschema import Draft4Validator, FormatChecker
from jsonschema.exceptions import SchemaError
from jsonschema.validators import extend
from referencing import Registry

from cors_constructs.simulate.gateway.ecma_regex import check_expression
from cors_constructs.simulate.gateway.schema_keywords import keywords
from cors_constructs.simulate.gateway.schema_steps import MAX_STEPS, STEPS, Steps, TooMuchError
from cors_constructs.simulate.vtl.error import MappingError

_MAX_REASONS: Final = 50
_LONGEST: Final = 200

_Validator: Final = extend(Draft4Validator, keywords())  # type: ignore[no-untyped-call]
_NO_FORMATS: Final = FormatChecker(formats=())


class UnusableSchemaError(Exception):
    """A schema is none. Its text is why, as a clause."""


class JsonSchema:
    """A schema, ready to be used."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        """Takes a schema whose references all lead to its `definitions`.

        Raises:
            UnusableSchemaError: It is no schema of draft 4, or has a pattern that is none.
        """
        try:
            Draft4Validator.check_schema(schema, format_checker=_NO_FORMATS)
            _check_patterns(schema)
        except SchemaError as error:
            place = ".".join(map(str, itertools.islice(error.absolute_path, 2, None)))
            at = f"at {place}, " if place else ""
            raise UnusableSchemaError(f"it is no JSON Schema draft 4: {at}{error.message[:_LONGEST]}") from error
        except MappingError as error:
            raise UnusableSchemaError(str(error)) from error
        except RecursionError:
            raise UnusableSchemaError("it is nested too deeply") from None
        self._validator = _Validator(schema, registry=Registry())  # an empty one: nothing is fetched

    def reasons(self, document: Any, most: int = MAX_STEPS) -> list[str]:
        """Why a document is not as the schema says, the first of many; empty where it is.

        Args:
            document: The document.
            most: How many steps that may take.

        Raises:
            TooMuchError: It takes too long to tell.
        """
        token = STEPS.set(Steps(most))
        try:
            return [error.message for error in itertools.islice(self._validator.iter_errors(document), _MAX_REASONS)]
        except MappingError as error:
            raise TooMuchError(str(error)) from error
        except RecursionError:
            raise TooMuchError("the schema leads to itself without an end, or the body is nested too deeply") from None
        finally:
            STEPS.reset(token)


def _check_patterns(node: Any) -> None:
    """Lets a part of a schema pass whose patterns are regular expressions."""
    if isinstance(node, list):
        for item in node:
            _check_patterns(item)
    if not isinstance(node, Mapping):
        return
    for keyword, value in node.items():
        if keyword == "pattern" and isinstance(value, str):
            check_expression(value)
        elif keyword == "patternProperties":
            for pattern in value:
                check_expression(pattern)
        if keyword != "enum":
            _check_patterns(value)
