"""Settings from a TOML file and the environment; unknown keys are refused."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sourcebook.index.errors import SettingsError
from sourcebook.index.model_server import ServerAddress, is_address
from sourcebook.index.paths import write_atomically
from sourcebook.index.weights.files import DEFAULT_EMBEDDER, DEFAULT_LANGUAGE_MODEL

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

Strictness = Literal["strict", "balanced", "eager"]

_PREFIX = "SOURCEBOOK_"
_NOT_SETTINGS = {
    *("CACHE", "LIBRARIES", "LIBRARY", "MODELS", "SETTINGS"),
    *("LANGUAGE_MODEL_KEY", "EMBEDDER_KEY"),
}
"""Variables with our prefix that say where things lie, and the keys of model servers, which are
never written down."""

_FORMER_KEYS = {"length"}
"""Settings of earlier versions: whatever they say counts nothing."""


class Settings(BaseModel):
    """What can be chosen: keys of ``settings.toml``, or variables ``SOURCEBOOK_<KEY>``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language_model: str = Field(
        default=DEFAULT_LANGUAGE_MODEL,
        description="A known model's name, the path of a GGUF file, hf:OWNER/REPO/FILE.gguf, or "
        "http://host:8000/v1#name on a server that speaks OpenAI's protocol. The key of a server "
        "stands in the environment, as SOURCEBOOK_LANGUAGE_MODEL_KEY.",
    )
    embedder: str | None = Field(
        default=None,
        description="A known embedder's name, the path of a sentence-transformers folder, or "
        "http://host:8000/v1#name, whose key is SOURCEBOOK_EMBEDDER_KEY. "
        f"By default the one a library was made with, {DEFAULT_EMBEDDER} for a new one.",
    )
    context_size: int = Field(
        default=4096, ge=512, description="Tokens of prompt and reply together."
    )
    threads: int | None = Field(
        default=None,
        ge=1,
        le=1024,
        description="Threads of the language model; by default one a core.",
    )
    server_timeout: int = Field(
        default=120,
        ge=1,
        le=3600,
        description="Seconds within which a model server must begin a reply, and go on.",
    )
    server_questions: int = Field(
        default=4, ge=1, le=256, description="Questions that a model server is asked at once."
    )
    state_memory: int = Field(
        default=128,
        ge=0,
        description="MiB of memory for prompts already read, about 7 each: asked again, they are "
        "answered sooner. 0 keeps none.",
    )
    state_disk: int = Field(
        default=256,
        ge=0,
        description="MiB of disk for the same, across restarts, readable by you alone. They hold "
        "what excerpts of your articles say. 0 keeps none.",
    )
    hits: int = Field(default=8, ge=1, le=100, description="Passages that evidence is chosen from.")
    evidence_tokens: int = Field(
        default=450, ge=50, description="Tokens of evidence in the prompt; fewer answer sooner."
    )
    answer_tokens: int = Field(default=120, ge=8, description="Tokens an answer has at most.")
    strictness: Strictness = Field(
        default="balanced",
        description="How sure an answer must be: strict refuses more, eager answers more.",
    )
    unsupported: Literal["mark", "drop"] = Field(
        default="drop",
        description="What becomes of an answer sentence that no source supports.",
    )
    offline: bool = Field(
        default=False,
        description="Fetch nothing, also where a URL is added, and use model servers on this "
        "machine alone. Without it only URLs that you give, and what feeds and sitemaps among them "
        "list, are fetched.",
    )
    answer_above: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="For programs: the probability itself that an answer needs, in place of "
        "strictness.",
    )
    calibration: Path | None = Field(
        default=None,
        description="File that `sourcebook eval calibrate` wrote; by default the one shipped.",
    )

    @model_validator(mode="before")
    @classmethod
    def _without_former(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """A file that still holds a setting of an earlier version is no error."""
        return {key: value for key, value in values.items() if key not in _FORMER_KEYS}

    @model_validator(mode="after")
    def _with_usable_servers(self) -> Settings:
        """An address holds no secret, and is on this machine where nothing else may be reached."""
        for name in (self.language_model, self.embedder):
            if name and is_address(name):
                try:
                    address = ServerAddress.parse(name)
                    if self.offline:
                        address.check_offline()
                except SettingsError as error:
                    raise ValueError(str(error)) from None
        return self

    def updated(self, changes: Mapping[str, object]) -> Settings:
        """Return these settings with changes. Raises SettingsError: they do not fit together.

        Args:
            changes: a value for each key that is changed.
        """
        try:
            return type(self).model_validate({**self.model_dump(), **changes})
        except ValidationError as error:
            raise SettingsError(describe_error(error, settings_file())) from None

    @classmethod
    def load(cls, file: Path | None = None) -> Settings:
        """Settings of ``file`` (default: ``$SOURCEBOOK_SETTINGS``, else ``settings.toml`` in the
        user's configuration folder), with the environment's on top.

        Raises:
            SettingsError: a key is unknown or a value cannot be used; it names both.
        """
        path = file or settings_file()
        values = {**read_file(path), **_from_environment()}
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise SettingsError(describe_error(error, path)) from None


def describe_error(error: ValidationError, path: Path) -> str:
    """Return the first error in settings as one line."""
    first = error.errors()[0]
    if first["type"] == "value_error" and not first["loc"]:
        return f"{first['ctx']['error']} (set in {path} or as a variable {_PREFIX}...)"
    name = ".".join(map(str, first["loc"])) or "settings"
    names = ", ".join(Settings.model_fields)
    remedy = f"known are: {names}" if first["type"] == "extra_forbidden" else "correct it"
    return (
        f"setting {name!r} (in {path} or as {_PREFIX}{name.upper()}): "
        f"{first['msg'].lower()}; {remedy}"
    )


def read_file(path: Path) -> dict[str, Any]:
    """Return the keys and values of a settings file, none without a file. Raises SettingsError."""
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read as TOML: {error}") from None


def environment_variables() -> dict[str, str]:
    """Return the settings that environment variables decide: key -> name of the variable."""
    return {key: f"{_PREFIX}{key.upper()}" for key in _from_environment()}


def _from_environment() -> dict[str, str]:
    values: dict[str, str] = {}
    for variable, value in os.environ.items():
        key = variable.removeprefix(_PREFIX)
        if key != variable and key not in _NOT_SETTINGS:
            values[key.lower()] = value
    return values


def settings_file() -> Path:
    """``$SOURCEBOOK_SETTINGS``, else ``settings.toml`` in the user's configuration folder."""
    from platformdirs import user_config_path

    path = os.environ.get(f"{_PREFIX}SETTINGS")
    if path:
        return Path(path).expanduser()
    return user_config_path("sourcebook", appauthor=False) / "settings.toml"


def save(changes: Mapping[str, object], file: Path | None = None) -> None:
    """Write ``changes`` to ``file`` (default: the user's). Comments and other keys stay.

    Args:
        changes: a value for each key; None removes the key, so that its default holds.
        file: the settings file; it is made where there is none.

    Raises:
        SettingsError: a value cannot be used, or the file cannot be written; nothing is changed.
    """
    from tomlkit import dumps

    path = file or settings_file()
    document = _parse(path)
    for key, value in changes.items():
        if value is None:
            document.pop(key, None)
        else:
            document[key] = value
    try:
        Settings.model_validate(document.unwrap())
    except ValidationError as error:
        raise SettingsError(describe_error(error, path)) from None
    try:
        target = path.resolve()  # a link stays a link
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
        write_atomically(target, dumps(document), mode=mode)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written ({error.strerror}): allow it, or name another file in "
            "SOURCEBOOK_SETTINGS"
        ) from None


def _parse(path: Path) -> TOMLDocument:
    """Return the settings file with its comments, empty if there is none. Raises SettingsError."""
    from tomlkit import document, parse
    from tomlkit.exceptions import TOMLKitError

    try:
        return parse(path.read_text("utf-8")) if path.is_file() else document()
    except (OSError, ValueError, TOMLKitError) as error:
        raise SettingsError(f"{path} cannot be read as TOML: {error}") from None
