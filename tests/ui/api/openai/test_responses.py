"""The package `openai`, unchanged, gets the cited answer of responses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from door_server import ORCHARD_QUESTION, QUESTION, REFUSED_QUESTION, SENTENCE, Doors
from late import late_import

if TYPE_CHECKING:
    import openai
    from openai.types.responses import Response
else:
    openai = late_import("openai")


def client_of(doors: Doors) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{doors.url}/v1", api_key="none", max_retries=0)


def check(doors: Doors, response: Response) -> None:
    """Check that the evidence and the citation are in the standard's own places."""
    search, message = response.output
    assert response.status == "completed"
    assert response.output_text == f"{SENTENCE} [1]"
    assert search.type == "file_search_call"
    assert search.queries == [QUESTION]
    results = search.results or []
    for result in results:
        spot = result.attributes or {}
        source = doors.text_of(str(result.file_id))
        assert source[int(spot["start"]) : int(spot["end"])] == result.text
    assert SENTENCE in {result.text for result in results}
    assert message.type == "message"
    (part,) = message.content
    assert part.type == "output_text"
    link, file = part.annotations
    assert link.type == "url_citation"
    assert part.text[link.start_index : link.end_index] == SENTENCE
    assert link.url.startswith(f"{doors.url}/api/read?")
    assert file.type == "file_citation"
    (place,) = (response.model_extra or {})["sourcebook"]["citations"]
    assert (file.file_id, file.index) == (place["document"]["id"], link.end_index)
    assert doors.text_of(file.file_id)[place["start"] : place["end"]] == SENTENCE
    assert response.usage is not None
    assert response.usage.total_tokens > 5


def test_a_response_holds_the_evidence_and_the_annotations(doors: Doors) -> None:
    with client_of(doors) as client:
        check(doors, client.responses.create(model="sourcebook", input=QUESTION))


def test_the_same_awaited(doors: Doors) -> None:
    async def ask() -> Response:
        async with openai.AsyncOpenAI(base_url=f"{doors.url}/v1", api_key="none") as client:
            return await client.responses.create(model="sourcebook/door.library", input=QUESTION)

    check(doors, asyncio.run(ask()))


def test_a_stream_brings_the_evidence_before_the_first_word_and_each_annotation_once(
    doors: Doors,
) -> None:
    with client_of(doors) as client:
        events = list(client.responses.create(model="sourcebook", input=QUESTION, stream=True))
    kinds = [event.type for event in events]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert kinds.index("response.output_item.done") < kinds.index("response.output_text.delta")
    assert kinds.count("response.output_text.annotation.added") == 2
    assert kinds[-1] == "response.completed"
    words = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert words == f"{SENTENCE} [1]"
    last = events[-1]
    assert last.type == "response.completed"
    check(doors, last.response)


def test_the_official_accumulator_ends_with_the_same_response(doors: Doors) -> None:
    with (
        client_of(doors) as client,
        client.responses.stream(model="sourcebook", input=QUESTION) as stream,
    ):
        for _ in stream:
            pass
        check(doors, stream.get_final_response())


def test_an_async_stream_ends_with_the_same_response(doors: Doors) -> None:
    async def ask() -> Any:
        async with openai.AsyncOpenAI(base_url=f"{doors.url}/v1", api_key="none") as client:
            stream = await client.responses.create(model="sourcebook", input=QUESTION, stream=True)
            return [event async for event in stream][-1].response  # type: ignore[union-attr]

    check(doors, asyncio.run(ask()))


def test_a_refusal_is_a_completed_response(doors: Doors) -> None:
    with client_of(doors) as client:
        response = client.responses.create(model="sourcebook", input=REFUSED_QUESTION)
    assert response.status == "completed"
    assert response.output_text.startswith("Your articles do not answer this.")
    assert (response.model_extra or {})["sourcebook"]["abstained"] is True


def test_earlier_output_goes_in_again_as_history(doors: Doors) -> None:
    with client_of(doors) as client:
        first = client.responses.create(model="sourcebook", input=QUESTION)
        history: Any = [
            {"role": "user", "content": QUESTION},
            *[item.to_dict() for item in first.output],
            {"role": "user", "content": [{"type": "input_text", "text": "Who met there?"}]},
        ]
        second = client.responses.create(
            model="sourcebook", input=history, instructions="Say that it was Paris."
        )
    whole = (second.model_extra or {})["sourcebook"]
    assert whole["question"] == "Who met there?"
    assert "Geneva" in whole["standalone_question"]
    assert whole["ignored"] == ["instructions"]


def test_a_limit_of_tokens_makes_it_incomplete(doors: Doors) -> None:
    with client_of(doors) as client:
        response = client.responses.create(
            model="sourcebook", input=ORCHARD_QUESTION, max_output_tokens=3
        )
        *_, last = client.responses.create(
            model="sourcebook", input=ORCHARD_QUESTION, max_output_tokens=3, stream=True
        )
    assert response.status == "incomplete"
    assert response.incomplete_details is not None
    assert response.incomplete_details.reason == "max_output_tokens"
    assert response.output_text == "The orchard at"
    assert last.type == "response.incomplete"


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"background": True}, "background"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"text": {"format": {"type": "json_object"}}}, "text"),
        ({"input": []}, "input"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image"}]}]},
            "input.0.content",
        ),
    ],
)
def test_what_cannot_be_honoured_is_a_bad_request_that_names_it(
    doors: Doors, options: dict[str, Any], param: str
) -> None:
    request: dict[str, Any] = {"model": "sourcebook", "input": QUESTION, **options}
    with client_of(doors) as client, pytest.raises(openai.BadRequestError) as error:
        client.responses.create(**request)
    assert error.value.param == param
