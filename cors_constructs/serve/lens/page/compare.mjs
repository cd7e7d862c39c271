// Whether the simulator and this browser say the same of a call, and why not where that is known and right.
// Nothing here knows the document.

import { isForbidden } from "./call.mjs";

// Readable, but of the connection: the simulator has none.
const OF_TRANSPORT = new Set(["connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"]);
const REPEATABLE = new Set(["GET", "HEAD", "OPTIONS"]);
const TOO_MANY = 429;
const FIRST_ERROR = 400;

export const ALONE = "alone";
export const AGREE = "agree";
export const EXPLAINED = "explained";
export const DIFFER = "differ";

export function isPreflight({ method, headers }) {
  return method === "OPTIONS" && valueOf(headers, "access-control-request-method") !== undefined;
}

export function valueOf(headers, name) {
  return headers.find(([given]) => given.toLowerCase() === name)?.[1];
}

// What the simulator's verdict comes to: a headline, and "good", "warn" or "bad".
export function headlineOf({ allowed, steps, page_sees: read }) {
  if (allowed && read?.status >= FIRST_ERROR) {
    return {
      tone: "warn",
      outcome: `Allowed: ${read.status}`,
      headline: `The page may read the answer, which is an error: ${read.status}`,
    };
  }
  if (allowed)
    return {
      tone: "good",
      outcome: "Allowed",
      headline: `The page may read the answer${read ? `: ${read.status}` : ""}`,
    };
  return { tone: "bad", outcome: "Blocked", headline: whyBlocked(steps) };
}

function whyBlocked(steps) {
  const last = steps.at(-1);
  if (last === undefined) return "Nothing is sent: fetch() itself throws";
  if (last.got === null) return "No answer came";
  return isPreflight(last.sent)
    ? "It ends at the preflight: the request itself is never sent"
    : "The request is sent, but the page may not read the answer";
}

//   judged: what the simulator said
//   real: what this browser did: { tried, ok, status, headers, error, seen }
//   call: what was asked for: { method, headers }
// Gives { agreement, notes }: the notes explain, or say where they differ.
export function compare(judged, real, call) {
  if (!real.tried) return { agreement: ALONE, notes: [] };
  const facts = factsOf(judged, real, call);
  const found = DIFFERENCES.filter((it) => it.is(facts)).map((it) => it.said(facts));
  const known = EXPLANATIONS.filter((it) => it.is(facts));
  const notes = known.map((it) => it.said(facts));
  if (found.length === 0) return { agreement: AGREE, notes };
  if (known.some((it) => it.settles)) return { agreement: EXPLAINED, notes: [...found, ...notes] };
  return { agreement: DIFFER, notes: [...found, ...notes, ...HINTS.filter((it) => it.is(facts)).map((it) => it.said)] };
}

function factsOf(judged, real, { method, headers }) {
  const steps = judged.steps.filter(({ sent }) => sent);
  const asked = steps.find(({ sent }) => isPreflight(sent));
  return {
    judged,
    real,
    method: method.toUpperCase(),
    dropped: headers.map(([name]) => name).filter(isForbidden),
    asks: asked !== undefined,
    maxAge: asked?.got ? valueOf(asked.got.headers, "access-control-max-age") : undefined,
    sends: steps.some(({ sent }) => !isPreflight(sent)),
    asked: real.seen.some(isPreflight),
    sent: real.seen.some((it) => !isPreflight(it)),
    statuses: [judged.page_sees?.status, real.status],
  };
}

const bothRead = ({ judged, real }) => judged.allowed && real.ok;
const otherStatus = (facts) => bothRead(facts) && facts.statuses[0] !== facts.statuses[1];
const isKept = ({ asks, asked, sent }) => asks && !asked && sent;

const DIFFERENCES = [
  {
    is: ({ judged, real }) => judged.allowed !== real.ok,
    said: ({ judged }) =>
      judged.allowed
        ? "By the simulator the page may read the answer; in this browser it may not."
        : "By the simulator the page may not read the answer; in this browser it may.",
  },
  {
    is: otherStatus,
    said: ({ statuses: [one, other] }) => `The simulator’s answer is ${one}, this browser’s ${other}.`,
  },
  {
    is: (facts) => bothRead(facts) && !otherStatus(facts) && otherHeaders(facts).some((names) => names.length > 0),
    said: (facts) => {
      const [simulated, real] = otherHeaders(facts).map((names) => names.join(", ") || "none");
      return `The page may read other headers: by the simulator alone ${simulated}; in this browser alone ${real}.`;
    },
  },
  {
    is: ({ judged, real, sends, sent }) => !judged.allowed && !real.ok && sends !== sent,
    said: ({ sends }) =>
      sends
        ? "Both block the call, but this browser did so before it sent the request itself."
        : "Both block the call, but this browser sent the request all the same.",
  },
  {
    is: ({ judged, asks, asked }) => asked && !asks && judged.steps.length > 0,
    said: () => "This browser asked by a preflight, and the simulator says that none is needed.",
  },
];

// What is so, and right. Those that settle say why the two may differ.
const EXPLANATIONS = [
  {
    is: isKept,
    settles: true,
    said: ({ judged, maxAge, sends }) =>
      "This browser sent no preflight: it has kept the answer to an earlier one" +
      (maxAge === undefined ? ". " : ` (Access-Control-Max-Age: ${maxAge}). `) +
      (judged.allowed || sends ? "" : "What the API answers to preflights now counts once that has run out. ") +
      "Tick “Use nothing that this browser has kept” to see it ask.",
  },
  {
    is: ({ real, asked, sent }) => real.ok && !asked && !sent,
    settles: true,
    said: () => "Nothing reached the server: this browser had kept an earlier answer, as its Cache-Control allows.",
  },
  {
    is: (facts) => otherStatus(facts) && facts.statuses.includes(TOO_MANY),
    settles: true,
    said: () => "A throttle or quota counts both calls, which were sent one after the other: one of them was too many.",
  },
  {
    is: (facts) => otherStatus(facts) && !facts.statuses.includes(TOO_MANY) && !REPEATABLE.has(facts.method),
    settles: true,
    said: ({ method }) =>
      `The backend got the ${method} twice, and need not answer the second as it answered the first.`,
  },
  {
    is: ({ judged, real }) => judged.outcome === "AUTHORIZATION_NOT_ALLOWED" && real.ok,
    settles: true,
    said: () =>
      "By the standard Access-Control-Allow-Headers: * no longer covers Authorization. Browsers still let it, " +
      "and will not always: have the API name Authorization.",
  },
  {
    // The simulator's own notes tell of browsers that do otherwise.
    is: ({ judged, real }) =>
      judged.allowed !== real.ok && (judged.notes ?? []).some((note) => /\bdiffers?:/.test(note)),
    settles: true,
    said: () => "The simulator follows the standard; its notes say what browsers do otherwise.",
  },
  {
    is: ({ judged, real }) => judged.steps.length === 0 && !judged.allowed && !real.ok,
    settles: false,
    said: () => "Neither sends anything: fetch() itself refuses such a call.",
  },
  {
    is: ({ dropped }) => dropped.length > 0,
    settles: false,
    said: ({ dropped }) => `Neither sends ${dropped.join(", ")} as written: browsers let no script set that.`,
  },
];

const HINTS = [
  {
    is: ({ judged, real, asked, sent }) => judged.steps.length > 0 && !real.ok && !asked && !sent,
    said:
      "Nothing of it reached the server. An extension, a proxy or a setting of this browser may have stopped it: " +
      "its console (F12) says more.",
  },
  {
    is: (facts) => otherStatus(facts),
    said: "If the backend answers differently from call to call, try again.",
  },
];

// The names of the headers that only one of the two lets the page read.
function otherHeaders({ judged, real }) {
  const [one, other] = [judged.page_sees?.headers ?? [], real.headers].map(
    (headers) => new Set(headers.map(([name]) => name.toLowerCase()).filter((name) => !OF_TRANSPORT.has(name))),
  );
  return [[...one].filter((name) => !other.has(name)), [...other].filter((name) => !one.has(name))];
}
