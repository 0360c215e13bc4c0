// <draft-keeper key="price-request.new" person="7"> inside a form: what is typed outlives the tab.
// It is forgotten when a page confirms the act (data-done with the form's `once`). Passwords and files are never kept.

import { paused } from "./options.js";
import { shortTime, words } from "./words.js";

const DRAFT = "draft:";
const KEPT_FOR = 14 * 24 * 3600 * 1000;
const NEVER = ["password", "file", "submit", "button", "image", "reset"];

class DraftKeeper extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.setAttribute("hx-morph-skip", "");
    this.setAttribute("role", "status");
    this.keepSoon = paused(() => this.keep(), 500);
    for (const type of ["input", "change"]) this.form.addEventListener(type, () => { this.changed = true; this.keepSoon(); });
    this.form.addEventListener("submit", () => this.keep(this.form.elements.once?.value ?? ""));
    window.addEventListener("pagehide", this);
    this.begin();
  }

  disconnectedCallback() {
    window.removeEventListener("pagehide", this);
  }

  handleEvent() {
    if (this.changed) this.keep();
  }

  get place() {
    return `${DRAFT}${this.getAttribute("person")}:${this.getAttribute("key")}`;
  }

  /** The server's own copy of what was typed is newer than ours; otherwise ours comes back, or is offered. */
  begin() {
    const draft = read(this.place);
    if (this.form.querySelector('[aria-invalid="true"], .errs')) this.changed = true;
    else if (draft?.sent) this.say("draft_sent", draft.at, "draft_fetch", () => this.fill(draft));
    else if (draft) this.fill(draft);
  }

  keep(sent = "") {
    if (!this.changed && !(sent && read(this.place))) return;
    const at = Date.now();
    localStorage.setItem(this.place, JSON.stringify({ at, sent, fields: kept(this.form).map((one) => [one.name, state(one)]) }));
    if (sent) this.changed = false;
    else this.say("draft_kept", at);
  }

  fill(draft) {
    const before = kept(this.form).map((one) => [one.name, state(one)]);
    put(this.form, draft.fields);
    this.say("draft_back", draft.at, "draft_drop", () => {
      localStorage.removeItem(this.place);
      put(this.form, before);
      this.replaceChildren();
    });
  }

  say(sentence, at, offer, act) {
    this.textContent = `${words(sentence, { time: shortTime(new Date(at)) })} `;
    if (!offer) return;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn btn--plain btn--small", textContent: words(offer) });
    button.addEventListener("click", act);
    this.append(button);
  }
}

function kept(form) {
  return [...form.elements].filter((one) => one.name && !NEVER.includes(one.type) && !one.closest("[data-no-draft]")
    && (one.type !== "hidden" || one.closest("search-field")));
}

function state(one) {
  if (["checkbox", "radio"].includes(one.type)) return one.checked;
  return one.multiple ? [...one.selectedOptions].map((option) => option.value) : one.value;
}

function put(form, fields) {
  const rest = [...fields];
  for (const one of kept(form)) {
    const n = rest.findIndex(([name, value]) => name === one.name && typeof value === typeof state(one));
    if (n < 0) continue;
    const [[, value]] = rest.splice(n, 1);
    if (typeof value === "boolean") one.checked = value;
    else if (Array.isArray(value)) for (const option of one.options) option.selected = value.includes(option.value);
    else one.value = value;
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function read(place) {
  const draft = JSON.parse(localStorage.getItem(place) ?? "null");
  return draft && Date.now() - draft.at < KEPT_FOR ? draft : null;
}

function forget(when) {
  for (const place of Object.keys(localStorage).filter((name) => name.startsWith(DRAFT))) {
    if (when(read(place))) localStorage.removeItem(place);
  }
}

function forgetDone() {
  const done = [...document.querySelectorAll("[data-done]")].map((one) => one.dataset.done);
  forget((draft) => !draft || (draft.sent && done.includes(draft.sent)));
}

forgetDone();
document.addEventListener("htmx:after:swap", forgetDone);
document.addEventListener("submit", ({ target }) => {
  if (!target.matches("[data-forgets-drafts]")) return;
  for (const keeper of document.querySelectorAll("draft-keeper")) keeper.changed = false;
  forget(() => true);
});
customElements.define("draft-keeper", DraftKeeper);
