from sourcebook.index import Library
from sourcebook.rag import Chatbot
from sourcebook.ui.frameworks.llama_index import SourcebookQueryEngine, SourcebookRetriever

library = Library.open("news.library")
engine = SourcebookQueryEngine(Chatbot(library))
response = engine.query("How long did the discussions in Geneva take?")
for block in response.metadata["citations"]:
    print(block.cited_content.text, block.additional_location_info["start_char_index"])
nodes = SourcebookRetriever(library, k=5).retrieve("talks in Geneva")
