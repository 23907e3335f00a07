"""`serve --offline` and `chat --offline` in a network namespace that has nothing but loopback.

What the process and its children do with sockets is written down by strace: every address that is
connected or sent to is one of this machine, and no name is looked up. The namespace itself counts
what leaves it: it has one device, the loopback.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sourcebook.index import Library
from sourcebook.index.embedding.base import Embedder

# What runs inside the namespace: a server is started under strace, and asked.
INSIDE = r"""
import json, os, re, signal, subprocess, sys, time, urllib.error, urllib.request

command, library, trace = sys.argv[1:4]
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
server = subprocess.Popen(
    ["strace", "-f", "--seccomp-bpf", "-qq", "-o", trace,
     "-e", "trace=connect,sendto,sendmsg,sendmmsg",
     sys.executable, "-c", "from sourcebook.ui.cli import main; main()",
     command, "--offline", "--library", library, "--port", "0"],
    stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    start_new_session=True,
)
try:
    lines = iter(server.stdout.readline, "")
    url = next(found[0] for line in lines if (found := re.search(r"http://[\d.]+:\d+", line)))

    def request(path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        asked = urllib.request.Request(url + path, data, headers)
        try:
            with urllib.request.urlopen(asked, timeout=300) as reply:
                return reply.status, json.loads(reply.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    while request("/ready")[0] != 200:
        time.sleep(0.2)
    question = "How long did the talks of Sherman and Ryabkov in Geneva last?"
    answer = request("/api/ask", {"question": question})[1]
    added = request("/api/documents", {"urls": ["https://example.org/article"]})[1]
    job = added
    while job["state"] not in ("complete", "failed", "stopped"):
        time.sleep(0.2)
        job = request(added["address"])[1]
    devices = [line.split(":")[0].strip() for line in open("/proc/net/dev").readlines()[2:]]
    print(json.dumps({"text": answer["text"], "quotes": len(answer["citations"]), "job": job,
                      "devices": devices}))
finally:
    os.killpg(server.pid, signal.SIGTERM)
    server.wait(60)
"""

_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')


def _can_isolate() -> bool:
    if not all(map(shutil.which, ("unshare", "strace", "ip"))):
        return False
    for words in (
        ["unshare", "-n", "true"],
        ["strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "true"],
    ):
        if subprocess.run(words, capture_output=True, check=False).returncode:
            return False
    return True


@pytest.mark.real
@pytest.mark.parametrize("command", ["serve", "chat"])
def test_an_answer_needs_no_packet_but_those_of_loopback(
    command: str, tmp_path: Path, real_embedder: Embedder
) -> None:
    if not _can_isolate():
        pytest.skip("needs unshare -n, strace and ip")
    library, trace = tmp_path / "sample.library", tmp_path / "trace"
    with Library.open(library, embedder=real_embedder) as opened:
        opened.add_sample()
    words = ["unshare", "-n", sys.executable, "-c", INSIDE, command, str(library), str(trace)]
    result = subprocess.run(words, capture_output=True, text=True, check=False, timeout=900)
    assert result.returncode == 0, result.stderr
    outcome = json.loads(result.stdout.splitlines()[-1])
    assert "eight hours" in outcome["text"]
    assert outcome["quotes"] >= 1
    # The URL was not fetched, and said why.
    assert "offline" in json.dumps(outcome["job"])
    assert outcome["devices"] == ["lo"]

    calls = trace.read_text("utf-8", "replace").splitlines()
    places = {a or b for line in calls for a, b in _ADDRESS.findall(line)}
    assert places <= {"127.0.0.1", "::1", "0.0.0.0"}
    assert not [line for line in calls if "htons(53)" in line or "nscd" in line]
