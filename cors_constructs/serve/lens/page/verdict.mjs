// Draws what the simulator says of a call, step by step.

import { isPreflight } from "./compare.mjs";
import { make, pageOf } from "./dom.mjs";
import { checkList, exchange, reading, remark } from "./exchange.mjs";

export function drawVerdict(section, judged, origin) {
  const steps = judged.steps.filter(({ sent }) => sent);
  const before = judged.steps.filter(({ sent: it }) => !it);
  const asked = steps.filter(({ sent }) => isPreflight(sent));
  const sent = steps.filter(({ sent: it }) => !isPreflight(it));
  section.replaceChildren(
    make("h2", { id: "simulated-title" }, "Simulator"),
    make("p", { class: "lede" }, "What browsers do, by the standard, for ", pageOf(origin), "."),
    make("div", { class: "cell" }, before.map(thought), asked.length > 0 ? asked.map(step) : withoutPreflight(steps)),
    make("div", { class: "cell" }, sent.length > 0 ? sent.map(step) : remark("Request", "plain", "Not sent.")),
    make("div", { class: "cell" }, whatIsRead(judged)),
  );
}

function step({ title, sent, got, checks }) {
  const isGood = got !== null && checks.every(({ ok }) => ok);
  return exchange({ title, state: isGood ? "good" : "bad", sent, got, checks });
}

// What is looked at before anything is sent.
function thought({ title, checks }) {
  return remark(title, checks.every(({ ok }) => ok) ? "good" : "bad", checkList(checks));
}

function withoutPreflight(steps) {
  const said = steps.length > 0 ? "None: the method and the headers need no leave." : "Not sent.";
  return remark("Preflight", "plain", said);
}

function whatIsRead({ allowed, summary, console: printed, page_sees: read, notes = [] }) {
  const list =
    notes.length > 0
      ? make(
          "ul",
          { class: "list" },
          notes.map((note) => make("li", {}, note)),
        )
      : null;
  const nothing = [
    make("p", {}, allowed ? summary : "Nothing: fetch() throws a TypeError, and does not say why."),
    printed ? make("p", { class: "hint" }, "Chromium’s console says:") : null,
    printed ? make("pre", { tabindex: "0", "aria-label": "What Chromium’s console says" }, printed) : null,
  ].filter(Boolean);
  return [
    remark(
      "What the page reads",
      allowed ? "good" : "bad",
      ...(read ? reading(read.status, read.headers, read.body) : nothing),
    ),
    list ? remark("Worth knowing", "plain", list) : null,
  ];
}
