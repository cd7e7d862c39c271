// Pages of other origins of this server, as frames, which make calls; and what the server saw of those.

import { isForbidden } from "./call.mjs";
import { make } from "./dom.mjs";

const PATIENCE = 6000; // milliseconds until a frame counts as not there
const LONGEST_WAIT = 45_000; // milliseconds, longer than a frame waits
const LOOKS = 8; // at what the server saw, before the rest counts as not sent
const GLANCE = 60; // milliseconds
export const OPAQUE = "null";

const frames = new Map();
let number = 0;

// Whether this browser can show what a page of that origin may do.
export function canBe(origin, site) {
  return origin === OPAQUE || site.local_origins.includes(origin);
}

// The API's address for pages of an origin: by another of the server's names, so that calls are to another origin.
//   judged: what the simulator said, which has called that address unless fetch() itself refuses the call
export function addressFor(origin, site, place, judged) {
  const called = judged.steps.find(({ sent }) => sent);
  if (called) return new URL(called.sent.url).origin + place.path;
  const [first] = site.local_origins; // the server's own; those of --lens-origin are on other ports, where no API is
  return (
    (site.local_origins.find((it) => it !== origin && new URL(it).port === new URL(first).port) ?? first) + place.path
  );
}

// Has a page of an origin make a call.
// Gives what its script learnt, and what the server saw: { ok, status, headers, body, error, seen }.
export async function callFrom(origin, url, init) {
  const frame = await frameOf(origin);
  const before = (await seenAfter(Number.MAX_SAFE_INTEGER)).last;
  number += 1;
  const result = await answered(frame, { kind: "fetch", id: number, url, init });
  return { ...result, seen: await seenOf(origin, new URL(url).pathname, before, result.ok, init.headers) };
}

async function frameOf(origin) {
  const known = frames.get(origin);
  if (known) return known;
  const isSandboxed = origin === OPAQUE;
  const frame = make("iframe", {
    src: `${isSandboxed ? location.origin : origin}/_cors/frame`,
    title: `A page of ${origin}`,
    sandbox: isSandboxed ? "allow-scripts" : null,
  });
  const ready = heard(frame, origin, ({ kind }) => kind === "ready", PATIENCE);
  document.querySelector("#frames").append(frame);
  try {
    await ready;
  } catch {
    frame.remove();
    throw new Error(
      isSandboxed
        ? "No sandboxed page came up in this browser."
        : `No page of ${origin} came up. Is the server there, and does this browser take that name for this machine?`,
    );
  }
  const made = { frame, origin };
  frames.set(origin, made);
  return made;
}

async function answered({ frame, origin }, message) {
  const result = heard(frame, origin, ({ kind, id }) => kind === "result" && id === message.id, LONGEST_WAIT);
  frame.contentWindow.postMessage(message, origin === OPAQUE ? "*" : origin);
  try {
    return await result;
  } catch {
    frame.remove();
    frames.delete(origin);
    return { ok: false, error: `no answer within ${LONGEST_WAIT / 1000} s` };
  }
}

// A message from a frame, of its origin; anybody else's is none of ours.
function heard(frame, origin, isIt, patience) {
  return new Promise((keep, give) => {
    const stop = () => {
      removeEventListener("message", hear);
      clearTimeout(timer);
    };
    const hear = (event) => {
      if (event.source !== frame.contentWindow || event.origin !== origin || !isIt(event.data ?? {})) return;
      stop();
      keep(event.data);
    };
    const timer = setTimeout(() => {
      stop();
      give(new Error("nothing was heard"));
    }, patience);
    addEventListener("message", hear);
  });
}

async function seenOf(origin, path, before, isRead, set) {
  let found = [];
  for (let look = 0; look < LOOKS; look += 1) {
    const { exchanges } = await seenAfter(before);
    const now = exchanges.filter((it) => it.origin === origin && it.path.split("?")[0] === path);
    // A request that was read is there soon; of one that was not, nobody knows whether there is more to come.
    const isWhole = isRead ? now.some(({ method }) => method !== "OPTIONS") : look > 1 && now.length === found.length;
    found = now;
    if (isWhole) break;
    await new Promise((done) => setTimeout(done, GLANCE));
  }
  return found.map((it) => ({
    method: it.method,
    url: it.path,
    headers: [...arrived(set, it.other_headers), ...it.request_headers],
    got: { status: it.status, headers: it.response_headers, body: "", why: it.why },
  }));
}

// Of the headers that the page set, those that came: the server tells their names, and no values. What browsers let no
// script set has come with their own value.
function arrived(set, names) {
  const came = new Set(names.map((name) => name.toLowerCase()));
  return set.filter(([name]) => came.has(name.trim().toLowerCase()) && !isForbidden(name));
}

async function seenAfter(last) {
  const response = await fetch(`/_cors/seen?after=${last}`);
  return response.json();
}
