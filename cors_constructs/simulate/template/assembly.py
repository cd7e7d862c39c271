"""Finds the templates of a folder: what `cdk synth` makes, or templates as they are.

https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema says what is in `cdk.out`.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from cors_constructs.simulate.template.documents import read_document
from cors_constructs.simulate.template.places import Place, kind
from cors_constructs.simulate.values import TemplateError

_MANIFEST: Final = "manifest.json"
_STACK: Final = "aws:cloudformation:stack"
_NESTED_ASSEMBLY: Final = "cdk:cloud-assembly"
_ASSETS: Final = "cdk:asset-manifest"
_YAML: Final = (".yaml", ".yml")


@attrs.frozen(eq=False)
class TemplateFile:
    """A template to read.

    Attributes:
        path: The file.
        file: What to call it: as the caller named it, or the folder as the caller named it and what is below.
        environment: Account and region; stacks with the same one see each other's exports.
        assets: The files that are uploaded with it, by their key in the bucket.
        constructs: The construct's path by template file and logical id, where the manifest tells.
    """

    path: Path
    file: str
    environment: str = ""
    assets: Mapping[str, Path] = attrs.field(factory=dict)
    constructs: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)


def find_templates(folder: Path, name: str, problems: list[TemplateError]) -> list[TemplateFile]:
    """The templates of a folder.

    Args:
        folder: The folder.
        name: What to call it in errors.
        problems: Where errors of single files go.

    Raises:
        TemplateError: There are none, or its `manifest.json` cannot be read.
    """
    try:
        names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    except OSError as error:
        raise TemplateError(name, "", f"it cannot be read: {error.strerror}", "check its permissions") from None
    if _MANIFEST in names:
        manifest = read_document(folder / _MANIFEST, _below(name, _MANIFEST))
        if isinstance(manifest, dict) and isinstance(manifest.get("artifacts"), dict):
            return list(_assembly(folder, name, manifest, {folder.resolve()}, problems))
    found = [file for file in names if _stem(file) == "template"] or [file for file in names if _is_template(file)]
    if not found:
        raise TemplateError(name, "", "it holds no template", _advice(folder, name))
    return [TemplateFile(folder / file, _below(name, file)) for file in found]


def in_assembly(path: Path, file: str) -> TemplateFile:
    """A template that is named by itself, with what the manifest beside it tells, where there is one."""
    manifest_path = path.parent / _MANIFEST
    if path.name.endswith(".template.json") and manifest_path.is_file():
        try:
            manifest = read_document(manifest_path, str(manifest_path))
            for found in _assembly(path.parent, "", manifest, {path.parent.resolve()}, [], inner=False):
                if found.path.name == path.name:
                    return attrs.evolve(found, path=path, file=file)
        except TemplateError:
            pass  # the template says most of it, and it is what was asked for
    return TemplateFile(path, file)


def _assembly(
    folder: Path, name: str, manifest: Any, seen: set[Path], problems: list[TemplateError], *, inner: bool = True
) -> Iterator[TemplateFile]:
    place = Place(_below(name, _MANIFEST), ("artifacts",))
    artifacts = _mapping(_mapping(manifest, Place(place.file)).get("artifacts"), place)
    assets = _assets(folder, artifacts)
    for artifact_id, given in artifacts.items():
        artifact = _mapping(given, place.at(artifact_id))
        properties = artifact.get("properties")
        if artifact.get("type") == _STACK:
            file = _text(properties, "templateFile", place.at(artifact_id, "properties"))
            constructs = _constructs(folder, file, artifact)
            yield TemplateFile(folder / file, _below(name, file), str(artifact.get("environment")), assets, constructs)
        elif artifact.get("type") == _NESTED_ASSEMBLY and inner:
            directory = _text(properties, "directoryName", place.at(artifact_id, "properties"))
            yield from _nested_assembly(folder / directory, _below(name, directory), seen, problems)


def _nested_assembly(folder: Path, name: str, seen: set[Path], problems: list[TemplateError]) -> Iterator[TemplateFile]:
    try:
        seen.add(_first_seen(folder, name, seen))
        manifest = read_document(folder / _MANIFEST, _below(name, _MANIFEST))
        yield from _assembly(folder, name, manifest, seen, problems)
    except TemplateError as error:
        problems.append(error)


def _first_seen(folder: Path, name: str, seen: set[Path]) -> Path:
    try:
        resolved = folder.resolve()
    except (OSError, ValueError, RuntimeError) as error:  # a name that cannot be one, links that go in a circle
        why = getattr(error, "strerror", None) or error
        raise TemplateError(name, "", f"it cannot be read: {why}", "synthesize the app again") from None
    if resolved in seen:
        raise TemplateError(name, "", "it is nested in itself, or there twice", "synthesize the app again")
    return resolved


def _assets(folder: Path, artifacts: Mapping[str, Any]) -> dict[str, Path]:
    """The files by their key in the bucket. A manifest of assets that cannot be read tells of none."""
    found: dict[str, Path] = {}
    for artifact in artifacts.values():
        match artifact:
            case {"type": type_, "properties": {"file": str(file)}} if type_ == _ASSETS:
                found.update(_files(folder, _read_if_it_can(folder / file)))
    return found


def _files(folder: Path, manifest: Any) -> Iterator[tuple[str, Path]]:
    files = manifest.get("files") if isinstance(manifest, dict) else None
    for asset in files.values() if isinstance(files, dict) else ():
        match asset:
            case {"source": {"path": str(path)}, "destinations": dict(destinations)}:
                for destination in destinations.values():
                    match destination:
                        case {"objectKey": str(key)}:
                            yield key, Path(os.path.normpath(folder / path))


def _constructs(folder: Path, template: str, artifact: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The construct's path by template file and logical id: templates have it only where the CDK's CLI ran."""
    metadata = artifact.get("metadata")
    additional = artifact.get("additionalMetadataFile")
    if not isinstance(metadata, dict) and isinstance(additional, str):
        metadata = _read_if_it_can(folder / additional)
    entries = list(_entries(metadata))
    templates = {path: data for path, type_, data in entries if type_ == "aws:cdk:templateFile"}
    found: dict[str, dict[str, str]] = {}
    for path, type_, data in entries:
        if type_ == "aws:cdk:logicalId":
            owner = next((templates[above] for above in _up(path) if above in templates), template)
            found.setdefault(owner, {})[data] = path.removeprefix("/")
    return found


def _entries(metadata: Any) -> Iterator[tuple[str, str, str]]:
    for path, entries in metadata.items() if isinstance(metadata, dict) else ():
        for entry in entries if isinstance(entries, list) else ():
            match entry:
                case {"type": str(type_), "data": str(data)}:
                    yield path, type_, data


def _up(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition("/")[0]


def _read_if_it_can(path: Path) -> Any:
    try:
        return read_document(path, str(path))
    except TemplateError:
        return None


def _mapping(value: Any, place: Place) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise place.error(f"it is {kind(value)}", "synthesize the app again")
    return value


def _text(properties: Any, name: str, place: Place) -> str:
    value = _mapping(properties, place).get(name)
    if not isinstance(value, str):
        raise place.at(name).error(f"it is {kind(value)}", "synthesize the app again")
    return value


def _stem(file: str) -> str:
    path = Path(file.lower())
    return path.stem if path.suffix in {".json", *_YAML} else ""


def _is_template(file: str) -> bool:
    return _stem(file).endswith(".template") and not _stem(file).endswith(".nested.template")


def _below(name: str, file: str) -> str:
    return str(Path(name) / file)


def _advice(folder: Path, name: str) -> str:
    if (folder / "cdk.out" / _MANIFEST).is_file():
        return f"pass {_below(name, 'cdk.out')}"
    if (folder / "cdk.json").is_file():
        return f"run cdk synth, and pass {_below(name, 'cdk.out')}"
    return "name the template, such as template.yaml, or pass what cdk synth makes (cdk.out)"
