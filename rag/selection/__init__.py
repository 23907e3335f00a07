"""What an answer is about and built from, chosen without a model: articles and their sentences."""

from .salience import (
    ARTICLE,
    BRIEF,
    TOPIC,
    Room,
    Weights,
    choose_diverse,
    count_facts,
    is_prose,
    is_telling,
    preselect,
    score_for_topic,
    score_sentences,
)
from .sentences import embed_sentences, sentences_in, sentences_of
from .subject import Subject, find_subjects, is_of_month, name_of, terms_of, topic_terms

__all__ = [
    "ARTICLE",
    "BRIEF",
    "TOPIC",
    "Room",
    "Subject",
    "Weights",
    "choose_diverse",
    "count_facts",
    "embed_sentences",
    "find_subjects",
    "is_of_month",
    "is_prose",
    "is_telling",
    "name_of",
    "preselect",
    "score_for_topic",
    "score_sentences",
    "sentences_in",
    "sentences_of",
    "terms_of",
    "topic_terms",
]
