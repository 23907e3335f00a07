"""Every error the product raises on purpose.

    SourcebookError
    ├── LibraryError
    │   ├── LibraryNotFound      the folder holds no library
    │   ├── LibraryDamaged       the database cannot be read
    │   ├── LibraryBusy          another process holds it for too long
    │   ├── EmbedderMismatch     made by another embedder than the one in use
    │   └── DocumentNotFound     no document has that id
    ├── ReadError                one source could not become a document
    │   ├── SourceNotFound       no such file or folder
    │   ├── UnsupportedFormat    no reader for that kind of file
    │   ├── UnreadableFile       permissions, binary content, broken markup
    │   ├── OverLimit            too large, or needs too much time or memory to be read
    │   ├── ReaderCrashed        the file ended the process that read it
    │   ├── ProtectedFile        it cannot be read without its password
    │   ├── EmptyDocument        nothing left to read
    │   ├── Offline              a URL, while fetching is off
    │   ├── AddressRefused       a URL that is not fetched: not http(s), not a public address
    │   ├── RobotsRefused        the site asks robots not to read it
    │   └── FetchFailed          the server or the network did not give it
    │       └── PageGone         the server says that there is no such page (404, 410)
    ├── QuestionError
    │   ├── EmptyQuestion
    │   └── QuestionTooLong
    ├── ModelError
    │   ├── ModelFileMissing     a weight file is not there
    │   ├── ModelFileAltered     a weight file is not the published one
    │   ├── ModelDownloadFailed  no source could give the file
    │   ├── GenerationFailed     the language model stopped with an error
    │   └── ModelServerFailed    a model server cannot be reached, refuses, or breaks off
    ├── ChatbotClosed            a question after `Chatbot.close`
    └── SettingsError            a setting is unknown or has no usable value

`rag/replay.py`, `rag/history/restore.py`, `eval/errors.py`, `ui/serving`, `ui/state/queue.py`,
`ui/api/problems.py` and `ui/api/security/keys.py` add theirs below SourcebookError.

The message of each is one line that carries the value and the way out; a face shows it as it is.
"""


class SourcebookError(Exception):
    """Base of every error raised on purpose. ``str(error)`` is one line for a person."""


class LibraryError(SourcebookError):
    """A library could not do what was asked."""


class LibraryNotFound(LibraryError):
    """The folder holds no library."""


class LibraryDamaged(LibraryError):
    """The database of a library cannot be read."""


class LibraryBusy(LibraryError):
    """Another process held the library for longer than we wait."""


class EmbedderMismatch(LibraryError):
    """The library was made by another embedder than the one in use."""


class DocumentNotFound(LibraryError):
    """No document of the library has that id."""


class ReadError(SourcebookError):
    """One source could not become a document; the others go on."""


class SourceNotFound(ReadError):
    """No file or folder of that name."""


class UnsupportedFormat(ReadError):
    """No reader knows that kind of file."""


class UnreadableFile(ReadError):
    """Permissions, binary content or broken markup keep the text from us."""


class OverLimit(ReadError):
    """The source is too large, or reading it takes more time or memory than is given to one."""


class ReaderCrashed(ReadError):
    """The process that read the source died of it; another one reads the rest."""


class ProtectedFile(ReadError):
    """The source cannot be read without a password."""


class EmptyDocument(ReadError):
    """The source was read and holds no text."""


class Offline(ReadError):
    """The source is a URL, and fetching is off."""


class AddressRefused(ReadError):
    """The URL is not fetched: not http(s), or not at a public address."""


class RobotsRefused(ReadError):
    """The site's robots.txt asks robots not to read the URL."""


class FetchFailed(ReadError):
    """The server or the network did not give what the URL names."""


class PageGone(FetchFailed):
    """The server says that there is no such page."""


class QuestionError(SourcebookError):
    """The question cannot be asked as it is."""


class EmptyQuestion(QuestionError):
    """The question holds no words."""


class QuestionTooLong(QuestionError):
    """The question is longer than the limit."""


class ModelError(SourcebookError):
    """A model cannot be loaded or failed while running."""


class ModelFileMissing(ModelError):
    """A weight file is not on this machine."""


class ModelFileAltered(ModelError):
    """A weight file differs from the published one."""


class ModelDownloadFailed(ModelError):
    """No source could give the weight file."""


class GenerationFailed(ModelError):
    """The language model stopped with an error."""


class ModelServerFailed(ModelError):
    """A model server cannot be reached, refuses, or answers what cannot be used."""

    status: int | None = None
    """The HTTP status, where there was one."""


class ChatbotClosed(SourcebookError):
    """The chatbot was closed before the question."""


class SettingsError(SourcebookError):
    """A setting is unknown, or its value cannot be used."""
