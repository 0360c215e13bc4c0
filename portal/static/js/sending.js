// Sending a form: once, not by accident, and not lost by leaving. The server refuses the second post anyway.

const SENT = "data-js-sent";
const CHANGED = "data-js-changed";
const BUSY = "data-js-busy";
const LET_GO = 15000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  form.removeAttribute(CHANGED);
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post" || "again" in form.dataset) return;
  if (form.hasAttribute(SENT)) {
    event.preventDefault();
    return;
  }
  form.setAttribute(SENT, "");
  event.submitter?.setAttribute("aria-disabled", "true");
  event.submitter?.setAttribute(BUSY, "");
  // an answer that never comes, or that is a download, leaves the form usable
  setTimeout(() => release(form), LET_GO);
});

window.addEventListener("pageshow", () => document.querySelectorAll(`[${SENT}]`).forEach(release));

function release(form) {
  form.removeAttribute(SENT);
  for (const button of form.querySelectorAll(`[${BUSY}]`)) {
    button.removeAttribute(BUSY);
    button.removeAttribute("aria-disabled");
  }
}

document.addEventListener("input", ({ target }) => target.form?.matches("[data-guard]") && target.form.setAttribute(CHANGED, ""));

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector(`form[${CHANGED}]`)) event.preventDefault();
});

document.addEventListener("change", ({ target }) => {
  const form = target.form;
  if (form && (target.matches("[data-autosubmit]") || form.matches("[data-autosubmit]"))) form.requestSubmit();
});
