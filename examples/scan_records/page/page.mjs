// The page: forms, a table of records, and one record. Address and key may come after the #, which no server is sent:
// index.html#api=http://127.0.0.1:3001/prod&key=...

import { getRecord, scanRecords } from "./calls.mjs";

const element = Object.fromEntries([...document.querySelectorAll("[id]")].map((it) => [it.id, it]));
let following = null;

element.origin.textContent = location.origin;
fill();
addEventListener("hashchange", fill);

element.ask.addEventListener("submit", (event) => {
  event.preventDefault();
  element.rows.replaceChildren();
  busy(() => scan(null));
});
element.more.addEventListener("click", () => busy(() => scan(following)));
element.find.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(() => open(element.wanted.value.trim()));
});

function fill() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const name of ["api", "key"]) {
    element[name].value = given.get(name) ?? sessionStorage.getItem(name) ?? "";
  }
}

async function scan(next) {
  const found = await scanRecords(...api(), { status: element.status.value, next });
  const rows = found.records.map(row);
  element.rows.append(...rows);
  following = found.next;
  element.more.hidden = following === null;
  const others = following === null ? "" : ", and there may be more";
  element.said.textContent = `${element.rows.children.length} records${others}.`;
  // Whoever came by the button that goes away now goes on where the new rows begin.
  if (next !== null && element.more.hidden) (rows[0]?.querySelector("button") ?? element.records).focus();
}

async function open(id) {
  element.record.hidden = true;
  const record = await getRecord(...api(), id);
  element["record-title"].textContent = record.title ?? record.id;
  element.fields.replaceChildren(
    ...Object.entries(record).flatMap(([name, value]) => [text("dt", name), text("dd", String(value))]),
  );
  element.record.hidden = false;
  element.record.focus();
  element.said.textContent = `Record ${record.id} is open.`;
}

function api() {
  for (const name of ["api", "key"]) sessionStorage.setItem(name, element[name].value.trim());
  return [element.api.value.trim(), element.key.value.trim()];
}

// Texts come from elsewhere: they are never taken for HTML.
function text(tag, content) {
  const made = document.createElement(tag);
  made.textContent = content;
  return made;
}

function row(record) {
  const opener = text("button", record.id);
  opener.type = "button";
  opener.setAttribute("aria-label", `Open ${record.id}`);
  opener.addEventListener("click", () => busy(() => open(record.id)));
  const first = document.createElement("td");
  first.append(opener);
  const made = document.createElement("tr");
  made.append(first, text("td", record.title ?? ""), text("td", record.status ?? ""));
  return made;
}

async function busy(work) {
  const main = document.querySelector("main");
  if (main.getAttribute("aria-busy") === "true") return;
  main.setAttribute("aria-busy", "true");
  element.said.textContent = "Asking …";
  element.failed.textContent = "";
  try {
    await work();
  } catch (error) {
    element.said.textContent = "";
    element.failed.textContent = error.message;
  } finally {
    main.removeAttribute("aria-busy");
  }
}
