"""A question in, a cited answer out.

`chatbot` and `answering` go the whole way; the files by what they are about:

    the answer       answer, quotes, chatbot, answering, events, settings, settings_file, testing,
                     record, replay, restore, conversations, conversation_file, kept_turns
    the question     question, filters, followups, ellipses, pointers, referents, entities
    finding          retrieval, evidence
    the model        llm, llama, llama_engine, llama_vocabulary, states, left_behind,
                     cpu, models, prompts, plain
    suggesting       suggestions
    refusing         abstention, calibration, reasons
    verifying        drafts, checks, kinds, citations, support, covering, said, said_of,
                     also
    wording          wording
    disagreement     conflicts, stated, same_thing, contrasts

What words say, for all of these:

    words, names     words
    numbers          number_words, numerals, units, quantities
    days             calendar_days, days, dates, time_expressions, time_patterns, time_meanings
    denial           cues, negation, contradiction
"""

from .answer import Answer, Citation, Sentence, Turn
from .chatbot import Chatbot
from .llm import LanguageModel
from .settings import Settings

__all__ = ["Answer", "Chatbot", "Citation", "LanguageModel", "Sentence", "Settings", "Turn"]
