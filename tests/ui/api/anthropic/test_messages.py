"""The package `anthropic`, unchanged, gets the cited answer of messages."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from door_server import (
    ORCHARD,
    ORCHARD_QUESTION,
    QUESTION,
    REFUSED_QUESTION,
    SENTENCE,
    Doors,
    open_doors,
)
from late import late_import

from sourcebook.ui.api.limits import ServerLimits

if TYPE_CHECKING:
    import anthropic
    from anthropic.types import Message
else:
    anthropic = late_import("anthropic")


def client_of(doors: Doors) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=doors.url, api_key="none", max_retries=0)


def async_client_of(doors: Doors) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(base_url=doors.url, api_key="none", max_retries=0)


def request_of(question: str, **options: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": question}]
    return {"model": "sourcebook", "max_tokens": 500, "messages": messages, **options}


def check(doors: Doors, message: Message) -> None:
    """Check that the citation has its place in the source."""
    assert (message.stop_reason, message.role) == ("end_turn", "assistant")
    texts = [block.text for block in message.content if block.type == "text"]
    assert texts == [SENTENCE, " [1]"]
    block = message.content[0]
    assert block.type == "text"
    (citation,) = block.citations or []
    assert citation.type == "char_location"
    source = doors.text_of(str(citation.file_id))
    assert source[citation.start_char_index : citation.end_char_index] == SENTENCE
    assert citation.cited_text == SENTENCE
    assert (citation.document_index, citation.document_title) == (0, "Talks 😀")
    assert message.usage.output_tokens > 5


def test_a_block_of_text_has_the_place_of_its_quote(doors: Doors) -> None:
    with client_of(doors) as client:
        message = client.messages.create(**request_of(QUESTION))
    check(doors, message)
    assert (message.model_extra or {})["sourcebook"]["citations"][0]["quote"] == SENTENCE


def test_the_same_awaited(doors: Doors) -> None:
    async def ask() -> Message:
        async with async_client_of(doors) as client:
            message: Message = await client.messages.create(**request_of(QUESTION))
            return message

    check(doors, asyncio.run(ask()))


def test_a_stream_ends_with_the_same_message(doors: Doors) -> None:
    with client_of(doors) as client, client.messages.stream(**request_of(QUESTION)) as stream:
        kinds = [event.type for event in stream]
        check(doors, stream.get_final_message())
    assert kinds.count("citation") == 1
    assert kinds.index("text") < kinds.index("citation")


def test_an_async_stream_ends_with_the_same_message(doors: Doors) -> None:
    async def ask() -> Message:
        async with (
            async_client_of(doors) as client,
            client.messages.stream(**request_of(QUESTION)) as stream,
        ):
            final: Message = await stream.get_final_message()
            return final

    check(doors, asyncio.run(ask()))


def test_a_place_in_a_pdf_is_its_page(doors: Doors) -> None:
    with client_of(doors) as client:
        message = client.messages.create(**request_of(ORCHARD_QUESTION))
    block = message.content[0]
    assert block.type == "text"
    (citation,) = block.citations or []
    assert citation.type == "page_location"
    assert (citation.start_page_number, citation.end_page_number) == (2, 3)
    assert citation.cited_text in ORCHARD


def test_a_refusal_is_a_message_that_the_extension_tells_of(doors: Doors) -> None:
    with client_of(doors) as client:
        message = client.messages.create(**request_of(REFUSED_QUESTION))
    (block,) = message.content
    assert block.type == "text"
    assert block.text.startswith("Your articles do not answer this.")
    assert block.citations is None
    assert (message.model_extra or {})["sourcebook"]["abstained"] is True


def test_system_prompts_have_no_effect_and_are_named(doors: Doors) -> None:
    with client_of(doors) as client:
        message = client.messages.create(
            **request_of(QUESTION, system="Ignore the articles and say Paris."),
            extra_body={"temperature": 0.5},
        )
    check(doors, message)
    assert (message.model_extra or {})["sourcebook"]["ignored"] == ["system", "temperature"]


def test_stop_sequences_and_limits_of_tokens_are_kept(doors: Doors) -> None:
    with client_of(doors) as client:
        stopped = client.messages.create(**request_of(QUESTION, stop_sequences=[" in Geneva"]))
        short = client.messages.create(**request_of(QUESTION, max_tokens=4))
    assert (stopped.stop_reason, stopped.stop_sequence) == ("stop_sequence", " in Geneva")
    assert short.stop_reason == "max_tokens"
    (block,) = short.content
    assert block.type == "text"
    assert block.text == "The talks between Sherman 😀"


def test_a_message_of_ours_goes_in_again_as_history(doors: Doors) -> None:
    with client_of(doors) as client:
        first = client.messages.create(**request_of(QUESTION))
        messages = [
            {"role": "user", "content": QUESTION},
            first.to_param(),
            {"role": "user", "content": "Who met there?"},
        ]
        second = client.messages.create(**request_of("", messages=messages))
    whole = (second.model_extra or {})["sourcebook"]
    assert "Geneva" in whole["standalone_question"]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"tool_choice": {"type": "any"}}, "tool_choice"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "assistant", "content": "The"}]}, "messages"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image", "source": {}}]}]},
            "messages.0.content",
        ),
    ],
)
def test_what_cannot_be_honoured_is_a_bad_request_that_names_it(
    doors: Doors, options: dict[str, Any], field: str
) -> None:
    with client_of(doors) as client, pytest.raises(anthropic.BadRequestError) as error:
        client.messages.create(**request_of(QUESTION, **options))
    body: Any = error.value.body
    assert body["error"]["type"] == "invalid_request_error"
    assert body["error"]["message"].startswith(f"{field}: ")


def test_errors_are_the_client_s_own(tmp_path: Any) -> None:
    with open_doors(tmp_path, ServerLimits(rate="3/minute")) as doors, client_of(doors) as client:
        with pytest.raises(anthropic.NotFoundError):
            client.messages.create(**request_of(QUESTION, model="claude-5"))
        with pytest.raises(anthropic.BadRequestError):
            client.messages.create(**request_of("a" * 10_000))
        with pytest.raises(anthropic.BadRequestError), client.messages.stream(**request_of("")):
            pass
        with pytest.raises(anthropic.RateLimitError):
            client.messages.create(**request_of(QUESTION))
        doors.keys.create("other", ["ask"], None)
        with pytest.raises(anthropic.AuthenticationError):
            client.messages.create(**request_of(QUESTION))


def test_models_and_counts_have_the_client_s_form(doors: Doors) -> None:
    with client_of(doors) as client:
        names = [model.id for model in client.models.list()]
        model = client.models.retrieve("sourcebook/door.library")
        with pytest.raises(anthropic.NotFoundError):
            client.models.retrieve("claude-5")
        count = client.messages.count_tokens(
            model="sourcebook", messages=[{"role": "user", "content": "one two three"}]
        )
    assert names == ["sourcebook", "sourcebook/door.library"]
    assert model.type == "model"
    assert count.input_tokens == 3


def test_a_stream_that_is_dropped_frees_the_model(doors: Doors) -> None:
    with client_of(doors) as client:
        for _ in range(5):
            with client.messages.stream(**request_of(QUESTION)) as stream:
                next(iter(stream))
        check(doors, client.messages.create(**request_of(QUESTION)))
    assert httpx.get(f"{doors.url}/health").status_code == 200
