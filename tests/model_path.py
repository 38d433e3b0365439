"""A program of its own: index the seeds afresh, ask the cases by a scripted model, print what happened.

python tests/model_path.py STATE NUMBER      one JSON line a case: its prompt's hash and its citations
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from openai_server import serving

from app.compose import open_assistant
from app.settings import SEEDS, Settings
from eval.case import OWN, load_cases
from retrieval import Library


def last_sentences(passages: list[str], question: str) -> Any:
    """What a model says that quotes the last line of each of three passages."""
    quotes = [passage.rsplit("\n", 1)[-1] for passage in passages[:3]]
    claims = [{"text": q, "proofs": [{"passage": n, "quote": q}]} for n, q in enumerate(quotes, 1)]
    return {"statements": claims}


def main(state: Path, number: int) -> None:
    """Ask the first cases and print a line for each."""
    cases = [case for path in sorted(OWN.glob("*.jsonl")) for case in load_cases(path)][:number]
    with (
        serving(last_sentences, rewrite=lambda prompt: prompt[-200:]) as server,
        Library.open(SEEDS, state) as library,
    ):
        library.sync()
        assistant = open_assistant(Settings(openai_base_url=server.url, model="scripted"), library)
        for case in cases:
            del server.requests[:]
            answer = assistant.ask(case.question, case.history)
            sent = json.dumps([request["messages"] for request in server.requests], ensure_ascii=False)
            cited = [(c.source, c.start, c.end, c.quote) for s in answer.statements for c in s.citations]
            row = {"id": case.id, "prompt": hashlib.sha256(sent.encode()).hexdigest(), "cited": cited}
            print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
