"""The kind of a question by its words: about the library itself, small talk, or something else."""

from __future__ import annotations

import time

import pytest

from sourcebook.rag.question import Kind, find_kind

ABOUT_THE_LIBRARY = """
How many articles do I have?
how many documents are in here
How many of my e-mails mention the boiler?
How many articles by Dana Whitlock are there?
How many newspapers are in my collection?
How many reports do we have from 2023?
Which articles mention Lake Constance?
Which of these documents are about parental leave?
What documents do I have on tax?
Which e-mails were sent by Tom Okafor?
Which report is the newest?
What is the oldest letter in my archive?
Show me the three longest articles
What's the latest document I have?
Who wrote the article about the flood?
Who is the author of the installation guide?
Who sent the e-mail about the parking space?
By whom was the policy on travel written?
What did Ines Calder write?
What has Professor Lindqvist written?
When was the article about the strike published?
On what day did the commentary on wages appear?
What is the publication date of the report on water?
What topics are covered in my articles?
What is in my library?
What do I have about heat pumps?
Do I have anything on night trains?
Are there any articles about vaccines?
List all my documents
Show me the titles of all articles
Which authors do I have?
Do any of my articles mention Patagonia?
How many sets of minutes do I have?
Which notes have no date?
Wie viele Artikel habe ich?
Wie viele Dokumente erwähnen Heizkosten?
In wie vielen Artikeln wird die Wahl erwähnt?
Welche Artikel handeln vom Klimaschutz?
Welcher Artikel ist der neueste?
Welches Dokument ist das längste?
Wer hat den Artikel über den Streik geschrieben?
Von wem stammt der Kommentar zur Rente?
Wann ist der Bericht über das Hochwasser erschienen?
Was habe ich über Wärmepumpen?
Gibt es Artikel über die Bahn?
Was hat Jana Peters geschrieben?
Welche Themen gibt es in meiner Sammlung?
Nenne alle Titel
Welche Autoren gibt es?
What are the titles of my documents?
How many mails are from Tom Okafor?
What else did Ines Calder write?
Which author wrote the most articles?
"""
SMALL_TALK = """
Thanks a lot, you saved my evening
Super, danke, das reicht mir fürs Erste
hi
Good morning!
Hello there, how are you today?
Thanks a lot, that was helpful!
What can you do?
who are you and what can you do?
Can you help me?
ok thanks, bye
Guten Abend
Hallo, wie geht es dir?
Was kannst du alles?
Vielen Dank für die Hilfe!
¡Hola!
Bonjour
"""
ABOUT_THE_ARTICLES = """
How many minutes does the bread bake?
How many pages can I print a day?
How many people signed the letter?
How many stories does the tower have?
How many notes did the central bank print?
How many items does an order need for free delivery?
How many copies of the report were sold?
How many files can be uploaded at once?
What documents are needed for a passport?
Which documents must tenants bring?
Which files does the installer change?
Which report led to the resignation?
What did the minister say about the report?
Who signed the contract?
Who reads the minutes?
Who published the first map of the island?
When was the bridge built?
When was the law passed?
When was the ship sent to Norway?
What is the latest on the strike?
What is the oldest house in the village?
What do I have to do on the first day?
What do we have to pay for the boat?
Do I have to register?
Do we have a right to a refund?
Are there any discounts for children?
Is there a fee for late payment?
What is the subject of the lawsuit?
Hi, how long is the boat trip?
Thanks, and how much is it for two?
What can I do with the old key?
Can you help children under six to swim?
Who are you allowed to invite?
Wie viele Minuten dauert die Fahrt?
Wie viele Seiten hat der Vertrag?
Welche Unterlagen brauche ich für den Antrag?
Wer hat die Wahl gewonnen?
Wann wurde die Brücke gebaut?
Was habe ich zu bezahlen?
Gibt es Rabatt für Kinder?
Was hat der Minister gesagt?
Hallo, wann öffnet das Bad?
"""


@pytest.mark.parametrize("question", ABOUT_THE_LIBRARY.strip().splitlines())
def test_a_question_about_the_library_is_one(question: str) -> None:
    assert find_kind(question) == "library"


@pytest.mark.parametrize("question", SMALL_TALK.strip().splitlines())
def test_small_talk_is_small_talk(question: str) -> None:
    assert find_kind(question) == "small-talk"


@pytest.mark.parametrize("question", ABOUT_THE_ARTICLES.strip().splitlines())
def test_a_question_for_the_articles_is_neither(question: str) -> None:
    assert find_kind(question) not in ("library", "small-talk")


def test_a_kind_that_a_question_turned_out_not_to_be_is_left_out() -> None:
    question = "List the documents by Ann Lee"
    tried: list[Kind] = ["library"]
    assert find_kind(question) == "library"
    assert find_kind(question, without=tried) == "list"


def test_the_kind_is_found_at_once() -> None:
    question = (
        "How long did the meeting of the board with the people of Quay Street take on Tuesday?"
    )
    find_kind(question)
    start = time.perf_counter()
    for _ in range(50):
        find_kind(question)
    assert (time.perf_counter() - start) / 50 < 0.005
