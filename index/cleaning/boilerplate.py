"""Boilerplate: the lines of a scraped page that are not its article, by named rules.

The rules hold phrases that news sites share, in English here and in six other languages in
`boilerplate_languages`, never one site's own words. A rule takes a whole line or nothing: a
sentence about newsletters or cookies stays.
"""

from __future__ import annotations

import re

from . import boilerplate_languages

LONGEST_LINE = 320
"""Characters. No line of boilerplate is longer."""

_SITES = (
    r"(?:facebook|twitter|x|whatsapp|linkedin|telegram|reddit|pinterest|instagram|youtube|tiktok|"
    r"threads|messenger|tumblr|flipboard|e-?mail|print|copy link)"
)
_LIST_OF = (
    r"(?:articles?|stor(?:y|ies)|posts?|news|topics?|coverage|content|reads|headlines|videos)"
)


def _rule(name: str, pattern: str) -> tuple[str, re.Pattern[str]]:
    return name, re.compile(pattern, re.IGNORECASE)


# Each must match a whole line, without its list mark, emphasis and brackets.
_LINES = (
    _rule(
        "advertisement",
        r"advertisements?|advertising|sponsored(?: content)?|paid content|promoted(?: content)?"
        r"|(?:story|article) continues below(?: (?:this |the )?advertisement)?"
        r"|(?:scroll|continue reading) (?:below|after|for)\b.{0,40}|remove ads",
    ),
    _rule(
        "site menu",
        r"connect with us|hi,? what are you looking for\??"
        r"|skip to (?:the )?(?:main )?(?:content|navigation)"
        r"|(?:toggle|main|primary) (?:navigation|menu)|back to top|search for:?"
        r"|type and (?:hit|press) enter.{0,40}|(?:close|open) (?:menu|search)"
        r"|post navigation|[←«‹]?\s*(?:previous|next|older|newer) (?:post|article|story)s?\s*[→»›]?"
        r"|(?:proudly )?powered by wordpress\b.{0,60}|(?:tags?|filed under)\s*:\s*.{1,200}"
        r"|home(?:\s*[|>»/›]\s*[\w’'&-]+(?: [\w’'&-]+){0,2}){2,}",
    ),
    _rule(
        "link to another article",
        r"(?:(?:continue|keep) reading|(?:also read|read)(?: more| also| next| on)?"
        r"|don[’']t miss|must[- ]read|related(?: (?:articles?|story|news|coverage))?"
        r"|more on this(?: story)?)(?:\s*[:|»]\s*|\s+[–—-]\s+)(?P<linked>\S.{0,250})"
        r"|(?:click here to )?(?:read (?:more|next|on)|continue reading|keep reading"
        r"|see more|show more|load more|learn more|full story)"
        r"|read the (?:full|whole|original|rest of the) (?:story|article|report)(?: here)?",
    ),
    _rule(
        "newsletter",
        r"stay on top\b.{0,60}\binbox"
        r"|(?:please )?(?:sign up|subscribe)\b.{0,100}\b(?:newsletters?|inbox|e-?mails?|updates"
        r"|alerts|mailing list|channel|briefings?)\b.{0,100}"
        r"|(?:get|receive|have)\b.{0,120}\b(?:in|into|to) your (?:inbox|e-?mail)\b.{0,60}"
        r"|(?:enter )?your e-?mail(?: address)?(?: here)?"
        r"|join (?:our|the) .{0,40}(?:newsletter|mailing list|telegram|whatsapp|channel)\b.{0,80}"
        r"|subscribe(?: now| today| here)?|unsubscribe(?: at any ?time)?"
        r"|by (?:signing up|subscribing|submitting|clicking|entering)\b"
        r".{0,200}\b(?:privacy|terms|agree|consent)\b.{0,100}"
        r"|(?:thank you|thanks) for (?:subscribing|signing up)!?"
        r"|i would like to (?:be e-?mailed|receive)\b.{0,150}"
        r"|(?:click here to )?(?:join|follow) our .{0,40}\b(?:channel|group|page)\b.{0,40}"
        r"|download (?:the|our) .{0,40}\bapp\b.{0,80}",
    ),
    _rule(
        "legal notice",
        r"dmca(?:\s*[/|&]\s*.{1,30}| notice| policy| disclaimer)?"
        r"|(?:correction|copyright|legal) (?:notice|policy)"
        r"|©.{0,160}|(?:copyright|\(c\))\s*(?:©|\(c\)|\d{4}).{0,160}"
        r"|all rights reserved(?:\s*[.|©–—-].{0,120}| (?:by|to|worldwide)\b.{0,60})?"
        r"|.{0,150}[.,|–—-]\s*all rights reserved"
        r"|this (?:material|content|article) may not be (?:published|reproduced).{0,200}"
        r"|(?:except for the headline, )?this (?:story|article|report) (?:has not been|is auto-?)"
        r".{0,60}\b(?:edited|generated)\b.{0,120}"
        r"|(?:privacy|cookie) (?:policy|notice|settings)"
        r"|terms (?:of (?:use|service)|(?:and|&) conditions)"
        r"|do not sell (?:or share )?my (?:personal )?info(?:rmation)?",
    ),
    _rule(
        "cookie notice",
        r"(?:we|this (?:web ?)?site|our (?:web ?)?site)(?: and our partners)? (?:may )?uses? "
        r"(?:of )?cookies\b.{0,250}"
        r"|(?:accept|reject|allow|manage|decline)(?: all)? (?:cookies|preferences)|accept all"
        r"|by (?:continuing to (?:use|browse|visit)|using)\b.{0,40}"
        r"\b(?:site|website|page)\b.{0,40}\byou (?:agree|accept|consent)\b.{0,150}",
    ),
    _rule(
        "comment form",
        r"leave (?:a|your) (?:reply|comment)(?:\s*cancel reply)?|cancel reply"
        r"|your email address will not be published\b.{0,100}"
        r"|required fields are marked.{0,20}"
        r"|save my name, e-?mail,? and website.{0,120}"
        r"|(?:post|submit|add|write|view|load|show|join|see) (?:a |your |all |more |the )?"
        r"(?:\d+ )?(?:comments?|conversation)"
        r"|(?:no|\d+) (?:comments?|responses?|thoughts? on\b.{0,150})(?: yet)?"
        r"|comments? (?:are|is) closed|be the first to comment!?"
        r"|(?:you must be |please )?log(?:ged)? ?in to (?:post|leave|comment|reply)\b.{0,20}"
        r"|notify me of (?:follow-?up comments|new posts)(?: by e-?mail)?"
        r"|(?:name|e-?mail|website|comment)\s*\*",
    ),
    _rule(
        "sharing",
        rf"share(?: (?:this|the)(?: (?:article|story|post|page|news))?)?(?: (?:on|via) {_SITES})?"
        rf"|share (?:on|via) {_SITES}|tweet(?: this)?|click to (?:share|e-?mail|print)\b.{{0,80}}"
        rf"|(?:share )?{_SITES}(?:[\s,|/•·]+(?:and )?{_SITES}){{1,12}}"
        rf"|follow (?:us|me)(?: on\b.{{0,80}})?|(?:like|find|join) us on {_SITES}.{{0,40}}"
        r"|like this:?|like loading(?:\.\.\.|…)?|share this:"
        r"|\d+[.,]?\d*k? (?:shares?|views?|likes?)|\d+ min(?:ute)?s? read",
    ),
    _rule(
        "reference of a republisher",
        r"reference-www\.\S+|(?:reference|source link|original (?:article|source))"
        r"\s*[:–—-]?\s*(?:https?://|www\.)\S+",
    ),
    _rule("stray mark", r"[,;.]"),
    *(_rule(name, pattern) for name, pattern in boilerplate_languages.LINES),
)

# A line that opens a list of other articles.
_LIST_HEADING = re.compile(
    r"you (?:may|might)(?: also)? (?:like|enjoy|be interested in|have missed|want to read)"
    r"(?: these)?(?: too)?"
    rf"|(?:recommended|suggested|picked|more)(?: {_LIST_OF})? for you"
    rf"|(?:recommended|suggested|related|recent|latest|popular|trending|similar|other|more|top"
    rf"|must[- ]read|featured|most[- ](?:read|popular|viewed|shared)) {_LIST_OF}"
    r"|recommended|related|trending|(?:latest|recent) updates"
    rf"|most (?:read|popular|viewed|shared)(?: {_LIST_OF})?"
    r"|(?:trending|popular|read|up|what to (?:read|watch))(?: right)? (?:now|next)"
    r"|in other news|editor[’']?s?[’']? (?:picks?|choice)|don[’']t miss|you may read"
    r"|what others are reading|(?:from )?around the web|from the web|more to (?:read|explore)"
    r"|more (?:from|in) (?:the )?[\w’'&-]+(?: [\w’'&-]+){0,3}|also (?:read|on the site)"
    rf"|{boilerplate_languages.LIST_HEADING}",
    re.IGNORECASE,
)

_SECTION_NAMES = (
    "world|world news|news|top news|latest news|breaking news|local news|politics|business|economy|"
    "finance|markets|money|opinion|opinions|editorial|analysis|commentary|culture|arts|"
    "entertainment|celebrity|celebrity news|celebrities|lifestyle|life & style|fashion|beauty|food|"
    "travel|health|health care|healthcare|science|environment|climate|technology|tech|sport|sports|"
    "education|religion|weather|crime|law|europe|asia|africa|americas|middle east|us|u.s.|uk|usa|"
    "us news|u.s. news|uk news|international|national|nation|local|regional|video|videos|photos|"
    "podcasts|gaming|games|autos|cars|real estate|jobs|obituaries|features|uncategorized|"
    "top stories|headlines|home|homepage|russia|ukraine|china|india"
)
_MENU_WORDS = (
    "menu|about|about us|contact|contact us|login|log in|sign in|sign up|register|subscribe|search|"
    "advertise|advertise with us|careers|privacy policy|terms of use|terms of service|terms|faq|"
    "help|sitemap|newsletters|newsletter|shop|store|blog|more|archive|archives|e-paper|live|"
    "facebook|twitter|whatsapp|linkedin|telegram|reddit|pinterest|instagram|youtube|email|e-mail|"
    "print|website|comments|live tv|my account|donate|rss|cookies|cookie policy|"
    "accessibility|support us"
)
_SECTIONS = frozenset(_SECTION_NAMES.split("|"))
_MENU = _SECTIONS | frozenset(_MENU_WORDS.split("|"))

_MARKS = re.compile(r"^[\s#>*_\[\](){}|•·»«“”\"–—-]+|[\s*_\[\]()|•·»«“”\"›→…:–—-]+$")


def strip_marks(line: str) -> str:
    """Return ``line`` without list marks, emphasis, brackets and arrows."""
    return _MARKS.sub("", line)


def boilerplate_rule(line: str) -> str | None:
    """Return the rule that makes the line boilerplate by itself; None when there is none."""
    line = line.strip()
    if not line or len(line) > LONGEST_LINE:
        return None
    words = strip_marks(line)
    if not words:
        return "stray mark" if line in tuple("·•|–—-") else None
    for rule, pattern in _LINES:
        match = next(filter(None, map(pattern.fullmatch, (words, words.rstrip(".!"), line))), None)
        if match is None:
            continue
        title = match.groupdict().get("linked")
        if not (_has_next_sentence(title) if title else _SPEECH_VERBS.search(words)):
            return rule
    return None


# Boilerplate speaks to the reader; an article reports what somebody says.
_SPEECH_VERBS = re.compile(
    rf"\b(?:said|says|told|asked|warned|wrote|replied|shouted|{boilerplate_languages.SPEECH_VERBS})\b",
    re.IGNORECASE,
)
_NEXT_SENTENCE = re.compile(r"[a-z\d][.!?][”\"’']? +[“\"‘]?[A-Z]")


def _has_next_sentence(title: str) -> bool:
    """Whether a sentence follows the title, so that the line is more than a link."""
    return bool(_NEXT_SENTENCE.search(title))


def is_list_heading(line: str) -> bool:
    """Whether the line opens a list of other articles."""
    return len(line) <= 60 and bool(_LIST_HEADING.fullmatch(strip_marks(line)))


def is_section_name(line: str) -> bool:
    """Whether the line is the name of a section and nothing else."""
    return len(line) <= 30 and strip_marks(line).casefold() in _SECTIONS


def is_button(line: str) -> bool:
    """Whether the line is a menu word and no section name: boilerplate beside boilerplate."""
    return is_menu_word(line) and not is_section_name(line)


def is_menu_word(line: str) -> bool:
    """Whether the line is a word from a menu."""
    return len(line) <= 30 and strip_marks(line).casefold() in _MENU


_NAME = r"[A-Z][\w’'&.-]*(?: (?:[A-Z][\w’'&.-]*|of|the|and|&)){0,7}"
_KIND = (
    r"(?:newspaper|news ?(?:site|website|portal|outlet|agency|organi[sz]ation|service|platform|"
    r"source|blog|network|letter)|online (?:magazine|publication|portal|newspaper)|magazine|"
    r"tabloid|broadsheet|publication|media (?:outlet|company|group|house))"
)
_ABOUT = re.compile(
    r"(?:^|(?<=[.!?”\"’]) )"
    rf"(?P<sentence>(?:The )?(?P<name>{_NAME}) is (?:a|an|the|your)\b "
    rf"(?:[\w’',&-]+ ){{0,8}}?{_KIND}\b(?!,? (?:and|but) )"
    r"(?:(?![.!?][”\"’]? +[A-Z]).){0,200}[.!]?)$"
)


def find_self_description(line: str, text: str) -> str | None:
    """Find a newspaper's description of itself at the end of ``line``.

    For example "The Courier is a daily newspaper published in Harbour."

    Returns:
        The sentence; None where there is none, or where ``text`` names the newspaper elsewhere
        too and so may be about it.
    """
    match = _ABOUT.search(line, max(0, len(line) - 600))
    if match is None or text.count(match["name"]) != 1:
        return None
    return match["sentence"]
