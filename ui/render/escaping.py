"""Text made safe for where it goes: a terminal, HTML, Markdown, a link. Pure functions of strings.

Everything that is shown (the model's words, articles, titles, file names, URLs) is data, and passes
through here so that none of it becomes markup, a link, or a command to a terminal.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

__all__ = [
    "UNPRINTABLE",
    "clean",
    "escape",
    "escape_markdown",
    "one_line",
    "safe_url",
]

# What a terminal or a parser may act on: control characters (all but tab and newline), and lone
# surrogates, which no UTF-8 stream can carry.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def clean(text: str) -> str:
    """``text`` with line ends as ``\\n`` and what a terminal might act on as U+FFFD."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """``text`` cleaned, with every run of white space as one space."""
    return " ".join(clean(text).split())


def escape(text: str) -> str:
    """``text`` for HTML, as element or attribute, on ONE line: paragraphs are divided by ``<br>``.

    One line because Markdown leaves an HTML block alone until the next line break; so what is
    escaped here is inert inside a Markdown renderer too. For attributes, pass `one_line` text.
    """
    return re.sub(r"\s*\n\s*", "<br>", html.escape(clean(text).strip("\n"), quote=True))


def escape_markdown(text: str) -> str:
    """``text`` for one line of Markdown (CommonMark and GitHub's): nothing in it is markup."""
    line = re.sub(r"([\\`*_{}\[\]<>&|~$^])", r"\\\1", one_line(text))
    line = re.sub(r"^([-+=#:])", r"\\\1", line)
    line = re.sub(r"^(\d+)([.)])", r"\1\\\2", line)
    # What GitHub would link by itself.
    line = re.sub(r"(?i)(https?|ftp|mailto|xmpp)(:)", r"\1\\\2", line)
    return re.sub(r"(?i)(www)(\.)|(@)", r"\1\\\2\3", line)


def safe_url(url: str | None) -> str | None:
    """``url`` when it is a plain http(s) address of a host, else None.

    Refused: other schemes, white space, quotes, angle brackets and control characters, and a name
    before the host (``https://bank.example@elsewhere``), which is there to mislead.
    """
    if url is None or re.search(r"[\x00-\x20\x7f-\xa0\"'<>\\^`{|}\u2028\u2029\ud800-\udfff]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    plain = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return url if plain else None
