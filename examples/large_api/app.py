"""A city's registers: 300 paths with three methods each, of two functions, in one stack.

    npx aws-cdk synth --app ".venv/bin/python -m examples.large_api.app"

As a tree of resources this would be 900 methods, 300 resources and 1,800 Lambda permissions, where CloudFormation takes
500 resources in a stack. By routes the API is one resource, and each function has one permission.
"""

from itertools import product
from pathlib import Path
from typing import Any

from aws_cdk import Annotations, App, Stack
from aws_cdk.aws_lambda import Code, Function, Runtime
from constructs import Construct

from cors_constructs import CorsPolicy, CorsSpecRestApi, Preflight

HANDLER = Path(__file__).with_name("handler.py")

DISTRICTS = ["harbour", "hills", "meadows", "mills", "north", "old-town", "south"]
TOPICS = [
    *["addresses", "allotments", "benches", "bridges", "buildings", "bus-stops", "car-parks", "crossings", "drains"],
    *["fountains", "hydrants", "lamps", "libraries", "markets", "monuments", "playgrounds", "schools", "streets"],
    *["toilets", "trees", "wells"],
]
# With these it is 300 paths, which is what API Gateway gives an API until one asks for more. Whatever is none of them
# goes to /{proxy+}, and gets an answer that says so, where the gateway itself would say 403.
WHOLE_CITY = ["/", "/changes", "/feedback", "/search", "/statistics", "/{proxy+}"]


class LargeApiStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        cors = CorsPolicy(allow_origins=["https://www.example.org", "https://*.districts.example.org"])

        # Two preflights, of / and of /{proxy+}, answer for all paths; with Preflight.PER_RESOURCE there would be 300.
        api = CorsSpecRestApi(self, "Api", cors=cors, preflight=Preflight.SHARED)

        reader, writer = self.function("Reader"), self.function("Writer")
        for path in WHOLE_CITY:
            api.add_routes(path=path, methods=["GET", "HEAD"], integration=reader)
            api.add_routes(path=path, methods=["POST"], integration=writer)
        for district, topic in product(DISTRICTS, TOPICS):
            register = f"/{district}-{topic}"
            api.add_routes(path=register, methods=["GET", "HEAD"], integration=reader)
            api.add_routes(path=register, methods=["POST"], integration=writer)
            api.add_routes(path=f"{register}/{{entry}}", methods=["GET"], integration=reader)
            api.add_routes(path=f"{register}/{{entry}}", methods=["PUT", "DELETE"], integration=writer)

        # Which of the pages asks, the functions see for themselves, and answer that one: by @cors on their handler.
        api.share_policy_with(reader, writer)

        api.add_client("web", rate_limit=200, burst_limit=400)
        Annotations.of(api).acknowledge_warning(
            "cors-constructs:api-key-is-not-authentication",
            "Registers are public; changes are reviewed by their office.",
        )

    def function(self, name: str) -> Function:
        code = Code.from_inline(HANDLER.read_text())
        return Function(self, name, runtime=Runtime.PYTHON_3_13, handler="index.handler", code=code)


def main() -> None:
    app = App()
    LargeApiStack(app, "LargeApi")
    app.synth()


if __name__ == "__main__":
    main()
