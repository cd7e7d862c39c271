// Draws what this browser really did.

import { isPreflight } from "./compare.mjs";
import { make, pageOf } from "./dom.mjs";
import { exchange, reading, remark } from "./exchange.mjs";

export function drawReal(section, real, needsPreflight) {
  const asked = real.seen.filter(isPreflight);
  const sent = real.seen.filter((it) => !isPreflight(it));
  section.replaceChildren(
    title(),
    make("p", { class: "lede" }, "What it really did, for ", pageOf(real.origin), ", as this server saw it."),
    make(
      "div",
      { class: "cell" },
      asked.length > 0
        ? asked.map((it) => step("Preflight", it, sent.length > 0))
        : withoutPreflight(sent, needsPreflight),
    ),
    make(
      "div",
      { class: "cell" },
      sent.length > 0 ? sent.map((it) => step("Request", it, real.ok)) : withoutRequest(real, asked),
    ),
    make("div", { class: "cell" }, whatIsRead(real)),
  );
}

// Where this browser cannot show it: why, and what can be done instead.
//   choices: [[text of a button, what it does], ...]
export function drawAbsence(section, said, choices, hints) {
  const buttons = choices.map(([text, act]) => {
    const button = make("button", { type: "button" }, text);
    button.addEventListener("click", act);
    return button;
  });
  section.replaceChildren(
    title(),
    make("p", { class: "lede" }, "It was not asked."),
    make(
      "div",
      { class: "cell rest" },
      make("p", {}, said),
      buttons.length > 0 ? make("div", { class: "choices" }, buttons) : null,
      hints.map((hint) => make("p", { class: "hint" }, hint)),
    ),
  );
}

export function drawWaiting(section, said) {
  section.replaceChildren(title(), make("p", { class: "lede" }, said));
}

function title() {
  return make("h2", { id: "real-title" }, "This browser");
}

// Whether the browser was content with an answer shows in what it did next.
function step(name, { method, url, headers, got }, isContent) {
  return exchange({ title: name, state: isContent ? "good" : "bad", sent: { method, url, headers }, got });
}

function withoutPreflight(sent, needsPreflight) {
  if (sent.length === 0) return remark("Preflight", "plain", "None reached this server.");
  return remark(
    "Preflight",
    "plain",
    needsPreflight ? "Not sent: this browser has kept the answer to an earlier one." : "None.",
  );
}

function withoutRequest(real, asked) {
  if (asked.length > 0) return remark("Request", "plain", "Not sent: the answer to the preflight did not allow it.");
  const kept = ": the answer was kept from before";
  return remark("Request", "plain", `None reached this server${real.ok ? kept : ""}.`);
}

function whatIsRead(real) {
  const read = real.ok
    ? reading(real.status, real.headers, real.body)
    : [
        make("p", {}, "Nothing: ", make("code", {}, real.error)),
        make("p", { class: "hint" }, "A script learns no more than that. The console (F12) says why."),
      ];
  return remark("What the page reads", real.ok ? "good" : "bad", ...read);
}
