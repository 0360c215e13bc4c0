// htmx from the CDN, checked by its hash, or our own copy when the CDN is refused, altered or silent for two seconds.
// A plain tag would hold the page up for as long as a firewall lets the connection hang.

const SILENT = "htmx-cdn-silent";

function loadHtmx({ content: remote, dataset: { own, integrity } }) {
  const add = (address) => {
    const script = document.createElement("script");
    Object.assign(script, { src: address, integrity, crossOrigin: "anonymous" });
    document.head.append(script);
  };
  const addOwn = () => {
    if (own) add(own);
  };
  if (own && sessionStorage.getItem(SILENT)) return addOwn();
  const options = { integrity, mode: "cors", credentials: "omit", signal: AbortSignal.timeout(2000) };
  return fetch(remote, options)
    .then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(answer.status)))
    .then(() => add(remote))
    .catch(() => {
      sessionStorage.setItem(SILENT, "1");
      addOwn();
    });
}

const htmxSource = document.querySelector('meta[name="htmx-source"]');
if (htmxSource) loadHtmx(htmxSource);
