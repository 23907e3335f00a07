// What the Articles tab does by itself. Gradio calls this once.
//   - What carries data-do is handed to the server, by the button that data-by names (#do where it
//     names none), and the focus stays where it was.
//   - A folder that is dropped is read through, as Gradio's box takes files alone.
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

  // --- folders, chosen or dropped on a box for files ---

  // Where each file stands in its folder, which Gradio does not hand on. What is dropped is told
  // by its entry, what is chosen by the file itself.
  let dropped = null;
  document.addEventListener(
    "change",
    (event) => {
      const input = event.target;
      if (!(input instanceof HTMLInputElement) || !input.webkitdirectory) return;
      window.sourcebookPlaces = dropped || [...input.files].map((file) => file.webkitRelativePath);
      dropped = null;
    },
    true,
  );

  const filesOf = async (entry) => {
    if (entry.isFile) {
      const file = await new Promise((done, no) => entry.file(done, no));
      return [[file, entry.fullPath.replace(/^\//, "")]];
    }
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, no) => reader.readEntries(done, no));
      if (!some.length) break;
      found.push(...some);
    }
    const parts = [];
    for (const each of found) {
      if (!each.name.startsWith(".")) parts.push(...(await filesOf(each)));
    }
    return parts;
  };

  document.addEventListener(
    "drop",
    async (event) => {
      const box = event.target instanceof Element && event.target.closest(".sb-drop");
      const items = box ? [...event.dataTransfer.items].filter((item) => item.kind === "file") : [];
      const entries = items.map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
      if (!entries.some((entry) => entry.isDirectory)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const files = (await Promise.all(entries.map((e) => filesOf(e).catch(() => [])))).flat();
      const input = box.closest(".sb-add")?.querySelector('input[type="file"][webkitdirectory]');
      if (!input || !files.length) return;
      const all = new DataTransfer();
      files.forEach(([file]) => all.items.add(file));
      dropped = files.map(([, place]) => place);
      input.files = all.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    true,
  );
}
