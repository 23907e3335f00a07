"""The Settings tab: what can be chosen, what each choice does, and where it is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.index.weights.files import path as model_path
from sourcebook.rag.settings import Settings, fixed_by_environment, save, settings_file
from sourcebook.ui.page.html.base import problem_html
from sourcebook.ui.render.escaping import escape, one_line

from .components import QUICK, words

if TYPE_CHECKING:
    from sourcebook.ui.page.state.open_libraries import Shelf
    from sourcebook.ui.page.state.warm_up import WarmUp


__all__ = ["SettingsTab", "settings_tab"]

_AT_ONCE = ("strictness", "unsupported", "offline")
_LATER = ("language_model", "threads")
KEYS = (*_AT_ONCE, *_LATER)

_SAYS = {
    "strictness": "How sure an answer must be. Strict refuses more and errs less; eager answers "
    "more and errs more. Holds from the next question.",
    "unsupported": "What becomes of a sentence of an answer that no article supports. Holds from "
    "the next question.",
    "offline": "Nothing is fetched, also where an address is added. Without it only addresses that "
    "you give are fetched, and what feeds and sitemaps among them list. Holds at once.",
    "language_model": "A known model's name, or the path of a GGUF file on this machine. Holds "
    "after a restart.",
    "threads": "How many threads of the processor the model uses; empty: one a core. Fewer leave "
    "room for other programs. Holds after a restart.",
}


def settings_tab(shelf: Shelf, warm_up: WarmUp | None) -> SettingsTab:
    """Lay the tab out; to be called inside a ``gr.Tab`` of a ``gr.Blocks``, and `wire` after it."""
    return SettingsTab(shelf, warm_up)


class SettingsTab:
    """The components of the tab and what happens when they are used."""

    def __init__(self, shelf: Shelf, warm_up: WarmUp | None) -> None:
        self._shelf, self._warm_up = shelf, warm_up
        self._fixed = fixed_by_environment()
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
        self._state = words("")
        with gr.Row(elem_classes="sb-save"):
            self._save = gr.Button("Save", variant="primary", elem_id="save", size="sm")
            self._reset = gr.Button("Reset all of these", elem_id="reset", size="sm")
        self._said = words("")
        self._where = words("")

    def _about(self, key: str) -> dict[str, Any]:
        variable = self._fixed.get(key)
        said = f"{_SAYS[key]} Set by {variable}: change it there." if variable else _SAYS[key]
        return {"info": said, "interactive": not variable, "elem_id": f"setting-{key}"}

    def wire(self, blocks: gr.Blocks, followers: Sequence[Any], show: Callable[[], Any]) -> None:
        """What happens. ``followers`` are parts of the page that follow the settings, ``show``
        gives what they show, by component."""
        self._show = show
        fields = list(self._fields.values())
        shown = [*fields, self._state, self._where]
        blocks.load(self._arrive, None, shown, **QUICK)
        changed = [*shown, self._said, *followers]
        self._save.click(self._keep, fields, changed, **QUICK)
        self._reset.click(self._start_over, None, changed, **QUICK)

    # --- what holds ---

    def _now(self) -> dict[str, Any]:
        """What the fields show: what holds now, or will after a restart."""
        now = self._shelf.settings
        try:
            later = Settings.load()
        except SourcebookError:
            later = now
        values = {key: getattr(now, key) for key in _AT_ONCE}
        values |= {key: getattr(later, key) for key in _LATER}
        return values

    def _arrive(self) -> dict[Any, Any]:
        values = self._now()
        values["threads"] = "" if values["threads"] is None else str(values["threads"])
        place = escape(one_line(str(settings_file())))
        return {
            **{self._fields[key]: value for key, value in values.items()},
            self._state: self._state_html(),
            self._where: f'<p class="sb-hint">Kept in <bdi>{place}</bdi></p>',
        }

    def _state_html(self) -> str:
        warm = self._warm_up
        state = warm.state if warm else "ready"
        said = {"loading": "being loaded", "ready": "ready"}.get(state, "not available")
        line = f"The model now: {one_line(self._shelf.settings.language_model)}, {said}."
        wanted = self._now()["language_model"]
        if wanted != self._shelf.settings.language_model:
            line += f" After a restart: {one_line(wanted)}."
        problem = problem_html(warm.problem) if warm and warm.problem else ""
        return f'<p class="sb-hint sb-model-state">{escape(line)}</p>{problem}'

    # --- changing it ---

    def _keep(self, *given: Any) -> dict[Any, Any]:
        before = self._now()
        after = {key: _plain(value) for key, value in zip(self._fields, given, strict=True)}
        changes = {
            key: value
            for key, value in after.items()
            if value != before[key] and key not in self._fixed
        }
        if not changes:
            return {self._said: _said("Nothing was changed.")}
        try:
            if "language_model" in changes:
                changes["language_model"] = changes["language_model"] or None
                model_path(changes["language_model"] or Settings().language_model)
            return self._hold(changes, "Saved")
        except SourcebookError as error:
            return {self._said: problem_html(f"Nothing was saved: {error}")}

    def _start_over(self) -> dict[Any, Any]:
        try:
            changes = {key: None for key in KEYS if key not in self._fixed}
            return self._hold(changes, "Back to what it was at first")
        except SourcebookError as error:
            return {self._said: problem_html(f"Nothing was changed: {error}")}

    def _hold(self, changes: dict[str, Any], done: str) -> dict[Any, Any]:
        """Write changes down and let hold at once what can."""
        save(changes)
        defaults = Settings.model_fields
        self._shelf.settings = self._shelf.settings.model_copy(
            update={
                key: defaults[key].default if value is None else value
                for key, value in changes.items()
                if key in _AT_ONCE
            }
        )
        later = [_NAMES[key] for key in _LATER if key in changes and self._waits(key)]
        wait = f" After a restart: {', '.join(later)}." if later else ""
        return {**self._arrive(), self._said: _said(f"{done}.{wait}"), **self._show()}

    def _waits(self, key: str) -> bool:
        return bool(self._now()[key] != getattr(self._shelf.settings, key))


_NAMES = {"language_model": "the model", "threads": "its threads"}


def _plain(value: Any) -> Any:
    """What a field gives, as a setting's value: a number where it is one, None for no words."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.isascii() and text.lstrip("-").isdigit() and len(text) < 10:
        return int(text)
    return text or None


def _said(what: str) -> str:
    return f'<p class="sb-done" role="status">{escape(what)}</p>'
