"""Modules that take a second or more to import: a process that runs none of their tests, as each
does that only collects them, does without."""

from __future__ import annotations

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from types import ModuleType


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
    return module
