"""Answer -> HTML, Markdown, plain text, JSON. Pure functions: no screen, no web framework.

Everything an answer carries is escaped for the form it goes into (see `escaping`). The one link
made is the http(s) URL of a cited article.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..index.documents import Document
from ..rag.answer import Answer, Citation, Sentence, Source
from ..rag.calendar_days import human_day
from ..rag.filters import NamedFilter
from .citing import byline, mark_html, title
from .differences import conflict_sentence, conflicts_html
from .escaping import (
    UNPRINTABLE,
    clean,
    escape,
    escape_markdown,
    one_line,
    safe_url,
)

__all__ = [
    "Surroundings",
    "answer_html",
    "chips_html",
    "filter_notes",
    "footnotes",
    "source_text",
    "sources_html",
    "surroundings",
    "to_html",
    "to_json",
    "to_markdown",
    "to_text",
    "unsupported_note",
]

_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+|\n+")
_MARK = re.compile(r"\s?\[\d+\]")


# --- what every form shows --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The article around a quote: whole sentences, or whole words where those are long.

    ``cut_before`` and ``cut_after`` say that the article goes on there.
    """

    before: str
    after: str
    cut_before: bool
    cut_after: bool


def surroundings(citation: Citation, reach: int = 280) -> Surroundings:
    """What stands at most ``reach`` characters around the quote in its article."""
    text, start, end = citation.document.text, citation.start, citation.end
    before, after = text[max(0, start - reach) : start], text[end : end + reach]
    if start > reach:
        ends = [m.end() for m in _SENTENCE_END.finditer(before) if m.end() < len(before)]
        before = before[ends[0] :] if ends else before.partition(" ")[2]
    if end + reach < len(text):
        ends = [m.start() + 1 for m in _SENTENCE_END.finditer(after)]
        after = after[: ends[-1]] if ends and ends[-1] > 1 else after.rpartition(" ")[0]
    return Surroundings(
        before=before,
        after=after,
        cut_before=bool(text[: start - len(before)].strip()),
        cut_after=bool(text[end + len(after) :].strip()),
    )


def unsupported_note(sentence: Sentence) -> str | None:
    """Why an unsupported sentence is not to be relied on; None for a supported one."""
    if sentence.supported:
        return None
    if sentence.contrary:
        return f"The source says the opposite: “{one_line(sentence.contrary)}”"
    if sentence.unsupported:
        return f"Stands in no source: {', '.join(one_line(word) for word in sentence.unsupported)}"
    return "No sentence of your articles supports this"


def filter_notes(answer: Answer) -> list[str]:
    """What the question's own filters did, a line each: limits, preferences, what nothing met."""
    groups = {
        "Filtered": [f for f in answer.filters if f.applied and f.strict],
        "Preferred": [f for f in answer.filters if f.applied and not f.strict],
        "Nothing in your articles, so left out": [f for f in answer.filters if not f.applied],
    }
    return [
        f"{said}: {'; '.join(one_line(_in_line(f)) for f in filters)}"
        for said, filters in groups.items()
        if filters
    ]


def _in_line(named: NamedFilter) -> str:
    """The label of a chip inside a line: "published in December 2021"."""
    label = named.label.removeprefix("Prefer ")
    return label[0].lower() + label[1:] if named.kind != "source" else label


def _as_of(answer: Answer) -> str | None:
    return f"As of {human_day(answer.as_of)}" if answer.as_of else None


def _days_line(citation: Citation) -> str | None:
    """What "on Thursday" in the quote means, by the article's date."""
    found = [f"“{one_line(text)}”: {label}" for text, label in citation.relative_days()]
    return "; ".join(found) or None


def left_out_note(answer: Answer) -> str | None:
    """How many sentences of the draft were left out, as the settings ask for; None for none."""
    number = len(answer.left_out)
    if not number:
        return None
    return f"{number} sentence{'s' if number > 1 else ''} that no source supports left out"


def _also_title(citation: Citation) -> str:
    return f"also reported by {len(citation.also)}"


def _place(document: Document) -> str | None:
    """Where the article was read, as text."""
    return one_line(document.location) if document.location else None


def footnotes(answer: Answer) -> tuple[str, Sequence[Citation]]:
    """The heading and the citations to list under the answer."""
    if answer.places:
        return "Sources", answer.places
    return "Nearest in your articles", answer.nearest


def _pieces(answer: Answer) -> list[tuple[Sentence | None, str]]:
    """The answer's text in order: sentences, and what stands between them without the marks."""
    pieces: list[tuple[Sentence | None, str]] = []
    at = 0
    for sentence in sorted(answer.sentences, key=lambda s: s.start):
        pieces.append((None, _MARK.sub("", answer.text[at : sentence.start])))
        pieces.append((sentence, sentence.text))
        at = sentence.end
    rest = answer.text[at:]
    pieces.append((None, _MARK.sub("", rest) if answer.sentences else rest))
    return [(sentence, text) for sentence, text in pieces if text]


# --- HTML -------------------------------------------------------------------------------------


def answer_html(answer: Answer, anchor: str = "source") -> str:
    """The answer's text with small numbered links to ``#{anchor}-{n}``, as one line of HTML."""
    cited = {c.number: c for c in answer.citations}
    parts: list[str] = []
    for sentence, text in _pieces(answer):
        if sentence is None:
            parts.append(escape(text) if text.strip() else ("<br>" if "\n" in text else " "))
            continue
        note = unsupported_note(sentence)
        kind = "sb-sentence sb-unsupported" if note else "sb-sentence"
        parts.append(f'<span class="{kind}">{escape(text)}</span>')
        parts.extend(mark_html(cited[n], anchor) for n in sentence.citations if n in cited)
        if note:
            parts.append(f'<span class="sb-note" role="note">{escape(note)}</span>')
    kind = "sb-answer sb-abstained" if answer.abstained else "sb-answer"
    notes = []
    if answer.stopped and answer.sentences:
        notes.append("Stopped before the end")
    if left_out := left_out_note(answer):
        notes.append(left_out)
    if answer.timings.total:
        notes.append(f"{answer.timings.total:.1f} s")
    foot = f'<p class="sb-foot">{escape(" · ".join(notes))}</p>' if notes else ""
    dated = f'<p class="sb-as-of">{said}</p>' if (said := _as_of(answer)) else ""
    why = f'<p class="sb-reason">{escape(one_line(answer.reason))}</p>' if answer.reason else ""
    differ = "".join(conflicts_html(conflict, anchor) for conflict in answer.conflicts)
    return f'<div class="{kind}" dir="auto">{dated}<p>{"".join(parts)}</p>{why}{differ}{foot}</div>'


def chips_html(answer: Answer, *, removable: bool = False) -> str:
    """The filters that the question named, as chips; ``removable``: each with a button whose
    ``data-ignore`` is the key to ask again without it. Empty when it named none."""
    chips: list[str] = []
    for named in answer.filters:
        label = one_line(named.label)
        if not named.applied:
            said = escape(f"Nothing found: {label}")
            chips.append(f'<li class="sb-chip sb-unmet"><bdi>{said}</bdi></li>')
            continue
        drop = (
            f'<button type="button" data-ignore="{escape(one_line(named.key))}" '
            f'aria-label="{escape(f"Ask again without: {label}")}">×</button>'
        )
        chips.append(
            f'<li class="sb-chip"><bdi>{escape(label)}</bdi>{drop if removable else ""}</li>'
        )
    return f'<ul class="sb-chips" aria-label="Filters">{"".join(chips)}</ul>' if chips else ""


def sources_html(citations: Sequence[Citation], anchor: str = "source") -> str:
    """A card for each citation, with the quote marked in its surroundings, as one line of HTML."""
    cards = "".join(_card_html(citation, anchor) for citation in citations)
    return f'<ol class="sb-cards">{cards}</ol>'


def _card_html(citation: Citation, anchor: str) -> str:
    around = surroundings(citation)
    about = " · ".join(f"<bdi>{escape(part)}</bdi>" for part in byline(citation))
    days = _days_line(citation)
    before = ("…\N{NO-BREAK SPACE}" if around.cut_before else "") + around.before
    after = around.after + ("\N{NO-BREAK SPACE}…" if around.cut_after else "")
    return (
        f'<li class="sb-card" id="{anchor}-{citation.number}" tabindex="-1">'
        f'<span class="sb-number">{citation.number}</span>'
        f'<p class="sb-title"><bdi>{escape(title(citation.document))}</bdi></p>'
        + (f'<p class="sb-byline">{about}</p>' if about else "")
        + f'<blockquote class="sb-quote" dir="auto">{_run(before)}'
        f"<mark>{escape(citation.quote)}</mark>{_run(after)}</blockquote>"
        + (f'<p class="sb-days"><bdi>{escape(days)}</bdi></p>' if days else "")
        + f"{_place_html(citation.document)}{_also_html(citation)}</li>"
    )


def _also_html(citation: Citation) -> str:
    """The other articles that say the same, folded."""
    if not citation.also:
        return ""
    items = "".join(
        f'<li><p class="sb-title"><bdi>{escape(title(source.document))}</bdi></p>'
        f'<p class="sb-byline">{" · ".join(f"<bdi>{escape(p)}</bdi>" for p in byline(source))}</p>'
        f'<blockquote class="sb-quote" dir="auto">{escape(source.quote)}</blockquote>'
        f"{_place_html(source.document)}</li>"
        for source in citation.also
    )
    heading = _also_title(citation)
    return (
        f'<details class="sb-also"><summary>{heading[0].upper()}{heading[1:]}</summary>'
        f"<ul>{items}</ul></details>"
    )


def _run(text: str) -> str:
    """Running text beside the quote: line breaks at its ends are kept, as they part paragraphs."""
    lead = "<br>" if text[: len(text) - len(text.lstrip())].count("\n") else ""
    trail = "<br>" if text.strip() and text[len(text.rstrip()) :].count("\n") else ""
    inner = text.strip("\n")
    return f"{lead}{escape(inner)}{trail}" if inner.strip() else lead or escape(inner)


def _place_html(document: Document) -> str:
    place = _place(document)
    if place is None:
        return ""
    url = safe_url(document.url)
    if url is None:
        # The file's name is what a person knows it by; the rest of its path is a hover away.
        name = place.replace("\\", "/").rstrip("/").rpartition("/")[2] or place
        return f'<p class="sb-place"><bdi title="{escape(place)}">{escape(name)}</bdi></p>'
    return (
        f'<p class="sb-place"><a href="{escape(url)}" target="_blank" rel="noopener noreferrer">'
        f"<bdi>{escape(url)}</bdi></a></p>"
    )


def to_html(answer: Answer, anchor: str = "source") -> str:
    """Question, answer and its sources as one fragment of HTML, without style or script."""
    heading, citations = footnotes(answer)
    sources = sources_html(citations, anchor)
    return (
        f'<article class="sourcebook"><h2 dir="auto">{escape(one_line(answer.question))}</h2>'
        f"{chips_html(answer)}{answer_html(answer, anchor)}"
        + (f"<h3>{heading}</h3>{sources}" if citations else "")
        + "</article>"
    )


# --- Markdown ---------------------------------------------------------------------------------


def to_markdown(answer: Answer) -> str:
    """Question, answer and its sources; the marks are footnotes, which name the quote."""
    heading, citations = footnotes(answer)
    lines = [f"## {escape_markdown(answer.question)}", ""]
    known = {c.number for c in answer.places}
    text = ""
    for sentence, piece in _pieces(answer):
        if sentence is None and not piece.strip():
            text += "\n\n" if piece.count("\n") else " "
            continue
        text += escape_markdown(piece)
        if sentence is not None:
            note = unsupported_note(sentence)
            text += "".join(f"[^{n}]" for n in sentence.citations if n in known)
            text += f" *({escape_markdown(note)})*" if note else ""
    if said := _as_of(answer):
        lines += [f"*{said}*", ""]
    lines += [text.strip(), ""]
    if answer.reason:
        lines += [escape_markdown(answer.reason), ""]
    for conflict in answer.conflicts:
        lines += [conflict_sentence(conflict, escape_markdown, "[^{}]"), ""]
    for note in filter_notes(answer):
        lines += [f"*{escape_markdown(note)}*", ""]
    if left_out := left_out_note(answer):
        lines += [f"*({escape_markdown(left_out)})*", ""]
    marked = bool(answer.places)
    if citations and not marked:
        lines += [f"{heading}:", ""]
    for citation in citations:
        lines += [""] if marked else []
        label = f"[^{citation.number}]:" if marked else f"- \\[{citation.number}\\]"
        line = f"{label} {_source_markdown(citation, _days_line(citation))}"
        if citation.also:
            others = "; ".join(map(_source_markdown, citation.also))
            line += f"; {_also_title(citation)}: {others}"
        lines.append(line)
    return "\n".join(lines).strip() + "\n"


def _source_markdown(citation: Citation | Source, days: str | None = None) -> str:
    """Title, source, date and page; the quote and what its days mean; where it was read."""
    about = ", ".join(map(escape_markdown, byline(citation)))
    parts = [f"**{escape_markdown(title(citation.document))}**"]
    parts += [about] if about else []
    line = f"{', '.join(parts)}: “{escape_markdown(citation.quote)}”"
    url = safe_url(citation.document.url)
    place = _place(citation.document)
    line += f" ({escape_markdown(days)})" if days else ""
    return line + (f" <{url}>" if url else f" ({escape_markdown(place)})" if place else "")


# --- plain text -------------------------------------------------------------------------------


def to_text(answer: Answer, width: int | None = None) -> str:
    """The answer with its marks, notes on what stands in no source, and the sources with quotes.

    ``width``: wrap lines at that many columns; None leaves paragraphs as one line.
    """
    heading, citations = footnotes(answer)
    text = [f"{said}:"] if (said := _as_of(answer)) else []
    text += [_wrap(line, width) for line in clean(answer.text).strip().splitlines()]
    blocks = ["\n".join(text)]
    blocks += [_wrap(conflict_sentence(conflict), width, "  ") for conflict in answer.conflicts]
    notes = [
        _wrap(f"! “{one_line(sentence.text)}” {note[0].lower()}{note[1:]}.", width, "  ")
        for sentence in answer.sentences
        if (note := unsupported_note(sentence))
    ]
    if answer.stopped and answer.sentences:
        notes.append("! Stopped before the end.")
    notes += [_wrap(note, width, "  ") for note in filter_notes(answer)]
    if left_out := left_out_note(answer):
        notes.append(_wrap(f"! {left_out}.", width, "  "))
    if answer.reason:
        blocks.append(_wrap(one_line(answer.reason), width))
    if notes:
        blocks.append("\n".join(notes))
    if citations:
        blocks.append("\n\n".join([heading, *(source_text(c, width) for c in citations)]))
    return "\n\n".join(block for block in blocks if block) + "\n"


def source_text(citation: Citation, width: int | None = None) -> str:
    """One citation: number, title, source, date, page; then the quote; then where it was read."""
    head = ", ".join([title(citation.document), *byline(citation)])
    lines = [
        _wrap(f"[{citation.number}] {head}", width, "    "),
        textwrap.indent(_wrap(f"“{one_line(citation.quote)}”", width and width - 4), "    "),
    ]
    if days := _days_line(citation):
        lines.append(textwrap.indent(_wrap(days, width and width - 4), "    "))
    place = _place(citation.document)
    lines += [f"    {place}"] if place else []
    if citation.also:
        lines.append(f"    {_also_title(citation)}:")
    for source in citation.also:
        head = ", ".join([title(source.document), *byline(source)])
        line = f"{head}: “{one_line(source.quote)}”"
        lines.append(textwrap.indent(_wrap(line, width and width - 6, "  "), "      "))
    return "\n".join(lines)


def _wrap(line: str, width: int | None, hanging: str = "") -> str:
    if width is None:
        return line
    return textwrap.fill(
        line,
        max(20, width),
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


# --- JSON -------------------------------------------------------------------------------------


def to_json(value: Answer | Any) -> str:
    """``answer.to_dict()`` (or any JSON value) as text that any terminal and pipe can carry.

    Letters stay as they are; what is not printable is written as ``\\uXXXX``, which reads the same.
    """
    data = value.to_dict() if isinstance(value, Answer) else value
    text = json.dumps(data, ensure_ascii=False, indent=2)
    # Newlines in strings are already \n here; the only raw ones divide the lines of the output.
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
