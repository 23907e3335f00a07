"""Libraries are models, and their embedder embeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from door_server import Doors
from late import late_import

if TYPE_CHECKING:
    import openai
else:
    openai = late_import("openai")


@pytest.fixture
def client(doors: Doors) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{doors.url}/v1", api_key="none", max_retries=0) as opened:
        yield opened


def test_each_library_is_a_model_and_the_default_one_has_the_short_name(
    client: openai.OpenAI,
) -> None:
    names = [model.id for model in client.models.list()]
    assert names == ["sourcebook", "sourcebook/door.library"]
    for name in names:
        model = client.models.retrieve(name)
        assert (model.id, model.object) == (name, "model")
        assert model.created > 1_700_000_000
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-5")


def test_vectors_are_the_embedder_s_in_both_encodings(doors: Doors, client: openai.OpenAI) -> None:
    texts = ["Talks in Geneva", "Balloons 😀"]
    ours = doors.library.embedder.embed(texts)
    # Without a format the client itself asks for base64 and decodes it.
    for options in ({}, {"encoding_format": "float"}):
        extra: dict[str, Any] = dict(options)
        response = client.embeddings.create(model="sourcebook", input=texts, **extra)
        assert [entry.index for entry in response.data] == [0, 1]
        np.testing.assert_array_equal(
            np.asarray([entry.embedding for entry in response.data], np.float32), ours
        )
        assert response.usage.total_tokens == 5


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"dimensions": 100}, "dimensions"),
        ({"input": [[1, 2]]}, "input"),
        ({"input": [1, 2]}, "input"),
        ({"input": []}, "input"),
        ({"input": ""}, "input.0"),
    ],
)
def test_what_cannot_be_embedded_is_a_bad_request(
    client: openai.OpenAI, options: dict[str, Any], param: str
) -> None:
    request: dict[str, Any] = {"model": "sourcebook", "input": "a", **options}
    with pytest.raises(openai.BadRequestError) as error:
        client.embeddings.create(**request)
    assert error.value.param == param


def test_its_own_dimension_may_be_named(doors: Doors, client: openai.OpenAI) -> None:
    own = doors.library.embedder.dimension
    response = client.embeddings.create(model="sourcebook", input="a", dimensions=own)
    assert len(response.data[0].embedding) == own
