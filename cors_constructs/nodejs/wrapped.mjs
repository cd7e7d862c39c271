// The Lambda handler of a function that nobody may edit: its own, which CORS_CONSTRUCTS_HANDLER names, in `cors`.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { cors } from "./index.cjs";

const require = createRequire(import.meta.url);
const own = process.env.CORS_CONSTRUCTS_HANDLER ?? "";
const file = basename(own);
const [module, ...names] = file.split(".");

if (!names.length || own.includes("..")) {
  fail("MalformedHandlerName", `CORS_CONSTRUCTS_HANDLER is '${own}', no handler; write it as in 'app.handler'`);
}
process.env._HANDLER = own; // what it would be, for tools that look
const exported = await load(process.env.LAMBDA_TASK_ROOT ?? ".", own.slice(0, -file.length));
const found = find(exported) ?? find(exported?.default);
if (!found) fail("HandlerNotFound", `${own} is undefined or not exported`);
if (typeof found !== "function") fail("HandlerNotFound", `${own} is not a function`);
export const handler = cors(found);

/** Finds the module as AWS's runtime does. Errors, too, are those that it knows. */
async function load(root, folder) {
  const path = resolve(root, folder, module);
  const extension = ["", ".js", ".mjs", ".cjs"].find((it) => existsSync(path + it));
  if (extension === undefined) return require(require.resolve(module, { paths: [root, resolve(root, folder)] }));
  try {
    if (extension !== ".mjs") return require(path + extension);
  } catch (error) {
    // Otherwise it is a module, by its package.json.
    if (!/^ERR_REQUIRE_(ESM|ASYNC_MODULE)$/.test(error?.code)) throw error;
  }
  return import(pathToFileURL(path + extension));
}

function find(it) {
  return names.reduce((inner, name) => inner?.[name], it);
}

function fail(name, message) {
  throw Object.assign(new Error(message), { name: `Runtime.${name}` });
}
