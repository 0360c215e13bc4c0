// A list of answers under a field: fetched as HTML, walked with the arrow keys, chosen with Enter or a click.
// The field keeps the focus; the list is told by aria-activedescendant. Used by the palette and by search-field.

import { composing } from "./typing.js";

export class Options {
  /** `choose(option, event)` is called with the chosen element. */
  constructor(field, list, choose) {
    Object.assign(this, { field, list, choose, at: -1, running: null, stale: true });
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "true");
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option, event);
    });
  }

  get all() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  /** Show the answers of an address; the last one asked for wins. Gives what is no option: notes under the list. */
  ask(address) {
    if (this.asked !== address || !this.stale) {
      const answered = this.show(address);
      Object.assign(this, { asked: address, answered });
      answered.catch(() => {
        if (this.answered === answered) this.asked = "";
      });
    }
    return this.answered;
  }

  async show(address) {
    this.running?.abort();
    this.running = new AbortController();
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial" };
    const answer = await fetch(address, { headers, signal: this.running.signal });
    const onward = answer.headers.get("HX-Redirect");
    if (onward) location.assign(onward);
    if (!answer.ok) return [];
    this.list.innerHTML = await answer.text();
    this.stale = false;
    this.all.forEach((option, n) => { option.id = `${this.list.id}-${n}`; });
    const notes = [...this.list.querySelectorAll(":scope > p")];
    notes.forEach((note) => note.remove());
    this.list.hidden = !this.all.length;
    this.mark(0);
    return notes;
  }

  /** What is shown answers something else than what stands in the field now: nothing may be chosen. */
  outdate() {
    this.stale = true;
    this.at = -1;
    this.field.removeAttribute("aria-activedescendant");
    for (const option of this.all) option.setAttribute("aria-selected", "false");
  }

  mark(n) {
    const all = this.all;
    this.at = all.length ? (n + all.length) % all.length : -1;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === this.at)));
    const marked = all[this.at];
    if (marked) this.field.setAttribute("aria-activedescendant", marked.id);
    else this.field.removeAttribute("aria-activedescendant");
    marked?.scrollIntoView({ block: "nearest" });
  }

  /** Handle a key press of the field; true if it was one of ours. */
  key(event) {
    if (composing(event) || this.at < 0) return false;
    if (event.key === "ArrowDown") this.mark(this.at + 1);
    else if (event.key === "ArrowUp") this.mark(this.at - 1);
    else if (event.key === "Enter") this.choose(this.all[this.at], event);
    else return false;
    event.preventDefault();
    return true;
  }

  close() {
    this.running?.abort();
    this.list.remove();
    for (const name of ["aria-activedescendant", "aria-controls"]) this.field.removeAttribute(name);
    this.field.setAttribute("aria-expanded", "false");
  }
}

/** Run `act` once the calls have paused for some milliseconds. */
export function paused(act, milliseconds) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...values), milliseconds);
  };
}
