"use strict";
(() => {
  // Inside a frame made of a string, a link to a part of the page would leave it.
  for (const link of document.querySelectorAll("nav a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.querySelector(link.getAttribute("href")).scrollIntoView();
    });
  }
  const data = JSON.parse(document.getElementById("data").textContent);
  const list = document.getElementById("questions");
  if (!list) return;
  const PAGE = 60;
  const by = (id) => document.getElementById(id);
  const [search, verdict, type, changed, more, count] =
    ["search", "verdict", "type", "changed", "more", "count"].map(by);
  let shown = PAGE;

  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children.filter((child) => child !== null));
    return element;
  };
  const heading = (text) => make("h4", "", text);

  const quote = (item) => {
    const number = item.number ? `[${item.number}] ` : "";
    return make("blockquote", "", make("cite", "", number + item.document),
      item.before, make("mark", "", item.quote), item.after);
  };

  const lead = (sentence) => {
    switch (sentence.form || "sentence") {
      case "sentence": return "";
      case "item": return "\n• ";
      case "step": return `\n${sentence.marker || "•"} `;
      case "cell": return `\n${[sentence.row, sentence.column].filter(Boolean).join(", ")}: `;
      default: return "\n";
    }
  };

  const answer = (result) => {
    if (result.error) return make("p", "said", "Failed: " + result.error);
    if (result.abstained) return make("p", "said", result.text);
    const paragraph = make("p", "said");
    for (const sentence of result.sentences) {
      const span = make("span", sentence.supported ? "" : "unsupported", sentence.text);
      if (!sentence.supported) {
        span.title = "Not supported by what it cites" +
          (sentence.unsupported.length ? ": " + sentence.unsupported.join(", ") : "");
      }
      paragraph.append(lead(sentence), span, make("sup", "", sentence.citations.map((n) => `[${n}]`).join("")), " ");
    }
    return paragraph;
  };

  const hits = (found) => make("div", "", ...Object.entries(found).map(([mode, items]) =>
    make("div", "", heading(mode === "hybrid" ? "Found by the hybrid search" : `Found by ${mode} alone`),
      ...items.slice(0, mode === "hybrid" ? 5 : 3).map((hit, i) => make("blockquote", "",
        make("cite", "", `${i + 1}. ${hit.title} (${hit.score.toFixed(3)})`),
        hit.gold ? make("mark", "", hit.text) : hit.text)))));

  const numbers = (result) => {
    const hidden = ["answerable", "failed", "correct_if_answered"];
    const parts = Object.entries(result.scores).filter(([name]) => !hidden.includes(name))
      .map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`);
    return make("div", "numbers", parts.join(" · "));
  };

  const result = (one) => make("div", "",
    data.names.length > 1 ? make("h4", "", make("i", `key s${one.run}`), data.names[one.run]) : heading("Answer"),
    one.hits ? hits(one.hits) : answer(one),
    make("p", "faint", make("span", "tag " + (one.good ? "good" : "bad"), one.verdict),
      one.confidence === undefined ? "" : `  confidence ${one.confidence.toFixed(2)}`),
    one.missing && one.missing.length ? make("p", "", `Points not made: ${one.missing.join("  |  ")}`) : null,
    one.forbidden && one.forbidden.length ? make("p", "", `Wrong because it says: ${one.forbidden.join("  |  ")}`) : null,
    ...(one.citations || []).map(quote),
    one.nearest && one.nearest.length ? heading("Nearest in the articles") : null,
    ...(one.nearest || []).map(quote),
    numbers(one));

  const inside = (question) => make("div", "inside",
    ...question.history.map((turn) => make("p", "faint", `Before: ${turn.question} — ${turn.answer}`)),
    make("div", "answers", ...question.runs.map(result)),
    heading(question.gold_title),
    question.answers.length ? make("p", "", question.answers.join("  |  ")) : null,
    question.gold.length ? heading("Gold evidence") : null,
    ...question.gold.map(quote));

  const row = (question) => {
    const summary = make("summary", "", make("span", "text", question.text),
      make("span", "type", question.type),
      ...question.runs.map((one) => make("span", "tag " + (one.good ? "good" : "bad"), one.verdict)));
    const details = make("details", "q", summary);
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(inside(question));
    });
    return details;
  };

  const words = (question) => [question.id, question.text, ...question.answers,
    ...question.runs.map((one) => one.text || "")].join(" ").toLowerCase();
  const texts = data.questions.map(words);
  const hasChanged = (question) => new Set(question.runs.map((one) => one.verdict)).size > 1;

  const draw = () => {
    const wanted = search.value.trim().toLowerCase();
    const fitting = data.questions.filter((question, i) => texts[i].includes(wanted) &&
      (!verdict.value || question.runs.some((one) => one.verdict === verdict.value)) &&
      (!type.value || question.type === type.value) &&
      (!changed.firstElementChild.checked || hasChanged(question)));
    list.replaceChildren(...fitting.slice(0, shown).map(row));
    more.hidden = fitting.length <= shown;
    count.textContent = `${fitting.length} of ${data.questions.length}`;
  };

  const fill = (select, label, values) => {
    const counts = new Map();
    for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
    select.append(new Option(label, ""), ...[...counts].sort((a, b) => b[1] - a[1])
      .map(([value, n]) => new Option(`${value} (${n})`, value)));
  };
  fill(verdict, "All verdicts", data.questions.flatMap((q) => q.runs.map((one) => one.verdict)));
  fill(type, "All types", data.questions.map((q) => q.type));
  changed.hidden = data.names.length < 2;
  const again = () => { shown = PAGE; draw(); };
  search.addEventListener("input", again);
  for (const element of [verdict, type, changed]) element.addEventListener("change", again);
  more.addEventListener("click", () => { shown += PAGE; draw(); });
  draw();
})();
