// What went wrong is told, in a notice. Gradio calls this once.
//   - Two of Gradio's own notices say what to do. The header of each is no button: it holds one.
//   - An error in an event that does not wait in its queue, Gradio shows nobody: it is shown here.
() => {
  const notices = [
    [
      /^\s*Connection to the server was lost.*$/s,
      "Sourcebook does not answer. Start it again, and this page goes on by itself.",
    ],
    [
      /^\s*File\(s\) exceed the maximum allowed size of ([^:]*): (.*?)\s*$/s,
      "Larger than $1, the most that this page takes: $2. None of these files was added. “sourcebook add FILE” on the command line has no such limit.",
    ],
  ];
  const adapt = () => {
    document.querySelectorAll('[data-testid="toast-text"]').forEach((text) => {
      for (const [theirs, ours] of notices)
        if (theirs.test(text.textContent)) text.textContent = text.textContent.replace(theirs, ours);
    });
    document.querySelectorAll('.toast-header[role="button"]').forEach((header) => {
      header.removeAttribute("role");
      header.removeAttribute("tabindex");
    });
  };
  new MutationObserver(adapt).observe(document.body, {
    childList: true,
    characterData: true,
    subtree: true,
  });

  const shown = document.createElement("div");
  shown.className = "sb-notice";
  document.body.append(shown);
  let leaving = 0;
  const close = () => {
    clearTimeout(leaving);
    shown.replaceChildren();
  };
  const tell = ({ error, title, duration }) => {
    const line = (name, said) => {
      const made = document.createElement(name);
      // It comes escaped, as Gradio's notices take HTML; here it is words.
      made.textContent = new DOMParser().parseFromString(said, "text/html").body.textContent;
      return made;
    };
    const button = line("button", "Close");
    button.type = "button";
    button.addEventListener("click", close);
    clearTimeout(leaving);
    const notice = document.createElement("div");
    notice.setAttribute("role", "alert");
    notice.append(line("strong", title), line("p", error), button);
    shown.replaceChildren(notice);
    leaving = setTimeout(close, 1000 * (duration || 20));
  };
  const ask = window.fetch;
  window.fetch = async (...given) => {
    const answer = await ask(...given);
    const to = String(given[0]?.url ?? given[0]);
    if (answer.status === 500 && to.includes("/gradio_api/run/")) {
      const told = await answer.clone().json().catch(() => null);
      if (told?.error && told.title) tell(told);
    }
    return answer;
  };
}
