// What the scripts may say, in the reader's language: from the page, never from here.

const told = document.querySelector('meta[name="portal-words"]');
const sentences = told ? JSON.parse(told.content) : {};

/** The sentence of that name with its values filled in; "" for a page that does not tell it. */
export function words(name, values = {}) {
  return (sentences[name] ?? "").replace(/%\((\w+)\)s/g, (_, key) => values[key] ?? "");
}

/** An instant as the reader writes it: the time of today, with the day for another day. */
export function shortTime(instant) {
  const today = instant.toDateString() === new Date().toDateString();
  const day = today ? {} : { day: "numeric", month: "short" };
  const style = { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat(document.documentElement.lang || "en", style).format(instant);
}

/** A short word at the foot of the page; read aloud, leaves by itself. */
export function tell(text) {
  const place = document.getElementById("says");
  if (!place || !text) return;
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.textContent = text;
  toast.addEventListener("animationend", () => toast.remove());
  place.append(toast);
}
