"""The OpenAPI document of an API: in its resource, or in a file that the template names.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html
"""

from functools import partial
from pathlib import Path
from typing import Any

import attrs

from cors_constructs.simulate.template.assets import asset_of
from cors_constructs.simulate.template.documents import read_document
from cors_constructs.simulate.template.includes import local_file
from cors_constructs.simulate.template.items import Item
from cors_constructs.simulate.template.openapi import Definition, read_definition
from cors_constructs.simulate.template.openapi_document import Document
from cors_constructs.simulate.template.places import Place
from cors_constructs.simulate.values import Unresolved


def definition_of(item: Item) -> Definition | None:
    """What an API's document says; None where it has none, or where that is not here, which is noted.

    Raises:
        TemplateError: The document cannot be read, or a value in it is of the wrong type.
    """
    if item.type != "RestApi":
        return None
    if "Body" in item.properties:
        return _inline(item)
    if "BodyS3Location" in item.properties:
        return _in_a_file(item)
    return None


def _inline(item: Item) -> Definition | None:
    place, body = item.place.at("Body"), item.properties["Body"]
    if item.mapping("Parameters").get("basepath", "ignore") != "ignore":
        item.notes.append(f"the paths of {place} come below its basePath")
    if isinstance(body, Unresolved):
        item.notes.append(f"{place} is only known at deployment")
        return None
    origins = item.scope.origins
    document = Document(body, place, item.source, inside=2)
    if origins is not None:
        document = attrs.evolve(document, written=partial(origins.of_definition, item.logical_id))
    return read_definition(document)


def _in_a_file(item: Item) -> Definition | None:
    place, location = item.place.at("BodyS3Location"), item.properties["BodyS3Location"]
    path = _file(item, location)
    if path is None:
        item.notes.append(f"{place} is a file in a bucket")
        return None
    return read_definition(Document(read_document(path, str(path)), Place(str(path)), item.source))


def _file(item: Item, location: Any) -> Path | None:
    if isinstance(location, str):
        return local_file(location, item.scope.folder)
    key = location.get("Key") if isinstance(location, dict) else None
    resource = item.scope.section("Resources")[item.logical_id]
    return asset_of(item.scope, resource, "BodyS3Location", key if isinstance(key, str) else None)
