"""Compile llama-cpp-python for this machine, and keep the wheel for the next time.

It comes as source only, and compiling takes minutes, so a wheel is kept in the user's cache under
the hash of all it depends on: another clone finds it, another processor or compiler does not.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .commands import LOG, PYTHON, ROOT, SetupFailed, run

# GCC drops the stores to AMX's tile configuration, and the process dies at the first question
# (llama.cpp issue 20824). Without these two all the rest, AVX-512 included, stays as it is.
NO_AMX = ("-mno-amx-tile", "-mno-amx-int8")

# The part for images is a quarter of the files to compile, and nothing here uses it.
NO_IMAGES = "-DLLAVA_BUILD=OFF"


@dataclass(frozen=True)
class LlamaBuild:
    """One way to compile llama-cpp-python. The wheels of equal builds are interchangeable."""

    version: str
    cmake_args: str
    compiler: str
    processor: str
    python: str

    @property
    def key(self) -> str:
        """The name of the wheel's folder in the cache."""
        parts = (self.version, self.cmake_args, self.compiler, self.processor, self.python)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    def wheel(self) -> Path | None:
        """Return the wheel of an earlier build, None where there is none."""
        return next(cache_folder().glob(f"{self.key}/*.whl"), None)

    def compile(self) -> Path:
        """Compile in a folder aside, and put the wheel in the cache by one rename.

        Raises:
            SetupFailed: with what to do.
        """
        cache_folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="building-") as aside:
            command = [str(PYTHON), "-m", "pip", "wheel", "--verbose", "--no-deps", "--no-input"]
            # Not from pip's cache, which may hold a wheel built with other flags.
            command += ["--no-cache-dir", "--no-binary=llama-cpp-python", f"--wheel-dir={aside}/w"]
            env = {"CMAKE_ARGS": self.cmake_args}
            if "CMAKE_BUILD_PARALLEL_LEVEL" not in os.environ:
                env["CMAKE_BUILD_PARALLEL_LEVEL"] = str(os.cpu_count() or 1)
            run([*command, f"llama-cpp-python=={self.version}"], env)
            shutil.rmtree(cache_folder() / self.key, ignore_errors=True)
            Path(aside, "w").rename(cache_folder() / self.key)
        wheel = self.wheel()
        if wheel is None:
            raise SetupFailed(f"pip made no wheel of llama-cpp-python (log: {LOG.name})")
        return wheel


def llama_build() -> LlamaBuild:
    """Return how llama-cpp-python is compiled on this machine."""
    words = compiler()
    return LlamaBuild(
        version=pinned_version((ROOT / "pyproject.toml").read_text("utf-8")),
        cmake_args=cmake_args(
            amx_flags(platform.machine(), _accepts), os.environ.get("CMAKE_ARGS", "")
        ),
        compiler=_first_line([*words, "--version"]) if words else "",
        processor=_processor(),
        python=f"{sys.implementation.cache_tag}-{platform.system()}-{platform.machine()}",
    )


def pinned_version(pyproject: str) -> str:
    """Return the version of llama-cpp-python, which stands in pyproject.toml alone."""
    match = re.search(r'"llama-cpp-python==([^"]+)"', pyproject)
    if not match:
        raise SetupFailed("pyproject.toml pins no llama-cpp-python: put the line back")
    return match[1]


def compiler() -> list[str] | None:
    """Return the C++ compiler that cmake would take, as a command; None without one."""
    for words in (os.environ.get("CXX", "").split(), ["c++"], ["g++"], ["clang++"]):
        if words and shutil.which(words[0]):
            return words
    return None


def amx_flags(machine: str, accepts: Callable[[Sequence[str]], bool]) -> tuple[str, ...]:
    """Return the flags that leave AMX out, for processors of the kind that can have it.

    A compiler too old to accept the flags cannot produce AMX code either.
    """
    x86 = machine.lower() in {"x86_64", "amd64"}
    return NO_AMX if x86 and accepts(NO_AMX) else ()


def cmake_args(flags: Sequence[str], own: str) -> str:
    """Return CMAKE_ARGS with ``flags`` for C and C++; the person's ``own`` come last and win."""
    flags_text = " ".join(flags)
    options = [f"-DCMAKE_{language}_FLAGS='{flags_text}'" for language in ("C", "CXX") if flags]
    return " ".join([NO_IMAGES, *options, own]).strip()


def cache_folder() -> Path:
    """Return the folder of the compiled wheels."""
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "sourcebook" / "llama-cpp-python"


def _accepts(flags: Sequence[str]) -> bool:
    command = [*(compiler() or ["c++"]), *flags, "-x", "c++", "-fsyntax-only", os.devnull]
    with contextlib.suppress(OSError):
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False


def _first_line(command: Sequence[str]) -> str:
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    return next(iter(process.stdout.splitlines()), "")


def _processor() -> str:
    """What code compiled for this very processor depends on."""
    with contextlib.suppress(OSError):
        for row in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if row.startswith(("flags", "Features")):
                return row
    return platform.processor() or platform.machine()
