"""Pages on many origins, with cookies; and an API whose origins are known only when it is deployed.

npx aws-cdk synth --app ".venv/bin/python -m examples.many_origins.app"
npx aws-cdk synth --app ".venv/bin/python -m examples.many_origins.app" --context development=true
"""

from typing import Any

from aws_cdk import Annotations, App, CfnParameter, Stack
from aws_cdk.aws_apigateway import HttpIntegration
from constructs import Construct

from cors_constructs import CorsPolicy, CorsRestApi

WEB = CorsPolicy(
    allow_origins=[
        "https://www.example.com",
        "https://admin.example.com",
        "https://*.preview.example.com",  # one label in the star's place: https://pr-12.preview.example.com
        "https://**.customers.example.com",  # one label or more: https://shop.acme.customers.example.com
    ],
    allow_credentials=True,  # cookies go along, so the answer names the very origin that asked, never "*"
)


class ManyOriginsStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, *, development: bool = False, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        self._web_api(development=development)
        self._embed_api()

    def _web_api(self, *, development: bool) -> None:
        """For our own pages, which are signed in by a cookie."""
        # A policy never changes; `evolve` makes another one, and checks it anew.
        cors = WEB.evolve(allow_origins=[*WEB.allow_origins, "http://localhost:*"]) if development else WEB
        api = CorsRestApi(self, "WebApi", cors=cors)
        orders = api.root.add_resource("orders")
        for verb in ("GET", "POST"):
            orders.add_method(verb, HttpIntegration("https://shop.example.com/orders", http_method=verb))
        order = orders.add_resource("{order}")
        order.add_method("DELETE", HttpIntegration("https://shop.example.com/orders", http_method="DELETE"))
        api.add_client("web", rate_limit=100, burst_limit=200)

        Annotations.of(api).acknowledge_warning(
            "cors-constructs:api-key-is-not-authentication", "The shop's server checks the session cookie."
        )
        Annotations.of(api).acknowledge_warning(
            "cors-constructs:pattern-with-credentials", "Previews and customers' pages run on servers of our own."
        )
        # API Gateway cannot choose among origins on the errors that it makes itself.
        Annotations.of(api).acknowledge_warning(
            "cors-constructs:errors-opaque-to-credentials", "Our pages say 'try again later' to any failed call."
        )

    def _embed_api(self) -> None:
        """For the pages of partners, who come and go without a change of this app."""
        origins = CfnParameter(
            self,
            "PartnerOrigins",
            type="CommaDelimitedList",
            default="https://www.partner-one.example,https://www.partner-two.example",
            description="The origins of the partners' pages, with commas between them",
        )
        cors = CorsPolicy(allow_origins=["https://www.example.com", *origins.value_as_list], allow_methods=["GET"])
        api = CorsRestApi(self, "EmbedApi", cors=cors)
        products = HttpIntegration("https://shop.example.com/products", http_method="GET")
        api.root.add_resource("products").add_method("GET", products)
        api.add_client("partner-one", rate_limit=10, burst_limit=20)
        api.add_client("partner-two", plan=api.clients["partner-one"].plan)  # a key each, and one limit for both

        Annotations.of(api).acknowledge_warning(
            "cors-constructs:api-key-is-not-authentication", "Products are public; the keys meter who shows them."
        )


def main() -> None:
    app = App()
    ManyOriginsStack(app, "ManyOrigins", development=app.node.try_get_context("development") == "true")
    app.synth()


if __name__ == "__main__":
    main()
