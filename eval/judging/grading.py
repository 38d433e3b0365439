"""Asks a language model for one grade: its reason in a sentence, and a grade of those that may be given."""

import json
import time
from dataclasses import dataclass
from json import JSONDecoder

from eval.judging.metric import JudgedMetric
from prompts import Prompt
from retrieval.answers.answer import Usage
from retrieval.answers.draft import THOUGHT
from retrieval.answers.model import ENVELOPE, LanguageModel
from retrieval.answers.prompting import texts
from retrieval.answers.structured import stream
from retrieval.documents.cleaning import clean

# The most tokens that a model may write for a grade: a sentence, and what it thinks before.
TOKENS = 1024
# A reason is told up to so many characters; a model that writes more than the others in all is left.
LONGEST, MOST = 400, 20_000


@dataclass(frozen=True, slots=True)
class Said:
    """What came of asking; without a `grade` the `reason` tells why there is none."""

    grade: str | None
    reason: str
    usage: Usage


def most_tokens(model: LanguageModel, prompt: Prompt, given: dict[str, str]) -> int:
    """The most tokens that the prompt may have, counted as a server counts them."""
    return sum(model.counter.count(text) for text in texts(prompt, given)) + ENVELOPE


def ask(model: LanguageModel, metric: JudgedMetric, prompt: Prompt, given: dict[str, str]) -> Said:
    """The model's grade; raises ModelError where the model fails."""
    said, finish, usage = "", None, Usage()
    ends = time.monotonic() + model.caller.deadlines.total
    for chunk in stream(model, prompt, given, metric.schema, ends, {"max_tokens": TOKENS}):
        if chunk is None:
            continue
        said += chunk.text
        finish = chunk.response_metadata.get("finish_reason") or finish
        if told := chunk.usage_metadata:
            usage = Usage(told["input_tokens"], told["output_tokens"])
        if len(said) > MOST:
            finish = None
            break
    used = model.usage(usage, texts(prompt, given), said)
    if finish != "stop":
        return Said(None, "The judge broke off before its grade was whole.", used)
    grade, reason = _read(said)
    if grade not in metric.grades:
        wanted = ", ".join(metric.grades)
        told_grade = f"“{_short(grade)}”, which is none of {wanted}" if grade else f"none of {wanted}"
        return Said(None, f"The judge gave {told_grade}.", used)
    return Said(grade, _short(reason) or "The judge gave no reason.", used)


def _read(said: str) -> tuple[str, str]:
    """The grade and the reason of the last JSON object that has a grade; empty where there is none."""
    text, at = THOUGHT.sub("", said), 0
    found = ("", "")
    while (at := text.find("{", at)) >= 0:
        try:
            value, end = JSONDecoder().raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            # A brace in the prose around the object.
            at += 1
            continue
        if isinstance(value, dict) and isinstance(value.get("grade"), str):
            reason = value.get("reason")
            found = (value["grade"].strip().lower(), reason if isinstance(reason, str) else "")
        at = end
    return found


def _short(text: str) -> str:
    line = " ".join(clean(text).split())
    return line if len(line) <= LONGEST else line[:LONGEST] + " …"
