"""With a model, a follow-up question is rewritten so that it stands on its own, and only then."""

from typing import Any

import pytest
from openai_server import Reply, serving
from test_writing import honest

from app.compose import open_assistant
from app.settings import Settings
from retrieval import Library
from retrieval.answers.answer import Answer
from retrieval.assistant import Step

HISTORY = [
    {"role": "user", "content": "Who is the chief of the FSB?"},
    {"role": "assistant", "content": "FSB chief Alexander Bortnikov spoke in Moscow."},
]
REWRITTEN = "What did FSB chief Alexander Bortnikov say about messengers?"


def _follow_up(library: Library, said: Any, history: Any = HISTORY) -> tuple[Answer, list[str], list[Any]]:
    with serving(honest, rewrite=lambda prompt: said) as server:
        settings = Settings(openai_base_url=server.url, model="scripted", timeout=4, first_word_timeout=1)
        events = list(open_assistant(settings, library).stream("What did he say about messengers?", history))
    answer = events[-1]
    assert isinstance(answer, Answer)
    return answer, server.prompts(), events


def test_a_follow_up_is_searched_for_in_the_models_words(library: Library) -> None:
    answer, prompts, events = _follow_up(library, f"{REWRITTEN}\n")
    assert answer.question == "What did he say about messengers?"
    assert answer.standalone_question == REWRITTEN
    assert len(prompts) == 2
    assert "Person: Who is the chief of the FSB?\nAnswer: FSB chief" in prompts[0]
    assert prompts[1].rstrip().endswith(f"Question: {REWRITTEN}")
    assert isinstance(events[0], Step)
    assert answer.usage.completion_tokens > 20


def test_without_history_nothing_is_rewritten(library: Library) -> None:
    answer, prompts, _ = _follow_up(library, REWRITTEN, history=[])
    assert len(prompts) == 1
    assert answer.standalone_question == answer.question


@pytest.mark.parametrize(
    "said",
    [
        "",
        "so " * 400,
        Reply(status=500),
        Reply("What did", finish="length"),
        Reply("What", end="cut"),
        Reply(end="hole"),
    ],
)
def test_a_failed_rewriting_is_answered_by_quotes_with_one_line(library: Library, said: Any) -> None:
    answer, prompts, _ = _follow_up(library, said)
    assert answer.engine == "quotes"
    (note,) = answer.notes
    assert note.endswith("The answer quotes the documents instead.")
    assert "Who is the chief of the FSB?" in answer.standalone_question
    assert all("Question: " not in prompt.split("Last question")[0] for prompt in prompts)


def test_a_rewritten_question_is_one_clean_line(library: Library) -> None:
    answer, _, _ = _follow_up(library, f'"{REWRITTEN}"\u200b\u202e')
    assert answer.standalone_question == REWRITTEN


def test_thoughts_are_no_part_of_a_rewritten_question(library: Library) -> None:
    answer, _, _ = _follow_up(library, f"<think>{'He is Bortnikov. ' * 400}</think>\n\n{REWRITTEN}")
    assert answer.standalone_question == REWRITTEN


def test_only_the_last_turns_are_told(library: Library) -> None:
    long = [{"role": "user", "content": f"Question {n}? " + "x" * 3000} for n in range(30)]
    _, prompts, _ = _follow_up(library, REWRITTEN, history=long)
    assert "Question 29?" in prompts[0]
    assert "Question 5?" not in prompts[0]
    assert len(prompts[0]) < 9000
