"""How much a file may ask for when it is read; what goes over is told, and the other files go on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one file: its bytes, the memory, computing and waiting that it takes, and what comes out of it."""

    file_bytes: int = 200_000_000
    memory_bytes: int = 1 << 30
    cpu_seconds: int = 30
    wall_seconds: float = 60.0
    document_characters: int = 8_000_000
    file_characters: int = 40_000_000
    documents: int = 100_000

    def too_large(self) -> str:
        """Of the file itself."""
        return f"it is larger than {self.file_bytes / 1e6:,.0f} MB; split it"

    def too_long(self) -> str:
        """Of a document."""
        return f"it holds more than {self.document_characters:,} characters; split it"

    def too_much(self) -> str:
        """Of all documents of a file."""
        return f"more than {self.file_characters:,} characters came out of it; split it"

    def too_many(self) -> str:
        """Of the number of documents."""
        return f"it holds more than {self.documents:,} documents; split it"

    def too_hungry(self) -> str:
        """Of memory."""
        return f"reading it takes more than {self.memory_bytes / (1 << 30):g} GB of memory; split it"

    def too_slow(self) -> str:
        """Of computing."""
        return (
            f"reading it takes more than {self.cpu_seconds} s of computing; split it, or save it more simply"
        )

    def too_late(self) -> str:
        """Of waiting."""
        return f"reading it did not end in {self.wall_seconds:.0f} s; split it, or save it more simply"


LIMITS = Limits()
