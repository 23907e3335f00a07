// What the page does by itself. Gradio calls this once.
//   - A mark in an answer, pointed at or focused, shows its quote; clicked, its article.
//   - A conversation that is read at its end stays at its end while it grows.
() => {
  // What a page that is loaded again had open and in its box; asked before its tools are there.
  const remembered = (what) => {
    const library = new URLSearchParams(location.search).get("library") || "";
    return sessionStorage.getItem(`sourcebook.${what}.${library}`);
  };
  window.sourcebookTalk = () => remembered("talk");
  window.sourcebookDraft = () => remembered("draft");

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const markOf = (event) => event.target instanceof Element && event.target.closest(".sb-mark a");
  const telling = (event) =>
    event.target instanceof Element && event.target.closest(".sb-mark a, [data-tell]");
  const cardOf = (mark) => document.getElementById((mark.getAttribute("href") || "").slice(1));

  // A mark or a card opens its article at the quote; n and p go through the answer's other quotes.
  const openAt = (card, from) => {
    const open = window.sourcebook?.read;
    if (!open || card.dataset.document === undefined) return false;
    const cards = [...card.parentElement.children].filter((one) => one.dataset.document);
    open(cards, cards.indexOf(card), from);
    return true;
  };
  document.addEventListener("click", (event) => {
    const mark = markOf(event);
    const title = event.target instanceof Element && event.target.closest(".sb-read");
    const card = mark ? cardOf(mark) : title && title.closest("[data-document]");
    if (!card) return;
    event.preventDefault();
    if (openAt(card, mark || title)) return;
    const folded = card.closest("details");
    if (folded) folded.open = true;
    card.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
    card.focus({ preventScroll: true });
  });

  // While a mark is pointed at or focused, its card stands out, and the quote stands beside it.
  const bubble = document.createElement("div");
  bubble.className = "sb-bubble";
  bubble.id = "sb-bubble";
  bubble.setAttribute("role", "tooltip");
  bubble.hidden = true;
  document.body.append(bubble);
  let pointed = null;
  let leaving = 0;

  const tell = (mark) => {
    clearTimeout(leaving);
    const card = cardOf(mark);
    if ((!card && !mark.dataset.tell) || mark === pointed) return;
    untell();
    pointed = mark;
    card?.classList.add("sb-lit");
    // The browser's own tooltip says the same, later and not to the keyboard.
    mark.removeAttribute("title");
    const line = (said, name) => {
      const made = document.createElement("p");
      made.className = name;
      made.textContent = said;
      return made;
    };
    const names = ["sb-title", "sb-byline", "sb-quote", "sb-days", "sb-gone"];
    const parts = names.map((name) => [card?.querySelector(`:scope > .${name}`), name]);
    const lines = parts.filter(([part]) => part).map(([part, name]) => {
      // A row stands under its heads, and code with its lines.
      const shown = part.querySelector("table, code");
      if (!shown) return line((part.querySelector("mark") || part).textContent, name);
      const made = document.createElement("div");
      made.className = name;
      made.append(shown.cloneNode(true));
      return made;
    });
    bubble.replaceChildren(...(card ? lines : [line(mark.dataset.tell, "sb-byline")]));
    bubble.hidden = false;
    mark.setAttribute("aria-describedby", bubble.id);
    place();
  };
  const place = () => {
    const { left, top, bottom } = pointed.getBoundingClientRect();
    const { offsetWidth: wide, offsetHeight: high } = bubble;
    const below = bottom + 6 + high <= innerHeight || top < high + 6;
    bubble.style.left = `${Math.max(8, Math.min(left - 24, innerWidth - wide - 8))}px`;
    bubble.style.top = `${Math.max(8, below ? bottom + 6 : top - high - 6)}px`;
  };
  const untell = () => {
    if (!pointed) return;
    cardOf(pointed)?.classList.remove("sb-lit");
    pointed.removeAttribute("aria-describedby");
    pointed = null;
    bubble.hidden = true;
  };
  // Time to move the pointer from the mark into what it brought up.
  const leave = () => {
    clearTimeout(leaving);
    leaving = setTimeout(untell, 200);
  };
  const over = (event) => {
    const mark = telling(event);
    if (mark) tell(mark);
    else if (bubble.contains(event.target)) clearTimeout(leaving);
  };
  const out = (event) => {
    if (telling(event) || bubble.contains(event.target)) leave();
  };
  document.addEventListener("mouseover", over);
  document.addEventListener("mouseout", out);
  document.addEventListener("focusin", over);
  document.addEventListener("focusout", out);
  // It goes along when what it belongs to is scrolled, as a focus that moves scrolls too.
  const along = () => {
    if (!pointed) return;
    const { top, bottom } = pointed.getBoundingClientRect();
    if (!pointed.isConnected || bottom < 0 || top > innerHeight) untell();
    else place();
  };
  document.addEventListener("scroll", along, true);
  document.addEventListener("click", untell, true);
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !pointed) return;
      event.preventDefault();
      untell();
    },
    true,
  );

  window.sourcebook = { ...window.sourcebook, untell };

  // Gradio's own autoscroll would move the whole page where it is narrow, down to the last card.
  let atEnd = true;
  const log = () => document.getElementById("conversation");
  document.addEventListener(
    "scroll",
    (event) => {
      if (event.target !== log()) return;
      const { scrollHeight, scrollTop, clientHeight } = event.target;
      atEnd = scrollHeight - scrollTop - clientHeight < 80;
    },
    true,
  );
  new MutationObserver((changes) => {
    const grown = atEnd && changes.some((change) => log()?.contains(change.target));
    if (grown) log().scrollTop = log().scrollHeight;
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}
