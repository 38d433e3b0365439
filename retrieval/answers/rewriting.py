"""With a language model: a follow-up question is rewritten so that it stands on its own."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from retrieval.answers.answer import Usage
from retrieval.answers.calling import model_error
from retrieval.answers.draft import THOUGHT
from retrieval.answers.model import LanguageModel
from retrieval.answers.prompting import template, texts
from retrieval.answers.proof.addresses import addresses
from retrieval.answers.proof.reciting import recites
from retrieval.documents.cleaning import clean
from retrieval.errors import ModelError
from retrieval.search.followups import Message

# The turns that are shown, and the most characters of each.
TURNS, TURN = 6, 1000
# A question that a model makes longer than this, in characters, is no question.
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question that stands on its own, and what making it cost."""

    question: str
    usage: Usage


def rewrite(
    model: LanguageModel, question: str, history: Sequence[Message], ends: float
) -> Generator[Rewritten | None, None, None]:
    """The question on its own, last; None now and then while waiting.

    Raises ModelError when the model gives nothing that can be searched for.
    """
    chain = template(model.rewrite) | model.chat
    said, finish, usage = "", None, Usage()
    given = {"history": _shown(model, question, history), "question": question}
    try:
        for chunk in model.caller.stream(chain, given, ends):
            if chunk is None:
                yield None
                continue
            said += chunk.text
            finish = chunk.response_metadata.get("finish_reason") or finish
            if told := chunk.usage_metadata:
                usage = Usage(told["input_tokens"], told["output_tokens"])
            if len(THOUGHT.sub("", said)) > 10 * LONGEST:
                break
    # Whatever the service, the SDK or the network raises, the question is then answered by quoting.
    except Exception as error:
        raise model_error(error, model.name) from error
    made = " ".join(clean(THOUGHT.sub("", said)).split()).strip('"“”')
    known = addresses("\n".join((question, *(turn["content"] for turn in history))))
    strange = addresses(made) - known or recites(made, model.rewrite.messages[0][1])
    if finish != "stop" or not made or len(made) > LONGEST or strange:
        raise ModelError("The language model could not put the question in words of its own.")
    yield Rewritten(made, model.usage(usage, texts(model.rewrite, given), said))


def _shown(model: LanguageModel, question: str, history: Sequence[Message]) -> str:
    """The last turns, the newest that fit within half of the model's window."""
    lines: list[str] = []
    room = model.prompt_tokens // 2 - model.counter.count(question)
    for turn in reversed(history[-TURNS:]):
        who = "Person" if turn.get("role") == "user" else "Answer"
        line = f"{who}: {' '.join(clean(turn['content'])[:TURN].split())}"
        room -= model.counter.count(line + "\n")
        if room < 0:
            break
        lines.insert(0, line)
    return "\n".join(lines)
