"""Only what shows signs of having been scraped is cleaned; a person's own text keeps every line."""

from __future__ import annotations

import pytest

from sourcebook.index import make_document
from sourcebook.index.cleaning.scraped import looks_scraped
from sourcebook.index.documents.making import was_cleaned

NEWS = (
    "The talks in Harbour ended without result, the minister said on Monday.\n\n"
    "Neither side reported progress. Both said that they would go on talking."
)

OWN = {
    "FAQ": (
        "Newsletter\nUnsubscribe\nClick the link at the end of any issue.\n\n"
        "Share this\nUse the button at the top.\n\n"
        "Leave a comment\nScroll down and write in the box.\n\n"
        "Cookie settings\nWe use cookies to remember your language.\n\n"
        "Privacy policy\nWe keep your address for two years.\n\nContact us\nWrite to the desk.\n"
    ),
    "contract": (
        "1. Advertising\nThe supplier may name the client.\n\n2. Terms and conditions\nAnnex A "
        "applies.\n\n3. Privacy policy\nAnnex B applies.\n\n© 2031 Marwick Ferries Ltd. All rights "
        "reserved.\n"
    ),
    "mail": (
        "Dear all,\n\nplease find the minutes below.\n\nSubscribe to our newsletter\nUnsubscribe\n"
        "Privacy policy\n\nFollow us on Facebook\n\nOrla\n"
    ),
    "form": "Registration\n\nName *\nE-mail *\nComment *\n\nPrint\n",
    "handbook": (
        "The menu\nHome\nNews\nContact\nSearch\n\nThe footer\nPrivacy policy\nTerms of use\n\n"
        "Buttons\nShare\nPrint\nEmail\n"
    ),
    "bylaws": "Follow us\nFacebook, Instagram\n\nRelated documents\nRules of 2030\nSafety rules\n",
    "minutes": "Orla said it is closed. Bruno told the board.\n\nRelated\nThe letter of May.\n",
}

SCRAPED = {
    "comment form": f"{NEWS}\n\nLeave a Reply\nYour email address will not be published.\n",
    "advertisements": f"- Advertisement -\n{NEWS}\n- Advertisement -\n",
    "menu": f"Skip to content\nMenu\nHome\nNews\n{NEWS}\n",
    "shares": f"{NEWS}\n\nShare on Facebook\nClick to share on Twitter\n\nTweet\n",
    "links": f"{NEWS}\nCONTINUE READING: Ministers meet again\n",
    "teasers": f"{NEWS}\n\nAdvertisement\nYou May Also Like\nFerry stuck in ice\n",
    "the paper": f"{NEWS}\n\nThe Harbour Courier is a daily newspaper published in Nes.\n",
}


@pytest.mark.parametrize("text", OWN.values(), ids=OWN)
def test_what_a_person_wrote_keeps_every_line(text: str) -> None:
    document = make_document(text)
    lines = [line for line in text.split("\n") if line]
    assert [line for line in document.text.split("\n") if line] == lines
    assert document.removed == ()
    assert not was_cleaned(document)


@pytest.mark.parametrize("text", SCRAPED.values(), ids=SCRAPED)
def test_what_was_scraped_is_cleaned_and_it_is_known(text: str) -> None:
    document = make_document(text)
    assert document.text == NEWS
    assert was_cleaned(document)


def test_one_sign_is_enough_where_the_text_has_an_address_on_the_web() -> None:
    text = "A recipe for soup.\n\nTweet\nEmail\n"
    assert not looks_scraped(text)
    assert looks_scraped(text, url="https://a.example/soup")


def test_a_page_is_cleaned_and_a_book_is_not() -> None:
    text = "The soup.\n\nUnsubscribe\n"
    assert make_document(text, media_type="text/html").text == "The soup."
    assert make_document(text, media_type="application/epub+zip").text == text.strip()
    assert make_document(text, is_scraped=True).text == "The soup."
