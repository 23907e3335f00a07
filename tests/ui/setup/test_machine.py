"""The buffers that lead into llama.cpp's AMX code are never asked for on x86-64."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from sourcebook.index.machine import (
    features,
    has_amx,
    may_repack,
    physical_cores,
    processor_fields,
)

SAPPHIRE_RAPIDS = "processor\t: 0\nflags\t\t: fpu avx512f amx_bf16 avx512_fp16 amx_tile amx_int8\n"
CASCADE_LAKE = "processor\t: 0\nflags\t\t: fpu avx2 avx512f avx512_vnni\n"


@pytest.mark.parametrize("machine", ["x86_64", "AMD64"])
def test_no_extra_buffers_on_x86_64_however_llama_cpp_was_built(machine: str) -> None:
    assert not may_repack(machine)


@pytest.mark.parametrize("machine", ["aarch64", "arm64"])
def test_other_processors_may_use_them(machine: str) -> None:
    assert may_repack(machine)


def test_amx_is_recognised(tmp_path: Path) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text(SAPPHIRE_RAPIDS)
    assert has_amx(file)
    file.write_text(CASCADE_LAKE)
    assert not has_amx(file)
    assert "avx512_vnni" in features(file)
    assert features(tmp_path / "absent") == frozenset()


def test_threads_of_one_core_count_once(tmp_path: Path) -> None:
    import os

    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("this system does not tell which processors are ours")
    for number in os.sched_getaffinity(0):
        place = tmp_path / f"cpu{number}" / "topology"
        place.mkdir(parents=True)
        (place / "thread_siblings_list").write_text("0-63\n")
    assert physical_cores(tmp_path) == 1
    assert physical_cores(tmp_path / "absent") == len(os.sched_getaffinity(0))


def test_without_an_affinity_psutil_counts_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert physical_cores() == (psutil.cpu_count(logical=False) or os.cpu_count())


def test_the_first_processor_is_the_one_described(tmp_path: Path) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text("model name\t: Xeon\nflags\t\t: fpu\n\nmodel name\t: Other\nflags\t\t: amx\n")
    assert processor_fields(file)["model name"] == "Xeon"
    assert features(file) == {"fpu"}
    file.write_text("processor\t: 0\nFeatures\t: fp i8mm\n")
    assert features(file) == {"fp", "i8mm"}
    assert processor_fields(tmp_path / "absent") == {}
