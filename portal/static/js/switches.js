// Light or dark, roomy or compact: kept in a cookie, so that the server draws the next page right from the start.

const YEAR = 365 * 24 * 3600;
const root = document.documentElement;

function keep(name, value) {
  if (value) root.dataset[name] = value;
  else delete root.dataset[name];
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
}

function isDark() {
  return (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-switch]")) {
    keep("theme", isDark() ? "light" : "dark");
    const scheme = document.querySelector('meta[name="color-scheme"]');
    if (scheme) scheme.content = root.dataset.theme;
  } else if (event.target.closest("[data-density-switch]")) {
    keep("density", root.dataset.density === "compact" ? "" : "compact");
  } else if (event.target.closest("[data-print]")) {
    window.print();
  } else {
    return;
  }
  event.preventDefault();
});
