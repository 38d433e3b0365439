"""Answers questions from a library: with a language model where one is given, else by quoting."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.answers.answer import Answer, Seconds, Statement, Usage
from retrieval.answers.attribution import lacks_speaker, on_topic
from retrieval.answers.confidence import CERTAIN, THRESHOLD, confidence, rank, rank_passages
from retrieval.answers.crossencoder import CrossEncoder
from retrieval.answers.evidence import Sentence, gather
from retrieval.answers.model import LanguageModel
from retrieval.answers.proof.proving import Prover
from retrieval.answers.quoting import quote
from retrieval.answers.rewriting import rewrite
from retrieval.answers.twins import Twin, count_once, find_twins
from retrieval.answers.writing import Written, write
from retrieval.api import Library
from retrieval.documents.document import Document
from retrieval.errors import ModelError
from retrieval.library.passage import Passage
from retrieval.search.followups import Message
from retrieval.search.question import Question, cleaned, understand
from retrieval.search.search import search

# So many passages are searched for; an answer has the best of them.
CANDIDATES, PASSAGES, CLOSEST = 32, 16, 3


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done while nothing can be shown yet, and for how many seconds the question ran."""

    what: Literal["rewriting", "searching", "writing"]
    seconds: float


Event = Step | Statement | Answer


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: the best passages, the documents, the sentences ranked, how sure they are."""

    question: Question
    passages: list[Passage]
    documents: dict[str, Document]
    twins: dict[str, list[Twin]]
    ranked: list[Sentence]
    confidence: float


class Assistant:
    """Answers questions from a library. Any thread may use it."""

    def __init__(self, library: Library, model: LanguageModel | None = None) -> None:
        self.library, self.model = library, model
        self.engine = f"openai:{model.name}" if model else "quotes"
        self.reader = CrossEncoder(library.index.embedder)

    def ask(self, question: str, history: Sequence[Message] = ()) -> Answer:
        """Answer a question; `history` holds the turns before, {"role": …, "content": …} each."""
        for event in self.stream(question, history):
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream ends with its answer")

    def stream(
        self,
        question: str,
        history: Sequence[Message] = (),
        stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[Event]:
        """What happens on the way to an answer, and last the Answer: steps, and each proven Statement.

        While a model is waited for, a Step comes ten times a second, and `stopped` is asked: once it says
        True the model is left and the answer ends with what is proven, `incomplete`. Where the model
        fails before anything was proven, the documents are quoted instead.
        """
        return _Asking(self, cleaned(question), history, stopped).events()


class _Asking:
    """One question on its way to an answer."""

    def __init__(
        self, assistant: Assistant, asked: str, history: Sequence[Message], stopped: Callable[[], bool]
    ) -> None:
        self.library, self.model, self.reader = assistant.library, assistant.model, assistant.reader
        self.asked, self.history, self.stopped = asked, history, stopped
        self.began = time.monotonic()
        self.ends = self.began + (self.model.caller.deadlines.total if self.model else 0.0)
        self.notes: list[str] = []
        self.usage = Usage()
        self.written = Written()

    def events(self) -> Iterator[Event]:
        standalone = None
        for made in self._rewrite():
            if isinstance(made, Step):
                yield made
            else:
                standalone = made
        yield self._step("searching")
        began = time.monotonic()
        found = self._find(standalone)
        searched = time.monotonic()
        statements: list[Statement] = []
        for event in self._state(found):
            if isinstance(event, Statement):
                event = count_once(event, found.twins)
                statements.append(event)
            yield event
        yield self._answer(found, statements, searched - began, time.monotonic() - searched)

    def _rewrite(self) -> Iterator[Step | str]:
        """Steps, and last the question on its own in the model's words where that is wanted."""
        if self.model is None or not self.history:
            return
        writing = rewrite(self.model, self.asked, self.history, self.ends)
        try:
            for made in writing:
                if made is not None:
                    self.usage += made.usage
                    yield made.question
                elif self._stopped():
                    return
                else:
                    yield self._step("rewriting")
        except ModelError as error:
            self._leave(error)
        finally:
            writing.close()

    def _find(self, standalone: str | None) -> Found:
        index = self.library.index
        with self.library.lock, index.catalog.snapshot():
            history = () if standalone else self.history
            question = understand(standalone or self.asked, history, index)
            passages = search(index, question, CANDIDATES)
            found = gather(index, question, passages)
            known = {sentence.document.source: sentence.document for sentence in found}
            documents = {p.source: known.get(p.source) or index.document(p.source) for p in passages}
            twins = find_twins(index, documents)
        self.usage += Usage(embedding_tokens=question.tokens, cost_usd=question.dollars)
        if question.trouble:
            self.notes.append(question.trouble)
        ranked = rank(self.reader.read(question.standalone, found))
        astray = bool(question.unknown) or lacks_speaker(question.text, ranked)
        sure = confidence(ranked, len(question.weights), astray)
        if told := on_topic(question.text, ranked):
            ranked = told + [sentence for sentence in ranked if sentence not in told]
        if told or (ranked and ranked[0].features["byline"]):
            sure = max(sure, CERTAIN)
        places = rank_passages(ranked)
        best = sorted(passages, key=lambda passage: places.get(passage.id, len(places)))[:PASSAGES]
        return Found(question, best, documents, twins, ranked, sure)

    def _state(self, found: Found) -> Iterator[Step | Statement]:
        """The statements, by the model or, without one or after its failure, by quoting."""
        if self.model is not None and not self.written.cut:
            yield from self._write(self.model, found)
        if self.model is None and not self.written.cut and found.confidence >= THRESHOLD:
            yield from quote(found.ranked, found.question.names)

    def _write(self, model: LanguageModel, found: Found) -> Iterator[Step | Statement]:
        if not found.passages:
            return
        prover = Prover(found.passages, found.documents, model.answer.messages[0][1])
        writing = write(
            model, found.question.standalone, found.passages, found.documents, prover, self.ends, self.written
        )
        try:
            for statement in writing:
                if statement is not None:
                    yield statement
                elif self._stopped():
                    break
                else:
                    yield self._step("writing")
        except ModelError as error:
            self._leave(error)
        finally:
            writing.close()
            self.usage += self.written.usage

    def _answer(self, found: Found, statements: list[Statement], search: float, answer: float) -> Answer:
        return Answer(
            question=self.asked,
            standalone_question=found.question.standalone,
            status="answered" if statements else "not_in_documents",
            statements=tuple(statements),
            passages=tuple(found.passages),
            closest=() if statements else tuple(found.passages[:CLOSEST]),
            confidence=round(found.confidence, 4),
            engine=f"openai:{self.model.name}" if self.model else "quotes",
            seconds=Seconds(search, answer, time.monotonic() - self.began),
            notes=(*self.notes, *self.written.notes(), *_reasons(statements)),
            incomplete=self.written.cut is not None,
            usage=self.usage,
        )

    def _step(self, what: Literal["rewriting", "searching", "writing"]) -> Step:
        return Step(what, time.monotonic() - self.began)

    def _stopped(self) -> bool:
        """Whether the person wants no more; then the answer is not whole."""
        if not self.stopped():
            return False
        self.written.cut = "it was stopped"
        return True

    def _leave(self, error: ModelError) -> None:
        """Go on without the model, and say why."""
        self.model = None
        self.notes.append(f"{error} The answer quotes the documents instead.")


def _reasons(statements: Sequence[Statement]) -> list[str]:
    return [
        f"Statement {number} is only partly supported: {statement.reason}."
        for number, statement in enumerate(statements, 1)
        if statement.reason
    ]
