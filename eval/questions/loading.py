"""The public question sets SQuAD 2.0 and CLAPnq, which bring the passages they are about."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sourcebook.eval.errors import QuestionSetError
from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document, content_hash
from sourcebook.index.documents.sentences import sentence_spans

from .dataset import (
    BUNDLED,
    EvalQuestion,
    GoldEvidence,
    QuestionSet,
    problem_error,
    read_jsonl,
    read_text,
)


def load_squad2(files: Sequence[Path]) -> QuestionSet:
    """SQuAD 2.0 (Rajpurkar, Jia and Liang 2018): one document for each paragraph.

    The evidence of an answer is the sentence it starts in. An unanswerable question names its
    paragraph with an empty quote.

    Raises:
        QuestionSetError: not SQuAD's form, or empty.
    """
    questions: list[EvalQuestion] = []
    documents: list[Document] = []
    for path in files:
        text = read_text(path)
        try:
            for paragraph, document in _squad_paragraphs(json.loads(text)["data"]):
                documents.append(document)
                spans = sentence_spans(paragraph["context"])
                questions += (
                    _squad_question(q, paragraph, document, spans) for q in paragraph["qas"]
                )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise QuestionSetError(f"{path}: not a SQuAD 2.0 file ({_reason(error)})") from None
    return _set("squad2", files, questions, documents)


def load_clapnq(files: Sequence[Path]) -> QuestionSet:
    """CLAPnq (Rosenthal et al. 2024, arXiv 2404.02103): one document for each gold passage.

    A question may have several gold answers, each with the ``selected_sentences`` it was written
    from; those are its evidence, tied to that answer. A question whose answers are all empty is
    unanswerable.

    Raises:
        QuestionSetError: ``problems`` names the lines that are not CLAPnq's form.
    """
    questions: list[EvalQuestion] = []
    documents: list[Document] = []
    for path in files:
        problems: list[str] = []
        for number, line in enumerate(read_text(path).split("\n"), start=1):
            if not line.strip():
                continue
            try:
                question, passages = _clapnq_question(json.loads(line))
            except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
                problems.append(f"{path.name}:{number}: not a CLAPnq line ({_reason(error)})")
                continue
            questions.append(question)
            documents += passages
        if problems:
            raise problem_error(path.name, problems)
    return _set("clapnq", files, questions, documents)


def _set(
    form: str, files: Sequence[Path], questions: list[EvalQuestion], documents: list[Document]
) -> QuestionSet:
    name = files[0].stem if len(files) == 1 else form
    if not questions:
        raise QuestionSetError(f"{name}: holds no questions")
    counts = Counter(question.id for question in questions)
    duplicates = [key for key, count in counts.items() for _ in range(count - 1)]
    if duplicates:
        raise problem_error(name, [f"id {key!r} is used more than once" for key in duplicates])
    by_id = {document.id: document for document in documents}
    return QuestionSet(name, form, tuple(questions), tuple(by_id.values()))


def _squad_paragraphs(
    articles: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[Mapping[str, Any], Document]]:
    for article in articles:
        title = article["title"].replace("_", " ")
        for paragraph in article["paragraphs"]:
            yield (
                paragraph,
                make_document(
                    paragraph["context"],
                    title=title,
                    source="SQuAD 2.0",
                    url=f"squad2:{content_hash(paragraph['context'])[:12]}",
                    language="en",
                ),
            )


def _squad_question(
    item: Mapping[str, Any],
    paragraph: Mapping[str, Any],
    document: Document,
    spans: Sequence[tuple[int, int]],
) -> EvalQuestion:
    """Return the question of one SQuAD item; ``spans`` are the sentences of its paragraph."""
    starts: dict[str, int] = {}
    for answer in item["answers"]:
        starts.setdefault(answer["text"], answer["answer_start"])
    context = paragraph["context"]
    evidence = [
        GoldEvidence(document.id, _covering(context, spans, start, start + len(text)), i)
        for i, (text, start) in enumerate(starts.items())
    ]
    if len({e.quote for e in evidence}) == 1:
        evidence = [GoldEvidence(document.id, evidence[0].quote)]
    return EvalQuestion(
        id=item["id"],
        text=item["question"].strip(),
        answers=() if item["is_impossible"] else tuple(starts),
        answerable=not item["is_impossible"],
        evidence=(GoldEvidence(document.id, ""),) if item["is_impossible"] else tuple(evidence),
    )


def _covering(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> str:
    """Return the sentences of ``text`` that hold the characters from ``start`` to ``end``."""
    overlaps = [(a, b) for a, b in spans if a < end and b > start]
    return text[overlaps[0][0] : overlaps[-1][1]] if overlaps else text[start:end]


def _clapnq_question(item: Mapping[str, Any]) -> tuple[EvalQuestion, list[Document]]:
    documents = [
        make_document(
            p["text"],
            title=p["title"],
            source="CLAPnq",
            url=f"clapnq:{content_hash(p['text'])[:12]}",
            language="en",
        )
        for p in item["passages"]
    ]
    # An annotator may have left an empty answer where another wrote a full one.
    outputs = [o for o in item["output"] if o["answer"].strip()]
    evidence = [
        GoldEvidence(documents[0].id, sentence, i)
        for i, output in enumerate(outputs)
        for sentence in output["selected_sentences"]
    ]
    if not evidence:  # unanswerable, or an annotator marked no sentence
        evidence = [GoldEvidence(document.id, "") for document in documents]
    question = EvalQuestion(
        id=str(item["id"]),
        text=item["input"].strip(),
        answers=tuple(o["answer"].strip() for o in outputs),
        answerable=bool(outputs),
        evidence=tuple(evidence),
    )
    return question, documents


def _reason(error: Exception) -> str:
    """Return a short phrase that says why a structure could not be read."""
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON, line {error.lineno} column {error.colno}"
    if isinstance(error, KeyError):
        return f"no {error.args[0]!r}"
    return str(error).split("\n", 1)[0][:80]


def load(spec: str | Path) -> QuestionSet:
    """Load a question set.

    Args:
        spec: ``bundled``, ``squad2:FILE`` or ``clapnq:FILE`` (files with commas between them are
            one set); anything else is the path of a JSON Lines file.

    Raises:
        QuestionSetError: the file is missing or empty, or some lines are wrong.
    """

    name = str(spec)
    if name == "bundled":
        return read_jsonl(BUNDLED, name="bundled")
    for prefix, loader in (("squad2:", load_squad2), ("clapnq:", load_clapnq)):
        if name.startswith(prefix):
            files = [Path(f).expanduser() for f in name.removeprefix(prefix).split(",") if f]
            if not files:
                raise QuestionSetError(f"{name}: give a file after the colon")
            return loader(files)
    return read_jsonl(Path(name).expanduser())
