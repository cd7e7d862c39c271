"""Lambda functions that know nothing of CORS but one line, each in another way; and a browser that calls them."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from a2wsgi import WSGIMiddleware
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from fastapi import FastAPI
from flask import Flask
from flask_cors import CORS
from mangum import Mangum
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request as StarletteRequest
from starlette.responses import JSONResponse
from starlette.routing import Route

from cors_constructs.runtime import cors, flask_cors, powertools_cors, starlette_cors
from cors_constructs.simulate import Request, Response
from tests.runtime.cases import proxy
from tests.runtime.judging import lines

Handler = Callable[[Any, Any], Any]
METHODS = ["GET", "PUT"]


class Context:
    """What Lambda hands over beside the event, as far as anybody here looks at it."""

    aws_request_id = "1"
    function_name = "function"


def decorated(policy: Any = None) -> Handler:
    @cors(policy=policy)
    def handler(event: Mapping[str, Any], _: Any) -> dict[str, Any]:
        return {"statusCode": 200, "headers": {"X-Id": "7"}, "body": json.dumps({"hello": event["path"]})}

    return handler


def powertools(policy: Any = None) -> Handler:
    app = APIGatewayRestResolver(cors=powertools_cors(policy))

    @app.route("/items/<item>", method=METHODS)
    def items(item: str) -> dict[str, str]:
        return {"hello": item}

    return app.resolve


def flask_app(policy: Any = None) -> Flask:
    app = Flask(__name__)
    CORS(app, **flask_cors(policy))

    @app.route("/items/<item>", methods=METHODS)
    def items(item: str) -> dict[str, str]:
        return {"hello": item}

    return app


def flask(policy: Any = None) -> Handler:
    return Mangum(WSGIMiddleware(flask_app(policy)), lifespan="off")  # type: ignore[arg-type]


def fastapi(policy: Any = None) -> Handler:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, **starlette_cors(policy))

    @app.api_route("/items/{item}", methods=METHODS)
    def items(item: str) -> dict[str, str]:
        return {"hello": item}

    return Mangum(app, lifespan="off")


def starlette(policy: Any = None) -> Handler:
    async def items(request: StarletteRequest) -> JSONResponse:
        return JSONResponse({"hello": request.path_params["item"]})

    app = Starlette(routes=[Route("/items/{item}", items, methods=METHODS)])
    app.add_middleware(CORSMiddleware, **starlette_cors(policy))
    return Mangum(app, lifespan="off")


FUNCTIONS: Mapping[str, Callable[..., Handler]] = {
    "@cors": decorated,
    "Powertools": powertools,
    "Flask": flask,
    "FastAPI": fastapi,
    "Starlette": starlette,
}


def calling(handler: Handler) -> Callable[[Request], Response]:
    """A transport: each request becomes the event of a proxy integration, as API Gateway makes it."""

    def send(request: Request) -> Response:
        headers = {**dict(request.headers.lines), "Host": "api.example.com"}
        event = proxy(
            None,
            request.method,
            path=urlsplit(request.url).path,
            headers=headers,
            multiValueHeaders={name: [value] for name, value in headers.items()},
            body=request.body.decode() or None,
        )
        event["requestContext"]["identity"]["sourceIp"] = "127.0.0.1"
        answer = handler(event, Context())
        return Response(answer["statusCode"], lines(answer), (answer.get("body") or "").encode())

    return send


def told(handler: Handler, origin: str, method: str = "GET", **headers: str) -> dict[str, str]:
    """The headers of an answer to a page of that origin, by lower-case name; `_` in a name stands for `-`."""
    sent = {"origin": origin, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return dict(calling(handler)(Request(method, "/items/1", sent)).headers)
