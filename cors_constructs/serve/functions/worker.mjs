// Runs a Node.js function: what Lambda's runtime is to it. It is started by `processes.py`, alone: node worker.mjs 3
//
// The argument is the socket that events come by and answers go by, as frames: their kind (one byte), the number of the
// call (four bytes, of what is sent; 0 before there is any), their length (four), and what is in them. What the function
// prints goes where the output of this process goes.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { Socket } from "node:net";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const LARGEST = 6_291_556; // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const require = createRequire(import.meta.url);
const channel = new Socket({ fd: Number(process.argv[2]), readable: true, writable: true });
const frames = read();
let requestId = "";

const settings = JSON.parse(await next());
let handler;
try {
  handler = await load(process.env.LAMBDA_TASK_ROOT, settings.handler);
  send("R", 0, "");
} catch (error) {
  send("I", 0, described(error));
  channel.end();
}
while (handler !== undefined) {
  const about = JSON.parse(await next());
  const event = await next();
  requestId = about.id;
  const [kind, text] = await called(event, context(about));
  send(kind, about.number, text);
}

async function* read() {
  let held = Buffer.alloc(0);
  try {
    for await (const piece of channel) {
      held = held.length ? Buffer.concat([held, piece]) : piece;
      while (held.length >= 5 && held.length >= 5 + held.readUInt32BE(1)) {
        const end = 5 + held.readUInt32BE(1);
        yield held.subarray(5, end).toString();
        held = held.subarray(end);
      }
    }
  } catch {
    // as if it had ended
  }
  process.kill(-process.pid, "SIGKILL"); // who started this is gone
}

async function next() {
  return (await frames.next()).value;
}

function send(kind, number, text) {
  const content = Buffer.from(text);
  const head = Buffer.alloc(9, kind);
  head.writeUInt32BE(number, 1);
  head.writeUInt32BE(content.length, 5);
  channel.write(Buffer.concat([head, content]));
}

/** Finds the handler as AWS's runtime does. Errors, too, are named as there. */
async function load(root, named) {
  if (named.includes("..")) fail("MalformedHandlerName", `'${named}' is not a valid handler name: it is to be below ${root}`);
  const file = basename(named);
  const [module, ...names] = file.split(".");
  if (!names.length) fail("MalformedHandlerName", `Bad handler '${named}': it is to be as in 'app.handler'`);
  const exported = await imported(root, named.slice(0, -file.length), module);
  const find = (it) => names.reduce((inner, name) => inner?.[name], it);
  const found = find(exported) ?? find(exported?.default);
  if (found === undefined) fail("HandlerNotFound", `${named} is undefined or not exported`);
  if (typeof found !== "function") fail("HandlerNotFound", `${named} is not a function`);
  return found;
}

async function imported(root, folder, module) {
  const path = resolve(root, folder, module);
  const extension = ["", ".js", ".mjs", ".cjs"].find((it) => existsSync(path + it));
  try {
    if (extension === undefined) return require(require.resolve(module, { paths: [root, resolve(root, folder)] }));
    if (extension === ".mjs") return await import(pathToFileURL(path + extension));
    return require(path + extension);
  } catch (error) {
    if (/^ERR_REQUIRE_(ESM|ASYNC_MODULE)$/.test(error?.code)) return import(pathToFileURL(path + extension));
    if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
      fail("ImportModuleError", `Error: ${String(error.message).split("\n")[0]}`);
    }
    throw error;
  }
}

async function called(event, about) {
  let content;
  try {
    content = JSON.stringify((await answered(JSON.parse(event), about)) ?? null) ?? "null";
  } catch (error) {
    return ["E", described(error)];
  }
  if (Buffer.byteLength(content) <= LARGEST) return ["A", content];
  const message = `Response payload size exceeded maximum allowed payload size (${LARGEST} bytes).`;
  return ["E", described(Object.assign(new Error(message), { name: "Function.ResponseSizeTooLarge" }))];
}

/** By a promise, or by the callback, or, once there is nothing left to do, without an answer. */
async function answered(event, about) {
  let ended;
  channel.unref();
  try {
    return await new Promise((done, failed) => {
      ended = () => done(null);
      process.once("beforeExit", ended);
      const callback = (error, value) => (error ? failed(error) : done(value));
      const answer = handler(event, Object.assign(about, { done: callback, fail: failed, succeed: done }), callback);
      if (typeof answer?.then === "function") answer.then(done, failed);
    });
  } finally {
    process.off("beforeExit", ended);
    channel.ref();
  }
}

function context(about) {
  return {
    awsRequestId: about.id,
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    getRemainingTimeInMillis: () => Math.max(Math.floor(about.deadline * 1000 - Date.now()), 0),
    invokedFunctionArn: settings.arn,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  };
}

function fail(name, message) {
  throw Object.assign(new Error(message), { name: `Runtime.${name}` });
}

/** An error as Lambda answers it, which is printed to the log as well. */
function described(error) {
  const isError = error instanceof Error;
  const trace = isError ? String(error.stack).split("\n") : [];
  const errorType = isError ? error.name : typeof error;
  const errorMessage = isError ? error.message : String(error);
  console.error(`ERROR ${errorType}: ${errorMessage}${trace.slice(1).map((line) => `\n${line}`).join("")}`);
  return JSON.stringify({ errorType, errorMessage, requestId, trace });
}
