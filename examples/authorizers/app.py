"""Authorizers beside API keys: the key says which client calls, the authorizer says who.

A preflight carries neither, whatever stands here as a default: the OPTIONS methods stay open without a word.

    npx aws-cdk synth --app ".venv/bin/python -m examples.authorizers.app"
"""

from pathlib import Path
from typing import Any

from aws_cdk import App, Duration, Stack
from aws_cdk.aws_apigateway import (
    AuthorizationType,
    CognitoUserPoolsAuthorizer,
    HttpIntegration,
    IdentitySource,
    MethodOptions,
    RequestAuthorizer,
    TokenAuthorizer,
)
from aws_cdk.aws_cognito import UserPool
from aws_cdk.aws_lambda import Code, Function, Runtime
from constructs import Construct

from cors_constructs import CorsPolicy, CorsRestApi

AUTHORIZER = Path(__file__).with_name("authorizer.py")


class AuthorizersStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        self._readers_api()
        self._staff_api()

    def _readers_api(self) -> None:
        """Signed-in users by default; one method for a token, one for a signed link, one for everybody."""
        users = CognitoUserPoolsAuthorizer(self, "Users", cognito_user_pools=[UserPool(self, "UserPool")])
        api = CorsRestApi(
            self,
            "ReadersApi",
            cors=CorsPolicy(allow_origins=["https://app.example.com"]),
            keyless=["GET /opening-hours"],
            # For the whole API. CorsRestApi adds that every method asks for a key as well.
            default_method_options=MethodOptions(authorizer=users, authorization_type=AuthorizationType.COGNITO),
        )
        loans = api.root.add_resource("loans")
        loans.add_method("GET", backend("GET", "/loans"))
        loans.add_method("POST", backend("POST", "/loans"), authorization_scopes=["library/borrow"])

        function = self._authorizer_function()
        by_token = TokenAuthorizer(self, "ByToken", handler=function, results_cache_ttl=Duration.minutes(1))
        api.root.add_resource("catalogue").add_method(
            "PUT", backend("PUT", "/catalogue"), authorizer=by_token, authorization_type=AuthorizationType.CUSTOM
        )
        by_link = RequestAuthorizer(
            self,
            "ByLink",
            handler=function,
            identity_sources=[IdentitySource.query_string("signature")],
            results_cache_ttl=Duration.seconds(0),
        )
        api.root.add_resource("e-books").add_resource("{book}").add_method(
            "GET", backend("GET", "/e-books"), authorizer=by_link, authorization_type=AuthorizationType.CUSTOM
        )
        api.root.add_resource("opening-hours").add_method(
            "GET", backend("GET", "/opening-hours"), authorization_type=AuthorizationType.NONE
        )
        api.add_client("web", rate_limit=20, burst_limit=40)

    def _staff_api(self) -> None:
        """Requests signed with AWS credentials, which a page gets from an identity pool."""
        api = CorsRestApi(
            self,
            "StaffApi",
            cors=CorsPolicy(allow_origins=["https://staff.example.com"]),
            default_method_options=MethodOptions(authorization_type=AuthorizationType.IAM),
        )
        api.root.add_resource("reports").add_method("GET", backend("GET", "/reports"))
        api.root.add_resource("fines").add_method("ANY", backend("ANY", "/fines"))
        api.add_client("desk", rate_limit=5, burst_limit=10)

    def _authorizer_function(self) -> Function:
        return Function(
            self,
            "Authorizer",
            runtime=Runtime.PYTHON_3_13,
            handler="index.handler",
            code=Code.from_inline(AUTHORIZER.read_text()),
        )


def backend(verb: str, path: str) -> HttpIntegration:
    return HttpIntegration(f"https://library.example.com{path}", http_method=verb)


def main() -> None:
    app = App()
    AuthorizersStack(app, "Authorizers")
    app.synth()


if __name__ == "__main__":
    main()
