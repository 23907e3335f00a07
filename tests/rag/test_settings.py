"""Settings written back to their file: what else stands there stays, and nothing is half done."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index.errors import SettingsError
from sourcebook.rag import Settings
from sourcebook.rag.settings import environment_variables, save, settings_file


def test_a_first_setting_makes_the_file() -> None:
    save({"strictness": "strict", "threads": 3, "offline": True})
    assert settings_file().read_text() == 'strictness = "strict"\nthreads = 3\noffline = true\n'
    loaded = Settings.load()
    assert (loaded.strictness, loaded.threads, loaded.offline) == ("strict", 3, True)


def test_comments_and_other_keys_stay_as_they_are() -> None:
    settings_file().write_text(
        "# mine\nhits = 5  # few\n  unsupported = 'drop' # drop!\nthreads = 2", "utf-8"
    )
    save({"unsupported": "mark", "offline": True})
    assert settings_file().read_text() == (
        '# mine\nhits = 5  # few\n  unsupported = "mark" # drop!\nthreads = 2\noffline = true\n'
    )


def test_a_setting_of_an_earlier_version_is_no_error() -> None:
    settings_file().write_text('length = "full"\nhits = 5\n', "utf-8")
    assert Settings.load() == Settings(hits=5)
    save({"threads": 2})
    assert settings_file().read_text() == 'length = "full"\nhits = 5\nthreads = 2\n'


def test_none_leaves_a_setting_to_its_default() -> None:
    settings_file().write_text('strictness = "strict"\nhits = 5\n')
    save({"strictness": None, "threads": None})
    assert settings_file().read_text() == "hits = 5\n"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"threads": 0}, "'threads'"),
        ({"threads": "many"}, "'threads'"),
        ({"strictness": "lenient"}, "'strictness'"),
        ({"colour": "red"}, "'colour'"),
    ],
)
def test_a_value_that_cannot_be_used_is_one_line_and_changes_nothing(
    changes: dict[str, object], message: str
) -> None:
    settings_file().write_text("hits = 5\n")
    with pytest.raises(SettingsError, match=message) as caught:
        save(changes)
    assert "\n" not in str(caught.value)
    assert settings_file().read_text() == "hits = 5\n"


def test_a_key_inside_a_text_of_several_lines_is_part_of_that_text() -> None:
    layout = 'language_model = """\nunsupported = "mark"\n"""\n"hits" = 5\n'
    settings_file().write_text(layout)
    save({"unsupported": "drop", "hits": 6})
    loaded = Settings.load()
    assert (loaded.language_model, loaded.unsupported) == ('unsupported = "mark"\n', "drop")
    assert loaded.hits == 6
    assert settings_file().read_text().startswith(layout.removesuffix("5\n"))


def test_a_broken_file_is_not_overwritten() -> None:
    settings_file().write_text("hits = = 5\n")
    with pytest.raises(SettingsError, match="cannot be read as TOML"):
        save({"threads": 2})
    assert settings_file().read_text() == "hits = = 5\n"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("hits = 5\n")
    settings_file().symlink_to(real)
    save({"threads": 2})
    assert settings_file().is_symlink()
    assert real.read_text() == "hits = 5\nthreads = 2\n"


def test_what_a_variable_decides_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "unsupported" not in environment_variables()
    monkeypatch.setenv("SOURCEBOOK_UNSUPPORTED", "drop")
    assert environment_variables()["unsupported"] == "SOURCEBOOK_UNSUPPORTED"
    assert "library" not in environment_variables()


@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_name_of_a_model_comes_back_as_it_was(name: str) -> None:
    place = settings_file().with_name("any.toml")
    place.write_text("hits = 5\n")
    save({"language_model": name}, place)
    assert tomllib.loads(place.read_text("utf-8")) == {"hits": 5, "language_model": name}
