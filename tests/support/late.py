"""Modules that take a second or more to import: a process that runs none of their tests, as each
does that only collects them, does without."""

from __future__ import annotations

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from types import ModuleType
from typing import Any

_ASKED_OF_ALL = ("_mock_name", "__wrapped__", "__test__", "__code__", "__bases__")
"""What pytest asks of everything in a file of tests, in search of fixtures and tests: no module has
any of them. Its class, and Hypothesis' question for its file, are answered without it too."""


class _Unasked(ModuleType):
    """A module before anything else of it is asked; then it is one that `LazyLoader` made."""

    def __getattribute__(self, name: str) -> Any:
        if name in _ASKED_OF_ALL:
            raise AttributeError(name)
        if name in ("__class__", "__file__"):
            return object.__getattribute__(self, name)
        object.__setattr__(self, "__class__", _LAZY[id(self)])
        return getattr(self, name)


_LAZY: dict[int, type[ModuleType]] = {}
"""The class that `LazyLoader` gave each module, by the module's `id`."""


def late_import(name: str) -> ModuleType:
    """Return a module that is executed when something of it is first used.

    Args:
        name: of a module that is installed; the packages above it are imported at once.
    """
    if name in sys.modules:
        return sys.modules[name]
    spec = find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    spec.loader = LazyLoader(spec.loader)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    _LAZY[id(module)] = type(module)
    module.__class__ = _Unasked
    return module
