"""The settings of a run, from the environment and a .env file in the current folder."""

from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SEEDS = Path(__file__).parent.parent / "seeds"


class Settings(BaseSettings):
    """ONRECORD_DOCS, ONRECORD_STATE, ONRECORD_MODEL, OPENAI_API_KEY, OPENAI_BASE_URL."""

    model_config = SettingsConfigDict(
        env_prefix="ONRECORD_", env_file=".env", extra="ignore", env_ignore_empty=True
    )

    docs: Path = SEEDS
    state: Path | None = None
    model: str = "gpt-4.1-mini"
    timeout: float = Field(default=60.0, gt=0)
    openai_api_key: SecretStr | None = Field(default=None, validation_alias=AliasChoices("OPENAI_API_KEY"))
    openai_base_url: str | None = Field(default=None, validation_alias=AliasChoices("OPENAI_BASE_URL"))

    def state_folder(self) -> Path:
        """The state folder: the one named, or a hidden one beside the documents."""
        docs = self.docs.expanduser().resolve()
        return self.state.expanduser() if self.state else docs.with_name(f".{docs.name}.onrecord")

    def has_model(self) -> bool:
        """Whether a language model writes the answers."""
        return bool(self.openai_api_key or self.openai_base_url)
