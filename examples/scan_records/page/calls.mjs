// What the page asks of the API, and what it may learn of the answers. Nothing here knows of the document.

export function scanRecords(api, key, { status, next = null }) {
  const headers = { "content-type": "application/json" };
  return call(api, key, "scanRecords", { method: "POST", headers, body: JSON.stringify({ status, next }) });
}

export function getRecord(api, key, id) {
  return call(api, key, `records/${encodeURIComponent(id)}`, {});
}

// The body of an answer of 200; of any other, and where there is none, an error that says what is known.
async function call(api, key, path, { headers = {}, ...request }) {
  const url = `${api.replace(/\/+$/, "")}/${path}`;
  let response;
  try {
    response = await fetch(url, { ...request, headers: key ? { ...headers, "x-api-key": key } : headers });
  } catch (error) {
    // All that a script learns of a call that CORS forbids, and of a server that is not there.
    throw new Error(`No answer that this page may read (${error.message}).\nThe browser's console says why.`);
  }
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Error(`${response.status}: ${body.message ?? "the API does not say why"}${hint(response)}`);
}

// What an answer's headers add, if the API exposes them to pages.
function hint({ status, headers }) {
  const seconds = headers.get("retry-after");
  if (status === 429) return seconds ? `\nAsk again in ${seconds} s.` : "\nAsk again later.";
  const kind = headers.get("x-amzn-errortype");
  return kind ? ` (${kind})` : "";
}
