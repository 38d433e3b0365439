"""The composition root: settings become a library and an assistant."""

from typing import TYPE_CHECKING

from app.settings import Settings
from retrieval.api import Assistant, Library

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from retrieval.library.embedder import Embedder


def open_library(settings: Settings) -> Library:
    """The library that the settings name; not yet made equal to its folder."""
    return Library.open(settings.docs.expanduser(), settings.state_folder(), _embedder(settings))


def open_assistant(settings: Settings, library: Library) -> Assistant:
    """An assistant over the library, with a language model where a key or a server is set."""
    return Assistant(library, _model(settings), settings.model)


def _embedder(settings: Settings) -> "Embedder | None":
    model = settings.embedding_model()
    if model is None:
        return None
    # Late: the local embedder has no need of it.
    from retrieval.library.openai_embedder import OpenAIEmbedder

    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    return OpenAIEmbedder(model, key, settings.openai_base_url, settings.timeout)


def _model(settings: Settings) -> "BaseChatModel | None":
    if not settings.has_model():
        return None
    # Takes a second, and is never needed without a key.
    from langchain.chat_models import init_chat_model

    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    return init_chat_model(
        settings.model,
        model_provider="openai",
        api_key=key,
        base_url=settings.openai_base_url,
        temperature=0,
        timeout=settings.timeout,
        max_retries=2,
    )
