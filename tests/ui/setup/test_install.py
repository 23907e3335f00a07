"""The set-up: its message when something fails, what it does again, how it compiles."""

import importlib.metadata
import runpy
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from sourcebook.ui.setup import commands, install
from sourcebook.ui.setup.commands import SetupFailed, explain
from sourcebook.ui.setup.llama_build import (
    NO_AMX,
    LlamaBuild,
    amx_flags,
    cmake_args,
    pinned_version,
)

ROOT = Path(__file__).resolve().parents[3]


# --- failures become one line ---------------------------------------------------------------------


# What pip says without a network: its last line is misleading.
UNREACHABLE = """\
WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError: Name or service
ERROR: Could not find a version that satisfies the requirement torch==2.13.0 (from versions: none)
ERROR: No matching distribution found for torch==2.13.0
"""


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "make room"),
        ("g++: fatal error: Killed signal terminated program cc1plus", "PARALLEL_LEVEL=1"),
        (UNREACHABLE, "check the network"),
        ("ssl.SSLCertVerificationError: CERTIFICATE_VERIFY_FAILED", "PIP_CERT"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "damaged"),
        ("No CMAKE_CXX_COMPILER could be found.", "apt install g++ make"),
        ("CMake Error: CMAKE_C_COMPILER not set, after EnableLanguage", "apt install g++ make"),
        ("error: [Errno 13] Permission denied: '/opt/x'", "may not be written"),
        ("ERROR: No matching distribution found for torch==2.13.0", "no torch==2.13.0 for Python"),
        ("fine\nggml.c:7: error: expected ';'\nmore", "ggml.c:7: error: expected ';'"),
        ("", "a command failed"),
    ],
)
def test_a_failure_becomes_one_line_that_says_what_to_do(output: str, advice: str) -> None:
    message = explain(output)
    assert advice in message
    assert "make setup" in message
    assert "\n" not in message


def test_a_compiler_that_was_found_is_not_called_missing() -> None:
    log = "-- The CXX compiler identification is GNU 12.2.0\nmain.cpp:1: error: no such header"
    assert explain(log).startswith("main.cpp:1: error: no such header")


# --- stamps ---------------------------------------------------------------------------------------


INPUTS = {"environment": "e", "packages": "p", "llama": "l"}


@pytest.fixture
def stamps(tmp_path: Path) -> Path:
    """The stamps of a set-up that is finished."""
    for step, inputs in INPUTS.items():
        (tmp_path / step).write_text(inputs)
    return tmp_path


@pytest.mark.parametrize(
    ("change", "steps"),
    [
        ({}, []),
        ({"packages": "another lock"}, ["packages"]),
        ({"environment": "another Python"}, ["environment", "packages", "llama"]),
    ],
)
def test_a_step_is_done_again_when_its_inputs_change(
    stamps: Path, change: dict[str, str], steps: list[str]
) -> None:
    assert install.unfinished({**INPUTS, **change}, stamps) == steps


def test_without_its_stamp_or_its_environment_a_step_is_not_done(stamps: Path) -> None:
    (stamps / "llama").unlink()
    assert install.unfinished(INPUTS, stamps) == ["llama"]
    assert install.unfinished(INPUTS, stamps / "absent") == list(INPUTS)


def test_interrupted_packages_begin_with_a_new_environment(stamps: Path) -> None:
    (stamps / "packages").unlink()  # pip would take half a package for a whole one
    assert install.unfinished(INPUTS, stamps) == list(INPUTS)


def test_an_interrupted_step_goes_on_where_it_was(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`set_up` itself, with steps that only write down their names; the third is interrupted."""
    work: list[str] = []
    ends: list[type[BaseException]] = [KeyboardInterrupt]

    def do(step: str) -> None:
        install.STAMPS.mkdir(parents=True, exist_ok=True)
        work.append(step)
        if step == "llama" and ends:
            raise ends.pop()

    script = machine / ".venv" / "bin" / "sourcebook"
    monkeypatch.setattr(install, "do", do)
    with pytest.raises(KeyboardInterrupt):
        install.set_up()
    assert work == ["environment", "packages", "llama"]
    script.parent.mkdir()
    script.symlink_to("/bin/true")
    assert install.set_up() == 0
    assert work == ["environment", "packages", "llama", "llama", "sourcebook"]
    assert install.set_up() == 0
    assert len(work) == 5


def test_a_hash_tells_apart_where_one_part_ends_and_the_next_begins() -> None:
    assert install.fingerprint("ab", "c") != install.fingerprint("a", "bc")


# --- compiling ------------------------------------------------------------------------------------


def yes(_: Sequence[str]) -> bool:
    return True


def no(_: Sequence[str]) -> bool:
    return False


@pytest.mark.parametrize("machine", ["x86_64", "AMD64"])
def test_amx_is_left_out_on_x86(machine: str) -> None:
    assert amx_flags(machine, yes) == NO_AMX == ("-mno-amx-tile", "-mno-amx-int8")
    assert amx_flags(machine, no) == ()


@pytest.mark.parametrize("machine", ["aarch64", "arm64", "ppc64le"])
def test_other_processors_are_not_given_flags_their_compilers_refuse(machine: str) -> None:
    assert amx_flags(machine, yes) == ()


def test_both_languages_get_the_flags_and_ones_own_arguments_come_last() -> None:
    assert cmake_args(("-a", "-b"), "-DGGML_CUDA=on") == (
        "-DLLAVA_BUILD=OFF -DCMAKE_C_FLAGS='-a -b' -DCMAKE_CXX_FLAGS='-a -b' -DGGML_CUDA=on"
    )
    assert cmake_args((), "") == "-DLLAVA_BUILD=OFF"


def test_every_input_of_a_build_gives_another_wheel() -> None:
    build = LlamaBuild("0.3.36", "-DX=1", "g++ 12", "avx2", "cpython-311")
    variants = [
        replace(build, version="0.3.37"),
        replace(build, cmake_args=""),
        replace(build, compiler="g++ 13"),
        replace(build, processor="avx512"),
        replace(build, python="cpython-312"),
    ]
    assert len({variant.key for variant in [build, *variants]}) == 6
    assert replace(build).key == build.key


def test_the_version_of_llama_stands_in_pyproject_alone() -> None:
    assert pinned_version((ROOT / "pyproject.toml").read_text()).count(".") == 2
    assert "llama-cpp-python" not in locked_versions()
    with pytest.raises(SetupFailed, match="pyproject"):
        pinned_version('dependencies = ["llama-cpp-python"]')


# --- the lock -------------------------------------------------------------------------------------


def test_the_lock_keeps_its_comment_and_leaves_out_what_is_not_an_index_s() -> None:
    names = {"torch": "2.13.0+cpu", "Jinja2": "3.1.6", "llama_cpp_python": "0.3.36"}
    names["sourcebook"] = "0.1.0"
    report = {"install": [{"metadata": {"name": n, "version": v}} for n, v in names.items()]}
    lock_text = runpy.run_path(str(ROOT / "tests/tools/write_lock.py"))["lock_text"]
    assert lock_text("# Kept.\nold==1\n", report) == "# Kept.\nJinja2==3.1.6\ntorch==2.13.0\n"


def locked_versions() -> dict[str, str]:
    """Return the version of each package of requirements.lock by its canonical name."""
    rows = (ROOT / "requirements.lock").read_text().splitlines()
    pins = (row.split("==") for row in rows if not row.startswith("#"))
    return {canonicalize_name(name): version for name, version in pins}


def test_every_direct_dependency_is_in_the_lock_at_its_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = project["dependencies"] + project["optional-dependencies"]["dev"]
    locked = locked_versions()
    direct_names = {canonicalize_name(Requirement(pin).name) for pin in direct}
    assert all("==" in pin for pin in direct)
    assert direct_names - {"llama-cpp-python"} <= locked.keys()
    for pin in direct:
        requirement = Requirement(pin)
        version = locked.get(canonicalize_name(requirement.name))
        assert version is None or requirement.specifier.contains(version)


def test_what_every_dependency_needs_is_in_the_lock() -> None:
    """pip 23 overlooked justext's lxml[html_clean]: read what the packages themselves ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    queue = [
        Requirement(p) for p in project["dependencies"] + project["optional-dependencies"]["dev"]
    ]
    needed: set[tuple[str, frozenset[str]]] = set()
    while queue:
        requirement = queue.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in needed:
            continue
        needed.add(key)
        extras = {canonicalize_name(extra) for extra in requirement.extras}
        for line in importlib.metadata.requires(requirement.name) or ():
            child = Requirement(line)
            marker = child.marker
            if marker is None or any(marker.evaluate({"extra": e}) for e in extras | {""}):
                queue.append(child)
    assert {name for name, _ in needed} - locked_versions().keys() == {"llama-cpp-python"}


# --- as it is run ---------------------------------------------------------------------------------


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    monkeypatch.setattr(commands, "LOG", tmp_path / "setup.log")
    return tmp_path / "setup.log"


def test_a_failed_command_says_why_and_where_its_output_is(log: Path) -> None:
    script = "import sys; print('OSError: [Errno 28]'); sys.exit(1)"
    with pytest.raises(SetupFailed, match=r"disk is full.*\(log: setup\.log\)"):
        commands.run([sys.executable, "-c", script])
    assert "[Errno 28]" in log.read_text()


def test_an_interrupted_command_is_ended(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import time; print('started', flush=True); time.sleep(60)"

    def interrupt(line: str) -> None:
        if line == "started\n":
            raise KeyboardInterrupt

    monkeypatch.setattr(commands, "show", interrupt)
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        commands.run([sys.executable, "-c", script])
    assert time.monotonic() - start < 30
    assert "started" in log.read_text()


def test_it_runs_on_a_bare_python() -> None:
    process = subprocess.run(
        # -S: without site-packages, as on a machine where nothing is installed yet.
        [sys.executable, "-S", "-c", "from ui.setup import install; print(install.STEPS)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    assert "packages" in process.stdout


def test_a_terminating_signal_counts_as_an_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def set_up() -> int:
        signal.raise_signal(signal.SIGTERM)
        return 0

    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    monkeypatch.setattr(install, "set_up", set_up)
    monkeypatch.setattr(sys, "argv", ["install"])
    try:
        assert install.main() == 130
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert "goes on where it was" in capsys.readouterr().err


# --- what is found in the first second ------------------------------------------------------------


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, on a machine that has everything."""
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install, "STAMPS", tmp_path / ".venv" / ".setup")
    monkeypatch.setattr(install, "disk_usage", lambda _: SimpleNamespace(free=20e9))
    monkeypatch.setattr(install, "compiler", lambda: ["c++"])
    monkeypatch.setattr(install, "find_spec", lambda _: "a module")
    return tmp_path


ALL_STEPS = ["environment", "packages", "llama", "sourcebook"]


def test_a_machine_that_has_everything_is_let_through(machine: Path) -> None:
    install.check_machine(ALL_STEPS, wheel=None)
    assert list(machine.iterdir()) == []


def test_an_environment_made_by_somebody_else_is_not_touched(machine: Path) -> None:
    (machine / ".venv").mkdir()
    with pytest.raises(SetupFailed, match=r"\.venv was not made by this set-up: move it away"):
        install.check_machine(ALL_STEPS, wheel=None)


def test_a_missing_venv_module_is_named(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "find_spec", lambda _: None)
    with pytest.raises(SetupFailed, match="apt install python3-venv"):
        install.check_machine(ALL_STEPS, wheel=None)
    install.check_machine(["packages"], wheel=None)


def test_a_compiler_is_asked_for_only_where_something_is_compiled(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "compiler", lambda: None)
    with pytest.raises(SetupFailed, match=r"apt install g\+\+ make"):
        install.check_machine(ALL_STEPS, wheel=None)
    install.check_machine(ALL_STEPS, wheel=machine / "llama.whl")
    install.check_machine(["sourcebook"], wheel=None)


@pytest.mark.parametrize(("todo", "needed"), [(ALL_STEPS, 8), (["llama"], 2)])
def test_a_disk_too_small_is_told_how_much_is_needed(
    machine: Path, monkeypatch: pytest.MonkeyPatch, todo: list[str], needed: int
) -> None:
    monkeypatch.setattr(install, "disk_usage", lambda _: SimpleNamespace(free=(needed - 0.1) * 1e9))
    with pytest.raises(SetupFailed, match=rf"needs {needed} GB of disk.*has {needed - 0.1:.1f}"):
        install.check_machine(todo, wheel=None)
    install.check_machine([], wheel=None)
