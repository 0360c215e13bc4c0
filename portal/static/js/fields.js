// Small courtesies of fields: where the eye should go after an error, and amounts one can read.

const PLAIN = /^\d{4,13}(\.\d+)?$/;

function focusErrors() {
  document.querySelector("[data-focus]")?.focus();
}

document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail.ctx.response?.status >= 400) focusErrors();
});
focusErrors();

document.addEventListener("change", ({ target }) => {
  if (!target.matches("input[data-amount]")) return;
  const digits = target.value.normalize("NFKC").replace(/[\s,]/g, "");
  if (PLAIN.test(digits)) target.value = digits.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");
});
