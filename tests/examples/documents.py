"""An API whose template has its methods in a document, read as one whose methods are resources."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from ..cdk.synthesis import Api

_VERBS: Final = ("delete", "get", "head", "options", "patch", "post", "put")
_EXTENSION: Final = "x-amazon-apigateway-integration"


class DocumentApi(Api):
    """An API of an OpenAPI 3 document that stands in the template."""

    @property
    def document(self) -> dict[str, Any]:
        return dict(self.template["Resources"][self.logical_id]["Properties"]["Body"])

    @cached_property
    def ids(self) -> dict[str, str]:
        """There are none: the methods are no resources."""
        return {}

    @cached_property
    def methods(self) -> dict[str, dict[str, Any]]:
        return {
            f"{key.upper()} {path}": dict(self._properties(item[key]))
            for path, item in self.document["paths"].items()
            for key in item
            if key in _VERBS
        }

    @property
    def errors(self) -> dict[str, dict[str, Any]]:
        responses = self.document["x-amazon-apigateway-gateway-responses"]
        return {
            name: {
                header.removeprefix("gatewayresponse.header."): value
                for header, value in response["responseParameters"].items()
            }
            for name, response in responses.items()
        }

    @property
    def deployed_after(self) -> set[str]:
        """Nothing: the Deployment refers to the API, and so waits for it."""
        deployment = self.template["Resources"][self.deployment_id]
        assert deployment["Properties"]["RestApiId"] == {"Ref": self.logical_id}
        return set(deployment.get("DependsOn", ()))

    def _properties(self, operation: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        schemes = self.document["components"]["securitySchemes"]
        asked = [schemes[name] for requirement in operation["security"] for name in requirement]
        assert all(scheme == {"type": "apiKey", "name": "x-api-key", "in": "header"} for scheme in asked)
        yield "ApiKeyRequired", bool(asked)
        yield "AuthorizationType", "NONE"
        integration = operation[_EXTENSION]
        yield (
            "Integration",
            {
                "Type": integration["type"].upper(),
                "PassthroughBehavior": integration.get("passthroughBehavior", "").upper(),
                "ContentHandling": integration.get("contentHandling"),
                "RequestTemplates": integration.get("requestTemplates", {}),
                "IntegrationResponses": [
                    {
                        "StatusCode": response["statusCode"],
                        "ResponseParameters": response.get("responseParameters", {}),
                        **(
                            {"ResponseTemplates": response["responseTemplates"]}
                            if "responseTemplates" in response
                            else {}
                        ),
                    }
                    for response in integration.get("responses", {}).values()
                ],
            },
        )
        yield (
            "MethodResponses",
            [
                {
                    "StatusCode": status,
                    "ResponseParameters": {f"method.response.header.{name}": True for name in said.get("headers", {})},
                }
                for status, said in operation["responses"].items()
            ],
        )
