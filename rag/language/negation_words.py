"""Words of denial, the words around them, and opposites: for `negation` and `contradiction`."""

from __future__ import annotations

import re

from .calendar import CALENDAR_WORDS
from .stems import word_set
from .word_lists import read_groups, read_lines, read_words

VERB_CUES = frozenset({"not", "never", "cannot", "ain't"})
"""They deny the verb, adjective or noun that follows."""

NOUN_CUES = frozenset({"no", "without", "neither", "nor", "none", "nobody", "nothing", "nowhere"})
"""They deny a noun phrase, or what is said of it."""

_CLAIM = (
    "claims?|accusations?|allegations?|charges?|reports?|suggestions?|idea|notion|view|rumou?rs?"
)
CLAIM_NOUNS = read_words("claim_nouns")

GROUP_CUES = tuple(
    (re.compile(pattern + r"(?=\s|$)"), kind)
    for pattern, kind in (
        (r"(?:refus(?:e|es|ed|ing|al)|declin(?:e|es|ed|ing)|fail(?:s|ed|ing|ure)?) to", "verb"),
        (r"(?:unable|unwilling|powerless|reluctant) to", "verb"),
        (r"(?:refrain(?:s|ed|ing)? from|stop(?:s|ped|ping)? short of)", "verb"),
        (r"avoid(?:s|ed|ing)?(?= \w+ing)", "verb"),
        (r"(?:rul(?:e|es|ed|ing) out)", "verb"),
        (r"(?:lack(?:s|ed|ing)?(?: of)?|absence of)", "noun"),
        (r"no[- ]one", "noun"),
        (r"den(?:y|ies|ied|ying|ial)(?: of)?(?: the| any)?", "claim"),
        (rf"(?:reject|dismiss)(?:s|es|ed|ing)? (?:the|any|all) (?:{_CLAIM}) (?:that|of)", "claim"),
    )
)
"""Cues of several words, matched at a word; with the kind of what they deny."""

PSEUDO = re.compile(
    r"\b(?:not (?:only|just|merely|simply|solely|least|necessarily|to mention|until|before)|"
    r"no (?:doubt|wonder|matter|sooner|(?:less|more|fewer|later|earlier) than)|nothing but|"
    r"(?:whether )?or not|whether or no|if not|why not|without (?:a )?(?:doubt|question)|"
    r"no\.? ?(?=\d)|yes or no)\b|\bnot(?= (?:\w+ ){1,3}until\b)|n[’']t(?= (?:\w+ ){1,3}until\b)",
    re.IGNORECASE,
)
"""Words that look like denial and are none; "did not arrive until Monday" says that it did."""

ENDS_SCOPE = read_words("scope_ends")
"""Words and signs at which the scope of a denial ends."""

PREPOSITIONS = read_words("prepositions")
ARTICLES = word_set("a an the any some")

AUXILIARIES = read_words("auxiliaries")
ADVERBS = read_words("adverbs")
MODIFIERS = read_words("modifiers") | CALENDAR_WORDS

LIGHT = read_words("light_verb_stems")
"""Stems of verbs that mean little by themselves: "made no progress" is about progress."""

CONTROL = read_words("control_verb_stems")
"""Stems of verbs (and their nouns) that speak of another act: "no plans to attack"."""

IMPLICIT = re.compile(
    r"\b(?:only|few|fewer|little|less|hardly|barely|scarcely|rarely|seldom|outside|instead|rather|"
    r"against|without|former|zero|empty|beyond|quit|impossible|contrary|missing|free of|despite|"
    r"(?:lack|fail|refus|reject|declin|dismiss|den[iy]|absen|oppos|barr|bann|bans?\b|block|prevent|"
    r"veto|exclu|cancel|postpon|suspend|halt|end(?:ed|s|ing)?\b|stop|withdr|left\b|clos|avoid|"
    r"resist|rul(?:e|ed|es|ing) out|stall|broke|doubt|false|wrong|contradict|disagree|differ|"
    r"una|unw|unli|unf|unc|uns|unr|unt|unp|unm|unn|ine|insuf|disput|disprov|rebuff|"
    r"ignor|los[te]|miss|abandon|reluctan|separat)\w*)\b",
    re.IGNORECASE,
)
"""Words by which a sentence denies without a cue."""

IRREGULAR = dict(line.split() for line in read_lines("irregular_verbs"))
"""Forms of verbs that stemming does not bring together."""

OPPOSITES = read_groups("opposites")
"""Pairs of words of which each is the opposite of the other."""
