// Lambda's part of a Node.js function: load the handler that _HANDLER names, and call it with each event.
// Events come as lines of JSON, and answers go as such. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const send = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

async function load() {
  // A layer's files are below /opt; here they are elsewhere.
  const named = process.env._HANDLER.replace(/^\/opt\//, `${process.env.OPT}/`);
  const [file, ...names] = basename(named).split(".");
  const path = resolve(process.env.LAMBDA_TASK_ROOT, dirname(named), file);
  const found = [".js", ".mjs", ".cjs"].map((extension) => path + extension).find(existsSync);
  if (found === undefined) throw new Error(`there is no ${path}`);
  const exported = found.endsWith(".mjs") ? await import(pathToFileURL(found)) : require(found);
  const handler = names.reduce((it, name) => it?.[name], exported);
  if (typeof handler !== "function") throw new Error(`${named} is no function`);
  return handler;
}

function call(handler, event) {
  return new Promise((done, fail) => {
    const answer = handler(event, {}, (error, value) => (error ? fail(error) : done(value)));
    if (typeof answer?.then === "function") answer.then(done, fail);
  });
}

const handler = await load();
for await (const line of createInterface({ input: process.stdin })) {
  try {
    send({ answer: (await call(handler, JSON.parse(line))) ?? null });
  } catch (error) {
    send({ error: String(error) });
  }
}
