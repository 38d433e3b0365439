"""The library's search as a LangChain retriever."""

from collections.abc import Callable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from retrieval.library.passage import Passage


class LibraryRetriever(BaseRetriever):
    """Gives passages as LangChain documents; metadata holds source, start, end, score and the facts."""

    find: Callable[[str, int], list[Passage]]
    k: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [_document(passage) for passage in self.find(query, self.k)]


def _document(passage: Passage) -> Document:
    row = passage.to_json()
    return Document(page_content=row.pop("text"), metadata=row)
