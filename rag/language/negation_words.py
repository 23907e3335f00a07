"""Words of denial, the words around them, and opposites: for `negation` and `contradiction`."""

from __future__ import annotations

import re

from .calendar import CALENDAR_WORDS
from .stems import word_set

VERB_CUES = frozenset({"not", "never", "cannot", "ain't"})
"""They deny the verb, adjective or noun that follows."""

NOUN_CUES = frozenset({"no", "without", "neither", "nor", "none", "nobody", "nothing", "nowhere"})
"""They deny a noun phrase, or what is said of it."""

_CLAIM = (
    "claims?|accusations?|allegations?|charges?|reports?|suggestions?|idea|notion|view|rumou?rs?"
)
CLAIM_NOUNS = word_set(
    "claim claims accusation accusations allegation allegations charge charges report reports "
    "suggestion suggestions idea notion view rumour rumours rumor rumors"
)

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

ENDS_SCOPE = word_set(
    ". , ; : ! ? ( ) – — but however although though because while whereas whether which who whom "
    "whose if unless after before when where since as except yet still despite"
)
"""Where a cue's reach ends."""

PREPOSITIONS = word_set(
    "of in on at to for from with by about against between among over under into onto through "
    "during within towards toward upon near beyond across along around behind beside than per "
    "via amid concerning regarding"
)

ARTICLES = word_set("a an the any some")

AUXILIARIES = word_set(
    "is are was were be been being am has have had having do does did doing will would shall "
    "should can could may might must"
)

ADVERBS = word_set(
    "yet even ever any also again more further longer much enough so too very well now then there "
    "here together only just all both each every other another such own same soon away back up "
    "down out off"
)

MODIFIERS = (
    word_set("able going willing ready likely sure certain clear one anything anybody anyone")
    | CALENDAR_WORDS
)

LIGHT = word_set(
    "say tell know think make take have give get come go do be see hold put let keep reach find "
    "show happen occur achiev seem appear become remain"
)
"""Stems of verbs that mean little by themselves: "made no progress" is about progress."""

CONTROL = word_set(
    "plan intend want expect tri agre need seek hope begin start promis offer propos decid aim "
    "attempt mean allow intent"
)
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

_PASTS = (
    "met meet, took take, taken take, gave give, given give, held hold, went go, gone go, left "
    "leave, told tell, began begin, begun begin, sent send, won win, lost lose, found find, kept "
    "keep, made make, built build, brought bring, fell fall, fallen fall, rose rise, risen rise, "
    "paid pay, spoke speak, spoken speak, led lead, saw see, seen see, wrote write, written write, "
    "chose choose, chosen choose, struck strike, withdrew withdraw, withdrawn withdraw, sank sink, "
    "said say, sold sell, bought buy, thought think, taught teach, fought fight, caught catch, "
    "sought seek, broke break, broken break, stole steal, stolen steal, drove drive, driven drive, "
    "flew fly, flown fly, grew grow, grown grow, knew know, known know, threw throw, thrown throw, "
    "drew draw, drawn draw, shot shoot, slept sleep, felt feel, stood stand, understood "
    "understand, became become, came come, ran run, ate eat, eaten eat, swore swear, sworn swear, "
    "wore wear, forgot forget, forgotten forget, forgave forgive, hid hide, hidden hide, laid lay, "
    "lent lend, meant mean, rode ride, ridden ride, rang ring, sang sing, sat sit, shook shake, "
    "shaken shake, showed show, shown show, spent spend, swam swim, woke wake, died die, "
    "dying die, dead die, overcame overcome, foresaw foresee, undertook undertake, "
    "upheld uphold, withheld withhold"
)
IRREGULAR = dict(pair.split(" ", 1) for pair in re.sub(r"\s+", " ", _PASTS).split(", "))
"""Forms of verbs that stemming does not bring together."""

OPPOSITES = [
    [word_set(side) for side in pair.split("|")]
    for pair in (
        "accepted accept accepts|rejected reject rejects refused refuse",
        "approved approve approves|rejected reject rejects",
        "won win wins|lost lose loses",
        "rose rise rises risen increased increase grew|fell fall falls fallen decreased dropped",
        "succeeded succeed succeeds|failed fail fails",
        "alive|dead",
        "survived survive|died",
        "guilty|innocent",
        "convicted|acquitted",
        "true|false",
        "legal|illegal",
        "open|closed",
        "opened|closed",
        "agreed|disagreed",
        "supported supports support|opposed opposes oppose",
        "safe|unsafe dangerous",
        "arrived|left",
        "granted|denied",
        "resumed resume|halted halt",
    )
]
"""Pairs of words of which each is the opposite of the other."""
