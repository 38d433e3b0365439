"""Prompts as YAML files beside this one, each with a `system` and a `human` part."""

import string
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent


def load(name: str, variables: set[str], folder: Path = FOLDER) -> list[tuple[str, str]]:
    """The messages of a prompt as (role, template); raises ValueError where its variables are others."""
    path = folder / f"{name}.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts = [(role, content[role]) for role in ("system", "human")]
    used = {
        variable
        for _, template in parts
        for _, variable, _, _ in string.Formatter().parse(template)
        if variable is not None
    }
    if used != variables:
        raise ValueError(f"{path} must use the variables {sorted(variables)}, it uses {sorted(used)}.")
    return parts
