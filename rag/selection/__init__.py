"""What an answer is about and built from, chosen without a model: articles and their sentences."""

from .salience import (
    ARTICLE,
    BRIEF,
    TOPIC,
    Room,
    SalienceWeights,
    choose_diverse,
    is_telling,
    preselect,
    score_for_topic,
    score_sentences,
)
from .sentences import embed_sentences, sentences_of
from .subject import Subject, find_subjects, topic_terms

__all__ = [
    "ARTICLE",
    "BRIEF",
    "TOPIC",
    "Room",
    "SalienceWeights",
    "Subject",
    "choose_diverse",
    "embed_sentences",
    "find_subjects",
    "is_telling",
    "preselect",
    "score_for_topic",
    "score_sentences",
    "sentences_of",
    "topic_terms",
]
