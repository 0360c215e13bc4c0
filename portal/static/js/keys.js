// Keys that press what the page shows: data-key="A", "/", or two strokes "g c"; ? opens the list of keys.
// Single letters can be switched off (WCAG 2.1.4); the browser remembers it.

import { openDialog } from "./dialogs.js";
import { composing, writing } from "./typing.js";

export const KEYS_OFF = "portal-keys-off";
const BETWEEN_STROKES = 1000;
let first = "";
let waiting = 0;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || composing(event)) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return sendForm(event);
  if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target) || localStorage.getItem(KEYS_OFF)) return;
  stroke(event);
});

function stroke(event) {
  const key = event.key.toLowerCase();
  const found = (first && pressable(`${first} ${key}`)) || pressable(key);
  clearTimeout(waiting);
  first = "";
  if (found) {
    event.preventDefault();
    press(found);
  } else if (key === "?") {
    openDialog(document.getElementById("keys"));
  } else if (places().some((one) => one.dataset.key.toLowerCase().startsWith(`${key} `))) {
    first = key;
    waiting = setTimeout(() => { first = ""; }, BETWEEN_STROKES);
  }
}

function places() {
  const dialogs = document.querySelectorAll("dialog:modal");
  const scope = dialogs[dialogs.length - 1] ?? document;
  // the page's own search comes before that of the frame
  return [...scope.querySelectorAll("[data-key]")].sort((a, b) => Boolean(b.closest("main")) - Boolean(a.closest("main")));
}

function pressable(keys) {
  return places().find((one) => one.dataset.key.toLowerCase() === keys && !one.disabled && one.checkVisibility());
}

function press(found) {
  if (!found.matches("input:not([type=checkbox], [type=radio]), select, textarea")) return found.click();
  found.focus();
  found.select?.();
}

/** By the button one stands on; from a field by the main one, unless that has a letter of its own: a verdict is chosen. */
function sendForm(event) {
  const { target } = event;
  const { form } = target; // links have none: they open in a new tab
  const button = target.matches("button") ? target : form?.querySelector(".btn--main, [type=submit], button:not([type])");
  if (!form || button?.type !== "submit") return;
  event.preventDefault();
  if (button === target || button.dataset.key?.length !== 1) form.requestSubmit(button);
}

function showSwitches() {
  for (const one of document.querySelectorAll("[data-keys-switch]")) one.ariaPressed = String(!localStorage.getItem(KEYS_OFF));
}

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-keys-switch]")) return;
  if (localStorage.getItem(KEYS_OFF)) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "1");
  showSwitches();
});
document.addEventListener("htmx:after:swap", showSwitches);
document.addEventListener("dialog-shown", showSwitches);
showSwitches();
