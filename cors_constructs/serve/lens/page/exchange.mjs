// Draws a request and its answer, as both columns show them.

import { isSecret } from "./call.mjs";
import { link, make } from "./dom.mjs";

// What decides of a call; other headers are folded away.
const TELLING =
  /^(access-control-|origin$|vary$|retry-after$|location$|x-api-key$|authorization$|content-type$|x-amzn-errortype$)/i;
const SHOWN = 4; // characters of a secret
const STATES = { good: ["✓", "passed"], bad: ["✗", "failed"], plain: [] };

//   title, state ("good", "bad" or "plain")
//   sent: { method, url, headers }
//   got: { status, headers, body, why } or null; missing: what to say where there is none
//   checks: [{ what, ok, said, source }]
export function exchange({ title, state, sent, got, missing = "No answer came.", checks = [] }) {
  return make(
    "article",
    { class: `step ${state}` },
    heading(title, state),
    make("p", { class: "request" }, make("b", {}, sent.method), " ", make("code", {}, sent.url)),
    headerList(telling(sent.headers), "Headers sent"),
    got ? answer(got) : make("p", { class: "answer" }, missing),
    checks.length > 0 ? checkList(checks) : null,
    folded(sent.headers, got),
  );
}

// A step that did not happen, or what the page has of it all.
export function remark(title, state, ...said) {
  return make(
    "article",
    { class: `step ${state}` },
    heading(title, state),
    ...said.map((it) => (typeof it === "string" ? make("p", {}, it) : it)),
  );
}

export function checkList(checks) {
  return make("ul", { class: "checks" }, checks.map(check));
}

// What the page's script may read.
export function reading(status, headers, body) {
  return [
    make("p", { class: "answer" }, make("b", { class: tone(status) }, String(status)), " and these headers:"),
    headers.length > 0 ? headerList(headers, "Headers that the page reads") : make("p", { class: "hint" }, "none"),
    body
      ? make("pre", { tabindex: "0", "aria-label": "Body" }, body)
      : make("p", { class: "hint" }, "The body is empty."),
  ];
}

function heading(title, state) {
  const [mark, said] = STATES[state];
  return make(
    "h3",
    {},
    mark ? [make("span", { class: "mark", "aria-hidden": "true" }, mark), " "] : null,
    title,
    said ? make("span", { class: "unseen" }, `: ${said}`) : null,
  );
}

function answer({ status, headers, why }) {
  return [
    make(
      "p",
      { class: "answer" },
      make("b", { class: tone(status) }, String(status)),
      why ? make("span", { class: "why" }, ` ${why}`) : null,
    ),
    headerList(telling(headers), "Headers of the answer"),
  ].filter(Boolean);
}

function check({ what, ok, said, source }) {
  return make(
    "li",
    { class: ok ? "good" : "bad" },
    make("span", { class: "mark", "aria-hidden": "true" }, ok ? "✓" : "✗"),
    make("span", { class: "unseen" }, ok ? "passed: " : "failed: "),
    make(
      "span",
      {},
      source ? link(source, what) : make("b", {}, what),
      said ? make("span", { class: "why" }, ` ${said}`) : null,
    ),
  );
}

function folded(sent, got) {
  const parts = [
    [sent, "All headers sent"],
    [got?.headers ?? [], "All headers of the answer"],
  ].filter(([headers]) => headers.some(([name]) => !TELLING.test(name)));
  const body = got?.body
    ? [
        make("p", { class: "hint" }, "Body of the answer"),
        make("pre", { tabindex: "0", "aria-label": "Body of the answer" }, got.body),
      ]
    : [];
  if (parts.length === 0 && body.length === 0) return null;
  return make(
    "details",
    {},
    make("summary", {}, body.length > 0 ? "All of it, with the body" : "All headers"),
    parts.flatMap(([headers, label]) => [make("p", { class: "hint" }, label), headerList(headers, label)]),
    body,
  );
}

// By name: each browser sends them in an order of its own, and both columns are compared line by line.
function telling(headers) {
  const lowered = ([name]) => name.toLowerCase();
  return headers
    .filter(([name]) => TELLING.test(name))
    .sort((one, other) => (lowered(one) < lowered(other) ? -1 : Number(lowered(one) > lowered(other))));
}

function headerList(headers, label) {
  if (headers.length === 0) return null;
  const rows = headers.map(([name, value]) =>
    make("div", {}, make("dt", {}, name), make("dd", {}, shown(name, value))),
  );
  return make("dl", { "aria-label": label }, rows);
}

function shown(name, value) {
  return isSecret(name) && value.length > SHOWN && !name.toLowerCase().startsWith("access-control-")
    ? `${value.slice(0, SHOWN)}…`
    : value;
}

function tone(status) {
  return status < 400 ? "status good" : "status bad";
}
