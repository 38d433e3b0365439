"""The components that show untrusted text: they build it with textContent, never as HTML."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _component(name: str) -> Any:
    css = _read("shared.css") + _read(f"{name}.css")
    return st.components.v2.component(
        f"onrecord_{name}", html='<div class="root"></div>', css=css, js=_read(f"{name}.js")
    )


_masthead, _turn, _viewer = _component("masthead"), _component("turn"), _component("viewer")


def masthead(data: dict[str, Any]) -> None:
    """The head of the page: the library's folder, its size, who writes, and what is unread."""
    _masthead(key="masthead", data=data)


def turn(
    key: str,
    data: dict[str, Any],
    on_open: Callable[[], None] | None = None,
    on_stop: Callable[[], None] | None = None,
) -> None:
    """A question and what came of it so far.

    `on_open` runs when a number is clicked, st.session_state[key].open, and `on_stop` to end the answer.
    """
    _turn(
        key=key,
        data=data,
        on_open_change=on_open or (lambda: None),
        on_stop_change=on_stop or (lambda: None),
    )


def viewer(data: dict[str, Any]) -> None:
    """A document opened at a span."""
    _viewer(key="viewer", data=data)
