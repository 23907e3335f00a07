// What the Articles tab does by itself. Gradio calls this once.
//   - What carries data-do is handed to the server, by the button that data-by names (#do where it
//     names none), and the focus stays where it was.
() => {
  // What was pressed last: the table is drawn anew, and the focus goes back to it.
  let pressed = null;

  document.addEventListener("click", (event) => {
    const found = event.target instanceof Element && event.target.closest("[data-do]");
    const button = found && document.getElementById(found.dataset.by || "do");
    if (!button) return;
    window.sourcebookDo = found.dataset.do;
    // What is brought back is opened next, if anything.
    pressed = found.dataset.key || found.dataset.do.replace(/^back:/, "open:");
    (button.matches("button") ? button : button.querySelector("button")).click();
  });

  const seen = (element) => element && element.offsetParent !== null;
  const refocus = () => {
    const article = document.querySelector(".sb-opened .sb-article-title");
    if (seen(article)) {
      article.tabIndex = -1;
      article.focus();
      window.scrollTo({ top: 0 });
      return;
    }
    const again = [...document.querySelectorAll("[data-do]")].find(
      (element) => (element.dataset.key || element.dataset.do) === pressed,
    );
    const to = seen(again) && !again.disabled ? again : document.querySelector("#find textarea, #find input");
    if (seen(to)) to.focus({ preventScroll: to !== again });
  };
  // Gradio draws a little after the answer has come.
  window.sourcebookRefocus = () => setTimeout(refocus, 60);
}
