"""`onrecord eval judge`: a language model grades the answers of a stored run."""

import sys
from pathlib import Path

import prompts
from app.compose import open_model, prompts_folder
from app.confirming import confirming
from app.progress import progress
from app.scorecard import spent as used
from app.settings import Settings
from eval.judging.judge import Spent, judge_run
from eval.judging.plan import JUDGED, Judge
from retrieval.errors import SettingsError


def judge(settings: Settings, run: Path, yes: bool) -> None:
    """Judge the run in the folder `run`, and tell on standard error what it cost; `yes` agrees to that.

    Raises SettingsError where no language model is set, Unconfirmed, and ModelError.
    """
    if not settings.has_model():
        raise SettingsError(
            "A language model judges; give a key in OPENAI_API_KEY, or a server in OPENAI_BASE_URL."
        )
    try:
        own = [
            (one, prompts.load(one.prompt, set(one.variables), prompts_folder(settings))) for one in JUDGED
        ]
    except prompts.BadPrompt as error:
        raise SettingsError(str(error)) from error
    model = open_model(settings)
    try:
        with progress() as shown:
            agree = confirming(yes, shown.paused)
            spent = judge_run(
                run, Judge(model, own), agree, lambda done, total: shown.tell("judging", done, total)
            )
    finally:
        model.caller.close()
    print(_told(spent, model.name), file=sys.stderr, flush=True)


def _told(spent: Spent, model: str) -> str:
    if not spent.asked:
        return f"Nothing was asked: all that {model} can judge here is judged."
    told = f"{spent.asked} grades by {model}: {used(spent.usage)}."
    if spent.failed:
        told += f" {spent.failed} came to nothing and are unscored; the same command asks for them again."
    return told
