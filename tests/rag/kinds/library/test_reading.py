"""Questions about the library in anybody's words: read by what they say, whatever their form."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from described import make_described

from sourcebook.index import Library
from sourcebook.rag import Answer, Chatbot
from sourcebook.rag.testing import ScriptedModel

NOW = datetime(2024, 6, 1, tzinfo=UTC)
PAPERS = [
    # title, author, source, month, language, file, text, media type
    ("Dishwasher: user manual", None, None, None, "en", "dishwasher.pdf",
     "Clean the filter of the dishwasher once a month.", "application/pdf"),
    ("Minutes of the garden club, March", "Ann Lee", None, 3, "en", "minutes-03.md",
     "The hedge was cut. The boiler of the club house is broken.", "text/markdown"),
    ("Minutes of the garden club, April", "Ann Lee", None, 4, "en", "minutes-04.md",
     "The rhubarb was planted. The roof is dry.", "text/markdown"),
    ("Rhubarb crumble", "Bo Lindgren", "Kitchen Post", 5, "en", "crumble.html",
     "Take rhubarb, sugar and butter. Serve warm.", "text/html"),
    ("Sturm über der Küste", "Ilse Roth", "Küstenblatt", 2, "de", "sturm.html",
     "Der Sturm riss drei Dächer ab. Der Glacier Express fuhr nicht.", "text/html"),
    ("seed_prices", None, None, None, None, "seed_prices.csv",
     "seed,price\nleek,2\nchard,3", "text/csv"),
]  # fmt: skip


@pytest.fixture
def filled(library: Library) -> Library:
    library.add_documents(
        make_described(
            title,
            text,
            author=author,
            source=source,
            month=month,
            media_type=media_type,
            path=f"/papers/{file}",
            language=language,
        )
        for title, author, source, month, language, file, text, media_type in PAPERS
    )
    return library


def ask(library: Library, question: str) -> Answer:
    model = ScriptedModel("The hedge was cut.")
    answer = Chatbot(library, model=model).ask(question, now=NOW, kind="library")
    assert answer.kind != "library" or model.prompts == []
    return answer


def lines(answer: Answer) -> list[str]:
    return [sentence.text.partition(" (")[0] for sentence in answer.sentences]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("is there a manual for the dishwasher in here",
         ["1 of 6 documents has “manual” in its title or file name and mentions “dishwasher”.",
          "Dishwasher: user manual"]),
        ("do I have anything on rhubarb?",
         ["2 of 6 articles mention “rhubarb”, 1 of them in the title.", "Rhubarb crumble",
          "Minutes of the garden club, April"]),
        ("number of hits for 'glacier'",
         ["1 of 6 articles mentions “glacier”.", "Sturm über der Küste"]),
        ("papers by Lindgren?", ["1 of 6 papers is by Bo Lindgren.", "Rhubarb crumble"]),
        ("everything from the Kitchen Post, please",
         ["1 of 6 articles is from Kitchen Post.", "Rhubarb crumble"]),
        ("Articles from last March?",
         ["1 of 6 articles was published in March 2024.", "Minutes of the garden club, March"]),
        ("Have we got the minutes from April, since the auditor keeps asking?",
         [("1 of 6 documents has “minutes” in its title or file name and was published in April "
           "2024."), "Minutes of the garden club, April"]),
        ("spreadsheets only, please", ["1 of 6 documents is a spreadsheet.", "seed_prices"]),
        ("which spreadsheet has the seed prices",
         ["1 of 6 documents is a spreadsheet and mentions “seed prices”", "seed_prices"]),
        ("Which texts are in German?",
         ["1 of 6 texts is in German.", "Sturm über der Küste"]),
        ("Do I have my discharge letters in here?",
         ["None of the 6 articles mentions “discharge”.",
          "No title or file name here has “letters”: all documents were looked at."]),
        ("wieviele artikel über den sturm?",
         ["1 von 6 Artikeln erwähnt „sturm“.", "Sturm über der Küste"]),
        ("Welche Sturmberichte habe ich?",
         ["1 von 6 Artikeln erwähnt „Sturm“.",
          "Kein Titel oder Dateiname hat „Sturmberichte“: gesucht wurde in allen.",
          "Sturm über der Küste"]),
        ("dokumente aus märz",
         ["1 von 6 Dokumenten ist im März 2024 erschienen.", "Minutes of the garden club, March"]),
        ("Gibt es in der Sammlung etwas auf Spanisch?",
         ["Keiner der 6 Artikel ist auf Spanisch."]),
    ],
)  # fmt: skip
def test_documents_are_found_by_what_the_words_say(
    filled: Library, question: str, said: list[str]
) -> None:
    answer = ask(filled, question)
    assert answer.kind == "library"
    assert lines(answer) == said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("latest entry about the garden",
         "The newest of 2 articles that mention “garden” is “Minutes of the garden club, April”"),
        ("What did I add last?", "The one of 6 articles that was added last is “seed_prices”."),
        ("author and date of the crumble",
         "“Rhubarb crumble” is by Bo Lindgren."),
        ("how many pages does the dishwasher manual have",
         "“Dishwasher: user manual” has 9 words."),
        ("In which language are the documents?", "2 languages of 6 articles; 1 names none:"),
        ("What kinds of files are in the collection?", "4 file types of 6 articles:"),
        ("Which years do the minutes cover?", "1 year of 2 articles:"),
        ("Aus welchen Fachzeitschriften sind meine Artikel?",
         "2 Quellen von 6 Artikeln; 4 nennen keine:"),
        ("letzter beitrag von Ilse Roth",
         "Der neueste von 1 Beiträgen"),
    ],
)  # fmt: skip
def test_what_is_asked_of_them_is_found_too(filled: Library, question: str, said: str) -> None:
    answer = ask(filled, question)
    assert answer.kind == "library"
    assert answer.sentences[0].text.startswith(said)


JOINT = [
    ("Heat pumps in old houses", "Ann Lee and Carla Moss", "Island Post", 1),
    ("The harbour wall", "Carla Moss", "Island Post", 6),
]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        # a date or an author, or none
        ("Which of my dated documents is the newest?",
         "The newest of 6 documents that name a date is “The harbour wall”"),
        ("Of the papers that have a date, which is the oldest?",
         "The oldest of 6 papers that name a date is “Heat pumps in old houses”"),
        ("How many articles have an author?", "6 of 8 articles name an author."),
        ("Which articles don't have a date?", "2 of 8 articles name no date."),
        ("Which articles lack an author?", "2 of 8 articles name no author."),
        ("Wie viele Dokumente haben ein Datum?", "6 von 8 Dokumenten nennen ein Datum."),
        ("Which articles don't name a source?", "4 of 8 articles name no source."),
        ("Which articles have both an author and a date?",
         "6 of 8 articles name an author and name a date."),
        ("Which articles have no author and no date?",
         "2 of 8 articles name no author and name no date."),
        ("Bei welchen Artikeln fehlt das Datum?", "2 von 8 Artikeln nennen kein Datum."),
        # who wrote with whom
        ("Which articles are by Bo Lindgren or Ilse Roth?",
         "2 of 8 articles are by Bo Lindgren or Ilse Roth."),
        ("What did Ann Lee write, alone or with others?", "3 of 8 articles are by Ann Lee."),
        ("Was hat Ann Lee geschrieben, gemeinsam mit Kollegen oder allein?",
         "3 von 8 Artikeln sind von Ann Lee."),
        ("Wie viele Artikel hat die Island Post veröffentlicht?",
         "2 von 8 Artikeln stammen aus: Island Post."),
        ("Which articles did Ann Lee write alone?", "2 of 8 articles are by Ann Lee alone."),
        ("What did Ann Lee write together with Carla Moss?",
         "1 of 8 articles is by Ann Lee and Carla Moss together."),
        ("Which articles have more than one author?", "1 of 8 articles has several authors."),
        ("Who did Ann Lee write with?",
         "“Heat pumps in old houses” is by Ann Lee and Carla Moss."),
        ("Mit wem hat Ann Lee geschrieben?",
         "„Heat pumps in old houses“ ist von Ann Lee und Carla Moss."),
        ("Who are Ann Lee's co-authors?",
         "“Heat pumps in old houses” is by Ann Lee and Carla Moss."),
        ("Was hat Carla Moss geschrieben?", "2 von 8 Artikeln sind von Carla Moss."),
        ("What is Ann Lee's newest article?",
         "The newest of 3 articles that are by Ann Lee is “Minutes of the garden club, April”"),
        ("What did the Island Post publish most recently?",
         "The newest of 2 articles that are from Island Post is “The harbour wall”"),
        ("Which document is the second newest?", "The 2 newest of 6 documents:"),
        # how long
        ("Which documents are longer than 9 words?", "3 of 8 documents have more than 9 words."),
        ("Welche Texte sind kürzer als vier Wörter?",
         "1 von 8 Texten hat weniger als 4 Wörter."),
        # what is not meant
        ("Which articles are not in English?", "2 of 8 articles are not in English."),
        ("Which articles are not by Ann Lee?", "5 of 8 articles are not by Ann Lee."),
        ("Which articles mention rhubarb but not sugar?",
         "1 of 8 articles mentions “rhubarb” and does not mention “sugar”."),
        ("Welche Artikel erwähnen das Dach nicht?",
         "7 von 8 Artikeln erwähnen „Dach“ (oder „dächer“) nicht."),
        ("Which documents are not spreadsheets?", "7 of 8 documents are not spreadsheets."),
        ("Which documents mention rhubarb but no sugar?",
         "1 of 8 documents mentions “rhubarb” and does not mention “sugar”."),
        # how many of each
        ("How many articles are there per month?", "6 months of 8 articles; 2 name none:"),
        ("How many articles are there per year?", "1 year of 8 articles; 2 name none:"),
        ("Which source has the most articles?", "3 sources of 8 articles; 4 name none:"),
        ("How many articles did each author write?",
         "4 authors of 8 articles; 2 name none:"),
        ("Which articles come from the Island Post?", "2 of 8 articles are from Island Post."),
        ("What's new since May?", "2 of 8 articles were published since May 2024."),
    ],
)  # fmt: skip
def test_a_group_is_told_by_what_it_has_and_by_what_it_has_not(
    filled: Library, question: str, said: str
) -> None:
    filled.add_documents(
        make_described(title, f"{title} " * 3, author=author, source=source, month=month,
                       media_type="text/plain", path=f"/papers/{month}.txt")
        for title, author, source, month in JOINT
    )  # fmt: skip
    answer = ask(filled, question)
    assert answer.kind == "library"
    assert answer.sentences[0].text.startswith(said)


def test_what_was_published_on_the_days_of_an_addition_is_named(filled: Library) -> None:
    said = lines(ask(filled, "What came in since May 2024?"))
    assert (
        said[0] == "The library does not record when a document was added. It knows the title, "
        "author, source, date of publication, language, file type and length of a document, its "
        "text, and in which order the documents were added."
    )
    assert said[1:] == ["1 of 6 articles was published since May 2024.", "Rhubarb crumble"]


def test_all_are_named_in_order_where_that_is_asked_for(filled: Library) -> None:
    assert lines(ask(filled, "Show me all the minutes, newest first"))[1:] == [
        "Minutes of the garden club, April",
        "Minutes of the garden club, March",
    ]


def test_with_an_order_too_it_is_said_that_there_is_none(filled: Library) -> None:
    assert lines(ask(filled, "latest papers on falconry")) == [
        "None of the 6 papers mentions “falconry”."
    ]
    assert lines(ask(filled, "Which newspapers are my articles on falconry from?")) == [
        "None of the 6 articles mentions “falconry”."
    ]


def test_half_of_an_unknown_name_is_nobody(filled: Library) -> None:
    assert lines(ask(filled, "latest entry by Harold Lee")) == [
        "None of the 6 articles mentions “Harold Lee”.",
        "No document here names Harold Lee as its author or source.",
    ]


def test_a_word_that_no_document_has_with_the_others_is_named(filled: Library) -> None:
    said = lines(
        ask(filled, "Where did I put the document about the boiler and the crumble sugar?")
    )
    assert said[0].endswith("“crumble” and “sugar”.")
    assert said[1:] == ["None of these has “boiler”.", "Rhubarb crumble"]


def test_an_author_that_the_library_does_not_know_is_looked_for_in_the_text(
    filled: Library,
) -> None:
    assert lines(ask(filled, "Do I have anything by Tallberg?")) == [
        "None of the 6 articles mentions “Tallberg”.",
        "No document here names Tallberg as its author or source.",
    ]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("recipes added this month", "The library does not record when a document was added."),
        ("documents tagged garden", "The library does not record tags or ratings."),
        ("Which documents haven't I opened yet?",
         "The library does not record what was opened or read."),
        ("What did I save yesterday?", "The library does not record when a document was added."),
        ("zuletzt geänderte datei", "Die Bibliothek hält nicht fest, wann eine Datei"),
    ],
)  # fmt: skip
def test_what_no_table_holds_is_said_in_a_line_with_what_they_hold(
    filled: Library, question: str, said: str
) -> None:
    answer = ask(filled, question)
    assert len(answer.sentences) == 1
    assert answer.text.startswith(said)
    assert "title, author, source" in answer.text or "Titel, Autor, Quelle" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Which paragraph of the law deals with drones?",
        "What does the letter say about the rent?",
        "How many documents do I have to bring?",
        "Is the deposit mentioned in the contract?",
        "Who planted the rhubarb?",
        "Who cut the hedge together with Bo?",
        "How many are from Germany?",
        "What did the mayor publish last year?",
        "What did Darwin write with Wallace?",
        "Which documents are newer than the garden minutes?",
        "Was sagt der Bericht zum Sturm?",
    ],
)
def test_what_is_said_in_the_documents_is_none_of_the_librarys(
    filled: Library, question: str
) -> None:
    assert ask(filled, question).kind != "library"


def test_a_long_question_is_answered_at_once(filled: Library) -> None:
    ask(filled, "papers about the hedge")
    question = (
        "I once saved a long piece about the boiler, the hedge, the rhubarb and the roof. " * 3
    )
    start = time.perf_counter()
    ask(filled, question + "Which file is it?")
    assert time.perf_counter() - start < 0.5  # 0.05 s on a quiet machine
