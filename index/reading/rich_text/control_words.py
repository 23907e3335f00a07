"""The control words of Rich Text Format that a reader knows."""

from __future__ import annotations

import re

SIGNS = {
    "tab": "\t",
    "line": "\n",
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "softline": "\n",
    "column": "\n",
    "zwj": "\u200d",
    "zwnj": "\u200c",
}
NOWHERE = frozenset(
    (
        *("colortbl", "filetbl", "revtbl", "listtable", "listoverridetable", "rsidtbl", "pgptbl"),
        *("listpicture", "listname", "leveltext", "levelnumbers", "themedata", "datastore"),
        *("colorschememapping", "latentstyles", "xmlnstbl", "mmathPr", "nextfile", "passwordhash"),
        *("pict", "nonshppict", "shprslt", "nonesttables", "fldtype", "datafield", "objdata"),
        *("objclass", "objname", "sp", "xe", "tc", "txe", "rxe", "private", "bkmkstart"),
        *("bkmkend", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "upr"),
    )
)
STARRED = frozenset(
    (
        *("shpinst", "shppict", "fldinst", "nesttableprops", "ud", "annotation", "atnauthor"),
        *("atnid", "generator", "moMath", "moMathPara", "company", "template"),
    )
)
TARGETS = {
    **{name: name for name in ("fonttbl", "stylesheet", "title", "author", "fldinst")},
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "running"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "running"),
    "listtext": "label",
    "pntext": "label",
    "atnauthor": "atnauthor",
    "atnid": "",
    "info": "info",
    "generator": "",
    "template": "template",
}
STORIES = {"footnote": "footnote", "annotation": "annotation", "shptxt": "box"}
SWITCHES = {
    **dict.fromkeys(("super", "up"), "is_raised"),
    **dict.fromkeys(("strike", "strikedl", "striked"), "is_struck"),
    "v": "is_hidden",
    "deleted": "is_deleted",
}
PAGES = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
SYMBOL_FIELD = re.compile(r"\s*SYMBOL\s+(\d+)(?:.*\\f\s*\"?([^\"\\]+))?", re.IGNORECASE)
CONTENTS = re.compile(r"\s*(?:TOC|INDEX|TOA)\b", re.IGNORECASE)
