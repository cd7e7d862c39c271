// Makes elements. Texts come from templates and servers: they become text nodes, and never HTML.

export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(2).filter((it) => it !== null && it !== undefined));
  return made;
}

// A link to a rule's source. What is no https address stays a text.
export function link(address, text) {
  if (!address?.startsWith("https://")) return make("span", {}, text);
  return make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text);
}

// Whose call it is, in words.
export function pageOf(origin) {
  const code = make("code", {}, origin);
  return origin === "null" ? ["a sandboxed page, whose origin is ", code] : ["a page of ", code];
}

// Fills a select with groups of options, and picks one of them where it is there.
//   groups: [[label or "", [[value, text], ...]], ...]
export function fill(select, groups, value) {
  const made = groups
    .filter(([, entries]) => entries.length > 0)
    .map(([label, entries]) => {
      const options = entries.map(([given, text]) => make("option", { value: given }, text));
      return label ? [make("optgroup", { label }, options)] : options;
    });
  select.replaceChildren(...made.flat());
  select.value = value;
  if (select.selectedIndex < 0) select.selectedIndex = 0;
}
