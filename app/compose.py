"""The composition root: settings become a library and an assistant."""

from pathlib import Path
from typing import TYPE_CHECKING

import prompts
from app.settings import Settings
from prompts import Prompt
from retrieval.answers.calling import Caller, Deadlines
from retrieval.answers.model import ANSWER_VARIABLES, REWRITE_VARIABLES, LanguageModel, answer_tokens
from retrieval.api import Library
from retrieval.assistant import Assistant
from retrieval.errors import SettingsError
from retrieval.prices import OPENAI, context_window, is_openai, price
from retrieval.tokens import token_counter

if TYPE_CHECKING:
    from retrieval.library.embedder import Embedder

# Tokens; for a model whose window nobody tells.
SMALL_WINDOW = 8192


def open_library(settings: Settings) -> Library:
    """The library that the settings name; not yet made equal to its folder."""
    return Library.open(
        settings.docs.expanduser(), settings.state_folder(), _embedder(settings), settings.follow_links
    )


def open_assistant(settings: Settings, library: Library) -> Assistant:
    """An assistant over the library, with a language model where a key or a server is set."""
    return Assistant(library, open_model(settings) if settings.has_model() else None)


def _embedder(settings: Settings) -> "Embedder | None":
    model = settings.embedding_model()
    if model is None:
        return None
    # Late: the local embedder has no need of it.
    from retrieval.library.openai_embedder import OpenAIEmbedder

    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    return OpenAIEmbedder(model, key, settings.openai_base_url, settings.timeout)


def prompts_folder(settings: Settings) -> Path | None:
    """The person's own folder of prompts, where one is set; raises SettingsError where it is missing."""
    folder = settings.prompts.expanduser() if settings.prompts else None
    if folder is not None and not folder.is_dir():
        raise SettingsError(f"The folder of prompts {folder} does not exist; see ONRECORD_PROMPTS.")
    return folder


def read_prompts(settings: Settings) -> tuple[Prompt, Prompt]:
    """The prompts for answering and for rewriting; raises SettingsError where one cannot be used."""
    folder = prompts_folder(settings)
    try:
        return (
            prompts.load("answer", ANSWER_VARIABLES, folder),
            prompts.load("rewrite", REWRITE_VARIABLES, folder),
        )
    except prompts.BadPrompt as error:
        raise SettingsError(str(error)) from error


def open_model(settings: Settings) -> LanguageModel:
    """The language model that the settings name; not yet called."""
    # Takes a second, and is never needed without a key.
    from httpx2 import Limits
    from langchain.chat_models import init_chat_model
    from openai import DefaultAsyncHttpxClient

    name, server = settings.model, settings.openai_base_url
    answer, rewrite = read_prompts(settings)
    deadlines = Deadlines(settings.first_word_timeout, settings.timeout)
    window = settings.context_window or context_window(name, server) or SMALL_WINDOW
    chat = init_chat_model(
        name,
        model_provider="openai",
        api_key=settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none",
        # Named always, so that no other variable of the environment sends the texts elsewhere.
        base_url=server or OPENAI,
        stream_usage=is_openai(server),
        use_responses_api=False,
        # Not the SDK's shared client, and no connection kept: either would be bound to one Caller's loop.
        http_async_client=DefaultAsyncHttpxClient(limits=Limits(max_keepalive_connections=0)),
        # Retries and time limits are the Caller's; the SDK's only ends a read that was left.
        timeout=settings.timeout + 5,
        max_retries=0,
        stream_chunk_timeout=None,
        max_tokens=answer_tokens(window),
    )
    return LanguageModel(
        chat=chat,
        name=name,
        caller=Caller(deadlines),
        answer=answer,
        rewrite=rewrite,
        counter=token_counter(name, server),
        window=window,
        price=lambda prompt, completion: price(name, prompt, completion, server),
    )
