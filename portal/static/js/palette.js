// Ctrl-K: search or go to. The dialog stands in the page; the frame's field names the address (data-palette) and,
// without script, is the search.

import { Options, paused } from "./options.js";
import { composing } from "./typing.js";

document.addEventListener("keydown", (event) => {
  const dialog = document.getElementById("palette");
  if (!dialog || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  event.preventDefault();
  if (!document.querySelector("dialog:modal")) openPalette(dialog);
});

function openPalette(dialog) {
  const finder = document.querySelector("[data-palette]");
  const field = dialog.querySelector("input");
  field.value = finder.value;
  dialog.ask ??= set(field, dialog.querySelector("[role=listbox]"), finder.dataset.palette);
  dialog.showModal();
  field.select();
  dialog.ask();
}

function set(field, list, address) {
  const notes = document.createElement("div");
  notes.className = "pal__notes";
  notes.setAttribute("role", "status");
  list.after(notes);
  const options = new Options(field, list, (option, event) => {
    if (event.ctrlKey || event.metaKey) window.open(option.dataset.url, "_blank", "noopener");
    else location.assign(option.dataset.url);
  });
  const ask = async () => {
    const found = await options.ask(`${address}?${new URLSearchParams({ q: field.value })}`).catch(() => null);
    if (found) notes.replaceChildren(...found);
  };
  const askSoon = paused(ask, 120);
  field.addEventListener("input", () => {
    options.outdate();
    askSoon();
  });
  field.addEventListener("keydown", async (event) => {
    if (event.key === "Escape" && !composing(event)) {
      event.preventDefault(); // the browser would only empty the field
      field.closest("dialog").close();
      return;
    }
    if (options.key(event) || event.key !== "Enter" || composing(event) || !options.stale) return;
    // quicker than the answer: it decides, and without any the form searches
    event.preventDefault();
    await ask();
    if (options.at >= 0) options.choose(options.all[0], event);
    else field.form.submit();
  });
  return ask;
}
