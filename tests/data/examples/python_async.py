import asyncio

from sourcebook.index import Library
from sourcebook.rag import Chatbot


async def main() -> None:
    with Library.open("news.library") as library, Chatbot(library) as chatbot:
        answer = await chatbot.aask("How long did the discussions in Geneva take?")
        print(answer.text, answer.citations[0].quote)


asyncio.run(main())
