// The lens: one call, judged by the simulator and made by this browser, side by side.
// Nothing is sent before somebody says so: a link to this page, with a call after its #, sends none.

import { callOf, fromFragment, toFragment } from "./call.mjs";
import { ALONE, AGREE, compare, DIFFER, EXPLAINED, headlineOf, isPreflight } from "./compare.mjs";
import { make } from "./dom.mjs";
import { Form } from "./form.mjs";
import { addressFor, callFrom, canBe } from "./frames.mjs";
import { drawAbsence, drawReal, drawWaiting } from "./real.mjs";
import { follow, readSite } from "./site.mjs";
import { drawVerdict } from "./verdict.mjs";

const AGREEMENT = {
  [ALONE]: "By the simulator alone",
  [AGREE]: "This browser agrees",
  [EXPLAINED]: "This browser differs, and it is known why",
  [DIFFER]: "This browser differs",
};
const MOST_OFFERED = 4; // origins that are offered to be tried instead

const element = Object.fromEntries([...document.querySelectorAll("[id]")].map((it) => [it.id, it]));
const form = new Form(element.ask, keep);
let site = null;
let isTried = false;

start();

async function start() {
  element.ask.addEventListener("submit", (event) => {
    event.preventDefault();
    tryIt();
  });
  // Where it leads by itself, the address would lose what is picked.
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    element.results.focus();
  });
  addEventListener("hashchange", () => site && show(fromFragment(location.hash)));
  try {
    site = await readSite();
  } catch (error) {
    element.gone.textContent = `The server cannot be read: ${error.message}. Start it, and load this page again.`;
    return;
  }
  show(fromFragment(location.hash));
  follow(site, {
    changed(now) {
      site = now;
      const before = isTried ? "; what is shown below was before that. Try it again" : "";
      element.anew.textContent = `The template was read anew${before}.`;
      element.results.classList.toggle("stale", isTried);
      show(element.ask.hidden ? {} : form.settings);
    },
    gone() {
      element.gone.textContent = "The server is gone. Start it again: this page goes on by itself.";
    },
    back() {
      element.gone.textContent = "";
    },
  });
}

function show(said) {
  const isEmpty = site.places.length === 0;
  element.about.replaceChildren(
    "Serving ",
    make("code", {}, site.target),
    ". One call, judged by the simulator and made by this browser.",
  );
  element.nothing.hidden = !isEmpty;
  element.nothing.textContent = isEmpty
    ? "There is no API with a stage here, and so nothing to call. As soon as the template has one, it is shown."
    : "";
  element.ask.hidden = element.results.hidden = isEmpty;
  if (!isEmpty) form.offer(site, said);
}

// The address holds what is picked, so that it can be loaded again and passed on.
function keep() {
  const { place, settings } = form;
  const secrets = [settings.ownKey, ...place.keys.map(({ value }) => value)];
  history.replaceState(null, "", `#${toFragment(settings, secrets)}`);
}

async function tryIt() {
  if (element.ask.getAttribute("aria-busy") === "true") return;
  element.ask.setAttribute("aria-busy", "true");
  element.try.textContent = "Trying …";
  element.anew.textContent = "";
  keep();
  try {
    await judgeAndCall(form.settings, form.place);
    isTried = true;
  } catch (problem) {
    tell({ tone: "bad", outcome: "", headline: "It could not be tried", reason: problem.message });
    element.simulated.hidden = element.real.hidden = true;
  } finally {
    element.results.classList.remove("stale");
    element.ask.removeAttribute("aria-busy");
    element.try.textContent = "Try it";
    reveal(element["top-line"]);
  }
}

async function judgeAndCall(settings, place) {
  const call = callOf(settings, place);
  const { origin } = settings;
  const judged = await judge({ place: place.id, origin, ...call });
  element.simulated.hidden = element.real.hidden = false;
  drawVerdict(element.simulated, judged, origin);
  const { real, problem } = await callHere(settings, place, call, judged);
  const needsPreflight = judged.steps.some(({ sent }) => sent && isPreflight(sent));
  if (real.tried) drawReal(element.real, real, needsPreflight);
  else explainAbsence(origin, place, problem);
  const { agreement, notes } = compare(judged, real, call);
  tell({ ...headlineOf(judged), agreement, reason: judged.summary, advice: judged.advice, notes });
}

async function judge(asked) {
  let response;
  try {
    response = await fetch("/_cors/judge", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(asked),
    });
  } catch {
    throw new Error("The server does not answer. Is it still running?");
  }
  const said = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(said.problem ?? `The server answers ${response.status}.`);
  return said;
}

async function callHere({ origin, fresh }, place, { path, ...init }, judged) {
  if (!canBe(origin, site)) return { real: { tried: false } };
  drawWaiting(element.real, `Calling from a page of ${origin} …`);
  try {
    const done = await callFrom(origin, addressFor(origin, site, place, judged) + path, {
      ...init,
      cache: fresh ? "no-store" : "default",
    });
    return { real: { tried: true, origin, ...done } };
  } catch (error) {
    return { real: { tried: false }, problem: error.message };
  }
}

function explainAbsence(origin, place, problem) {
  const others = site.local_origins.filter((it) => it !== origin);
  const isListed = (it) => place.origins.includes(it) || place.origins.includes("*");
  const offered = others.sort((one, other) => isListed(other) - isListed(one)).slice(0, MOST_OFFERED);
  const said =
    problem ??
    `This browser cannot be a page of ${origin} here: this server is not at that address. ` +
      "From an origin of this server’s, both columns show the same call:";
  const choices = offered.map((it) => [
    `Try it from ${it}${isListed(it) ? " (listed)" : ""}`,
    () => {
      form.pickOrigin(it);
      element.try.focus();
      tryIt();
    },
  ]);
  const hints = site.offers
    .filter((it) => !site.local_origins.includes(it))
    .map((it) => `The API lists ${it}, which this server can be, too: start it with --lens-origin ${it}`);
  drawAbsence(element.real, said, choices, hints);
}

// The top line: what it came to, and whether both agree.
function tell({ tone, outcome, headline, agreement, reason, advice = "", notes = [] }) {
  element["top-line"].className = `panel ${tone}`;
  chip(element.outcome, outcome, tone);
  chip(element.agreement, AGREEMENT[agreement] ?? "", agreement);
  element.headline.textContent = headline;
  element.reason.textContent = reason.replace(/^[a-z]+ /, (word) => word[0].toUpperCase() + word.slice(1));
  element.advice.textContent = advice;
  element["advice-line"].hidden = !advice;
  element.notes.replaceChildren(...notes.map((note) => make("li", {}, note)));
}

function chip(made, text, kind) {
  made.hidden = !text;
  made.textContent = text;
  made.className = `chip ${kind ?? ""}`;
}

// On a phone what comes out is below what was picked. The focus stays: who changes one thing and tries again is there.
function reveal(it) {
  const { top, bottom } = it.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) it.scrollIntoView({ block: "start" });
}
