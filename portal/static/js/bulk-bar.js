// <bulk-bar> in the form of a list: shown with the count while rows are ticked. Shift-click takes a range, Esc clears.

import { words } from "./words.js";

class BulkBar extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.form.addEventListener("click", this);
    this.form.addEventListener("change", this);
    this.form.addEventListener("keydown", this);
    this.count();
  }

  get boxes() {
    return [...this.form.querySelectorAll("tbody input[type=checkbox], li input[type=checkbox]")];
  }

  handleEvent(event) {
    const { target, type } = event;
    // counting sets the box in the head, whose own change is still to come
    if (type === "click" && target.matches("[data-all]")) return;
    if (type === "click" && target.closest("[data-clear]")) this.tick(() => false);
    else if (type === "keydown" && event.key === "Escape") this.tick(() => false);
    else if (type === "click" && event.shiftKey && this.boxes.includes(target)) this.range(target);
    else if (type === "change" && target.matches("[data-all]")) this.tick(() => target.checked);
    if (type === "click" && this.boxes.includes(target)) this.last = target;
    this.count();
  }

  tick(wanted) {
    for (const box of this.boxes) box.checked = wanted(box);
  }

  range(target) {
    const ends = [this.boxes.indexOf(target), this.boxes.indexOf(this.last)].sort((a, b) => a - b);
    if (ends[0] < 0) return;
    for (const box of this.boxes.slice(ends[0], ends[1] + 1)) box.checked = target.checked;
  }

  count() {
    const ticked = this.boxes.filter((box) => box.checked).length;
    const head = this.form.querySelector("[data-all]");
    this.toggleAttribute("data-js-empty", !ticked);
    this.querySelector("[data-count]").textContent = words("selected", { n: ticked });
    if (!head) return;
    head.checked = ticked > 0 && ticked === this.boxes.length;
    head.indeterminate = ticked > 0 && ticked < this.boxes.length;
  }
}

customElements.define("bulk-bar", BulkBar);
document.addEventListener("htmx:after:swap", () => document.querySelectorAll("bulk-bar").forEach((bar) => bar.count()));
