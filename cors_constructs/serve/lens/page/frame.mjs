// A page of one origin, which makes the calls that a lens around it asks for, and tells what a script learns of them.
// It hears the window around it only, and only one of the server's own origins.
// Not a module, though it might be named one: modules load by CORS, and a sandboxed page has no leave for that.
"use strict";

(() => {
  const LONGEST_BODY = 64 * 1024; // characters
  const LONGEST_WAIT = 40_000; // milliseconds; API Gateway gives up after 29 s
  const SANDBOXED = "null";

  const lenses = readLenses();

  addEventListener("message", async ({ data, origin, source }) => {
    if (source !== parent || parent === window || !(await lenses).includes(origin)) return;
    if (data?.kind !== "fetch") return;
    const outcome = await call(data.url, data.init);
    source.postMessage({ kind: "result", id: data.id, ...outcome }, origin);
  });

  // Who is around it is not known yet, and nothing is told by this.
  if (parent !== window) lenses.then(() => parent.postMessage({ kind: "ready" }, "*"));

  // The origins whose pages may ask. A sandboxed page may not read the list: it hears the one that it was loaded from.
  async function readLenses() {
    if (self.origin === SANDBOXED) return [location.origin];
    const response = await fetch("/_cors/site.json");
    return (await response.json()).local_origins;
  }

  async function call(url, init) {
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(LONGEST_WAIT) });
      const { status, type, redirected } = response;
      const body = (await response.text()).slice(0, LONGEST_BODY);
      return { ok: true, status, type, redirected, headers: [...response.headers], body };
    } catch (error) {
      return { ok: false, error: `${error.name}: ${error.message}` };
    }
  }
})();
