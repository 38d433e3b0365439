"""OnRecord's engine: documents → library → search → answers.

    from retrieval import Library, Assistant

It knows no environment, no terminal and no web page.
"""

from typing import Any

__all__ = ["Assistant", "Library"]


def __getattr__(name: str) -> Any:
    # Late, so that importing retrieval.errors, say, does not pay for the engine.
    if name in __all__:
        from retrieval import api, assistant

        return api.Library if name == "Library" else assistant.Assistant
    raise AttributeError(f"module 'retrieval' has no attribute {name!r}")
