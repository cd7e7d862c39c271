// Runs calls of the package cors-constructs, one for each line of JSON on stdin, and prints what came of it as JSON.
// The argument says how the package is loaded: require (anew for each call, as in a new process) or import (once).
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const VARIABLE = "CORS_CONSTRUCTS_POLICY";
const require = createRequire(import.meta.url);
const imported = process.argv[2] === "import" ? await import("cors-constructs") : undefined;

function loaded() {
  if (imported) return imported;
  delete require.cache[require.resolve("cors-constructs")];
  return require("cors-constructs");
}

class HandlerError extends Error {}

// The ways to answer that Lambda's Node.js runtimes take, or took.
const KINDS = {
  async: (give) => async (event, context) => give(event, context),
  promise: (give) => (event, context) => new Promise((resolve) => setImmediate(resolve)).then(() => give(event, context)),
  thenable: (give) => (event, context) => ({
    then: (resolve, reject) => Promise.resolve().then(() => give(event, context)).then(resolve, reject),
  }),
  returning: (give) => (event, context) => give(event, context),
  callback: (give) => (event, context, callback) => calling(() => give(event, context), callback),
  // It returns a timer, which is no answer.
  later: (give) => (event, context, callback) => setTimeout(calling, 0, () => give(event, context), callback),
  counted: (give) =>
    function () {
      calling(() => give(arguments[0], arguments[1]), arguments[2]);
    },
  "async callback": (give) => async (event, context, callback) => calling(() => give(event, context), callback),
  done: (give) => (event, context) => calling(() => give(event, context), context.done),
  succeed: (give) => (event, context) => {
    let answer;
    try {
      answer = give(event, context);
    } catch (error) {
      return context.fail(error);
    }
    return context.succeed(answer);
  },
};

function calling(give, callback) {
  let answer;
  try {
    answer = give();
  } catch (error) {
    return callback(error);
  }
  return callback(null, answer);
}

/** Calls a handler as Lambda does: up to Node.js 22 with a callback, and a context that can answer. */
function invoked(handler, event, context, legacy, ignoresReturned) {
  return new Promise((resolve, reject) => {
    const done = (error, answer) => (error === null || error === undefined ? resolve(answer) : reject(error));
    if (legacy) Object.assign(context, { done, succeed: (answer) => done(null, answer), fail: (error) => done(error ?? "handled") });
    const result = legacy ? handler(event, context, done) : handler(event, context);
    if (typeof result?.then === "function") result.then(resolve, reject);
    else if (!legacy) resolve(result);
    else if (ignoresReturned) resolve("Lambda waits for the callback");
  });
}

async function run({ call, id, variable, policy, event, answer, raises, kind = "async", legacy = true, catch_errors }) {
  const { cors, headersFor, addHeaders } = loaded();
  if (typeof variable === "string") process.env[VARIABLE] = variable;
  else delete process.env[VARIABLE];
  const logged = { warnings: [], errors: [] };
  console.warn = (...values) => logged.warnings.push(values.map(String).join(" "));
  console.error = (...values) => logged.errors.push(values.map(String).join(" "));
  const before = JSON.stringify([event, answer]);
  const context = { awsRequestId: "1" };
  let calls = 0;
  let asGiven = true;
  let got;
  let raised = false;
  const give = (gotEvent, gotContext) => {
    calls += 1;
    asGiven &&= gotEvent === event && gotContext === context;
    if (raises) throw new HandlerError("the handler's own");
    return answer;
  };
  try {
    if (call === "headersFor") got = headersFor(event, policy);
    else if (call === "addHeaders") got = addHeaders(event, answer, policy);
    else {
      const handler = cors(KINDS[kind](give), { policy, catchErrors: catch_errors });
      got = await invoked(handler, event, context, legacy, kind === "returning");
    }
  } catch (error) {
    if (!(error instanceof HandlerError)) throw error;
    raised = true;
  }
  const untouched = before === JSON.stringify([event, answer]);
  return { id, got: got ?? null, same: got === answer, raised, untouched, calls, as_given: asGiven, ...logged };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(line)))}\n`);
}
