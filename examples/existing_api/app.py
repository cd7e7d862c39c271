"""The same orders, and pages of https://orders.example.com can read them: one line, and theirs stay as they are."""

from aws_cdk import Annotations, App, Aspects

from cors_constructs import CorsPolicy, EnableCors
from examples.existing_api.orders import OrdersStack

PAGE = "https://orders.example.com"


def let_pages_in(stack: OrdersStack) -> None:
    # For all REST APIs of a stack, a stage or an app. The logical ids that there are stay; each path gets an OPTIONS
    # that asks for no key, and the gateway's own errors get CORS headers. So do the answers of the functions, whose
    # code stays theirs: a layer calls their handlers.
    Aspects.of(stack).add(EnableCors(CorsPolicy(allow_origins=[PAGE]), share_policy="wrap"))

    # A key in a web page is no secret, and cors-constructs warns of methods that nothing else guards.
    Annotations.of(stack.api).acknowledge_warning(
        "cors-constructs:api-key-is-not-authentication", "The function looks at who is logged in."
    )


def main() -> None:
    app = App()
    let_pages_in(OrdersStack(app, "ExistingApi"))
    app.synth()


if __name__ == "__main__":
    main()
