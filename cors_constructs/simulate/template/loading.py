"""Makes stacks of what the caller names: documents read, SAM transformed, nested stacks tied to their parents."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from cors_constructs.simulate.template.assembly import TemplateFile, find_templates, in_assembly
from cors_constructs.simulate.template.assets import asset_of, last_text
from cors_constructs.simulate.template.documents import Content, plain_copy, read_content, read_document
from cors_constructs.simulate.template.includes import local_file, put_includes_in
from cors_constructs.simulate.template.loops import without_loops
from cors_constructs.simulate.template.places import Place, kind
from cors_constructs.simulate.template.sam import TRANSFORM, is_sam, transform
from cors_constructs.simulate.template.scope import Scope, World
from cors_constructs.simulate.values import TemplateError

_SECTIONS: Final = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")
_NESTED_STACK: Final = "AWS::CloudFormation::Stack"
_MOST_STACKS: Final = 1000
_DEEPEST: Final = 20


@attrs.define(eq=False)
class Loaded:
    """What was loaded.

    Attributes:
        world: The stacks.
        tolerant: Whether what is wrong with one file leaves the others: where a folder was named.
        problems: What is wrong with single files.
    """

    world: World = attrs.field(factory=World)
    tolerant: bool = False
    problems: list[TemplateError] = attrs.field(factory=list)


def load(source: str | os.PathLike[str] | Mapping[str, Any] | Content, parameters: Mapping[str, str]) -> Loaded:
    """Loads a mapping, a document, a file or a folder.

    Raises:
        TemplateError: There is nothing that can be read.
        TypeError: The source is none of these.
    """
    loaded = Loaded()
    if isinstance(source, Mapping):
        _add(loaded, TemplateFile(Path(), ""), plain_copy(source, None), parameters, file=None)
        return loaded
    if isinstance(source, Content):
        _add(loaded, TemplateFile(Path(), source.name), read_content(source), parameters, file=source.name)
        return loaded
    file = os.fspath(source)
    if not isinstance(file, str):
        raise TypeError(f"source is {type(file).__name__}: give a path as str or PathLike, or a mapping")
    if not file:
        raise TemplateError("''", "", "there is no file without a name", "name a template, or a folder")
    path = Path(file)
    if not _is_folder(path, file):
        found = in_assembly(path, file)
        _add(loaded, found, read_document(path, file), parameters, file=file)
        return loaded
    loaded.tolerant = True
    for found in find_templates(path, file, loaded.problems):
        _add_if_it_can_be_read(loaded, found, parameters)
    return loaded


def _is_folder(path: Path, file: str) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError) as error:  # a name that cannot be one
        why = getattr(error, "strerror", None) or error
        raise TemplateError(file, "", f"it cannot be read: {why}", "check the path") from None


def _add(
    loaded: Loaded,
    found: TemplateFile,
    document: Any,
    parameters: Mapping[str, str],
    *,
    file: str | None,
    parent: tuple[Scope, str] | None = None,
) -> Scope:
    """Adds a stack, and those nested in it."""
    if found.environment and isinstance(document, dict):
        document.setdefault("Resources", {})  # the CDK leaves it out where a stack is empty
    template = _checked(document, file)
    folder = None if file is None else found.path.parent
    if folder is not None:
        put_includes_in(template, folder, found.assets)
    template = without_loops(template, file, parameters)
    assets, origins = found.assets, None
    macros = tuple(_macros(template))
    if is_sam(template):
        transformed = transform(template, file, folder, parameters)
        template, origins = transformed.template, transformed.origins
        assets = {**assets, **transformed.assets}
    elif not macros:
        _check_that_nothing_is_sam_s(template, file)
    scope = Scope(
        file,
        template,
        loaded.world,
        folder=folder,
        environment=found.environment,
        given=parameters,
        parent=parent,
        macros=macros,
        assets=assets,
        constructs=found.constructs.get(found.path.name, {}),
        origins=origins,
    )
    loaded.world.scopes.append(scope)
    for logical_id, path in _nested_templates(scope):
        _add_nested(loaded, scope, logical_id, attrs.evolve(found, path=path, file=str(path)))
    return scope


def _add_if_it_can_be_read(loaded: Loaded, found: TemplateFile, parameters: Mapping[str, str]) -> None:
    try:
        _add(loaded, found, read_document(found.path, found.file), parameters, file=found.file)
    except TemplateError as error:
        loaded.problems.append(error)


def _add_nested(loaded: Loaded, scope: Scope, logical_id: str, found: TemplateFile) -> None:
    try:
        _check_nesting(loaded, scope, logical_id)
        document = read_document(found.path, found.file)
        pseudo = {name: value for name, value in scope.given.items() if name.startswith("AWS::")}
        scope.nested[logical_id] = _add(loaded, found, document, pseudo, file=found.file, parent=(scope, logical_id))
    except TemplateError as error:
        loaded.problems.append(error)


def _check_nesting(loaded: Loaded, scope: Scope, logical_id: str) -> None:
    depth, around = 1, scope.parent
    while around is not None:
        depth, around = depth + 1, around[0].parent
    if depth > _DEEPEST or len(loaded.world.scopes) >= _MOST_STACKS:
        place = scope.place("Resources", logical_id)
        raise place.error("too many stacks are nested here", "look for one that is nested in itself")


def _nested_templates(scope: Scope) -> Iterator[tuple[str, Path]]:
    """The nested stacks whose templates are here: as an asset, or by a path as before `cloudformation package`."""
    if scope.folder is None:
        return
    for logical_id, resource in scope.section("Resources").items():
        match resource:
            case {"Type": type_, "Properties": {"TemplateURL": url}} if type_ == _NESTED_STACK:
                path = asset_of(scope, resource, "TemplateURL", last_text(url)) or local_file(url, scope.folder)
                if path is not None:
                    yield logical_id, path


def _checked(document: Any, file: str | None) -> dict[str, Any]:
    """A document that is a template, as far as its sections go."""
    if document is None:
        raise TemplateError(file, "", "it is empty", "write a template into it")
    if not isinstance(document, dict):
        raise TemplateError(file, "", f"it is no template but {kind(document)}", 'write a mapping with "Resources"')
    if "Resources" not in document:
        raise TemplateError(file, "", "it is no template: it has no Resources", _advice(document))
    for name in _SECTIONS:
        if name in document and not isinstance(document[name], dict):
            raise Place(file, (name,)).error(f"it is {kind(document[name])}", "write a mapping")
    return document


def _check_that_nothing_is_sam_s(template: Mapping[str, Any], file: str | None) -> None:
    """CloudFormation does not know SAM's types either, unless the template asks for the transform."""
    for logical_id, resource in template["Resources"].items():
        type_ = resource.get("Type") if isinstance(resource, dict) else None
        if isinstance(type_, str) and type_.startswith("AWS::Serverless::"):
            problem = f"it is {type_}, and the template does not ask for SAM's transform"
            raise Place(file, ("Resources", logical_id)).error(problem, f"add Transform: {TRANSFORM}")


def _advice(document: Mapping[str, Any]) -> str:
    if "openapi" in document or "swagger" in document:
        return "pass the template whose API this OpenAPI document defines"
    if "artifacts" in document or "files" in document:
        return "pass the folder that it is in"
    if "service" in document and "provider" in document:
        made = ".serverless/cloudformation-template-update-stack.json"
        return f"pass what the Serverless Framework makes of it, {made}, which `serverless package` writes"
    return "pass a CloudFormation or SAM template"


def _macros(template: Mapping[str, Any]) -> Iterator[str]:
    """What may change the template, and is not known here: the user's own macros, loops, what is included."""
    transforms = template.get("Transform", [])
    for transform_ in transforms if isinstance(transforms, list) else [transforms]:
        name = transform_.get("Name") if isinstance(transform_, dict) else transform_
        if name == "AWS::Include" or not str(name).startswith("AWS::"):
            yield str(name)
    for section in _SECTIONS:
        yield from (name for name in template.get(section, {}) if name.startswith("Fn::"))
