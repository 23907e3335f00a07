"""A mail is read whole: every text part, forwarded messages, replies as quotes, invitations, what
is attached."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from sourcebook.index import Document, Library, Skipped
from sourcebook.index.errors import EmptyDocument
from sourcebook.index.reading.registry import read_file, read_source
from sourcebook.index.reading.source import Source
from sourcebook.index.structure.blocks import find_blocks

QUAY = "The quay is closed for the winter."
FERRY = "The ferry opens again on 9 June."


def mail(text: str | None = QUAY, subject: str = "The quay") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Orla Fenwick <orla@marwick.example>"
    message["To"] = "Bruno Kask <bruno@marwick.example>"
    message["Date"] = "Tue, 04 Mar 2025 08:00:00 +0000"
    if text is not None:
        message.set_content(text)
    return message


def read(folder: Path, message: EmailMessage | bytes) -> tuple[list[Document], list[Skipped]]:
    path = folder / "m.eml"
    path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    items = list(read_source(Source.file(path)))
    return (
        [item for item in items if isinstance(item, Document)],
        [item for item in items if isinstance(item, Skipped)],
    )


def test_text_below_a_picture_is_read_and_the_picture_is_told(tmp_path: Path) -> None:
    raw = (
        b"Subject: The quay\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\n" + QUAY.encode() + b"\n"
        b"--b\nContent-Type: image/png; name=a.png\nContent-Disposition: inline\n\nx\n"
        b"--b\nContent-Type: text/plain\n\n" + FERRY.encode() + b"\n--b--\n"
    )
    (document,), (note,) = read(tmp_path, raw)
    assert document.text == f"{QUAY}\n\n{FERRY}"
    assert (note.reason, note.is_part) == ("1 picture", True)


def test_a_forwarded_message_is_read_with_its_head(tmp_path: Path) -> None:
    inner = mail(FERRY, "The ferry")
    inner.replace_header("From", "Ida Sand <ida@marwick.example>")
    inner.add_attachment("place;price\nNes;12\n", filename="fares.csv", subtype="csv")
    outer = mail("See below.")
    outer.add_attachment(inner)
    documents, skipped = read(tmp_path, outer)
    assert skipped == []
    text = documents[0].text
    assert text.index("See below.") < text.index("Forwarded message: The ferry")
    assert "From: Ida Sand\nTo: Bruno Kask\nDate: Tue, 04 Mar 2025 08:00:00 +0000" in text
    assert text.endswith(FERRY)
    assert documents[0].author == "Orla Fenwick"
    assert "Nes" in documents[1].text
    assert str(documents[1].path).endswith("m.eml/fares.csv")


def test_a_quoted_reply_is_a_quote_and_one_in_it_another(tmp_path: Path) -> None:
    body = f"Yes.\n\nOn Monday Bruno wrote:\n> {QUAY}\n>> Is it open?\n> When?\n\nRegards\n"
    (document,), _ = read(tmp_path, mail(body))
    outer, inner = find_blocks(document.blocks, "quote")
    assert (outer.text, inner.text) == (f"{QUAY}\n\nIs it open?\n\nWhen?", "Is it open?")
    assert document.text.endswith("Regards")


@pytest.mark.parametrize(
    "head",
    [
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "_" * 32 + "\nFrom: Bruno Kask\nSent: Monday\nSubject: Quay",
    ],
)
def test_what_stands_below_an_original_message_is_a_quote(tmp_path: Path, head: str) -> None:
    (document,), _ = read(tmp_path, mail(f"It opens in June.\n\n{head}\n\n{QUAY}\n"))
    (quote,) = find_blocks(document.blocks, "quote")
    assert quote.text.endswith(QUAY)
    assert document.text.startswith("It opens in June.\n\n")


def test_lines_that_flow_are_one_paragraph(tmp_path: Path) -> None:
    raw = b"Subject: x\nContent-Type: text/plain; format=flowed\n\nThe quay \nis closed.\nBye\n"
    (document,), _ = read(tmp_path, raw)
    assert document.text == "The quay is closed.\nBye"


CALENDAR = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:1
SUMMARY:Harbour meeting\\, spring
DTSTART;TZID=Europe/Stockholm:20250304T080000
DTEND;TZID=Europe/Stockholm:20250304T093000
LOCATION:Town hall
ORGANIZER;CN="Fenwick, Orla":mailto:orla@marwick.example
ATTENDEE;CN=Bruno Kask;PARTSTAT=NEEDS-ACTION:mailto:bruno@marwick.example
DESCRIPTION:Bring the plan of
  the quay.
BEGIN:VALARM
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_says_what_when_where_and_by_whom_once(tmp_path: Path) -> None:
    message = mail("Please come.")
    message.add_alternative(CALENDAR, subtype="calendar")
    message.add_attachment(CALENDAR, subtype="calendar", filename="invite.ics")
    (document,), skipped = read(tmp_path, message)
    assert skipped == []
    assert document.text == (
        "Please come.\n\nInvitation: Harbour meeting, spring on Tuesday, 4 March 2025, 08:00 to "
        "09:30 (Europe/Stockholm), at Town hall. Organised by Fenwick, Orla. Invited: Bruno Kask."
        "\n\nBring the plan of the quay."
    )


def test_a_table_of_the_html_part_is_read_as_cells(tmp_path: Path) -> None:
    message = mail("Place Price Nes 12.50")
    rows = "<tr><th>Place</th><th>Price</th></tr><tr><td>Nes</td><td>12.50</td></tr>"
    message.add_alternative(f"<p>Fares</p><table>{rows}</table>", subtype="html")
    (document,), _ = read(tmp_path, message)
    cells = {cell.text: cell.cell for cell in find_blocks(document.blocks, "cell")}
    price = cells["12.50"]
    assert price is not None
    assert "Price" in price.heads


def test_every_line_of_a_mail_stays(tmp_path: Path) -> None:
    text = "Unsubscribe\n\nLeave a Reply\n\n- Advertisement -\n\nAdvertisement\n\nShare this"
    (document,), _ = read(tmp_path, mail(text))
    assert document.text == text


def test_a_line_that_all_mails_of_a_list_have_stays(tmp_path: Path, library: Library) -> None:
    for number in range(8):
        message = mail(f"Number {number} of the ferry was late.\n\nMarwick Harbour, Quay 4\n")
        message["List-Id"] = "Harbour list <harbour.marwick.example>"
        (tmp_path / f"{number}.eml").write_bytes(message.as_bytes())
    library.add(tmp_path)
    texts = [document.text for document in library.documents()]
    assert [text.endswith("Marwick Harbour, Quay 4") for text in texts] == [True] * 8


def test_an_attachment_is_a_document_of_its_own(tmp_path: Path) -> None:
    message = mail()
    for name in ("plan.md", "plan.md", "song.mp3"):
        message.add_attachment(b"# Plan\n\nWiden it.", "application", "octet-stream", filename=name)
    (_, first, second), (song,) = read(tmp_path, message)
    assert (first.title, first.text) == ("Plan", "Plan\n\nWiden it.")
    assert str(second.path).endswith("plan (2).md")
    assert song.location.endswith("m.eml/song.mp3")
    assert song.is_part


def test_a_mail_of_attachments_only_is_read_by_what_is_attached(tmp_path: Path) -> None:
    message = mail(None)
    message.add_attachment(b"# Plan\n\nWiden it.", "text", "markdown", filename="plan.md")
    (document,), _ = read(tmp_path, message)
    assert document.text == "Plan\n\nWiden it."
    message = mail(None)
    message.add_attachment(b"x", "audio", "mpeg", filename="song.mp3")
    with pytest.raises(EmptyDocument, match="only 1 attachment"):
        read(tmp_path, message)


def test_a_part_of_declared_latin_1_keeps_its_euro_signs(tmp_path: Path) -> None:
    raw = b"Subject: x\nContent-Type: text/plain; charset=iso-8859-1\n\n" + "12 € “now”".encode(
        "cp1252"
    )
    (document,), _ = read(tmp_path, raw)
    assert document.text == "12 € “now”"


def test_the_date_of_a_mail_is_that_of_its_head(tmp_path: Path) -> None:
    (document,), _ = read(tmp_path, mail())
    assert document.published == datetime(2025, 3, 4, 8, tzinfo=UTC)


def test_messages_in_messages_end(tmp_path: Path) -> None:
    message = mail()
    for _ in range(30):
        outer = mail("See below.")
        outer.add_attachment(message)
        message = outer
    (document,), (note,) = read(tmp_path, message)
    assert "too deep" in note.reason
    assert document.text.startswith("See below.")


def test_a_task_of_a_calendar_says_when_it_is_due(tmp_path: Path) -> None:
    path = tmp_path / "a.ics"
    path.write_text("BEGIN:VTODO\nSUMMARY:Pay the fee\nDUE:20240601T090000Z\nEND:VTODO\n")
    assert read_file(path).text == "Event: Pay the fee on Saturday, 1 June 2024, 09:00 (UTC)."


def test_an_event_of_a_calendar_says_that_it_is_cancelled_who_declined_and_how_it_repeats(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.ics"
    path.write_text(
        "BEGIN:VEVENT\nSUMMARY:Choir\nDTSTART:20240603T190000\nSTATUS:CANCELLED\n"
        "RRULE:FREQ=MONTHLY;BYDAY=MO,-1SU\n"
        "ATTENDEE;CN=Orla Fenwick;PARTSTAT=DECLINED:mailto:o@example.org\n"
        "ATTENDEE;CN=Bruno Kask:mailto:b@example.org\nEND:VEVENT\n"
    )
    assert read_file(path).text == (
        "Cancelled event: Choir on Monday, 3 June 2024, 19:00. Repeats: monthly on Monday, the "
        "last Sunday. Invited: Orla Fenwick, Bruno Kask. Declined: Orla Fenwick."
    )
