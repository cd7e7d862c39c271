"""Reads CloudFormation templates into the model: files, folders and mappings."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cors_constructs.simulate.model import Template
from cors_constructs.simulate.template.dependencies import check_circles, closures
from cors_constructs.simulate.template.documents import Content
from cors_constructs.simulate.template.functions import Functions
from cors_constructs.simulate.template.items import Item, Key, all_resources, read_items
from cors_constructs.simulate.template.loading import Loaded, load
from cors_constructs.simulate.template.parameters import check_names, check_parameters
from cors_constructs.simulate.template.rest_apis import put_together
from cors_constructs.simulate.template.scope import Scope
from cors_constructs.simulate.values import TemplateError

if TYPE_CHECKING:
    from cors_constructs.simulate.template.openapi import Definition


def read_template(
    source: str | os.PathLike[str] | Mapping[str, Any] | Content, *, parameters: Mapping[str, str] | None = None
) -> Template:
    """Reads a template, or all templates of a folder, as far as they can be known before a deployment.

    Args:
        source: A CloudFormation or SAM template: the path of a JSON or YAML file, or a mapping, which is not changed.
            Or the path of a folder: what `cdk synth` makes (`cdk.out`), or one with templates in it. Or a document that
            was read already, which stands in this folder for what it refers to.
        parameters: What the templates' parameters, and pseudo parameters such as `AWS::Region`, are to hold. Left out,
            parameters hold their defaults, and those without one, as pseudo parameters, stay unknown.

    Raises:
        UnknownParametersError: Nothing that was read has a parameter of a name that is given.
        TemplateError: There is nothing that can be read, or the template is not right: one line, with the file and the
            place.
    """
    given = dict(parameters or {})
    loaded = load(source, given)
    scopes = loaded.world.scopes
    check_names(scopes, given, _name(source))
    items: list[Item] = []
    definitions: dict[Key, Definition] = {}
    for scope in scopes:
        found, defined = _read_or_note(scope, loaded)
        items += found
        definitions.update(defined)
    resources = {scope: all_resources(scope) for scope in scopes}
    functions = Functions(resources)
    everything = put_together(items, definitions, closures(items), functions, resources)
    return Template(
        files=tuple(scope.file for scope in scopes if scope.file is not None),
        apis=everything.apis,
        plans=everything.plans,
        keys=everything.keys,
        functions=functions.all,
        resources={scope.file or "": of_stack for scope, of_stack in resources.items()},
        unreadable=tuple({str(problem): problem for problem in (*loaded.problems, *everything.problems)}.values()),
    )


def _name(source: str | os.PathLike[str] | Mapping[str, Any] | Content) -> str | None:
    if isinstance(source, Content):
        return source.name
    return None if isinstance(source, Mapping) else os.fspath(source)


def _read_or_note(scope: Scope, loaded: Loaded) -> "tuple[list[Item], dict[Key, Definition]]":
    """What a stack has; nothing where it is wrong and stands among others."""
    try:
        return _read(scope)
    except RecursionError:
        error = TemplateError(scope.file, "", "things in it need each other too deeply")
    except TemplateError as wrong:
        error = wrong
    if not loaded.tolerant and scope.parent is None:
        raise error
    loaded.problems.append(error)
    return [], {}


def _read(scope: Scope) -> "tuple[list[Item], dict[Key, Definition]]":
    """The API Gateway resources of a stack, and the OpenAPI documents of its APIs."""
    check_parameters(scope)
    items = list(read_items(scope))
    check_circles(items)
    definitions = {item.key: _definition_of(item) for item in items}
    return items, {key: definition for key, definition in definitions.items() if definition is not None}


def _definition_of(item: Item) -> "Definition | None":
    if "Body" not in item.properties and "BodyS3Location" not in item.properties:
        return None
    from cors_constructs.simulate.template.bodies import definition_of  # noqa: PLC0415 - few templates need OpenAPI

    return definition_of(item)
