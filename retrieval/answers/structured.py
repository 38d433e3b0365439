"""Asks a language model for JSON of a given form, from servers that know how to hold to it or not."""

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from prompts import Prompt
from retrieval.answers.calling import model_error
from retrieval.answers.model import LanguageModel
from retrieval.answers.prompting import template

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk


def stream(
    model: LanguageModel,
    prompt: Prompt,
    given: dict[str, str],
    schema: Mapping[str, Any],
    ends: float,
    limits: Mapping[str, Any] | None = None,
) -> "Generator[AIMessageChunk | None, None, None]":
    """The model's chunks, and None now and then; asked once more without `schema` where a server refuses it.

    `limits` are further parameters of the call, such as `max_tokens`. Raises ModelError.
    """
    import openai

    limits = limits or {}
    # In the request's body rather than as `response_format`, for which the SDK reads a stream in a way
    # that parses the whole answer again with every chunk.
    form = {"type": "json_schema", "json_schema": {"name": prompt.name, "schema": schema, "strict": True}}
    body = {"response_format": form}
    # Some models take no temperature, some servers no form and no usage.
    ways = [
        model.chat.bind(temperature=0, stream_usage=True, extra_body=body, **limits),
        model.chat.bind(stream_usage=True, extra_body=body, **limits),
        model.chat.bind(**limits),
    ]
    try:
        for chat in ways[:-1]:
            try:
                yield from model.caller.stream(template(prompt) | chat, given, ends)
                return
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                continue
        yield from model.caller.stream(template(prompt) | ways[-1], given, ends)
    # Whatever the service, the SDK or the network raises is told as the model's failure.
    except Exception as error:
        raise model_error(error, model.name) from error
