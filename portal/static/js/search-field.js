// <search-field src="/customers/options">: a text field and a hidden value; the answers come as one types.
// Without script the text alone is sent and the server finds what is meant.

import { Options, paused } from "./options.js";
import { composing } from "./typing.js";

class SearchField extends HTMLElement {
  connectedCallback() {
    this.asked = paused(() => this.ask(), 180);
    this.addEventListener("input", this);
    this.addEventListener("keydown", this);
    this.addEventListener("focusin", this);
    this.addEventListener("focusout", this);
  }

  get text() {
    return this.querySelector("input:not([type=hidden])");
  }

  get value() {
    return this.querySelector("input[type=hidden]");
  }

  handleEvent(event) {
    if (event.target !== this.text) return;
    if (event.type === "input") {
      this.value.value = "";
      this.options?.outdate();
      this.waiting = true;
      this.asked();
    } else if (event.type === "focusin") {
      this.text.setAttribute("role", "combobox");
      this.text.setAttribute("aria-autocomplete", "list");
      this.text.setAttribute("aria-expanded", "false");
    } else if (event.type === "focusout") {
      this.close();
    } else {
      this.press(event);
    }
  }

  press(event) {
    if (event.key === "Escape" && this.options) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (!this.options?.key(event) && this.early(event)) {
      event.preventDefault();
      this.ask();
    }
  }

  /** Enter before the answer has come would send the form with a name half written. */
  early(event) {
    return (event.key === "ArrowDown" && !this.options) || (event.key === "Enter" && !composing(event) && this.waiting);
  }

  async ask() {
    if (!this.contains(document.activeElement)) return;
    const asked = new URLSearchParams({ q: this.text.value });
    const form = this.text.form;
    for (const name of (this.getAttribute("with") ?? "").split(" ").filter(Boolean)) {
      asked.set(name, new FormData(form).get(name) ?? "");
    }
    if (!this.options?.list.isConnected) this.open();
    const notes = await this.options.ask(`${this.getAttribute("src")}?${asked}`).catch(() => null);
    this.notes?.replaceChildren(...(notes ?? []));
    this.waiting = false;
  }

  open() {
    const list = document.createElement("ul");
    list.id = `${this.text.id}-options`;
    list.className = "choices";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.ariaLabel = this.text.labels?.[0]?.textContent.trim() ?? "";
    this.notes ??= document.createElement("div");
    this.notes.className = "choices__notes";
    this.notes.setAttribute("role", "status");
    this.append(list, this.notes);
    this.options = new Options(this.text, list, (option) => this.choose(option));
  }

  choose(option) {
    this.waiting = false;
    this.text.value = option.dataset.label;
    this.value.value = option.dataset.value;
    this.close();
    for (const type of ["input", "change"]) this.value.dispatchEvent(new Event(type, { bubbles: true }));
  }

  close() {
    this.options?.close();
    this.options = null;
    this.notes?.remove();
  }
}

customElements.define("search-field", SearchField);
