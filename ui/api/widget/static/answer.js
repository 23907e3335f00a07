// Shows an answer: its sentences in their forms, and each quote on its mark. Used by the element of
// web pages and by the app of agents. `answer` is the JSON form of every door; only text is made of
// it, never HTML.

const LINES = { heading: "h3", note: "p", item: "ul", step: "ol" };
let cards = 0;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function place(citation) {
  const { source, author, published } = citation.document;
  const day = published
    ? new Date(published).toLocaleDateString(undefined, { dateStyle: "long" })
    : null;
  const page = citation.page === null ? null : `page ${citation.page}`;
  return [source, author, day, page].filter(Boolean).join(", ");
}

function address(citation) {
  const url = citation.document.url;
  if (!url || !/^https?:\/\//i.test(url)) return null;
  const words = citation.quote.trim().split(/\s+/);
  const ends = words.length > 8 ? [words.slice(0, 4), words.slice(-4)] : [words];
  const fragment = ends
    .map((end) => encodeURIComponent(end.join(" ")).replaceAll("-", "%2D"))
    .join(",");
  return `${url}${url.includes("#") ? "" : "#"}:~:text=${fragment}`;
}

function sourceLink(citation) {
  const url = address(citation);
  const title = citation.document.title || "Untitled";
  if (!url) return element("cite", {}, title);
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, title);
}

function card(citation, id) {
  const by = place(citation);
  return element(
    "span",
    { class: "card", id, hidden: "" },
    element("q", { dir: "auto" }, citation.quote),
    element("span", { class: "by" }, sourceLink(citation), by ? ` ${by}` : "")
  );
}

// A mark is a button: a pointer over it, the focus or a press shows the quote; Escape hides it.
function mark(citation) {
  const id = `quote-${(cards += 1)}`;
  const title = citation.document.title || "Untitled";
  const button = element(
    "button",
    {
      type: "button",
      class: "mark",
      "aria-expanded": "false",
      "aria-controls": id,
      "aria-label": `Source ${citation.number}: ${title}`,
    },
    String(citation.number)
  );
  const quote = card(citation, id);
  const both = element("span", { class: "cited" }, button, quote);
  let pinned = false;
  const show = (is) => {
    quote.hidden = !is;
    button.setAttribute("aria-expanded", String(is));
    if (is) keepInside(both, quote);
    else pinned = false;
  };
  both.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && show(true));
  both.addEventListener("pointerleave", () => !pinned && show(both.matches(":focus-within")));
  button.addEventListener("focus", () => button.matches(":focus-visible") && show(true));
  both.addEventListener("focusout", (event) => !both.contains(event.relatedTarget) && show(false));
  button.addEventListener("click", () => {
    pinned = !pinned;
    show(pinned);
  });
  both.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || quote.hidden) return;
    event.stopPropagation();
    show(false);
    button.focus();
  });
  return both;
}

// A card stays inside the text it belongs to: it moves to the left, or above its mark, where it
// would stick out.
function keepInside(both, quote) {
  quote.style.left = "0px";
  quote.classList.remove("above");
  const frame = both.closest(".answer").getBoundingClientRect();
  const box = quote.getBoundingClientRect();
  const over = box.right - frame.right;
  if (over > 0) quote.style.left = `${-Math.min(over, box.left - frame.left)}px`;
  const log = both.closest(".log")?.getBoundingClientRect();
  const top = log ? log.top : 0;
  const bottom = log ? log.bottom : innerHeight;
  const above = both.getBoundingClientRect().top - top;
  if (box.bottom > bottom && above > box.height) quote.classList.add("above");
}

function marks(sentence, byNumber) {
  return sentence.citations
    .map((number) => byNumber.get(number))
    .filter(Boolean)
    .map(mark);
}

function piece(name, sentence, byNumber) {
  const made = element(name, { dir: "auto" }, sentence.text, ...marks(sentence, byNumber));
  if (!sentence.supported && sentence.form !== "note" && sentence.form !== "heading") {
    made.classList.add("unsupported");
    made.title = "No source states this";
  }
  return made;
}

function table(cells, byNumber) {
  const columns = [...new Set(cells.map((cell) => cell.column))];
  const rows = [...new Set(cells.map((cell) => cell.row))];
  const named = rows.some(Boolean);
  const head = columns.map((column) => element("th", { scope: "col" }, column ?? ""));
  const body = rows.map((row) => {
    const entries = columns.map((column) => {
      const found = cells.find((cell) => cell.row === row && cell.column === column);
      return found ? piece("td", found, byNumber) : element("td");
    });
    return element("tr", {}, ...(named ? [element("th", { scope: "row" }, row)] : []), ...entries);
  });
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...(named ? [element("td")] : []), ...head)),
    element("tbody", {}, ...body)
  );
}

function blocks(answer, byNumber) {
  const made = [];
  let before = null;
  for (const sentence of answer.sentences) {
    const form = sentence.form;
    const last = before === form ? made.at(-1) : null;
    if (form === "sentence") {
      const paragraph = last ?? element("p", { dir: "auto" });
      if (last) paragraph.append(" ");
      else made.push(paragraph);
      paragraph.append(piece("span", sentence, byNumber));
    } else if (form === "item" || form === "step") {
      const list = last ?? element(LINES[form]);
      if (!last) made.push(list);
      list.append(piece("li", sentence, byNumber));
    } else if (form === "cell") {
      if (!last) {
        const cells = answer.sentences.filter((each) => each.form === "cell");
        made.push(table(cells, byNumber));
      }
    } else if (form === "code") {
      made.push(element("pre", { tabindex: "0" }, element("code", {}, sentence.text)));
      made.push(element("p", {}, ...marks(sentence, byNumber)));
    } else {
      made.push(piece(LINES[form] ?? "p", sentence, byNumber));
    }
    before = form;
  }
  return made;
}

function sources(citations, heading) {
  const entries = citations.map((citation) => {
    const by = place(citation);
    return element(
      "li",
      { value: citation.number },
      sourceLink(citation),
      by ? ` ${by}` : "",
      element("q", { dir: "auto" }, citation.quote)
    );
  });
  return element(
    "details",
    { class: "sources" },
    element("summary", {}, `${heading} (${citations.length})`),
    element("ol", {}, ...entries)
  );
}

function conflict(entry, byNumber) {
  const sides = entry.sides.map((side) =>
    element(
      "li",
      {},
      side.text,
      ...side.citations.map((each) => mark(byNumber.get(each.number) ?? each))
    )
  );
  return element(
    "div",
    { class: "conflict" },
    element("p", {}, `The sources differ about ${entry.about}:`),
    element("ul", {}, ...sides)
  );
}

/** Return an answer as an element. */
function renderAnswer(answer) {
  const byNumber = new Map(answer.citations.map((each) => [each.number, each]));
  const made = element("div", { class: "answer" });
  if (answer.sentences.length) made.append(...blocks(answer, byNumber));
  else made.append(element("p", { dir: "auto" }, answer.text));
  if (answer.reason) made.append(element("p", { class: "note", dir: "auto" }, answer.reason));
  made.append(...answer.conflicts.map((each) => conflict(each, byNumber)));
  if (answer.stopped) made.append(element("p", { class: "note" }, "Stopped before the end."));
  if (answer.citations.length) made.append(sources(answer.citations, "Sources"));
  else if (answer.nearest.length) made.append(sources(answer.nearest, "Nearest passages"));
  return made;
}
