// An answer that is no part of this page must not land in it: say what happened instead.

import { tell, words } from "./words.js";

const SHOWN_IN_PLACE = [409, 422];

document.addEventListener("htmx:response:error", ({ detail }) => {
  const { status, headers } = detail.ctx.response;
  if (SHOWN_IN_PLACE.includes(status) || headers.has("HX-Redirect")) return;
  tell(words("failed", { status }));
});

document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx) tell(words("no_answer"));
});

// the server may say a sentence with any fragment: HX-Trigger: {"say": "…"}
document.addEventListener("say", ({ detail }) => tell(detail.value));
