from sourcebook.index import Library
from sourcebook.rag import Chatbot
from sourcebook.ui.frameworks.langchain import SourcebookChat, SourcebookRetriever

library = Library.open("news.library")
chat = SourcebookChat(chatbot=Chatbot(library))
message = chat.invoke("How long did the discussions in Geneva take?")
for citation in message.content_blocks[0]["annotations"]:
    print(citation["cited_text"], citation["extras"]["source_start"])
passages = SourcebookRetriever(library=library, k=5).invoke("talks in Geneva")
