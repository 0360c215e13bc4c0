// J and K walk through the rows of all lists of a page, X ticks the row one stands on; Enter opens it, as on any link.

import { KEYS_OFF } from "./keys.js";
import { composing, writing } from "./typing.js";

const LEADS = "a[href], button, input[type=checkbox]";

document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if (!["j", "k", "x"].includes(key) || event.defaultPrevented || composing(event) || writing(event.target)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(KEYS_OFF)) return;
  const shown = (row) => row.checkVisibility() && row.querySelector(LEADS);
  const rows = [...document.querySelectorAll("main :is([data-rows] > tbody > tr, .rows > li)")].filter(shown);
  if (!rows.length || document.querySelector("dialog:modal")) return;
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  if (key === "x") {
    rows[here]?.querySelector("input[type=checkbox]")?.click();
  } else {
    const next = rows[here + (key === "j" ? 1 : -1)] ?? rows[here] ?? rows[0];
    next?.querySelector(LEADS)?.focus();
  }
  event.preventDefault();
});
