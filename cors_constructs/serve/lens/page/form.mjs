// The form: what there is to pick, and what is picked.

import { ELSEWHERE, example, filled, isForbidden, nameOf, OWN, parametersOf, routePath, usual } from "./call.mjs";
import { fill, make } from "./dom.mjs";
import { canBe, OPAQUE } from "./frames.mjs";

const STRANGER = "https://stranger.example";
const PATTERN = "pattern:";
const USUAL_NAMES = [
  "content-type",
  "authorization",
  "accept",
  "if-none-match",
  "range",
  "x-requested-with",
  "x-api-key",
];
const WITHOUT_BODY = new Set(["GET", "HEAD"]);

export class Form {
  // changed: called whenever something is picked otherwise.
  constructor(form, changed) {
    this.form = form;
    this.element = Object.fromEntries([...form.querySelectorAll("[id]")].map((it) => [it.id, it]));
    this.changed = changed;
    this.site = null;
    this.isKeyPicked = false;
    this.params = {}; // by name, those of other routes too: who comes back finds them again
    form.addEventListener("input", (event) => this.#react(event.target));
    this.element.add.addEventListener("click", () => this.#addHeader("", "").focus());
  }

  // Shows what a site has, and picks what is said, or else what is usual.
  offer(site, said = {}) {
    this.site = site;
    fill(
      this.element.place,
      [["", site.places.map(({ id, label, stage }) => [id, `${label}, stage ${stage}`])]],
      said.place,
    );
    this.isKeyPicked = said.isKeyPicked ?? said.key !== undefined;
    Object.assign(this.params, said.params);
    for (const name of ["path", "query", "credentials", "body"]) {
      if (said[name] !== undefined) this.element[name].value = said[name];
    }
    if (!this.element.credentials.value) this.element.credentials.value = "same-origin";
    this.element.fresh.checked = said.fresh ?? this.element.fresh.checked;
    if (said.headers) this.#setHeaders(said.headers);
    this.#offerOrigins(said.origin);
    this.#offerKeys(said.key ?? "", said.ownKey ?? "");
    this.#offerRoutes(said.route);
    if (said.route === undefined) this.#takeRoute();
    else this.element.method.value = said.method ?? "GET";
    this.#arrange();
  }

  get place() {
    return this.site.places.find(({ id }) => id === this.element.place.value);
  }

  get route() {
    return this.place.routes.find((it) => nameOf(it) === this.element.route.value);
  }

  get settings() {
    const { element } = this;
    return {
      place: element.place.value,
      origin: this.#isOwnOrigin() ? element.ownOrigin.value.trim() : element.from.value,
      route: element.route.value,
      method: element.method.value,
      params: Object.fromEntries(parametersOf(routePath(element.route.value)).map((name) => [name, this.params[name]])),
      path: element.path.value,
      query: element.query.value,
      key: element.key.value,
      ownKey: element.ownKey.value,
      isKeyPicked: this.isKeyPicked,
      headers: this.#rows().map((row) => [...row.querySelectorAll("input")].map(({ value }) => value)),
      credentials: element.credentials.value,
      body: element.body.value,
      fresh: element.fresh.checked,
    };
  }

  pickOrigin(origin) {
    this.#offerOrigins(origin);
    this.#arrange();
    this.changed();
  }

  #react(target) {
    const { element } = this;
    if (target === element.place) {
      this.#offerOrigins();
      this.#offerKeys(element.key.value, element.ownKey.value);
      this.#offerRoutes();
    }
    if (target === element.place || target === element.route) this.#takeRoute();
    if (target === element.key) this.isKeyPicked = true;
    if (target === element.from && element.from.value.startsWith(PATTERN)) {
      element.ownOrigin.value = example(element.from.value.slice(PATTERN.length));
    }
    if (target.dataset.param) this.params[target.dataset.param] = target.value;
    this.#arrange();
    this.changed();
  }

  #offerOrigins(wanted) {
    const { place, site, element } = this;
    const isListed = (origin) => place.origins.includes(origin) || place.origins.includes("*");
    const local = [...site.local_origins].sort((one, other) => isListed(other) - isListed(one));
    const exact = place.origins.filter((it) => !it.includes("*") && !local.includes(it));
    const patterns = place.origins.filter((it) => it.includes("*") && it !== "*");
    const mark = (origin) => (isListed(origin) ? `${origin} (listed)` : origin);
    const groups = [
      [
        "In both columns: pages of this machine",
        [...local.map((it) => [it, mark(it)]), [OPAQUE, "null (a sandboxed page)"]],
      ],
      ["In the simulator: listed by the API", exact.map((it) => [it, it])],
      ["In the simulator: patterns to fill in", patterns.map((it) => [PATTERN + it, it])],
      [
        "In the simulator: not listed",
        [
          [STRANGER, `${STRANGER} (a stranger)`],
          [OWN, "Another origin …"],
        ],
      ],
    ];
    const known = groups.flatMap(([, entries]) => entries.map(([value]) => value));
    const usualOne = local.find(isListed) ?? exact[0] ?? local[0] ?? STRANGER;
    if (wanted && !known.includes(wanted)) element.ownOrigin.value = wanted;
    fill(element.from, groups, wanted ? (known.includes(wanted) ? wanted : OWN) : usualOne);
  }

  #offerKeys(picked, own) {
    const names = this.#keys().map(({ name, is_local: isLocal }) => [
      name,
      isLocal ? `${name} (made up by this server)` : name,
    ]);
    fill(this.element.key, [["", [["", "none"], ...names, [OWN, "Another key …"]]]], picked);
    this.element.ownKey.value = own;
  }

  // Those whose values are known: of others a person must know them.
  #keys() {
    return this.place.keys.filter(({ value }) => value !== "");
  }

  #offerRoutes(wanted) {
    const routes = this.place.routes.map((it) => [nameOf(it), `${nameOf(it)}${it.needs_key ? "  (with a key)" : ""}`]);
    const groups = [["", [...routes, [ELSEWHERE, "Another path …"]]]];
    fill(this.element.route, groups, wanted);
    if (wanted && this.element.route.value !== wanted) {
      // Gone since: its path is kept, to be tried all the same.
      this.element.path.value ||= filled(routePath(wanted), this.params);
      this.element.route.value = ELSEWHERE;
    }
  }

  // What is usual for the route, where nobody has written anything else.
  #takeRoute() {
    const { element, route } = this;
    if (!route) {
      element.path.value ||= "/";
      return;
    }
    const { method, headers, body } = usual(route);
    const before = this.settings;
    const isUntouched = !before.body.trim() || before.body === this.offered?.body;
    const hasOwn = before.headers.some(
      ([name, value]) => !this.offered?.headers.some(([one, other]) => one === name && other === value),
    );
    if (isUntouched) element.body.value = body;
    if (!hasOwn) this.#setHeaders(headers);
    this.offered = { headers, body };
    element.method.value = method;
    if (!this.isKeyPicked) element.key.value = route.needs_key ? (this.#keys()[0]?.name ?? "") : "";
  }

  // Shows and hides what depends on what is picked, and says what is worth knowing of it.
  #arrange() {
    const { element, route, place } = this;
    element["own-origin-field"].hidden = !this.#isOwnOrigin();
    element["own-key-field"].hidden = element.key.value !== OWN;
    element["path-field"].hidden = Boolean(route);
    element.path.required = !route;
    element.ownOrigin.required = this.#isOwnOrigin();
    this.#arrangeParams();
    const origin = this.settings.origin;
    element["from-said"].textContent = canBe(origin, this.site)
      ? ""
      : "This browser has no page of that origin here: the simulator alone judges it.";
    element["route-said"].textContent = route
      ? [route.backend, route.preflight && `its preflight allows ${route.preflight}`].filter(Boolean).join("; ")
      : "";
    element["body-said"].textContent =
      element.body.value && WITHOUT_BODY.has(element.method.value.trim().toUpperCase())
        ? "GET and HEAD have no body: fetch() will refuse this one."
        : "";
    const dropped = this.settings.headers.map(([name]) => name).filter(isForbidden);
    const said =
      dropped.length > 0 ? `fetch() drops ${dropped.join(", ")} without a word: browsers let no script set that.` : "";
    if (element["headers-said"].textContent !== said) element["headers-said"].textContent = said;
    element["try-said"].textContent = canBe(origin, this.site)
      ? "Sends it twice: by the simulator, then by this browser. Backends are the real ones."
      : "Sends it once, by the simulator. Backends are the real ones.";
    const names = new Set([...(route?.request_headers ?? []), ...USUAL_NAMES].map((name) => name.toLowerCase()));
    element["header-names"].replaceChildren(...[...names].map((value) => make("option", { value })));
    element.place.disabled = place === undefined;
  }

  #arrangeParams() {
    const names = this.route ? parametersOf(this.route.path) : [];
    const shown = [...this.element.params.querySelectorAll("input")].map((it) => it.dataset.param);
    if (names.join() === shown.join()) return;
    this.element.params.replaceChildren(
      ...names.map((name) => {
        this.params[name] ??= "1";
        const input = make("input", {
          id: `param-${name}`,
          "data-param": name,
          required: true,
          spellcheck: "false",
          autocapitalize: "none",
        });
        input.value = this.params[name];
        return make("div", { class: "field" }, make("label", { for: `param-${name}` }, `{${name}}`), input);
      }),
    );
  }

  #isOwnOrigin() {
    const { value } = this.element.from;
    return value === OWN || value.startsWith(PATTERN);
  }

  #rows() {
    return [...this.element.headers.querySelectorAll(".header")];
  }

  #setHeaders(headers) {
    this.element.headers.replaceChildren();
    for (const [name, value] of headers) this.#addHeader(name, value);
  }

  #addHeader(name, value) {
    const first = make("input", {
      "aria-label": "Name",
      list: "header-names",
      placeholder: "name",
      spellcheck: "false",
      autocapitalize: "none",
    });
    const second = make("input", {
      "aria-label": "Value",
      list: "header-values",
      placeholder: "value",
      spellcheck: "false",
      autocapitalize: "none",
    });
    const remove = make("button", { type: "button", class: "quiet", "aria-label": "Remove this header" }, "✕");
    const row = make("div", { class: "header", role: "group", "aria-label": "Header" }, first, second, remove);
    [first.value, second.value] = [name, value];
    remove.addEventListener("click", () => {
      const next = row.nextElementSibling?.querySelector("input") ?? this.element.add;
      row.remove();
      next.focus();
      this.#arrange();
      this.changed();
    });
    this.element.headers.append(row);
    return first;
  }
}
