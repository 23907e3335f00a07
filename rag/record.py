"""The record of an answer: everything that its replay needs, and that shows later changes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sourcebook.index.documents.records import Hit, content_hash
from sourcebook.index.errors import SourcebookError
from sourcebook.index.library import Library
from sourcebook.index.machine import package_version
from sourcebook.index.search.filters import Filters
from sourcebook.index.weights import files as weights
from sourcebook.rag.llm import LanguageModel, Prompt
from sourcebook.rag.question import Question, Turn
from sourcebook.rag.refusal import Calibration, Signals
from sourcebook.rag.retrieval import Evidence

from .settings import Settings

SEED = 0
"""Decoding is greedy and has no random numbers; other engines may need a seed."""

PACKAGES = ("faiss-cpu", "llama-cpp-python", "numpy", "sentence-transformers", "tokenizers")
"""The packages that compute the numbers behind an answer."""


def question_context(
    history: Sequence[Turn], filters: Filters | None, *, has_passages: bool
) -> dict[str, Any]:
    """Return the context of a question as JSON: conversation, limits, given passages or not."""
    return {
        "history": [asdict(turn) for turn in history],
        "limits": filters_to_dict(filters) if filters else None,
        "given": has_passages,
    }


@dataclass(frozen=True, slots=True)
class AnswerTrace:
    """The inputs of an answer; the fields of a step that did not run stay empty."""

    question: Question
    context: Mapping[str, Any]  # from `question_context`
    hits: Sequence[Hit] = ()
    evidence: Sequence[Evidence] = ()
    probe: Prompt = ()
    prompt: Prompt = ()


def make_record(
    library: Library,
    model: LanguageModel,
    settings: Settings,
    trace: AnswerTrace,
    *,
    calibration: Calibration,
    signals: Signals | None,
    text: str | None,
) -> dict[str, Any]:
    """Return the record as JSON. ``text`` is the verified text, None for a refusal."""
    question = trace.question
    return {
        "version": package_version("sourcebook") or "unknown",
        "packages": {name: package_version(name) or "unknown" for name in PACKAGES},
        "language_model": model.name,
        "embedder": library.embedder.name,
        "weights": {
            "language_model": weights_hash(model.name),
            "embedder": weights_hash(library.embedder.name),
        },
        "threads": getattr(model, "threads", None),
        **_server_abilities(model),
        "library_generation": library.stats().generation,
        "settings": settings.model_dump(mode="json"),
        "calibration_sha256": content_hash(json.dumps(calibration.to_dict(), sort_keys=True)),
        "seed": SEED,
        "kind": question.kind,
        **trace.context,
        "passages": [
            {
                "id": hit.passage.id,
                "document": hit.document.id,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "score": hit.score,
                "sha256": content_hash(hit.passage.text),
            }
            for hit in trace.hits
        ],
        "evidence": [
            {
                "document": item.document.id,
                "passage": item.passage_id,
                "start": item.start,
                "end": item.end,
                "sha256": content_hash(item.text),
            }
            for item in trace.evidence
        ],
        "prompt": [asdict(message) for message in trace.prompt],
        "prompt_sha256": prompt_hash(trace.prompt),
        "probe_sha256": prompt_hash(trace.probe),
        "signals": asdict(signals) if signals else None,
        "text_sha256": content_hash(text) if text is not None else None,
        # Only if the clock matters: otherwise the same question gives the same record.
        "now": question.now.isoformat() if question.filters and question.now else None,
        "ignored": sorted(question.ignored),
    }


def _server_abilities(model: LanguageModel) -> dict[str, Any]:
    """Return what a model on a server can do, for the record; nothing of another model."""
    abilities = getattr(model, "abilities", None)
    return {"model_server": dict(abilities)} if abilities else {}


def weights_hash(name: str) -> str | None:
    """Return the SHA-256 of a model's weights, None when they cannot be read."""
    try:
        return weights.content_id(name)
    except (SourcebookError, OSError):
        return None


def prompt_hash(prompt: Prompt) -> str | None:
    """Return the SHA-256 of a prompt; None for an empty one."""
    if not prompt:
        return None
    return content_hash(json.dumps([[m.role, m.content] for m in prompt]))


def filters_to_dict(filters: Filters) -> dict[str, Any]:
    """Return the JSON form of filters."""
    values = asdict(filters)
    return {key: _plain(value) for key, value in values.items()}


def filters_from_dict(data: Mapping[str, Any]) -> Filters:
    """Return the filters of a JSON form (`filters_to_dict`). Raises ValueError, TypeError."""
    values: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, list):
            values[key] = frozenset(map(str, value))
        elif isinstance(value, str):
            kind = datetime if key in ("since", "until") else date
            values[key] = kind.fromisoformat(value)
    return Filters(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value
