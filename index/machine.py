"""What the processor can do, as far as it decides how a model is loaded; package versions."""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_SYSTEM = Path("/sys/devices/system/cpu")
_CPUINFO = Path("/proc/cpuinfo")
_MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")


def processor_fields(cpuinfo: Path = _CPUINFO) -> dict[str, str]:
    """Return what the system tells of the first processor: a field's name (as ``model name`` or
    ``flags``) -> its value. Empty where it tells nothing (macOS)."""
    fields: dict[str, str] = {}
    with contextlib.suppress(OSError):
        for line in cpuinfo.read_text("utf-8", "replace").splitlines():
            name, _, value = line.partition(":")
            fields.setdefault(name.strip(), value.strip())
    return fields


def features(cpuinfo: Path = _CPUINFO) -> frozenset[str]:
    """Return the feature flags of the first processor; empty where the system tells none."""
    return frozenset(_flags(processor_fields(cpuinfo)))


def physical_cores(system: Path = _SYSTEM) -> int:
    """Cores this process may use, hyper-threads of one core counted once.

    Matrix products gain nothing from a second thread on the same core. Where the system does not
    tell which threads share a core, every processor counts. psutil would count the cores of the
    whole machine: it is asked only where a process cannot be bound to some of them (macOS).
    """
    if not hasattr(os, "sched_getaffinity"):
        import psutil

        return psutil.cpu_count(logical=False) or os.cpu_count() or 1
    processors = os.sched_getaffinity(0)
    cores: set[str] = set()
    for number in processors:
        try:
            cores.add((system / f"cpu{number}/topology/thread_siblings_list").read_text("utf-8"))
        except OSError:
            return len(processors)
    return len(cores)


def has_amx(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether the processor has Intel's Advanced Matrix Extensions."""
    return any(name.startswith("amx") for name in features(cpuinfo))


def may_repack(machine: str | None = None) -> bool:
    """Whether llama.cpp may copy the weights into buffers laid out for the processor.

    Never on x86-64. There these buffers lead to ``ggml_backend_amx_mul_mat``, which takes the
    process down when GCC 12 compiled it (it drops stores to the tile configuration; llama.cpp
    issue 20824), and nobody can tell from outside how an installed llama.cpp was compiled. Nothing
    is lost by it: measured on an AVX-512 machine, prompts were read at 69 tokens/s without the
    buffers and 59 with, loading took 0.5 s instead of 1.2, and memory was 0.6 GB less.
    """
    return (machine or platform.machine()).lower() not in ("x86_64", "amd64")


def memory(limit_file: Path = _MEMORY_LIMIT) -> int | None:
    """Return the bytes of memory that this process may use, None where the system does not tell.

    Args:
        limit_file: holds what a container may use.
    """
    import psutil

    total = int(psutil.virtual_memory().total)
    with contextlib.suppress(OSError, ValueError):
        return min(total, int(limit_file.read_text("utf-8")))
    return total or None


@cache
def package_version(package: str) -> str | None:
    """Return the version of an installed package; None when it is not installed.

    It is cached: reading six of them takes 40 ms, and the record of each answer has them.
    """
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _flags(fields: Mapping[str, str]) -> list[str]:
    """Flags in the processor's order; ARM calls them features."""
    return (fields.get("flags") or fields.get("Features") or "").split()
