"use strict";
// runtime.py's twin for Node.js 18 and later: CORS headers for what Lambda functions answer behind a REST API.

const VARIABLE = "CORS_CONSTRUCTS_POLICY";
const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming"); // awslambda.streamifyResponse's mark
const ALLOW = "Access-Control-Allow-";
const AMZ = ["x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-user-agent"];
const PARTS = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];
const PORT = "(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

const areTexts = (it) => Array.isArray(it) && it.every((text) => typeof text === "string");
const isWithin = (least, most) => (it) => Number.isInteger(it) && it >= least && it <= most;
// What JSON makes an object of: no Map, Headers or Date.
const isMapping = (it) =>
  typeof it === "object" && it !== null && !it[Symbol.iterator] && typeof it.toJSON !== "function";
const isNamed = (name) => ([it]) => it.toLowerCase() === name;

// By name: the default, and what makes a value right.
const NAMES = {
  allow_origins: [[], (it) => areTexts(it) && it.length > 0],
  allow_methods: [null, (it) => it === null || areTexts(it)],
  allow_headers: [["authorization", "content-type", ...AMZ, "x-api-key"], areTexts],
  expose_headers: [["retry-after", "x-amzn-errortype", "x-amzn-requestid"], areTexts],
  allow_credentials: [false, (it) => typeof it === "boolean"],
  max_age: [7200, isWithin(0, 86400)],
  status_code: [204, isWithin(200, 299)],
  branches: [{}, isMapping],
};

/** Wraps a handler, async or not, as `cors` does in runtime.py. `policy`: an object as in the variable, or its JSON. */
function cors(handler, { policy, catchErrors = true } = {}) {
  if (typeof handler !== "function") throw new TypeError("cors-constructs: write cors(handler), with a function");
  if (handler[STREAMING]) return warn("what streams gets no headers; send those of headersFor(event)", handler);

  function wrapper(...given) {
    const [event, context, callback] = given;
    const [headers, preflight] = begin(event, policy);
    if (preflight) return Promise.resolve(preflight);

    let hasCalled = false;
    const answered = (answer) => (hasCalled ? answer : finish(headers, answer));
    const failed = (error) => {
      if (!headers || !catchErrors) throw error;
      console.error("cors-constructs: the handler raised an error; the answer is a 500", error);
      const body = '{"message":"Internal server error"}';
      return { statusCode: 500, headers: { "Content-Type": "application/json", ...headers }, body };
    };
    const calling = (respond) => (error, answer) => {
      try {
        answer = (error ?? null) === null ? answered(answer) : failed(error);
        error = null;
      } catch {} // raised on, to Lambda
      hasCalled = true;
      return respond(error, answer);
    };
    if (callback) given[2] = calling(callback);
    if (context?.done) {
      const done = calling(context.done); // older than callbacks; Node.js 24 has neither
      const ways = { done, succeed: (answer) => done(null, answer), fail: (error) => done(error ?? "handled") };
      guarded(null, () => Object.assign(context, ways));
    }
    try {
      const result = handler.apply(this, given);
      if (result?.then) return Promise.resolve(result).then(answered, failed);
      // Lambda waits for the callback, if it has one. Whoever takes none and returns an answer means it, though.
      return callback && (handler.length > 2 || !isMapping(result)) ? result : Promise.resolve(answered(result));
    } catch (error) {
      return new Promise((resolve) => resolve(failed(error)));
    }
  }
  // By its length Lambda refuses, from Node.js 24, a handler that calls back.
  return Object.defineProperty(wrapper, "length", { value: handler.length });
}

/** The CORS headers of the response to a proxy event; none where it or the policy cannot be understood. */
const headersFor = (event, policy) => begin(event, policy)[0] ?? {};

/** A handler's answer with the CORS headers that it lacks: a new one, or itself where it is no proxy answer. */
const addHeaders = (event, answer, policy) => finish(begin(event, policy)[0], answer);

/** The headers of the response, and the answer to a preflight, where there are such. */
function begin(event, given) {
  return guarded([], () => {
    if (!isMapping(event) || event.version === "2.0" || typeof event.httpMethod !== "string") {
      return warn("no REST API proxy event (payload 1.0); use cors behind proxy integrations only", []);
    }
    const whole = policyOf(given);
    if (!whole) return [];
    const its = whole.branches.find(([top]) => `${event.resource}/`.startsWith(top))?.[1] ?? whole;
    const origins = sent(event, "origin");
    const headers = told(its, origins, its.real);
    const asks = event.httpMethod === "OPTIONS" && sent(event, "access-control-request-method").length;
    if (!asks || !origins.length) return [headers];
    return [headers, { statusCode: its.status_code, headers: told(its, origins, its.asked), body: "" }];
  });
}

/** The answer with new headers. */
function finish(added, answer) {
  return guarded(answer, () => {
    if (!added || !isAnswer(answer)) return answer;
    const [headers, multi] = mapsOf(answer).map((map) => ({ ...map }));
    const isThere = (name) => [headers, multi].some((map) => entriesOf(map).some(isNamed(name.toLowerCase())));
    const [isOwn, varies] = [isThere(`${ALLOW}Origin`), isThere("Vary")];
    const target = entriesOf(multi).length && (answer.headers ?? null) === null ? multi : headers;
    for (const [name, value] of Object.entries(added)) {
      if (!isThere(name) && (!isOwn || name === "Vary")) target[name] = target === multi ? [value] : value;
    }
    if (varies && added.Vary) vary(entriesOf(multi).some(isNamed("vary")) ? multi : headers);
    const result = { ...answer };
    if (Object.keys(headers).length) result.headers = headers;
    if (Object.keys(multi).length) result.multiValueHeaders = multi;
    return result;
  });
}

function vary(headers) {
  const [name, value] = entriesOf(headers).find(isNamed("vary"));
  if (/(^|,)\s*(\*|origin)\s*(,|$)/i.test(value)) return;
  headers[name] = Array.isArray(value) ? [...value, "Origin"] : value.trim() ? `${value}, Origin` : "Origin";
}

function isAnswer(answer) {
  if (isMapping(answer) && (!Object.keys(answer).length || PARTS.some((part) => Object.hasOwn(answer, part)))) {
    const areMappings = mapsOf(answer).every((map) => isMapping(map ?? {}));
    const varies = mapsOf(answer).map((map) => entriesOf(map).filter(isNamed("vary")));
    const [texts, lists] = varies.map((found) => found.map(([, value]) => value));
    if (areMappings && areTexts(texts) && lists.every(areTexts)) return true;
  }
  return warn('no proxy answer was returned; return { statusCode: 200, headers: {}, body: "" } or the like', false);
}

const mapsOf = (it) => [it.headers, it.multiValueHeaders];
const entriesOf = (map) => Object.entries(map ?? {}).filter(([, value]) => value !== undefined);

let read = {}; // the last text, and its policy

function policyOf(given) {
  const isShared = (given ?? null) === null;
  const value = isShared ? process.env[VARIABLE] : given;
  if (isShared && !value) return warn(`${VARIABLE} is not set; share the API's policy, or pass { policy }`);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (read.text === text) return read.its;
  read = { text };
  try {
    read.its = understood(JSON.parse(text));
  } catch ({ message }) {
    const what = isShared ? VARIABLE : "the policy that was passed";
    const why = message.replace(/\s+/g, " ");
    warn(`${what} is no policy; it takes what CorsPolicy.to_dict() gives, as JSON`, null, `: ${why}`);
  }
  return read.its;
}

function understood(values) {
  if (!isMapping(values)) throw new Error("it is no object");
  const its = { ...values };
  for (const [name, [fallback]] of Object.entries(NAMES)) if (!Object.hasOwn(values, name)) its[name] = fallback;
  const wrong = Object.keys(NAMES).filter((name) => !NAMES[name][1](its[name]));
  if (wrong.length) throw new Error(`wrong: ${wrong.join(", ")}`);
  const texts = its.allow_origins;
  const isAny = texts.length === 1 && /^\*,?$/.test(texts[0]);
  if (isAny && its.allow_credentials) throw new Error('"*" beside allow_credentials');
  // With a comma in it, a text is what only deployment knew: origins, and no patterns.
  const items = [...new Set(texts.join().split(",").map((text) => text.trim()))];
  const exact = items.filter((text) => /^[!-)+-~]+:\/\/[!-)+-~]+$/.test(text));
  const patterns = texts.map(patternOf).filter(Boolean);
  const branches = Object.entries(its.branches).map(([top, branch]) => [top.replace(/\/*$/, "/"), understood(branch)]);
  return {
    ...its,
    branches: branches.sort(([one], [other]) => other.length - one.length),
    only: isAny ? "*" : exact.length === 1 && !patterns.length ? exact[0] : null,
    lets: (origin) => exact.includes(origin) || (origin.length <= 267 && patterns.some((it) => it.test(origin))),
    real: { "Access-Control-Expose-Headers": its.expose_headers.join() },
    asked: {
      [`${ALLOW}Methods`]: (its.allow_methods ?? ["DELETE,GET,HEAD,PATCH,POST,PUT"]).join(),
      [`${ALLOW}Headers`]: its.allow_headers.join(),
      "Access-Control-Max-Age": `${its.max_age}`,
    },
  };
}

function patternOf(text) {
  const parts = /^(https?):\/\/(\*\*?\.)?([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\*|:[0-9]+)?$/.exec(text);
  if (!parts || !text.includes("*")) return null;
  const [, scheme, wildcard, host, port = ""] = parts;
  const below = wildcard ? `(?:[a-z0-9_-]{1,63}\\.){1,${wildcard === "*." ? 1 : 126}}` : "";
  const any = `(?::(?!${scheme === "https" ? 443 : 80}$)${PORT})?`; // no browser sends the default port
  return new RegExp(`^${scheme}://${below}${host.replace(/[.[\]]/g, "\\$&")}${port === ":*" ? any : port}$`);
}

/** A request header's values. API Gateway has the last in headers, and all in multiValueHeaders. */
function sent(event, name) {
  const found = mapsOf(event).filter(isMapping).flatMap(Object.entries).filter(isNamed(name));
  return [...new Set(found.flatMap(([, value]) => value))].filter((value) => typeof value === "string");
}

function told(its, origins, more) {
  const allowed = its.only ?? (origins.length === 1 && its.lets(origins[0]) && origins[0]);
  const headers = allowed ? { [`${ALLOW}Origin`]: allowed } : {};
  if (allowed && its.allow_credentials) headers[`${ALLOW}Credentials`] = "true";
  for (const [name, value] of Object.entries(more)) if (allowed && value) headers[name] = value;
  if (!its.only) headers.Vary = "Origin";
  return headers;
}

const warned = new Set();

function warn(text, otherwise, details = "") {
  if (!warned.has(text)) console.warn(`cors-constructs: ${text}${details}`);
  warned.add(text);
  return otherwise;
}

function guarded(otherwise, action) {
  try {
    return action();
  } catch (error) {
    console.error("cors-constructs: an error of its own, so no header is added", error);
    return otherwise;
  }
}

module.exports = { addHeaders, cors, headersFor };
