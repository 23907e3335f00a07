// The reading panel. Gradio runs this when the panel is there; `server.article` and `server.part`
// are the functions of reader.py.
//
//   window.sourcebook.read(places, at, opener)
//     places  elements with data-document and, for a quote, data-start, data-end, data-quote
//     at      which of them is opened; n and p go through the others
//     opener  what the focus returns to
const panel = element.querySelector(".sb-reader");
const body = panel.querySelector(".sb-reader-body");
const status = panel.querySelector(".sb-reader-at");
const steps = [...panel.querySelectorAll("[data-step]")];
const narrow = window.matchMedia("(max-width: 860px)");
let places = [];
let at = 0;
let opener = null;
let asked = 0;
// Which of several libraries this page is of.
const library = new URLSearchParams(window.location.search).get("library");

// Beside the chat: where the sources are, if they are to be seen.
const settle = () => {
  const sources = document.getElementById("sources")?.getBoundingClientRect();
  const beside = !narrow.matches && sources && sources.width > 0;
  panel.classList.toggle("sb-beside", Boolean(beside));
  if (beside) {
    panel.style.setProperty("--sb-left", `${Math.round(sources.left - 12)}px`);
    panel.style.setProperty("--sb-top", `${Math.round(Math.max(0, sources.top))}px`);
  }
  // Where it covers the chat, the chat cannot be reached by keyboard either.
  document.querySelector(".sb-tabs")?.toggleAttribute("inert", narrow.matches && !panel.hidden);
};

const wanted = (place) => {
  const { document: id, start, end, quote } = place.dataset;
  const same = places.filter((other) => other !== place && other.dataset.document === id);
  return {
    library,
    document: id,
    start: start === undefined ? null : Number(start),
    end: end === undefined ? null : Number(end),
    quote: quote ?? null,
    others: same
      .filter((other) => other.dataset.start !== undefined)
      .map((other) => [Number(other.dataset.start), Number(other.dataset.end)]),
  };
};

const show = async () => {
  const number = ++asked;
  const place = places[at];
  body.setAttribute("aria-busy", "true");
  let html;
  try {
    html = await server.article(wanted(place));
    // Where nobody answers, Gradio gives nothing.
    if (typeof html !== "string") throw new Error("no answer");
  } catch {
    html = '<p class="sb-article-note" role="alert">The article could not be opened. Is Sourcebook still running?</p>';
  }
  if (number !== asked) return;
  body.innerHTML = html; // Escaped by the server: see reading.py.
  body.setAttribute("aria-busy", "false");
  const many = places.length > 1;
  const label = place.dataset.quote === undefined ? "" : `Quote ${at + 1} of ${places.length}`;
  status.textContent = many || label ? label : "";
  steps.forEach((button) => {
    button.hidden = !many;
    button.disabled = !places[at + Number(button.dataset.step)];
  });
  panel.hidden = false;
  settle();
  const here = body.querySelector(".sb-here");
  if (here) here.scrollIntoView({ block: "center", behavior: "instant" });
  else body.scrollTop = 0;
};

const read = async (found, index, from) => {
  places = found;
  at = index;
  opener = from || document.activeElement;
  await show();
  body.focus({ preventScroll: true });
};

const close = () => {
  if (panel.hidden) return;
  panel.hidden = true;
  asked += 1;
  settle();
  body.replaceChildren();
  const back = opener?.isConnected ? opener : document.querySelector("#question textarea");
  back?.focus();
  // The quote has just been read: it need not be told again.
  window.sourcebook.untell?.();
};

const step = (by) => {
  if (panel.hidden || !places[at + by]) return;
  at += by;
  show();
};

// What stands before or after what is shown: its place on the screen stays where it is.
const more = async (button) => {
  const rest = button.closest(".sb-rest");
  button.disabled = true;
  const { document: id, others } = wanted(places[at]);
  const html = await server.part({ library, document: id, part: button.dataset.part, others }).catch(() => "");
  if (!html || !rest.isConnected) return;
  const { scrollHeight, scrollTop } = body;
  const before = rest === rest.parentElement.firstElementChild;
  rest.insertAdjacentHTML("beforebegin", html);
  rest.remove();
  if (before) body.scrollTop = scrollTop + body.scrollHeight - scrollHeight;
  body.focus({ preventScroll: true });
};

panel.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.part) more(button);
  else if (button.dataset.step) step(Number(button.dataset.step));
  else if ("close" in button.dataset) close();
});

document.addEventListener("keydown", (event) => {
  if (panel.hidden || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    event.preventDefault();
    close();
    return;
  }
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const by = { n: 1, j: 1, p: -1, k: -1 }[event.key];
  if (by) {
    event.preventDefault();
    step(by);
  }
});
window.addEventListener("resize", settle);
// Another tab of the page has other things where the sources were.
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest('[role="tab"]')) close();
});

window.sourcebook = { ...window.sourcebook, read, closeReader: close };
