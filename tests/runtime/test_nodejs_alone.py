"""What JavaScript has and JSON has not, what only Node.js's handlers do, and what the package is made of."""

import json
from pathlib import Path
from typing import Any

import pytest

from .cases import ADMIN, APP, SEVERAL, TO_APP_VARY, proxy
from .nodejs import PACKAGE, layer, run

EVENT = json.dumps(proxy(APP))
POLICY = json.dumps(SEVERAL.to_dict())
HEADERS = json.dumps(TO_APP_VARY)

# A script says what it found with show(); `event`, `policy`, `added` (the headers) and the package's names are there.
PRELUDE = f"""
const assert = require("node:assert/strict");
const {{ addHeaders, cors, headersFor }} = require("cors-constructs");
const event = {EVENT};
const policy = {POLICY};
const added = {HEADERS};
const logged = [];
console.warn = (...values) => logged.push(values.join(" "));
console.error = (...values) => logged.push(values.join(" "));
const sent = (answer) => JSON.parse(JSON.stringify(answer));
"""

ANSWERS = {
    "an undefined header is none": """
        const answer = addHeaders(event, { headers: { Vary: undefined, "access-control-allow-origin": undefined } });
        assert.deepEqual(sent(answer), { headers: added });
    """,
    "undefined maps are none": """
        const answer = addHeaders(event, { statusCode: 200, headers: undefined, multiValueHeaders: undefined });
        assert.deepEqual(sent(answer), { statusCode: 200, headers: added });
    """,
    "undefined values make no map": """
        const answer = addHeaders(event, { multiValueHeaders: { vary: undefined } });
        assert.deepEqual(sent(answer), { multiValueHeaders: {}, headers: added });
    """,
    "headers as fetch has them are no JSON": """
        const answer = { statusCode: 200, headers: new Headers({ "x-id": "7" }) };
        assert.equal(addHeaders(event, answer), answer);
        assert.match(logged.join(), /no proxy answer/);
    """,
    "a Map is no JSON": """
        const answer = { statusCode: 200, headers: new Map([["x-id", "7"]]) };
        assert.equal(addHeaders(event, answer), answer);
    """,
    "a Date is text in JSON": """
        const answer = { statusCode: 200, headers: new Date() };
        assert.equal(addHeaders(event, answer), answer);
    """,
    "a Response is no proxy answer": """
        const answer = new Response("hi");
        assert.equal(addHeaders(event, answer), answer);
    """,
    "an answer without a prototype": """
        const headers = Object.assign(Object.create(null), { "X-Id": "7" });
        const answer = addHeaders(event, Object.assign(Object.create(null), { statusCode: 200, headers }));
        assert.deepEqual(sent(answer), { statusCode: 200, headers: { "X-Id": "7", ...added } });
    """,
    "an answer of a class": """
        class Answer { constructor() { this.statusCode = 200; } get body() { return "not in JSON"; } }
        assert.deepEqual(sent(addHeaders(event, new Answer())), { statusCode: 200, headers: added });
    """,
    "a frozen answer": """
        const answer = Object.freeze({ headers: Object.freeze({ vary: "Accept" }) });
        assert.equal(addHeaders(event, answer).headers.vary, "Accept, Origin");
        assert.deepEqual(answer, { headers: { vary: "Accept" } });
    """,
    "names that objects have by birth are headers' too": """
        const headers = JSON.parse('{"__proto__": "1", "constructor": "2", "toString": "3"}');
        const answer = addHeaders(event, { headers });
        assert.deepEqual(Object.entries(answer.headers).slice(0, 3), Object.entries(headers));
        assert.equal(Object.getPrototypeOf(answer.headers), Object.prototype);
        assert.equal({}.polluted, undefined);
    """,
    "a getter that throws leaves the answer alone": """
        const answer = { statusCode: 200, get headers() { throw new Error("mine"); } };
        assert.equal(addHeaders(event, answer), answer);
        assert.match(logged.join(), /an error of its own.*mine/);
    """,
    "added twice is added once": """
        const once = addHeaders(event, { headers: { vary: "Accept" } });
        assert.deepEqual(addHeaders(event, once), once);
    """,
    "an event whose getter throws": """
        const answer = { statusCode: 200 };
        assert.equal(addHeaders({ get httpMethod() { throw new Error("mine"); } }, answer), answer);
        assert.deepEqual(headersFor({ get httpMethod() { throw new Error("mine"); } }), {});
    """,
    "no event at all": """
        assert.deepEqual(headersFor(undefined), {});
        assert.equal(addHeaders(undefined, "hi"), "hi");
        assert.equal(logged.length, 1);
    """,
}

POLICIES = {
    "an object": "assert.deepEqual(headersFor(event, policy), added);",
    "its JSON": "assert.deepEqual(headersFor(event, JSON.stringify(policy)), added);",
    "null is the variable's": "assert.deepEqual(headersFor(event, null), added);",
    "one after another": f"""
        const other = {{ allow_origins: ["{ADMIN}"], expose_headers: [] }};
        const its = {{ "Access-Control-Allow-Origin": "{ADMIN}" }};
        for (let n = 0; n < 3; n += 1) {{
          assert.deepEqual(headersFor(event, other), its);
          assert.deepEqual(headersFor(event), added);
        }}
    """,
    "one that changes": f"""
        assert.deepEqual(headersFor(event, policy), added);
        policy.allow_origins = ["{ADMIN}"];
        assert.equal(headersFor(event, policy)["Access-Control-Allow-Origin"], "{ADMIN}");
    """,
    "a variable that changes": """
        assert.deepEqual(headersFor(event), added);
        process.env.CORS_CONSTRUCTS_POLICY = '{"allow_origins": ["*"], "expose_headers": []}';
        assert.deepEqual(headersFor(event), { "Access-Control-Allow-Origin": "*" });
    """,
    "no policy": """
        for (const broken of ["", "{", 7, [], () => {}, {}, { allow_origins: "*" }, "[\\n\\n]"]) {
          assert.deepEqual(headersFor(event, broken), {});
        }
        assert.deepEqual(headersFor(event, { toJSON() { throw new Error("mine"); } }), {});
        assert.equal(logged.filter((line) => line.includes("the policy that was passed is no policy")).length, 1);
        assert.ok(!logged.join().includes("\\n"));
    """,
    "every problem is named at once": """
        headersFor(event, { allow_origins: [], max_age: "1", status_code: 404, "__proto__": { allow_origins: ["*"] } });
        assert.match(logged[0], /: wrong: allow_origins, max_age, status_code$/);
    """,
}

HANDLERS = {
    "what streams is left alone": """
        const handler = async () => {};
        handler[Symbol.for("aws.lambda.runtime.handler.streaming")] = "response";
        assert.equal(cors(handler), handler);
        assert.match(logged.join(), /streams/);
    """,
    "what is no function is refused at once": """
        assert.throws(() => cors({ handler() {} }), { name: "TypeError", message: /write cors\\(handler\\)/ });
        assert.throws(() => cors(), { name: "TypeError" });
    """,
    "this and every argument are handed on": """
        const own = async function (...given) { return { body: [this.name, ...given.slice(1)].join() }; };
        const api = { name: "api", handler: cors(own) };
        assert.equal((await api.handler(event, 1, undefined, 3)).body, "api,1,,3");
    """,
    "a context that is frozen does no harm": """
        const handler = cors(async () => ({ statusCode: 200 }));
        assert.deepEqual(await handler(event, Object.freeze({ done() {} })), { statusCode: 200, headers: added });
    """,
    "the context's properties stay": """
        const context = { awsRequestId: "1", done() {} };
        Object.defineProperty(context, "callbackWaitsForEmptyEventLoop", { set(value) { this.waits = value; } });
        await cors(async (event, given) => { given.callbackWaitsForEmptyEventLoop = false; })(event, context);
        assert.equal(context.waits, false);
        assert.ok(JSON.stringify(context).includes('"awsRequestId":"1"'));
    """,
    "what Lambda would wait for it still waits for": """
        const answer = { statusCode: 200 };
        const handler = cors((event, context, callback) => { setTimeout(callback, 1, null, answer); return answer; });
        let returned;
        const called = await new Promise((resolve) => { returned = handler(event, {}, (error, it) => resolve(it)); });
        assert.equal(returned, answer);
        assert.deepEqual(called, { statusCode: 200, headers: added });
    """,
    "an error thrown in the callback is not called back again": """
        let calls = 0;
        const handler = cors((event, context, callback) => callback(null, {}), { catchErrors: false });
        await assert.rejects(handler(event, {}, () => { calls += 1; throw new Error("Lambda's"); }), /Lambda's/);
        assert.equal(calls, 1);
    """,
    "failing without a reason is failing": """
        const handler = cors((event, context) => context.fail());
        const answer = await new Promise((resolve) => handler(event, { done: (error, answer) => resolve(answer) }));
        assert.equal(answer.statusCode, 500);
    """,
    "what is thrown need be no error": """
        assert.equal((await cors(() => { throw undefined; })(event)).statusCode, 500);
        assert.equal((await cors(() => Promise.reject())(event)).statusCode, 500);
        await assert.rejects(cors(() => Promise.reject(7), { catchErrors: false })(event), (error) => error === 7);
    """,
    "the log has the error, and where it was": """
        await cors(async () => { throw new Error("mine"); })(event);
        assert.match(logged.join(), /the handler raised an error; the answer is a 500 Error: mine/);
    """,
}


def _check(tmp_path: Path, script: str) -> None:
    layer(tmp_path)
    path = tmp_path / "nodejs" / "script.cjs"
    path.write_text(f'{PRELUDE}(async () => {{\n{script}\n}})().then(() => process.stdout.write("done"));')
    assert run(tmp_path, path, CORS_CONSTRUCTS_POLICY=POLICY) == "done"


@pytest.mark.parametrize("script", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_of_javascript(tmp_path: Path, script: str) -> None:
    _check(tmp_path, script)


@pytest.mark.parametrize("script", POLICIES.values(), ids=POLICIES)
def test_a_policy_of_javascript(tmp_path: Path, script: str) -> None:
    _check(tmp_path, script)


@pytest.mark.parametrize("script", HANDLERS.values(), ids=HANDLERS)
def test_a_handler_of_javascript(tmp_path: Path, script: str) -> None:
    _check(tmp_path, script)


def test_the_package_needs_no_other_and_loads_nothing_but_itself(tmp_path: Path) -> None:
    script = 'assert.deepEqual(Object.keys(require.cache).map((it) => require("node:path").basename(it)), NAMES);'
    _check(tmp_path, script.replace("NAMES", json.dumps(["script.cjs", "index.cjs"])))
    described: dict[str, Any] = json.loads((PACKAGE / "package.json").read_text())
    assert not {name for name in described if "ependencies" in name or name == "scripts"}


def test_the_package_is_four_small_files() -> None:
    sizes = {path.name: path.stat().st_size for path in PACKAGE.iterdir()}
    assert sizes.keys() == {"index.cjs", "index.mjs", "package.json", "wrapped.mjs"}
    assert sum(sizes.values()) < 14_000
