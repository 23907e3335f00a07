// What the Ask tab does by itself. Gradio runs this when its tools are there; `server.copy`,
// `server.export` and `server.rate` are the functions of answer_door.py.
const library = () => new URLSearchParams(location.search).get("library") || "";
const talk = () => document.querySelector(".sb-talks")?.dataset.talk || "";
const remembered = () => `sourcebook.talk.${library()}`;
const draft = () => document.querySelector("#question textarea")?.value || "";
const press = (id, command) => {
  const button = document.getElementById(id);
  if (!button) return;
  window.sourcebook = { ...window.sourcebook, command: JSON.stringify(command) };
  (button.matches("button") ? button : button.querySelector("button")).click();
};
const say = (near, said) => {
  const line = near?.querySelector(".sb-told");
  if (!line) return;
  line.textContent = said;
  clearTimeout(line.timer);
  line.timer = setTimeout(() => (line.textContent = ""), 4000);
};
const ask = async (name, more) => {
  const asked = { library: library(), talk: talk(), ...more };
  const answer = await server[name](asked).catch(() => null);
  // Where nobody answers, Gradio gives nothing.
  return answer ?? { problem: "Sourcebook does not answer. Is it still running?" };
};

// Without navigator.clipboard, where the page is not on this machine, the old way does it.
const toClipboard = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
};

const copy = async (actions, number, button) => {
  const { text, problem } = await ask("copy", { number });
  if (problem) return say(actions, problem);
  const done = await toClipboard(text);
  button.focus();
  say(actions, done ? "Copied, with its sources" : "The browser does not let this page copy");
};

// Code alone, with its lines and no marks.
const copyCode = async (button) => {
  const done = await toClipboard(button.closest(".sb-code").querySelector("pre").innerText);
  button.focus();
  button.textContent = done ? "Copied" : "Not copied";
  setTimeout(() => (button.textContent = "Copy"), 4000);
};

const rate = async (actions, number, way) => {
  const thumbs = [...actions.querySelectorAll(".sb-thumb")];
  const form = actions.querySelector(".sb-why");
  const pressed = thumbs.find((one) => one.dataset.act === way);
  const rating = pressed.getAttribute("aria-pressed") === "true" ? null : way;
  const { problem } = await ask("rate", { number, rating, reason: form.elements.reason.value });
  if (problem) return say(actions, problem);
  thumbs.forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.act === rating)));
  form.hidden = rating === null;
  say(actions, rating ? "Kept with the answer" : "Taken back");
};

const reason = async (form) => {
  const actions = form.closest(".sb-actions");
  const pressed = actions.querySelector('.sb-thumb[aria-pressed="true"]');
  const number = Number(actions.dataset.number);
  const given = { number, rating: pressed?.dataset.act, reason: form.elements.reason.value };
  const { problem } = await ask("rate", given);
  say(actions, problem || "Kept with the answer");
};

const save = async (form, tools) => {
  if (!talk()) return say(tools, "There is nothing to export yet");
  const { name, type, text, problem } = await ask("export", { form });
  if (problem) return say(tools, problem);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say(tools, `Saved as ${name}`);
};

// The name becomes a field in its place: Enter keeps it, Escape leaves it as it was.
const rename = (row) => {
  const open = row.querySelector(".sb-talk-open");
  const field = document.createElement("input");
  field.type = "text";
  field.maxLength = 200;
  field.value = open.querySelector("bdi").textContent;
  field.setAttribute("aria-label", "New name");
  const back = () => {
    if (!field.isConnected) return;
    const focused = document.activeElement === field;
    field.remove();
    open.hidden = false;
    if (focused) open.focus();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      back();
    }
    if (event.key === "Enter") press("act", { do: "rename", id: row.dataset.id, name: field.value });
  });
  // Later, as the list may be being drawn anew at this moment.
  field.addEventListener("blur", () => setTimeout(back));
  open.hidden = true;
  row.prepend(field);
  field.select();
};

// Asks once more before it deletes.
const remove = (row, button) => {
  if (button.dataset.sure) return press("act", { do: "delete", id: row.dataset.id });
  button.dataset.sure = "yes";
  button.textContent = "Delete?";
  setTimeout(() => {
    delete button.dataset.sure;
    button.textContent = "×";
  }, 4000);
};

const toggle = document.querySelector('[data-act="talks"]');
const showTalks = (open) => {
  document.getElementById("talks")?.classList.toggle("sb-open-talks", open);
  document.querySelector(".sb-ask")?.classList.toggle("sb-with-talks", open);
  toggle.setAttribute("aria-expanded", String(open));
};
const wished = localStorage.getItem("sourcebook.talks");
showTalks(wished ? wished === "open" : innerWidth >= 1700);

const doing = {
  copy: ({ actions, number, button }) => copy(actions, number, button),
  code: ({ button }) => copyCode(button),
  again: ({ number }) => press("again", { do: "again", number }),
  edit: ({ number }) => {
    press("act", { do: "edit", number });
    document.querySelector("#question textarea")?.focus();
  },
  back: () => press("act", { do: "back" }),
  keep: () => press("act", { do: "keep" }),
  up: ({ actions, number }) => rate(actions, number, "up"),
  down: ({ actions, number }) => rate(actions, number, "down"),
  open: ({ row }) => press("act", { do: "open", id: row.dataset.id }),
  rename: ({ row }) => rename(row),
  delete: ({ row, button }) => remove(row, button),
  talks: () => {
    const open = toggle.getAttribute("aria-expanded") !== "true";
    localStorage.setItem("sourcebook.talks", open ? "open" : "closed");
    showTalks(open);
    if (open) document.querySelector("#find-talk textarea, #find-talk input")?.focus();
  },
};

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("button");
  if (!button) return;
  const { act: what, ask: question, ignore: key, kind, export: form } = button.dataset;
  if (question !== undefined) press("again", { do: "ask", question });
  else if (kind !== undefined) press("again", { do: "as", kind });
  else if (key !== undefined) press("again", { do: "without", key });
  else if (form !== undefined) {
    button.closest("details").open = false;
    save(form, button.closest(".sb-tools"));
  } else if (what !== undefined && doing[what]) {
    const actions = button.closest(".sb-actions");
    const row = button.closest(".sb-talk");
    doing[what]({ button, actions, row, number: Number(actions?.dataset.number) });
  }
});
// The menus, of forms and of kinds, fold when they are left.
const openMenus = () => document.querySelectorAll(".sb-export[open], .sb-menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const [menu] = event.key === "Escape" ? openMenus() : [];
  if (!menu) return;
  event.preventDefault();
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".sb-why")) return;
  event.preventDefault();
  reason(event.target);
});

// A page that is loaded again, as one does whose server was away, opens the conversation that it had
// open, and has in its box what was not sent.
addEventListener("pagehide", () => {
  sessionStorage.setItem(remembered(), talk());
  sessionStorage.setItem(`sourcebook.draft.${library()}`, draft());
});

// The way to another conversation: the next question is asked when it has come.
let arrive = () => {};

window.sourcebook = {
  ...window.sourcebook,
  leave: () => {
    window.sourcebook.way = new Promise((done) => (arrive = done));
    return performance.now();
  },
  arrive: () => arrive(),
  // Where the sources stand below the chat, what was found is scrolled to.
  found: () => {
    const panel = document.getElementById("sources");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (matchMedia("(max-width: 860px)").matches)
      panel.scrollIntoView({ behavior: calm ? "auto" : "smooth" });
    else panel.scrollTop = 0;
  },
};
