"""`Fn::ForEach`: one piece of a template for each of a list's items, as the transform AWS::LanguageExtensions makes it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from cors_constructs.simulate.template.places import Place

_TRANSFORM: Final = "AWS::LanguageExtensions"
_LOOP: Final = "Fn::ForEach::"
# CloudFormation takes templates of 500 resources.
_MOST: Final = 10_000
_UNSAID: Final = re.compile("[^A-Za-z0-9]")


def without_loops(template: dict[str, Any], file: str | None, parameters: Mapping[str, str]) -> dict[str, Any]:
    """A template with its loops unrolled, where it asks for the transform; else as it is.

    A loop over what only a deployment knows stays.

    Args:
        template: The template, which is not changed.
        file: What to call it in errors.
        parameters: The parameters' values, where they are given. Others hold their defaults.

    Raises:
        TemplateError: A loop makes what is there already, or more than any template holds.
    """
    transforms = template.get("Transform", [])
    if _TRANSFORM not in (transforms if isinstance(transforms, list) else [transforms]):
        return template
    unrolling = _Unrolling(template, parameters)
    return {
        name: unrolling.of(section, Place(file, (name,))) if name not in {"Transform", "Parameters"} else section
        for name, section in template.items()
    }


@attrs.define
class _Unrolling:
    template: Mapping[str, Any]
    parameters: Mapping[str, str]
    made: int = 0

    def of(self, value: Any, place: Place) -> Any:
        """A value with the loops in it unrolled."""
        if isinstance(value, list):
            return [self.of(item, place.at(index)) for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        unrolled: dict[str, Any] = {}
        for name, item in value.items():
            for made, inside in self._pieces(name, item, place):
                if made in unrolled or (made != name and made in value):
                    raise place.at(name).error(f"it makes {made}, which is there already", "name its items apart")
                unrolled[made] = inside
        return unrolled

    def _pieces(self, name: str, item: Any, place: Place) -> Iterator[tuple[str, Any]]:
        """What stands in the place of an entry: itself, or what a loop makes."""
        match item:
            case [str(variable), collection, dict(body)] if name.startswith(_LOOP):
                texts = self._texts(collection)
            case _:
                texts = None
        if texts is None:
            yield name, self.of(item, place.at(name))
            return
        for text in texts:
            for made, inside in self.of(_put(body, variable, text), place.at(name)).items():
                self.made += 1
                if self.made > _MOST:
                    raise place.at(name).error(f"it makes more than {_MOST:,} entries", "CloudFormation takes 500")
                yield made, inside

    def _texts(self, collection: Any) -> list[str] | None:
        """The items of a collection; None where only a deployment knows them."""
        match collection:
            case {"Ref": str(name)} if len(collection) == 1:
                return self._of_parameter(name)
            case list():
                found: list[str] = []
                for item in collection:
                    texts = [str(item)] if isinstance(item, str | int) else self._texts(item)
                    if texts is None:
                        return None
                    found += texts
                return found
        return None

    def _of_parameter(self, name: str) -> list[str] | None:
        declared = self.template.get("Parameters")
        parameter = declared.get(name) if isinstance(declared, dict) else None
        value = self.parameters.get(name, parameter.get("Default") if isinstance(parameter, dict) else None)
        if not isinstance(value, str | int) or not isinstance(parameter, dict):
            return None
        is_list = "List" in str(parameter.get("Type"))
        return [part.strip() for part in str(value).split(",")] if is_list else [str(value)]


def _put(value: Any, variable: str, text: str) -> Any:
    """A value with a loop's variable replaced: `${It}`, `{"Ref": "It"}`, and `&{It}`, which leaves signs out."""
    if isinstance(value, dict):
        if value == {"Ref": variable}:
            return text
        put = {_put(name, variable, text): _put(item, variable, text) for name, item in value.items()}
        match put:
            case {"Fn::Sub": str(done)} if len(put) == 1 and "${" not in done:
                return done  # SAM wants a string where there may be one
        return put
    if isinstance(value, list):
        return [_put(item, variable, text) for item in value]
    if isinstance(value, str):
        return value.replace(f"${{{variable}}}", text).replace(f"&{{{variable}}}", _UNSAID.sub("", text))
    return value
