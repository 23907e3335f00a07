"""The client that a test of the API has."""

from __future__ import annotations

from collections.abc import Callable

import httpx

Serve = Callable[..., httpx.Client]
"""Starts a server of the API with the model and options given; returns a client of it."""
