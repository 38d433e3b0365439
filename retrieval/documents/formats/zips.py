"""Whether a file that is an archive inside may be opened: what it says of itself, before it is unpacked."""

from io import BytesIO
from zipfile import BadZipFile, LargeZipFile, ZipFile

MOST_ENTRIES = 10_000
MOST_BYTES = 200_000_000
# More than this is a bomb; XML full of spaces may well be packed a hundred times.
MOST_RATIO = 200
SMALL = 1_000_000


def refusal(data: bytes) -> str | None:
    """Why the archive should not be opened, in a sentence with a remedy, or None.

    The sizes are those that it declares; the reader's limit of memory holds where they are lies.
    """
    if not data.startswith(b"PK"):
        return "its content is not what its ending says; rename it by what it is"
    try:
        with ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (BadZipFile, LargeZipFile, ValueError, NotImplementedError, OSError):
        return "it is cut off or damaged; save it once more in its program"
    if len(entries) > MOST_ENTRIES:
        return f"it holds {len(entries):,} parts, more than {MOST_ENTRIES:,}; such a file is not opened"
    names = [entry.filename for entry in entries]
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        return "a part of it has a name that leads out of the file; such a file is not opened"
    if len(set(names)) < len(names):
        return "two of its parts have one name; such a file is not opened"
    if any(entry.flag_bits & 1 for entry in entries):
        return "it is encrypted; save it without a password"
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_BYTES:
        return f"it unpacks to {unpacked / 1e6:,.0f} MB, more than {MOST_BYTES / 1e6:.0f}; split it"
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            return "a part of it is packed more than 200 times, as in an attack; such a file is not opened"
    return None
