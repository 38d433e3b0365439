"""The chat page: the conversation, and beside it the document that the opened citation stands in."""

from functools import partial
from pathlib import Path
from typing import cast

import streamlit as st

from app.compose import open_assistant, open_library
from app.progress import TITLES
from app.settings import SEEDS, Settings
from app.views import components, facts
from app.views.conversation import Conversation, Conversations
from app.views.facts import Place
from app.views.reading import show_document, show_head
from app.views.turns import Turn, places, turn_data
from retrieval.api import Library
from retrieval.assistant import Assistant
from retrieval.errors import OnRecordError

EXAMPLES = (
    "Whom did Lavrov call Russia's main enemy?",
    "How many terror attacks were prevented in Russia last year?",
    "What did Borrell call Africa?",
)
# Seconds: how often the page looks at a running question, and how long it waits for one that is answered
# by quoting before it shows it as running.
OFTEN, QUICK = 0.25, 1.0


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


@st.cache_resource(show_spinner=False)
def _conversations() -> Conversations:
    return Conversations()


def _sync_once(library: Library) -> None:
    """Sync when the page is opened; after an error the page goes on with the index as it was."""
    if st.session_state.synced == library.index.docs:
        return
    bar = st.empty()

    def tell(what: str, done: int, total: int) -> None:
        bar.progress(done / max(total, 1), text=f"{TITLES[what]}: {done} of {total}")

    try:
        library.sync(tell)
        st.session_state.synced = library.index.docs
        bar.empty()
    except OnRecordError as error:
        _show_trouble(error)


def _show_trouble(error: OnRecordError) -> None:
    components.turn("trouble", {"question": None, "error": facts.shown(str(error))})


def _take(question: str | None = None) -> None:
    conversation: Conversation = st.session_state.conversation
    conversation.add(question or st.session_state.question)
    _conversations().keep(conversation)
    # A page that is opened anew at this address goes on with the conversation.
    st.query_params["c"] = conversation.token


def _open_place(turn: int, key: str) -> None:
    st.session_state.opened = (turn, int(st.session_state[key].open))
    st.session_state.clicks += 1
    # Who clicks before the page has opened a new turn's first citation has chosen already.
    st.session_state.reached = max(st.session_state.reached, turn)


def _look(library: Library, assistant: Assistant) -> list[Turn]:
    """The turns as they stand; without a model one just asked is waited for, so that nothing flickers."""
    conversation: Conversation = st.session_state.conversation
    turns = conversation.look(library, assistant)
    if assistant.model is None and turns and turns[-1].doing:
        conversation.wait(QUICK)
        turns = conversation.look(library, assistant)
    return turns


def _open_newest(turns: list[Turn]) -> None:
    """Open the first citation of the newest turn as soon as it has one."""
    known = [index for index, turn in enumerate(turns) if turn.statements or turn.answer]
    if known and known[-1] > st.session_state.reached:
        st.session_state.reached = known[-1]
        st.session_state.opened = (known[-1], 1) if turns[known[-1]].statements else None


def _stamp(turns: list[Turn]) -> tuple[object, ...]:
    """What the page around a running turn depends on."""
    running = next((index for index, turn in enumerate(turns) if turn.doing), len(turns))
    started = running < len(turns) and bool(turns[running].statements)
    return len(turns), running, started, st.session_state.clicks


def _show_turn(turns: list[Turn], index: int) -> None:
    opened = st.session_state.opened or (None, None)
    number = opened[1] if opened[0] == index else None
    data = turn_data(turns[index], number, newest=index == len(turns) - 1)
    key = f"turn-{index}"
    stop = st.session_state.conversation.stop
    components.turn(key, data, partial(_open_place, index, key), stop)


@st.fragment(run_every=OFTEN)
def _show_running(library: Library, assistant: Assistant, index: int, stamp: tuple[object, ...]) -> None:
    turns = st.session_state.conversation.look(library, assistant)
    _show_turn(turns, index)
    if _stamp(turns) != stamp:
        st.rerun()


def _show_conversation(library: Library, assistant: Assistant, turns: list[Turn]) -> None:
    stamp = _stamp(turns)
    for index in range(len(turns)):
        if index == stamp[1]:
            _show_running(library, assistant, index, stamp)
        else:
            # As a fragment has it, so that a turn stays the same element when it has ended.
            with st.container():
                _show_turn(turns, index)


def _show_welcome(settings: Settings) -> None:
    with st.container(key="welcome"):
        st.subheader("What do the documents say?", anchor=False)
        st.text("Every sentence of an answer opens in the document it is quoted from.")
        if settings.docs.expanduser().resolve() == SEEDS.resolve():
            for number, example in enumerate(EXAMPLES):
                st.button(example, key=f"example-{number}", on_click=_take, args=(example,))


def _opened(turns: list[Turn]) -> Place | None:
    if not st.session_state.opened:
        return None
    index, number = cast("tuple[int, int]", st.session_state.opened)
    return places(turns[index])[number - 1]


def _page(settings: Settings) -> None:
    library, assistant = _open(settings)
    turns = _look(library, assistant)
    _open_newest(turns)
    with st.container(key="head"):
        head = st.empty()
    left, right = st.columns([10, 9], gap="large")
    with left, st.container(key="conversation"):
        _show_conversation(library, assistant, turns)
        if not turns:
            _show_welcome(settings)
    with left, st.container(key="ask"):
        work = st.container()
        st.chat_input("Ask the documents", key="question", max_chars=2000, on_submit=_take)
    with right, st.container(key="reading"):
        show_document(library, _opened(turns), st.session_state.opened)
    if not (turns and turns[-1].doing):
        with work:
            _sync_once(library)
    with head:
        show_head(library, assistant.engine)


def main() -> None:
    """Draw the page."""
    st.set_page_config(
        page_title="OnRecord", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide"
    )
    st.html(Path(__file__).with_name("page.css"))
    starts: dict[str, object] = {"opened": None, "clicks": 0, "synced": None, "reached": -1, "head": None}
    for name, value in starts.items():
        st.session_state.setdefault(name, value)
    if "conversation" not in st.session_state:
        found = _conversations().find(st.query_params.get("c"))
        st.session_state.conversation = found or Conversation()
    try:
        _page(Settings.read())
    except OnRecordError as error:
        _show_trouble(error)


main()
