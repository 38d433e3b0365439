"""What a model is shown: numbered passages, within the tokens that its window has for them."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from prompts import Prompt
from retrieval.answers.model import LanguageModel
from retrieval.documents.cleaning import clean
from retrieval.documents.document import Document
from retrieval.documents.sentences import sentences
from retrieval.errors import ModelError
from retrieval.library.passage import Passage

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate


def template(prompt: Prompt) -> "ChatPromptTemplate":
    """The prompt as the first link of a chain."""
    # Late: without a model nobody pays for it.
    from langchain_core.prompts import ChatPromptTemplate

    return ChatPromptTemplate.from_messages(list(prompt.messages))


def texts(prompt: Prompt, given: Mapping[str, str]) -> list[str]:
    """The texts of a prompt's messages with the given values filled in."""
    return [str(message.content) for message in template(prompt).format_messages(**given)]


def fit(
    model: LanguageModel, question: str, passages: Sequence[Passage], documents: Mapping[str, Document]
) -> str:
    """As many of the passages as fit, best first and whole sentences each, as the prompt shows them.

    The prompt made of them never has more tokens than the model's window leaves beside its answer.
    Raises ModelError where not even one sentence fits.
    """
    mark = hashlib.sha256("\0".join([question, *(p.text for p in passages)]).encode()).hexdigest()[:8]

    def tokens(shown: str) -> int:
        given = {"passages": shown, "question": question}
        return sum(model.counter.count(text) for text in texts(model.answer, given))

    room = model.prompt_tokens - tokens("")
    blocks: list[str] = []
    for number, passage in enumerate(passages, 1):
        block = _longest(passage, number, documents[passage.source], mark, room, model)
        if block is None:
            continue
        blocks.append(block)
        room -= model.counter.count(block + "\n\n")
    # Texts joined may count differently from their parts.
    while blocks and tokens("\n\n".join(blocks)) > model.prompt_tokens:
        blocks.pop()
    if not blocks:
        raise ModelError(
            "The language model's window has no room for a passage beside the prompt and the question; "
            "if it is larger, say so with ONRECORD_CONTEXT_WINDOW."
        )
    return "\n\n".join(blocks)


def _longest(
    passage: Passage, number: int, document: Document, mark: str, room: int, model: LanguageModel
) -> str | None:
    """The passage with as many of its sentences as have room, or None where none has."""
    ends = [span.end for span in sentences(document.text, passage.start, passage.end)]
    if not ends:
        return None
    for end in [passage.end, *reversed(ends[:-1])]:
        block = _block(document, passage.start, end, number, mark)
        if model.counter.count(block + "\n\n") <= room:
            return block
    return None


def _block(document: Document, start: int, end: int, number: int, mark: str) -> str:
    """A passage between tags that no document can write, since their mark comes from all passages."""
    facts = {
        "title": document.title,
        "outlet": document.outlet,
        "date": document.date,
        "speaker": document.speaker(start, end),
    }
    told = "".join(f' {name}="{_attribute(value)}"' for name, value in facts.items() if value)
    return f'<passage-{mark} number="{number}"{told}>\n{clean(document.text[start:end])}\n</passage-{mark}>'


def _attribute(value: str) -> str:
    return " ".join(clean(value).translate(str.maketrans('"<>', "'()")).split())
