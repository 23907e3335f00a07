"""The examples of the README for the doors of others: each runs as it stands, at most ten lines."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from door_server import Doors, open_doors

README = Path(__file__).resolve().parents[3] / "README.md"
ADDRESS = "http://127.0.0.1:7861"
"""In the examples; here that of the test's own server."""

CHAT = """\
from openai import OpenAI

client = OpenAI(base_url="http://127.0.0.1:7861/v1", api_key="none")
question = {"role": "user", "content": "How long did the talks in Geneva last?"}
message = client.chat.completions.create(model="sourcebook", messages=[question]).choices[0].message
print(message.content)
for annotation in message.annotations:
    cited = annotation.url_citation
    print(message.content[cited.start_index : cited.end_index], cited.title, cited.url)
"""

RESPONSES = """\
from openai import OpenAI

client = OpenAI(base_url="http://127.0.0.1:7861/v1", api_key="none")
response = client.responses.create(
    model="sourcebook", input="How long did the talks in Geneva last?"
)
print(response.output_text)
print(response.output[0].results[0].text)  # the evidence
print(response.output[-1].content[0].annotations[0].url)
"""

MESSAGES = """\
from anthropic import Anthropic

client = Anthropic(base_url="http://127.0.0.1:7861", api_key="none")
question = {"role": "user", "content": "How long did the talks in Geneva last?"}
message = client.messages.create(model="sourcebook", max_tokens=500, messages=[question])
for block in message.content:
    print(block.text)
    for cited in block.citations or []:
        print(cited.document_title, cited.start_char_index, cited.end_char_index, cited.cited_text)
"""

ASK_HTTP = """\
curl -s http://127.0.0.1:7861/api/ask -H "content-type: application/json" \\
  -d '{"question": "How long did the talks in Geneva last?"}'
curl -sN http://127.0.0.1:7861/api/ask -H "content-type: application/json" \\
  -H "accept: text/event-stream" -d '{"question": "How long did the talks in Geneva last?"}'
"""

VERIFY_HTTP = """\
curl -s http://127.0.0.1:7861/api/verify -H "content-type: application/json" \\
  -d '{"text": "The talks in Geneva lasted about eight hours."}'
"""

_MAIN = "from sourcebook.ui.cli import main; main()"

VERIFY_COMMAND = """\
sourcebook verify draft.md            # 0: every sentence is supported; 3: one is not
sourcebook verify --text "The talks in Geneva lasted about eight hours." --json
"""


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with open_doors(tmp_path_factory.mktemp("doors")) as opened:
        yield opened


@pytest.mark.parametrize("code", [CHAT, RESPONSES, MESSAGES])
def test_the_example_in_python_prints_the_answer_and_its_source(doors: Doors, code: str) -> None:
    assert len(code.splitlines()) <= 10
    printed = io.StringIO()
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(printed):
        exec(code.replace(ADDRESS, doors.url), names)
    names["client"].close()  # type: ignore[attr-defined]
    assert "eight hours" in printed.getvalue()
    assert "Talks" in printed.getvalue() or "/api/read?" in printed.getvalue()


@pytest.mark.parametrize(
    "example", [CHAT, RESPONSES, MESSAGES, ASK_HTTP, VERIFY_HTTP, VERIFY_COMMAND]
)
def test_the_example_stands_in_the_readme(example: str) -> None:
    assert example in README.read_text("utf-8")


def run_in_shell(example: str, doors: Doors) -> str:
    """Return what the commands of an example print."""
    words = ["sh", "-c", example.replace(ADDRESS, doors.url)]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_example_over_http_prints_the_answer_and_its_events(doors: Doors) -> None:
    whole, _, events = run_in_shell(ASK_HTTP, doors).partition("event: evidence")
    answer = json.loads(whole)
    assert "eight hours" in answer["text"]
    assert answer["citations"][0]["quote"] in doors.text_of(
        answer["citations"][0]["document"]["id"]
    )
    streamed = json.loads(events.rpartition("event: answer\ndata: ")[2])
    assert streamed["text"] == answer["text"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_example_of_verification_over_http_is_supported(doors: Doors) -> None:
    assert json.loads(run_in_shell(VERIFY_HTTP, doors))["supported"] is True


@pytest.mark.slow
def test_the_example_of_verification_in_a_shell_ends_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER", "hash")
    with open_doors(tmp_path) as doors:
        folder = doors.library.folder
    monkeypatch.setenv("SOURCEBOOK_LIBRARY", str(folder))
    (tmp_path / "draft.md").write_text("The talks in Geneva lasted about two hours.\n", "utf-8")
    statuses = [
        subprocess.run(
            [sys.executable, "-c", _MAIN, *_words(line)],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        ).returncode
        for line in VERIFY_COMMAND.splitlines()
    ]
    assert statuses == [3, 0]


def _words(line: str) -> list[str]:
    return shlex.split(line, comments=True)[1:]
