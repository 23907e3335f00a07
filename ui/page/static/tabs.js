// The tabs as the ARIA pattern has them (w3.org/WAI/ARIA/apg/patterns/tabs): arrows, Home and End go
// from one to the other, and only the chosen one is in the order of Tab. Gradio calls this once.
() => {
  const tabs = () => [...document.querySelectorAll('.sb-tabs [role="tablist"] [role="tab"]')];

  const settle = () =>
    tabs().forEach((tab) => {
      const order = tab.getAttribute("aria-selected") === "true" ? 0 : -1;
      if (tab.tabIndex !== order || !tab.hasAttribute("tabindex")) tab.tabIndex = order;
    });

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = tabs();
    const at = all.indexOf(event.target);
    if (at < 0) return;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = all.at(to % all.length);
    tab.click();
    tab.focus();
  });

  // Gradio draws the tabs after this has run, and may draw them anew.
  new MutationObserver(settle).observe(document.body, {
    attributeFilter: ["aria-selected"],
    childList: true,
    subtree: true,
  });
  settle();
}
