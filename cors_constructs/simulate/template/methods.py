"""Methods that are resources of their own: `AWS::ApiGateway::Method`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html
"""

from collections.abc import Mapping
from typing import Any, Final

from cors_constructs.simulate.model import Authorizer, Integration, IntegrationResponse, Method, MethodResponse
from cors_constructs.simulate.template.items import Item, known_list, known_mapping
from cors_constructs.simulate.template.places import Place
from cors_constructs.simulate.values import Unresolved

_RESPONSE_HEADER: Final = "method.response.header."
_GATEWAY_RESPONSE_HEADER: Final = "gatewayresponse.header."


def read_method(item: Item, path: str, verb: str, authorizer: Authorizer | None) -> Method:
    """A method, without what its requests are validated by."""
    properties = item.properties
    return Method(
        item.source,
        path,
        verb,
        api_key_required=properties.get("ApiKeyRequired", False),
        authorization=upper(properties.get("AuthorizationType", "NONE")),
        authorizer=authorizer,
        integration=_integration(properties["Integration"], item) if "Integration" in properties else None,
        responses=tuple(_method_responses(item)),
        request_parameters=item.mapping("RequestParameters"),
    )


def response_headers(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Of a response's parameters those that are headers, by the header's name."""
    return _below(_RESPONSE_HEADER, parameters)


def gateway_response_headers(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Of a gateway response's parameters those that are headers, by the header's name."""
    return _below(_GATEWAY_RESPONSE_HEADER, parameters)


def upper(text: Any) -> Any:
    """A word that API Gateway writes in upper case; what is no string stays as it is."""
    return text.upper() if isinstance(text, str) else text


def _integration_response(given: Any, place: Place, notes: list[str]) -> IntegrationResponse:
    """An integration response, as CloudFormation has it."""
    response = known_mapping(given, place, notes)
    parameters = known_mapping(response.get("ResponseParameters"), place.at("ResponseParameters"), notes)
    return IntegrationResponse(
        response.get("StatusCode", given),
        selection_pattern=response.get("SelectionPattern") or None,
        headers=response_headers(parameters),
        templates=known_mapping(response.get("ResponseTemplates"), place.at("ResponseTemplates"), notes),
        content_handling=upper(response.get("ContentHandling")),
    )


def _below(prefix: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    start = len(prefix)
    return {name[start:]: value for name, value in parameters.items() if name[:start].lower() == prefix}


def _integration(given: Any, item: Item) -> Integration:
    place = item.place.at("Integration")
    if isinstance(given, Unresolved):
        item.notes.append(f"{place} is only known at deployment")
        return Integration(given)
    responses = known_list(given.get("IntegrationResponses"), place.at("IntegrationResponses"), item.notes)
    return Integration(
        upper(given["Type"]),
        http_method=given.get("IntegrationHttpMethod"),
        uri=given.get("Uri"),
        passthrough_behavior=upper(given.get("PassthroughBehavior", "WHEN_NO_MATCH")),
        request_templates=known_mapping(given.get("RequestTemplates"), place.at("RequestTemplates"), item.notes),
        request_parameters=known_mapping(given.get("RequestParameters"), place.at("RequestParameters"), item.notes),
        content_handling=upper(given.get("ContentHandling")),
        responses=tuple(
            _integration_response(response, place.at("IntegrationResponses", index), item.notes)
            for index, response in enumerate(responses)
        ),
        timeout_ms=given.get("TimeoutInMillis"),
    )


def _method_responses(item: Item) -> list[MethodResponse]:
    responses = []
    for index, given in enumerate(item.list("MethodResponses")):
        place = item.place.at("MethodResponses", index)
        response = known_mapping(given, place, item.notes)
        headers = known_mapping(response.get("ResponseParameters"), place.at("ResponseParameters"), item.notes)
        responses.append(MethodResponse(response.get("StatusCode", given), response_headers(headers)))
    return responses
