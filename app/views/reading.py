"""What stands around the conversation: the head of the page, and the document that is open beside it."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.views import components, facts
from app.views.facts import Place
from retrieval.api import Library
from retrieval.errors import OnRecordError

# Seconds that the page waits for a library that is busy with a question.
BUSY = 0.2
LATER = "The documents are being read; this one opens when that is done."


def _when_free(library: Library, make: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """What `make` gives; None while the library is busy, so that the page can be used meanwhile."""
    if not library.lock.acquire(timeout=BUSY):
        return None
    try:
        return make()
    finally:
        library.lock.release()


def show_document(library: Library, place: Place | None, opened: tuple[int, int] | None) -> None:
    """The viewer, with the document opened at that place; `opened` is its turn and number."""

    def make() -> dict[str, Any]:
        assert place is not None
        try:
            return facts.document_data(library.document(place.source), place)
        except OnRecordError as error:
            return {"name": facts.shown(place.source), "notice": facts.shown(str(error))}

    data: dict[str, Any] = {"empty": True}
    if place is not None:
        data = _when_free(library, make) or {"name": facts.shown(place.source), "notice": LATER}
    components.viewer({**data, "clicks": st.session_state.clicks, "opened": opened})


def show_head(library: Library, engine: str) -> None:
    """The head: the library's folder, its size, who writes, and what is unread."""

    docs = str(library.index.docs)

    def make() -> dict[str, Any]:
        unread = [(found.source, found.reason) for found in library.unread()]
        return facts.masthead_data(docs, library.counts()["documents"], engine, unread)

    if data := _when_free(library, make):
        st.session_state.head = data
    components.masthead(data or st.session_state.head or facts.masthead_data(docs, None, engine, []))
