// The element <sourcebook-chat library="news">: asks the server that this script came from.
// `layout="inline"` stands where it is written; otherwise it is a bubble in the corner.

const SOURCE = document.currentScript?.src;
const TURNS = 6;
const WORDS = {
  open: "Ask the articles",
  close: "Close",
  send: "Ask",
  stop: "Stop",
  box: "Your question",
  hint: "Ask a question …",
  log: "Questions and answers",
  searching: "Looking in the articles …",
  writing: "Writing …",
  checking: "Checking each sentence …",
  failed: "The question could not be answered.",
  unreachable: "The server cannot be reached.",
};

class SourcebookChat extends HTMLElement {
  static observedAttributes = ["heading", "scheme", "layout"];

  #token = null;
  #turns = [];
  #asking = null;
  #parts = null;
  #preference = matchMedia("(prefers-color-scheme: dark)");
  #follow = () => this.#paint();

  connectedCallback() {
    if (!this.#parts) this.#build();
    this.#preference.addEventListener("change", this.#follow);
    this.#paint();
  }

  disconnectedCallback() {
    this.#preference.removeEventListener("change", this.#follow);
    this.stop();
  }

  attributeChangedCallback() {
    if (this.#parts) this.#paint();
  }

  /** Show the panel of a bubble. */
  open() {
    this.#expand(true);
    this.#parts.box.focus();
  }

  /** Hide it. */
  close() {
    this.#expand(false);
  }

  /** End the answer that is being made. */
  stop() {
    this.#asking?.abort();
  }

  get #server() {
    return (this.getAttribute("server") || new URL(SOURCE ?? location.href).origin).replace(/\/$/, "");
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    const style = element("style");
    style.textContent = STYLES;
    const bubble = element("button", { type: "button", class: "bubble", "aria-controls": "panel" });
    bubble.append(icon());
    const heading = element("h2", { id: "heading" });
    const close = element("button", { type: "button", class: "close", "aria-label": WORDS.close }, "×");
    const log = element("div", {
      class: "log",
      role: "log",
      tabindex: "0",
      "aria-label": WORDS.log,
    });
    const status = element("p", { class: "status", role: "status" });
    const box = element("textarea", {
      id: "box",
      rows: "2",
      maxlength: "2000",
      placeholder: WORDS.hint,
      "aria-label": WORDS.box,
    });
    const send = element("button", { type: "submit", class: "send" }, WORDS.send);
    const form = element("form", {}, box, send);
    const panel = element(
      "section",
      { id: "panel", class: "panel", "aria-labelledby": "heading" },
      element("header", {}, heading, close),
      log,
      status,
      form
    );
    root.append(style, panel, bubble);
    this.#parts = { bubble, heading, close, log, status, box, send, panel };

    bubble.addEventListener("click", () => (panel.hidden ? this.open() : this.close()));
    close.addEventListener("click", () => {
      this.close();
      bubble.focus();
    });
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.#isInline) return;
      this.close();
      bubble.focus();
    });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#asking) this.stop();
      else this.ask(box.value);
    });
    this.#expand(this.#isInline);
  }

  get #isInline() {
    return this.getAttribute("layout") === "inline";
  }

  #paint() {
    const { heading, bubble, panel } = this.#parts;
    const scheme = this.getAttribute("scheme");
    const isDark = scheme === "dark" || (scheme !== "light" && this.#preference.matches);
    this.dataset.scheme = isDark ? "dark" : "light";
    heading.textContent = this.getAttribute("heading") || WORDS.open;
    bubble.setAttribute("aria-label", heading.textContent);
    if (this.#isInline) this.#expand(true);
    panel.classList.toggle("inline", this.#isInline);
    bubble.hidden = this.#isInline;
    this.#parts.close.hidden = this.#isInline;
  }

  #expand(is) {
    this.#parts.panel.hidden = !is;
    this.#parts.bubble.setAttribute("aria-expanded", String(is));
  }

  /** Ask a question; the promise ends with its answer, or null where there was none. */
  async ask(text) {
    const question = text.trim();
    if (!question || this.#asking) return null;
    const { log, box, send } = this.#parts;
    const draft = element("p", { class: "draft", dir: "auto" });
    const reply = element("div", { class: "reply", "aria-busy": "true" }, draft);
    const asked = element("p", { class: "asked", dir: "auto" }, question);
    log.append(element("article", {}, asked, reply));
    log.scrollTop = log.scrollHeight;
    box.value = "";
    send.textContent = WORDS.stop;
    this.#asking = new AbortController();
    let answer = null;
    try {
      answer = await this.#stream(question, draft);
      reply.replaceChildren(renderAnswer(answer));
      this.#turns = [...this.#turns, { question, answer: answer.text }].slice(-TURNS);
      this.dispatchEvent(new CustomEvent("answer", { detail: answer, bubbles: true }));
    } catch (error) {
      const is = error?.name === "AbortError";
      const words = is ? "Stopped." : error?.reader || WORDS.unreachable;
      reply.replaceChildren(element("p", { class: is ? "note" : "problem", role: "alert" }, words));
    } finally {
      reply.removeAttribute("aria-busy");
      this.#asking = null;
      send.textContent = WORDS.send;
      this.#tell("");
      asked.scrollIntoView({ block: "nearest" });
    }
    return answer;
  }

  async #stream(question, draft) {
    this.#tell(WORDS.searching);
    const library = this.getAttribute("library") || undefined;
    const body = JSON.stringify({ question, library, history: this.#turns });
    let response = await this.#post(body);
    if (response.status === 401) {
      this.#token = null;
      response = await this.#post(body);
    }
    if (!response.ok) throw problem(await response.json().catch(() => ({})));
    for await (const [name, data] of events(response.body)) {
      if (name === "queue") this.#tell(`${data.ahead} ahead in the queue`);
      else if (name === "evidence") this.#tell(WORDS.writing);
      else if (name === "token") draft.append(data.text);
      else if (name === "sentence") this.#tell(WORDS.checking);
      else if (name === "answer") return data;
      else if (name === "error") throw problem(data);
    }
    throw problem({});
  }

  async #post(body) {
    const signal = this.#asking.signal;
    const token = (this.#token ??= await this.#newToken(signal));
    return fetch(`${this.#server}/api/ask`, {
      method: "POST",
      signal,
      headers: {
        accept: "text/event-stream",
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
      },
      body,
    });
  }

  async #newToken(signal) {
    const response = await fetch(`${this.#server}/api/widget/token`, {
      method: "POST",
      signal,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ library: this.getAttribute("library") }),
    });
    const data = await response.json().catch(() => ({}));
    if (!response.ok) throw problem(data);
    return data.token;
  }

  #tell(words) {
    this.#parts.status.textContent = words;
  }
}

function problem(data) {
  const error = new Error("answer failed");
  error.reader = data.detail || WORDS.failed;
  return error;
}

// Server-sent events: a name, lines of data, an empty line.
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      pending += value;
      const blocks = pending.split(/\r?\n\r?\n/);
      pending = blocks.pop();
      for (const block of blocks) {
        const lines = block.split(/\r?\n/);
        const name = lines.find((line) => line.startsWith("event:"))?.slice(6).trim();
        const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
        if (name && data.length) yield [name, JSON.parse(data.join("\n"))];
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function icon() {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", "M4 4h16v12H10l-4 4v-4H4zM8 8h8M8 12h5");
  drawing.append(line);
  return drawing;
}

if (!customElements.get("sourcebook-chat")) customElements.define("sourcebook-chat", SourcebookChat);
