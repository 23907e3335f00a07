"""The Settings tab: the settings, what each does, and the file that stores them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.index.model_server import is_address
from sourcebook.index.weights.files import path as model_path
from sourcebook.rag.settings import Settings, environment_variables, save, settings_file
from sourcebook.ui.page.html.base import done_html, problem_html
from sourcebook.ui.render import one_line

from .components import AT_ONCE, html_component
from .embedder_box import EmbedderBox
from .templating import render

if TYPE_CHECKING:
    from sourcebook.ui.state import OpenLibraries
    from sourcebook.ui.state.warm_up import WarmUp


__all__ = ["SettingsTab", "settings_tab"]

_AT_ONCE = ("strictness", "unsupported", "offline")
_LATER = ("language_model", "threads")
KEYS = (*_AT_ONCE, *_LATER)

_HELP = {
    "strictness": "How sure an answer must be. Strict refuses more and errs less; eager answers "
    "more and errs more. Holds from the next question.",
    "unsupported": "What happens to a sentence of an answer that no article supports. Holds "
    "from the next question.",
    "offline": "Nothing is fetched, even when you add an address, and model servers of other "
    "machines are refused. Otherwise only the addresses that you add are fetched, and what feeds "
    "and sitemaps among them list. Holds at once.",
    "language_model": "A known model's name, the path of a GGUF file on this machine, or "
    "http://host:8000/v1#name on a model server, whose key is SOURCEBOOK_LANGUAGE_MODEL_KEY in the "
    "environment. Holds after a restart.",
    "threads": "How many threads of the processor the model uses; empty: one for each core. Fewer "
    "leave room for other programs. Holds after a restart.",
}


def settings_tab(libraries: OpenLibraries, warm_up: WarmUp | None) -> SettingsTab:
    """Lay the tab out; to be called inside a ``gr.Tab`` of a ``gr.Blocks``, and `wire` after it."""
    return SettingsTab(libraries, warm_up)


class SettingsTab:
    """The components of the tab and what happens when they are used."""

    def __init__(self, libraries: OpenLibraries, warm_up: WarmUp | None) -> None:
        self._libraries, self._warm_up = libraries, warm_up
        self._variables = environment_variables()
        with gr.Column(elem_classes="sb-settings"):
            self._lay_out()

    def _lay_out(self) -> None:
        self._fields: dict[str, Any] = {
            "strictness": gr.Radio(
                [("Strict", "strict"), ("Balanced", "balanced"), ("Eager", "eager")],
                label="Strictness",
                **self._about("strictness"),
            ),
            "unsupported": gr.Radio(
                [("Mark it", "mark"), ("Leave it out", "drop")],
                label="What no article supports",
                **self._about("unsupported"),
            ),
            "offline": gr.Checkbox(label="Offline", **self._about("offline")),
            "language_model": gr.Textbox(label="Language model", **self._about("language_model")),
        }
        self._fields["threads"] = gr.Textbox(label="Threads", **self._about("threads"))
        self._state = html_component("")
        with gr.Row(elem_classes="sb-save"):
            self._save = gr.Button("Save", variant="primary", elem_id="save", size="sm")
            self._reset = gr.Button("Reset all of these", elem_id="reset", size="sm")
        self._report = html_component("")
        self._where = html_component("")
        self._embedder = EmbedderBox(self._libraries)

    def stop_all(self) -> None:
        """Stop what goes on in the background, so that the process can end."""
        self._embedder.stop_all()

    def _about(self, key: str) -> dict[str, Any]:
        variable = self._variables.get(key)
        info = f"{_HELP[key]} Set by {variable}: change it there." if variable else _HELP[key]
        return {"info": info, "interactive": not variable, "elem_id": f"setting-{key}"}

    def wire(self, blocks: gr.Blocks, followers: Sequence[Any], show: Callable[[], Any]) -> None:
        """Wire the events, once the whole page is laid out.

        Args:
            blocks: the page.
            followers: components of the page that change with the settings.
            show: returns their values, by component.
        """
        self._show = show
        self._embedder.wire(blocks)
        fields = list(self._fields.values())
        outputs = [*fields, self._state, self._where]
        blocks.load(self._arrive, None, outputs, **AT_ONCE)
        all_outputs = [*outputs, self._report, *followers]
        self._save.click(self._save_fields, fields, all_outputs, trigger_mode="multiple", **AT_ONCE)
        self._reset.click(self._reset_all, None, all_outputs, **AT_ONCE)

    # --- the values ---

    def _values(self) -> dict[str, Any]:
        """Return the values of the fields: those in use, or in use after a restart."""
        now = self._libraries.settings
        try:
            later = Settings.load()
        except SourcebookError:
            later = now
        values = {key: getattr(now, key) for key in _AT_ONCE}
        values |= {key: getattr(later, key) for key in _LATER}
        return values

    def _arrive(self) -> dict[Any, Any]:
        values = self._values()
        values["threads"] = "" if values["threads"] is None else str(values["threads"])
        return {
            **{self._fields[key]: value for key, value in values.items()},
            self._state: self._state_html(),
            self._where: render("settings.html", "place", file=str(settings_file())),
        }

    def _state_html(self) -> str:
        warm = self._warm_up
        state = warm.state if warm else "ready"
        label = {"loading": "loading", "ready": "ready"}.get(state, "not available")
        line = f"The model now: {one_line(self._libraries.settings.language_model)}, {label}."
        next_model = self._values()["language_model"]
        if next_model != self._libraries.settings.language_model:
            line += f" After a restart: {one_line(next_model)}."
        problem = warm.problem if warm else None
        return render("settings.html", "model_state", line=line, problem_message=problem)

    # --- changes ---

    def _save_fields(self, *values: Any) -> dict[Any, Any]:
        before = self._values()
        after = {key: _setting(value) for key, value in zip(self._fields, values, strict=True)}
        changes = {
            key: value
            for key, value in after.items()
            if value != before[key] and key not in self._variables
        }
        if not changes:
            return {self._report: done_html("Nothing was changed.")}
        try:
            if "language_model" in changes:
                changes["language_model"] = changes["language_model"] or None
                name = changes["language_model"] or Settings().language_model
                if not is_address(name):  # what an address must be is checked with the settings
                    model_path(name)
            return self._apply(changes, "Saved")
        except SourcebookError as error:
            return {self._report: problem_html(f"Nothing was saved: {error}")}

    def _reset_all(self) -> dict[Any, Any]:
        try:
            changes = {key: None for key in KEYS if key not in self._variables}
            return self._apply(changes, "Back to the defaults")
        except SourcebookError as error:
            return {self._report: problem_html(f"Nothing was changed: {error}")}

    def _apply(self, changes: dict[str, Any], summary: str) -> dict[Any, Any]:
        """Save changes, and use at once those that need no restart."""
        defaults = Settings.model_fields
        running = self._libraries.settings.updated(
            {
                key: defaults[key].default if value is None else value
                for key, value in changes.items()
                if key in _AT_ONCE
            }
        )
        save(changes)
        self._libraries.settings = running
        later = [_NAMES[key] for key in _LATER if key in changes and self._needs_restart(key)]
        restart = f" After a restart: {', '.join(later)}." if later else ""
        return {**self._arrive(), self._report: done_html(f"{summary}.{restart}"), **self._show()}

    def _needs_restart(self, key: str) -> bool:
        return bool(self._values()[key] != getattr(self._libraries.settings, key))


_NAMES = {"language_model": "the model", "threads": "its threads"}


def _setting(value: Any) -> Any:
    """Return a field's value as a setting's: digits as a number, None for an empty field."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.isascii() and text.lstrip("-").isdigit() and len(text) < 10:
        return int(text)
    return text or None
