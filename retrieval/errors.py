"""The errors that a person can cause; anything else is a bug and keeps its traceback.

OnRecordError                 a sentence for the person, with the remedy
├── FolderError               the documents folder is missing or cannot be read
├── StateError                the state folder cannot be used, or belongs to another folder
├── LibraryBusy               another process is writing this library
├── UnknownSource             no document of that name is in the library
├── BadQuestion               the question is empty, or a line of a batch is no question
├── BadCases                  a file of evaluation cases is malformed
├── BadRun                    a run of the evaluation is missing, damaged, in use, or of something else
├── ModelError                a language model, or an embedding model, gave nothing usable
├── Unconfirmed               work that costs money was agreed to by nobody
├── PortBusy                  the port for the chat page is taken
└── SettingsError             a setting in the environment or .env makes no sense
"""


class OnRecordError(Exception):
    """Base of all errors whose text is one sentence for a person."""


class FolderError(OnRecordError):
    """The documents folder is missing or cannot be read."""


class StateError(OnRecordError):
    """The state folder cannot be used, or belongs to another documents folder."""


class LibraryBusy(OnRecordError):
    """Another process is writing this library."""


class UnknownSource(OnRecordError):
    """No document of that name is in the library."""


class BadQuestion(OnRecordError):
    """The question is empty, or a line of a batch is no question."""


class BadCases(OnRecordError):
    """A file of evaluation cases is malformed."""


class BadRun(OnRecordError):
    """A run of the evaluation is missing, damaged, in use, or was made of something else."""


class ModelError(OnRecordError):
    """A language model, or an embedding model behind an API, gave nothing usable."""


class Unconfirmed(OnRecordError):
    """Work that costs money was agreed to by nobody."""


class PortBusy(OnRecordError):
    """The port for the chat page is taken."""


class SettingsError(OnRecordError):
    """A setting in the environment or .env makes no sense."""
