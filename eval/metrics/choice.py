"""Choice accuracy: which option of a multiple-choice question the statements support most, by rule.

The words of an option are the stems of its content words. A word that n of the m options hold weighs
ln(m / n), so what all share decides nothing, and words of the question, which stand in any answer, weigh a
tenth. With w these weights and S the stems of all statements:
    support(option) = Σ_{words in S} w / Σ w,  and 1 where the option stands in a statement word for word
    choice accuracy = 1 if the option of the greatest support is a right one, else 0
Equal options are told apart by the earliest statement that supports one as much, then by their text; never by
their place in the list. The idea is the lexical baseline of M. Richardson et al., MCTest, 2013; the weights
are our own. It reads no negation: it tells what an answer is about, not what it denies.

A refusal, and statements that support no option, choose none: nought, no guess is made for them, so the value
may lie below 1 / m, what guessing would give. A case without options, or with no right one among them, is
unscored. Citations play no part.
"""

import re
from math import log

from eval.case import Case
from eval.metrics.metric import Named, TextOf
from eval.metrics.normalising import holds, tokens
from eval.score import Score, unscored, yes_or_no
from retrieval.answers.answer import Answer
from retrieval.search.terms import content_words, stems, words

OF_THE_QUESTION = 0.1
IN_A_FIGURE = re.compile(r"(?<=\d)[,.](?=\d)")


def choose(case: Case, answer: Answer) -> str | None:
    """The option that the statements support most; None where they support none."""
    said = [set(stems(words(_figures_whole(statement.text)))) for statement in answer.statements]
    exact = [tokens(statement.text) for statement in answer.statements]
    asked = set(stems(words(_figures_whole(case.question))))
    of_option = {option: set(stems(content_words(_figures_whole(option)))) for option in case.options}
    everything: set[str] = set().union(*said)
    ranked = []
    for option, own in of_option.items():
        weights = {word: _weight(word, own, of_option, asked) for word in own}
        supports = [_support(weights, spoken) for spoken in said]
        phrase = tokens(option)
        supports = [
            1.0 if phrase and holds(text, phrase) else support
            for text, support in zip(exact, supports, strict=True)
        ]
        best = max(supports, default=0.0)
        total = max(best, _support(weights, everything))
        if total > 0:
            ranked.append((-total, -best, supports.index(best), option))
    return min(ranked)[-1] if ranked else None


def _figures_whole(text: str) -> str:
    """The text with "10,000" and "2.1" as one word each, so that neither shares a word with "1,000"."""
    return IN_A_FIGURE.sub(lambda mark: "" if mark[0] == "," else "point", text)


def _weight(word: str, own: set[str], of_option: dict[str, set[str]], asked: set[str]) -> float:
    holders = sum(word in other for other in of_option.values())
    return log(len(of_option) / holders) * (OF_THE_QUESTION if word in asked else 1.0)


def _support(weights: dict[str, float], spoken: set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in spoken) / total if total else 0.0


def _choice(case: Case, answer: Answer, text_of: TextOf) -> Score:
    right = [option for option in case.options if tokens(option) in map(tokens, case.answers)]
    if len(set(case.options)) < 2 or not right or not case.answerable:
        return unscored("The case offers no options, or no right one.")
    chosen = choose(case, answer)
    if chosen is None:
        return yes_or_no(False, f"The answer supports no option; right is “{right[0]}”.")
    verdict = "which is right" if chosen in right else f"but right is “{right[0]}”"
    return yes_or_no(chosen in right, f"The statements support “{chosen}” most, {verdict}.")


CHOICE_ACCURACY = Named("choice accuracy", _choice)
