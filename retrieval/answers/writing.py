"""With a language model: it writes statements and quotes, and code proves each while it still writes.

The chain is `prompt | model`. Nothing the model says about where a quote stands is believed: the quote
is looked for in the passages that the model was given, and what is cited is the document's own text.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field

from retrieval.answers.answer import Statement, Usage
from retrieval.answers.draft import SCHEMA, Claim, Reader
from retrieval.answers.model import LanguageModel
from retrieval.answers.prompting import fit, texts
from retrieval.answers.proof.proving import Prover
from retrieval.answers.structured import stream
from retrieval.documents.document import Document
from retrieval.errors import ModelError
from retrieval.library.passage import Passage

# The most statements that an answer has.
MOST = 8
# How a stream ended before the answer was whole, in words.
CUT = {
    "length": "the language model ran out of room",
    "content_filter": "the server's content filter stopped the language model",
    None: "the connection to the language model broke off",
}


@dataclass(slots=True)
class Written:
    """What became of a model's answer besides its statements; filled in while it is read.

    `cut` tells in words why the answer is not whole; `dropped` counts statements with no quote found,
    `unsupported` those with figures or names that are not in their quotes, `repaired` the quotes found
    in another passage than the one named.
    """

    usage: Usage = field(default_factory=Usage)
    cut: str | None = None
    dropped: int = 0
    unsupported: int = 0
    repaired: int = 0

    def notes(self) -> list[str]:
        """What a person should know of it, a sentence each."""
        told = []
        if self.cut:
            told.append(f"The answer is incomplete: {self.cut}.")
        if self.dropped:
            told.append(f"{_count(self.dropped)} left out because no passage holds the quote given for it.")
        if self.unsupported:
            told.append(f"{_count(self.unsupported)} left out because its quotes do not support it.")
        if self.repaired:
            many = "A quote stands" if self.repaired == 1 else f"{self.repaired} quotes stand"
            told.append(f"{many} elsewhere than the model said; what is cited is where.")
        return told


def write(
    model: LanguageModel,
    question: str,
    passages: Sequence[Passage],
    documents: Mapping[str, Document],
    prover: Prover,
    ends: float,
    written: Written,
) -> Generator[Statement | None, None, None]:
    """The proven statements, each as soon as its last quote is found; None now and then between them.

    `ends` is the moment, by time.monotonic(), when all must be over. Raises ModelError when the model
    gives no usable answer, and says in `written` when it gives only a part of one.
    """
    shown = fit(model, question, passages, documents)
    given = {"passages": shown, "question": question}
    reader, finish, told = Reader(), None, set[str]()
    try:
        for chunk in stream(model, model.answer, given, SCHEMA, ends):
            if chunk is None:
                yield None
                continue
            if used := chunk.usage_metadata:
                written.usage = Usage(used["input_tokens"], used["output_tokens"])
            finish = chunk.response_metadata.get("finish_reason") or finish
            yield None
            for claim in reader.feed(chunk.text):
                if claim.text.casefold() in told or len(told) == MOST:
                    continue
                statement = _prove(claim, prover, written)
                if statement is not None:
                    told.add(claim.text.casefold())
                    yield statement
            if reader.too_long:
                finish = "length"
                break
    except ModelError as error:
        if not told:
            raise
        written.cut = str(error).removesuffix(".")
    else:
        _end(reader, finish, len(told), written)
    finally:
        # A server that said nothing is taken to have read nothing.
        if written.usage.tokens or reader.text:
            written.usage = model.usage(written.usage, texts(model.answer, given), reader.text)


def _count(number: int) -> str:
    return "1 statement was" if number == 1 else f"{number} statements were"


def _prove(claim: Claim, prover: Prover, written: Written) -> Statement | None:
    """The claim as a statement where it is proven; counts what is not."""
    proven = prover.prove(claim)
    if proven is None:
        written.dropped += 1
        return None
    if proven.statement.support == "unsupported":
        written.unsupported += 1
        return None
    written.repaired += proven.repaired
    return proven.statement


def _end(reader: Reader, finish: str | None, count: int, written: Written) -> None:
    """Judge how the stream ended: only a closed list with the finish "stop" is a whole answer."""
    written.dropped += reader.malformed
    if finish == "stop" and reader.closed:
        return
    reason = CUT.get(finish, "the language model broke off")
    if finish == "stop":
        if not reader.found or not count:
            raise ModelError("The language model gave no answer of the form asked for.")
        reason = "the language model's answer was malformed"
    if not count:
        raise ModelError(f"{reason[0].upper()}{reason[1:]}.")
    written.cut = reason
