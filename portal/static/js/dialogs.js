// Dialogs: data-opens="id" opens one of the page, data-dialog on a link shows the link's page in one.
// data-dismisses takes away what was just said.

import { words } from "./words.js";

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const opener = event.target.closest("[data-opens]");
  const link = event.target.closest("a[data-dialog]");
  const closer = event.target.closest("[data-closes]");
  if (opener) {
    event.preventDefault();
    openDialog(document.getElementById(opener.dataset.opens));
  } else if (link) {
    event.preventDefault();
    fetchInto(link);
  } else if (closer?.closest("dialog[open]")) {
    event.preventDefault();
    closer.closest("dialog").close();
  } else if (event.target.closest("[data-dismisses]")) {
    event.preventDefault();
    event.target.closest("#says > *")?.remove();
  } else if (event.target.matches("dialog:modal") && outside(event)) {
    event.target.close();
  }
});

/** Open a dialog above the page; nothing if it is open or missing. */
export function openDialog(dialog) {
  if (!dialog || dialog.matches(":modal")) return;
  dialog.removeAttribute("open");
  dialog.showModal();
  dialog.dispatchEvent(new Event("dialog-shown", { bubbles: true }));
}

function outside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

async function fetchInto(link) {
  const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#dialog-body" };
  const answer = await fetch(link.href, { headers }).catch(() => null);
  if (!answer?.ok) {
    location.assign(link.href);
    return;
  }
  const dialog = document.createElement("dialog");
  dialog.className = "dlg";
  dialog.ariaLabel = link.ariaLabel || link.textContent.trim();
  dialog.innerHTML = await answer.text();
  const close = document.createElement("button");
  close.className = "btn btn--plain";
  close.type = "button";
  close.dataset.closes = "";
  close.textContent = words("close");
  dialog.append(close);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  window.htmx?.process(dialog);
  openDialog(dialog);
}
