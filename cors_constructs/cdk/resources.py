"""The API's resources, as the app's code sees them: they note each method as it is added.

All that a preflight needs could be read from the finished tree, at a tenth of a millisecond a look across the border
between Python and the CDK, several looks for each method. An app that calls `add_method` has just said it all, so it
is noted there. Whatever comes by another way (a proxy, a construct of somebody else's, a bare `CfnMethod`) is found by
`survey` and treated alike: noting only saves the time.

For the same reason calls that are plainly right go to `jsii.invoke`, as those of the CDK's own Python code end up doing
once it has compared each argument with its annotation. All others take the CDK's way, and get the CDK's errors.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

import attrs
import jsii
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cors_constructs.cdk.tree import identity


@attrs.frozen(eq=False)
class Note:
    """A method that was added through a noting resource.

    Attributes:
        verb: `GET`, `ANY`, ...
        path: `/users/{id}`.
        resource: The resource.
        integration: What it was added with; None where that is its resource's default, and not known.
    """

    verb: str
    path: str
    resource: apigateway.IResource
    integration: Any = None


@attrs.define
class Ledger:
    """What was noted.

    Args:
        needs_key: Whether a method has to ask for a key, by its verb and path.
        said_otherwise: Called with the name of a method that said it needs none, and has to.
        preflight_elsewhere: Called with the path of a resource that is told to make preflights as the CDK does.
        scopes_by_default: Whether default method options name authorization scopes: the API's, or a resource's.
    """

    needs_key: Callable[[str, str], bool]
    said_otherwise: Callable[[str], None]
    preflight_elsewhere: Callable[[str], None]
    scopes_by_default: bool
    notes: dict[str, Note] = attrs.field(factory=dict, init=False)


class _Noting:
    """What a resource does beside being one."""

    _ledger: Ledger
    _keyed_by_default: bool
    _default_integration: Any
    _noted_path: str

    def add_method(self, http_method: str, *integration: Any, **options: Any) -> Any:
        """Add a method, and ask for a key on it as the API does on every one.

        Takes what `aws_cdk.aws_apigateway.Resource.add_method` takes.
        """
        verb = str(http_method).upper()
        # The CDK's classes call it `integration`, and its interface `target`.
        target = integration[0] if integration else options.get("integration", options.get("target"))
        if verb == "OPTIONS":
            # The API's default is for methods that do something; a preflight of the app's own has to say it wants it.
            options.setdefault("api_key_required", False)
        elif not self._ledger.needs_key(verb, self._noted_path):
            options["api_key_required"] = False
        elif options.get("api_key_required") is not True:
            if options.pop("api_key_required", None) is False:
                self._ledger.said_otherwise(f"{verb} {self._noted_path}")
            if not self._keyed_by_default:
                options["api_key_required"] = True
        if (
            not options
            and type(http_method) is str
            and all(isinstance(it, apigateway.Integration) for it in integration)
        ):
            method = jsii.invoke(self, "addMethod", [http_method, *integration])
        else:
            method = super().add_method(http_method, *integration, **options)  # type: ignore[misc]  # a resource's
        self.note(verb, method, target)
        return method

    def note(self, verb: str, method: Any, integration: Any) -> None:
        """Enter a method into the ledger."""
        resource, said = cast("apigateway.IResource", self), integration or self._default_integration
        self._ledger.notes[identity(method)] = Note(verb, self._noted_path, resource, said)

    def add_resource(self, path_part: str, **options: Any) -> Any:
        """Add a resource below this one.

        Takes what `aws_cdk.aws_apigateway.Resource.add_resource` takes.
        """
        keyed = self._keyed_by_default_below(**options)
        if not options and type(path_part) is str:
            made = jsii.invoke(self, "addResource", [path_part])
        else:
            made = super().add_resource(path_part, **options)  # type: ignore[misc]
        child = self._noting_below(path_part, made, keyed, self._integration_below(options))
        if options.get("default_cors_preflight_options") is not None:
            self._ledger.preflight_elsewhere(child._noted_path)
        return child

    def add_cors_preflight(self, **options: Any) -> Any:
        """Add a preflight of the CDK's own, which stays as it is.

        Takes what `aws_cdk.aws_apigateway.Resource.add_cors_preflight` takes.
        """
        self._ledger.preflight_elsewhere(self._noted_path)
        return super().add_cors_preflight(**options)  # type: ignore[misc]

    def add_proxy(self, **options: Any) -> Any:
        """Add a resource that takes all paths below this one.

        Takes what `aws_cdk.aws_apigateway.Resource.add_proxy` takes.
        """
        keyed = self._keyed_by_default_below(**options)
        made = super().add_proxy(**options)  # type: ignore[misc]
        return self._noting_below("{proxy+}", made, keyed, self._integration_below(options))

    def resource_for_path(self, path: str) -> Any:
        """The resource at a path below this one, made where there is none.

        Takes what `aws_cdk.aws_apigateway.Resource.resource_for_path` takes.
        """
        return self._noting_below(path, super().resource_for_path(path))  # type: ignore[misc]

    def get_resource(self, path_part: str) -> Any:
        """The resource right below this one, None where there is none."""
        found = super().get_resource(path_part)  # type: ignore[misc]
        return None if found is None else self._noting_below(path_part, found)

    def _keyed_by_default_below(self, default_method_options: Any = None, **_: Any) -> bool:
        if default_method_options is None:
            return self._keyed_by_default
        scopes = getattr(default_method_options, "authorization_scopes", None)
        if isinstance(default_method_options, dict):
            scopes = default_method_options.get("authorization_scopes")
        self._ledger.scopes_by_default |= bool(scopes)
        return False

    def _integration_below(self, options: Mapping[str, Any]) -> Any:
        return options.get("default_integration") or self._default_integration

    def _noting_below(
        self, path: str, resource: Any, keyed_by_default: bool = False, default_integration: Any = None
    ) -> Any:
        parts = [part for part in (*self._noted_path.split("/"), *path.split("/")) if part]
        return noting(
            resource,
            f"/{'/'.join(parts)}",
            self._ledger,
            keyed_by_default=keyed_by_default,
            default_integration=default_integration,
        )


def add_prepared(
    resource: apigateway.IResource, verb: str, integration: apigateway.Integration, options: apigateway.MethodOptions
) -> apigateway.Method:
    """Add a method whose options were put together before, for many resources."""
    if not isinstance(resource, _Noting):
        # What `add_method` does; but that of a proxying LambdaRestApi's root refuses, whatever the method.
        return apigateway.Method(
            cast("Construct", resource),
            verb,
            http_method=verb,
            resource=resource,
            integration=integration,
            options=options,
        )
    method = jsii.invoke(resource, "addMethod", [verb, integration, options])
    resource.note(verb, method, integration)
    return cast("apigateway.Method", method)


def path_of(resource: apigateway.IResource) -> str:
    """The path of a resource, `/users/{id}`."""
    return resource._noted_path if isinstance(resource, _Noting) else resource.path


def noting(resource: Any, path: str, ledger: Ledger, *, keyed_by_default: bool, default_integration: Any = None) -> Any:
    """Have a resource note what is added to it.

    The CDK made the object, so it is given its further class afterwards; for the CDK it stays what it was.

    Args:
        resource: The resource.
        path: Its path.
        ledger: Where to note.
        keyed_by_default: Whether it is known that a method which says nothing of keys will ask for one here.
        default_integration: The integration of methods that are added without one, as far as known.
    """
    resource.__class__ = _noting_kind(type(resource))
    resource._ledger = ledger
    resource._keyed_by_default = keyed_by_default
    resource._default_integration = default_integration
    resource._noted_path = path
    return resource


def _noting_kind(kind: type[Any]) -> type[Any]:
    if issubclass(kind, _Noting):
        return kind
    if kind not in _KINDS:
        _KINDS[kind] = type(kind.__name__, (_Noting, kind), {"__doc__": kind.__doc__})
    return _KINDS[kind]


_KINDS: Final[dict[type[Any], type[Any]]] = {}
