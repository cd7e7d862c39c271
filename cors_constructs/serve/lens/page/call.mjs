// A call as it is picked: what of it goes into the address's fragment, and what is sent.
// Nothing here knows the document.

// Set by browsers alone: https://fetch.spec.whatwg.org/#forbidden-request-header
const FORBIDDEN = new Set(
  (
    "accept-charset accept-encoding access-control-request-headers access-control-request-method connection " +
    "content-length cookie cookie2 date dnt expect host keep-alive origin referer set-cookie te trailer " +
    "transfer-encoding upgrade via"
  ).split(" "),
);
const SECRET = /key|token|auth|cookie|secret|signature|credential|password|session/i;
const WITH_BODY = new Set(["POST", "PUT", "PATCH"]);
const LONGEST_BODY = 2000; // characters that an address carries
const PARAMETER = /\{([^{}]+)\}/g;

export const OWN = "own";
export const ELSEWHERE = "elsewhere";

export function isForbidden(name) {
  const lowered = name.trim().toLowerCase();
  return FORBIDDEN.has(lowered) || lowered.startsWith("proxy-") || lowered.startsWith("sec-");
}

export function isSecret(name) {
  return SECRET.test(name);
}

// The names of a path's parameters: "id" of "/users/{id}", "proxy+" of "/{proxy+}".
export function parametersOf(path) {
  return [...path.matchAll(PARAMETER)].map(([, name]) => name);
}

export function filled(path, params) {
  return path.replace(PARAMETER, (_, name) => {
    const value = params[name] ?? "";
    return name.endsWith("+") ? value.split("/").map(encodeURIComponent).join("/") : encodeURIComponent(value);
  });
}

// What is usual for a route, as far as the settings say nothing else.
export function usual(route) {
  const method = route.method === "ANY" ? "GET" : route.method;
  const writes = WITH_BODY.has(method);
  return { method, headers: writes ? [["content-type", "application/json"]] : [], body: writes ? "{}" : "" };
}

export function nameOf(route) {
  return `${route.method} ${route.path}`;
}

// An origin such as a pattern lets in, for a person to change.
export function example(pattern) {
  return pattern.replace(/:\*$/, ":3000").replace("**.", "one.two.").replaceAll("*", "any");
}

// What is sent, by the simulator and by the browser.
export function callOf(settings, place) {
  const path = settings.route === ELSEWHERE ? settings.path : filled(routePath(settings.route), settings.params);
  const value = settings.key === OWN ? settings.ownKey : place.keys.find(({ name }) => name === settings.key)?.value;
  const headers = settings.headers.filter(([name]) => name.trim() !== "");
  return {
    method: settings.method.trim(),
    path: settings.query ? `${path}?${settings.query.replace(/^\?/, "")}` : path,
    headers: settings.key && value ? [...headers, ["x-api-key", value]] : headers,
    credentials: settings.credentials,
    body: settings.body === "" ? null : settings.body,
  };
}

export function routePath(name) {
  return name.slice(name.indexOf(" ") + 1);
}

// The settings as a fragment, without any key: an address is shown, kept and passed on.
//   keys: the values that are keys, wherever they may stand
export function toFragment(settings, keys) {
  const written = new URLSearchParams();
  const safe = (text) => (keys.some((key) => key && text.includes(key)) ? "" : text);
  const write = (name, value) => value && written.append(name, value);
  write("place", settings.place);
  write("origin", safe(settings.origin));
  write("route", settings.route);
  write("method", safe(settings.method));
  if (settings.route === ELSEWHERE) write("path", safe(settings.path));
  for (const [name, value] of Object.entries(settings.params)) write(`{${name}}`, safe(value));
  write("query", safe(settings.query));
  written.append("key", settings.key);
  for (const [name, value] of settings.headers) {
    if (name.trim() !== "") written.append("header", `${safe(name)}:${isSecret(name) ? "" : safe(value)}`);
  }
  if (settings.credentials !== "same-origin") write("credentials", settings.credentials);
  if (settings.body.length <= LONGEST_BODY) written.append("body", safe(settings.body));
  if (settings.fresh) write("fresh", "1");
  return written.toString();
}

// What a fragment says; what it does not say is not among the settings.
export function fromFragment(fragment) {
  const read = new URLSearchParams(fragment.replace(/^#/, ""));
  const said = {};
  for (const name of ["place", "origin", "route", "method", "path", "query", "key", "credentials", "body"]) {
    if (read.has(name)) said[name] = read.get(name);
  }
  const params = [...read].filter(([name]) => /^\{.+\}$/.test(name)).map(([name, value]) => [name.slice(1, -1), value]);
  if (params.length > 0) said.params = Object.fromEntries(params);
  if (said.route !== undefined) {
    said.headers = read.getAll("header").map((line) => {
      const colon = line.indexOf(":");
      return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1)];
    });
  }
  if (read.has("fresh")) said.fresh = true;
  return said;
}
