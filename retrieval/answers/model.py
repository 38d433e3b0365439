"""A language model with all that answering by it needs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prompts import Prompt
from retrieval.answers.answer import Usage
from retrieval.answers.calling import Caller
from retrieval.tokens import TokenCounter

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# The variables that the code fills into the prompts.
ANSWER_VARIABLES = {"passages", "question"}
REWRITE_VARIABLES = {"history", "question"}
# Tokens kept free for the model's answer: this many, or the fourth part of a small window.
ANSWER_TOKENS = 4096
# Tokens that a server adds around the messages.
ENVELOPE = 32


def answer_tokens(window: int) -> int:
    """The most tokens that an answer may have."""
    return min(ANSWER_TOKENS, window // 4)


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A chat model, how it is called and counted, and the prompts it is given.

    `window` is the number of tokens that prompt and answer may have together; `price` gives dollars for
    prompt and completion tokens, or None where the price is unknown.
    """

    chat: "BaseChatModel"
    name: str
    caller: Caller
    answer: Prompt
    rewrite: Prompt
    counter: TokenCounter
    window: int
    price: Callable[[int, int], float | None]

    @property
    def prompt_tokens(self) -> int:
        """The most tokens that a prompt may have."""
        return self.window - answer_tokens(self.window) - ENVELOPE

    def usage(self, told: Usage, prompt: Iterable[str], said: str) -> Usage:
        """What a call used: as the server told, and its price; else counted, and then without a price."""
        if told.tokens:
            return replace(told, cost_usd=self.price(told.prompt_tokens, told.completion_tokens))
        return Usage(sum(self.counter.count(text) for text in prompt), self.counter.count(said))
