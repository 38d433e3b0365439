"""Prompts as YAML files beside this one, each with a `system` and a `human` part.

A person's own folder may hold a file of the same name, which then goes before the one here. Templates
are f-strings: {name} is filled in, braces that belong to the text are doubled.
"""

import hashlib
import string
from dataclasses import dataclass
from pathlib import Path

import yaml

OWN = Path(__file__).parent
ROLES = ("system", "human")


class BadPrompt(ValueError):
    """A prompt file cannot be read, or its parts or variables are not those that the code fills in."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as (role, template) messages; `version` is made from its content."""

    name: str
    messages: tuple[tuple[str, str], ...]
    version: str


def load(name: str, variables: set[str], folder: Path | None = None) -> Prompt:
    """The prompt of that name, from `folder` where it has one; raises BadPrompt."""
    path = OWN / f"{name}.yaml"
    if folder is not None and (folder / path.name).exists():
        path = folder / path.name
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        messages = tuple((role, content[role]) for role in ROLES)
        used = {field for _, template in messages for field in _fields(template)}
    except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError) as error:
        raise BadPrompt(f"The prompt {path} cannot be used: {_told(error)}.") from error
    if used != variables:
        wanted, given = _list(variables), _list(used)
        raise BadPrompt(f"The prompt {path} must use the variables {wanted}; it uses {given}.")
    content_hash = hashlib.sha256("\0".join(text for _, text in messages).encode())
    return Prompt(name, messages, content_hash.hexdigest()[:12])


def _fields(template: str) -> set[str]:
    if not isinstance(template, str):
        raise TypeError("its parts must be text")
    return {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}


def _told(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no part {error}"
    return " ".join(str(error).split())


def _list(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"
