// Writing Chinese goes through half-made syllables. Nothing may search, filter or send before the character is chosen.

/** Whether a key press belongs to the input method. Safari says so by the key code only. */
export function composing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** Whether the keyboard is writing into something, so that letters are letters. */
export function writing(target) {
  const field = target.closest?.("input, textarea, select, [contenteditable]");
  return Boolean(field) && !["checkbox", "radio", "button", "submit"].includes(field.type);
}

document.addEventListener("input", (event) => {
  if (event.isComposing) event.stopImmediatePropagation();
}, { capture: true });

// Chromium sends no `input` after the composition has ended
document.addEventListener("compositionend", ({ target }) => target.dispatchEvent(new Event("input", { bubbles: true })));
