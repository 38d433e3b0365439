"""The settings of a run, from the environment and a .env file in the current folder."""

from pathlib import Path
from typing import Any

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from retrieval.errors import SettingsError

SEEDS = Path(__file__).parent.parent / "seeds"


class Settings(BaseSettings):
    """OPENAI_API_KEY and OPENAI_BASE_URL, and for each other field ONRECORD_ and its name.

    `timeout` and `first_word_timeout` are seconds for a model's whole answer and for its first word;
    `context_window` is in tokens, for a model that the price table does not know; `prompts` is a folder
    of prompts that go before the ones that come with OnRecord.
    `follow_links` reads what links in the documents folder lead to, wherever that is.
    `embedder` is "local", whatever else is set, or "openai:" and the name of an embedding model.
    """

    model_config = SettingsConfigDict(
        env_prefix="ONRECORD_", env_file=".env", extra="ignore", env_ignore_empty=True
    )

    docs: Path = SEEDS
    state: Path | None = None
    model: str = "gpt-4.1-mini"
    embedder: str = "local"
    follow_links: bool = False
    timeout: float = Field(default=120.0, gt=0)
    first_word_timeout: float = Field(default=60.0, gt=0)
    context_window: int | None = Field(default=None, ge=1024)
    prompts: Path | None = None
    openai_api_key: SecretStr | None = Field(default=None, validation_alias=AliasChoices("OPENAI_API_KEY"))
    openai_base_url: str | None = Field(default=None, validation_alias=AliasChoices("OPENAI_BASE_URL"))

    @classmethod
    def read(cls, **given: Any) -> "Settings":
        """The settings, where `given` goes before the environment; raises SettingsError."""
        try:
            return cls(**given)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(map(str, first["loc"])).upper()
            name = name if name.startswith("OPENAI_") else f"ONRECORD_{name}"
            raise SettingsError(f"The setting {name} cannot be used: {first['msg']}.") from error
        except UnicodeDecodeError as error:
            raise SettingsError("The file .env is not UTF-8; save it as UTF-8.") from error

    def state_folder(self) -> Path:
        """The state folder: the one named, or a hidden one beside the documents."""
        docs = self.docs.expanduser().resolve()
        if self.state:
            return self.state.expanduser()
        if not docs.name:
            raise SettingsError(f"Nothing lies beside {docs}; name a folder for the index with --state.")
        return docs.with_name(f".{docs.name}.onrecord")

    def has_model(self) -> bool:
        """Whether a language model writes the answers."""
        return bool(self.openai_api_key or self.openai_base_url)

    def embedding_model(self) -> str | None:
        """The embedding model behind the API, or None for the local one; raises SettingsError."""
        if self.embedder == "local":
            return None
        kind, _, model = self.embedder.partition(":")
        if kind != "openai" or not model.strip():
            raise SettingsError(
                f'There is no embedder "{self.embedder}"; say local, or openai: with the name of a model.'
            )
        if not self.has_model():
            raise SettingsError(
                f"The embedder {self.embedder} needs OPENAI_API_KEY or OPENAI_BASE_URL; set one, or leave "
                "out --embedder."
            )
        return model
