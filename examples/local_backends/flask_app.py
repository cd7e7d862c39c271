"""The backend of `examples/scan_records` as a Flask app, which flask-cors has answer pages as the API does.

    export AWS_ENDPOINT_URL=http://127.0.0.1:4566  # the table's address, which `make demo` prints as it starts
    export AWS_DEFAULT_REGION=eu-central-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
    .venv/bin/python -m examples.local_backends.flask_app

It listens at http://127.0.0.1:5000, or at the PORT of the environment, and asks for the key RECORDS_KEY where that is
set. Whether a page may call it:

    .venv/bin/cors-constructs fetch http://127.0.0.1:5000 GET /records/r-1 --origin http://localhost:8080
"""

import hmac
import json
import os
import re
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask_cors import CORS
from werkzeug.exceptions import HTTPException

from cors_constructs.runtime import flask_cors
from examples.scan_records.records import get, scan
from examples.scan_records.records.answers import Answer, as_json

POLICY = Path(__file__).parents[1] / "scan_records" / "cors.json"


def create_app(*, key: str | None = None) -> Flask:
    app = Flask(__name__)

    # All that CORS takes: preflights say the methods of their path, and errors have the headers, too.
    paths: dict[str | re.Pattern[str], dict[str, Any]]
    paths = {"/scanRecords": {"methods": ["POST"]}, "/records/.*": {"methods": ["GET"]}, "/.*": {}}
    CORS(app, resources=paths, **flask_cors(json.loads(POLICY.read_text())))

    @app.after_request
    def say_that_it_varies(response: Response) -> Response:
        # flask-cors tells listed origins alone; a cache may hand what a stranger was answered to others, too.
        response.vary.add("Origin")
        return response

    @app.before_request
    def check_key() -> Response | None:
        # A preflight has no key: a check that asked it for one would lock all pages out.
        if key is None or request.method == "OPTIONS":
            return None
        right = hmac.compare_digest(request.headers.get("x-api-key", "").encode(), key.encode())
        return None if right else answered((403, {"message": "Forbidden"}))

    @app.post("/scanRecords")
    def scan_records() -> Response:
        return answered(scan.respond(request.get_data().decode(errors="replace")))

    @app.get("/records/<record>")
    def get_record(record: str) -> Response:
        return answered(get.respond(record))

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        return answered((error.code or 500, {"message": error.name}))

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        app.logger.exception("the request failed", exc_info=error)
        return answered((500, {"message": "Internal server error"}))

    return app


def answered(answer: Answer) -> Response:
    status, body = answer
    return Response(as_json(body), status, content_type="application/json")


def main() -> None:
    os.environ.setdefault("RECORDS_TABLE", "RecordsTable")
    create_app(key=os.environ.get("RECORDS_KEY")).run("127.0.0.1", int(os.environ.get("PORT", "5000")))


if __name__ == "__main__":
    main()
