// data-copy on a link, or on the button of a form: the one table of what it answers goes to the clipboard, as text for
// a sheet and as HTML for a letter. data-copies="id": the text of that element.

import { tell, words } from "./words.js";

document.addEventListener("click", (event) => {
  const source = event.target.closest("[data-copy]");
  const text = event.target.closest("[data-copies]");
  if (text && navigator.clipboard) {
    copyText(document.getElementById(text.dataset.copies).textContent.trim());
  } else if (source && window.ClipboardItem && navigator.clipboard?.write && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    copyTable(source.form ? posted(source) : fetch(source.href));
  }
});

function posted(button) {
  const body = new URLSearchParams(new FormData(button.form, button));
  return fetch(button.form.action, { method: "POST", body });
}

async function copyText(text) {
  const done = await navigator.clipboard.writeText(text).then(() => true, () => false);
  tell(words(done ? "copied_text" : "copy_failed"));
}

async function copyTable(asked) {
  const table = asked.then(tableOf);
  const part = (type, make) => table.then((found) => new Blob([make(found)], { type }));
  try {
    // Safari wants the promise handed over within the click
    await navigator.clipboard.write([new ClipboardItem({
      "text/plain": part("text/plain", asText),
      "text/html": part("text/html", (found) => found.outerHTML),
    })]);
    tell(words("copied", { n: (await table).tBodies[0]?.rows.length ?? 0 }));
  } catch {
    tell(words("copy_failed"));
  }
}

async function tableOf(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const table = page.querySelector("table");
  if (!answer.ok || !table) throw new Error(String(answer.status));
  return table;
}

function asText(table) {
  const plain = (cell) => cell.textContent.trim().replace(/\s+/g, " ");
  return [...table.rows].map((row) => [...row.cells].map(plain).join("\t")).join("\r\n");
}
