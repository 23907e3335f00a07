// What the page does by itself. Gradio calls this once.
//   - A mark in an answer leads to its card.
//   - A chip's button asks again without its filter.
//   - A conversation that is read at its end stays at its end while it grows.
() => {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const markOf = (event) => event.target instanceof Element && event.target.closest(".sb-mark a");
  const cardOf = (mark) => document.getElementById((mark.getAttribute("href") || "#").slice(1));

  document.addEventListener("click", (event) => {
    const mark = markOf(event);
    const card = mark && cardOf(mark);
    if (!card) return;
    event.preventDefault();
    const folded = card.closest("details");
    if (folded) folded.open = true;
    card.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
    card.focus({ preventScroll: true });
  });

  // A chip's button asks again without its filter.
  document.addEventListener("click", (event) => {
    const drop = event.target instanceof Element && event.target.closest("[data-ignore]");
    const again = drop && document.querySelector("#again");
    if (!again) return;
    window.sourcebookDropped = drop.dataset.ignore;
    (again.matches("button") ? again : again.querySelector("button")).click();
  });

  // While a mark is pointed at or focused, its card stands out.
  const light = (event, on) => {
    const mark = markOf(event);
    const card = mark && cardOf(mark);
    if (card) card.classList.toggle("sb-lit", on);
  };
  document.addEventListener("mouseover", (event) => light(event, true));
  document.addEventListener("mouseout", (event) => light(event, false));
  document.addEventListener("focusin", (event) => light(event, true));
  document.addEventListener("focusout", (event) => light(event, false));

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
  new MutationObserver(() => {
    if (atEnd && log()) log().scrollTop = log().scrollHeight;
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}
