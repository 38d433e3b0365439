"""The chat page: the conversation, and beside it the document that the opened citation stands in."""

import logging
from functools import partial
from pathlib import Path

import streamlit as st

from app.compose import open_assistant, open_library
from app.progress import TITLES
from app.settings import SEEDS, Settings
from app.views import components, facts
from app.views.facts import Place, Turn
from retrieval.api import Library
from retrieval.assistant import Assistant
from retrieval.errors import OnRecordError

EXAMPLES = (
    "Whom did Lavrov call Russia's main enemy?",
    "How many terror attacks were prevented in Russia last year?",
    "What did Borrell call Africa?",
)
BUG = "OnRecord failed on this question; the terminal it was started from shows why."


@st.cache_resource(show_spinner=False, max_entries=1, on_release=lambda house: house[0].close())
def _house(
    docs: str, state: str, engine: str, embedder: str, _settings: Settings
) -> tuple[Library, Assistant]:
    library = open_library(_settings)
    return library, open_assistant(_settings, library)


def _open(settings: Settings) -> tuple[Library, Assistant]:
    engine = settings.model if settings.has_model() else ""
    state = str(settings.state_folder())
    return _house(str(settings.docs), state, engine, settings.embedder, settings)


def _sync(library: Library) -> None:
    """Make the index equal to the folder, with a bar for what takes long."""
    bar = st.empty()

    def tell(what: str, done: int, total: int) -> None:
        bar.progress(done / max(total, 1), text=f"{TITLES[what]}: {done} of {total}")

    library.sync(tell)
    bar.empty()


def _sync_once(library: Library) -> None:
    """Sync when the page is opened; after an error the page goes on with the index as it was."""
    if st.session_state.synced == library.index.docs:
        return
    try:
        _sync(library)
        st.session_state.synced = library.index.docs
    except OnRecordError as error:
        _show_trouble(error)


def _show_trouble(error: OnRecordError) -> None:
    components.turn("trouble", {"question": None, "error": facts.shown(str(error))})


def _take(question: str | None = None) -> None:
    st.session_state.pending = question or st.session_state.question


def _open_place(turn: int, key: str) -> None:
    st.session_state.opened = (turn, int(st.session_state[key].open))
    st.session_state.clicks += 1


def _show_conversation(settings: Settings) -> None:
    turns: list[Turn] = [*st.session_state.turns]
    if st.session_state.pending:
        turns.append(Turn(st.session_state.pending))
    opened = st.session_state.opened or (None, None)
    for index, turn in enumerate(turns):
        key, number = f"turn-{index}", opened[1] if opened[0] == index else None
        data = facts.turn_data(turn, number, newest=index == len(turns) - 1)
        components.turn(key, data, partial(_open_place, index, key))
    if not turns:
        _show_welcome(settings)


def _show_welcome(settings: Settings) -> None:
    with st.container(key="welcome"):
        st.subheader("What do the documents say?", anchor=False)
        st.text("Every sentence of an answer opens in the document it is quoted from.")
        if settings.docs.expanduser().resolve() == SEEDS.resolve():
            for number, example in enumerate(EXAMPLES):
                st.button(example, key=f"example-{number}", on_click=_take, args=(example,))


def _opened() -> Place | None:
    if not st.session_state.opened:
        return None
    index, number = st.session_state.opened
    turn: Turn = st.session_state.turns[index]
    return facts.places(turn.answer)[number - 1] if turn.answer else None


def _show_document(library: Library) -> None:
    data: dict[str, object] = {"empty": True}
    if place := _opened():
        try:
            data = facts.document_data(library.document(place.source), place)
        except OnRecordError as error:
            data = {"name": facts.shown(place.source), "notice": facts.shown(str(error))}
    components.viewer({**data, "clicks": st.session_state.clicks, "opened": st.session_state.opened})


def _answer(library: Library, assistant: Assistant, question: str) -> Turn:
    history = []
    for turn in st.session_state.turns:
        if turn.answer:
            history.append({"role": "user", "content": turn.question})
            history.append({"role": "assistant", "content": turn.answer.text})
    try:
        _sync(library)
        return Turn(question, assistant.ask(question, history=history))
    except OnRecordError as error:
        return Turn(question, error=str(error))
    except Exception:
        # A bug: the conversation goes on, and the terminal keeps the traceback.
        logging.getLogger(__name__).exception("a question failed")
        return Turn(question, error=BUG)


def _settle(library: Library, assistant: Assistant) -> None:
    """Answer the pending question; an interrupted run leaves it pending, for the next run to answer."""
    question = st.session_state.pending
    turn = _answer(library, assistant, question)
    if st.session_state.pending == question:
        st.session_state.turns.append(turn)
        st.session_state.pending = None
        if turn.answer:
            first = (len(st.session_state.turns) - 1, 1)
            st.session_state.opened = first if turn.answer.statements else None
    st.rerun()


def _page(settings: Settings) -> None:
    library, assistant = _open(settings)
    with st.container(key="head"):
        head = st.empty()
    left, right = st.columns([10, 9], gap="large")
    with left, st.container(key="conversation"):
        _show_conversation(settings)
    with left, st.container(key="ask"):
        work = st.container()
        st.chat_input(
            "Ask the documents", key="question", max_chars=2000, submit_mode="disable", on_submit=_take
        )
    with right, st.container(key="reading"):
        _show_document(library)
    with work:
        _sync_once(library)
    with head:
        unread = [(found.source, found.reason) for found in library.unread()]
        count = library.counts()["documents"]
        components.masthead(facts.masthead_data(str(library.index.docs), count, assistant.engine, unread))
    if st.session_state.pending:
        with work:
            _settle(library, assistant)


def main() -> None:
    """Draw the page."""
    st.set_page_config(
        page_title="OnRecord", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide"
    )
    st.html(Path(__file__).with_name("page.css"))
    starts: dict[str, object] = {"turns": [], "pending": None, "opened": None, "clicks": 0, "synced": None}
    for name, value in starts.items():
        st.session_state.setdefault(name, value)
    try:
        _page(Settings.read())
    except OnRecordError as error:
        _show_trouble(error)


main()
