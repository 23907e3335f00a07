"""A language model behind a server that speaks OpenAI's protocol: llama-server, vLLM, Ollama."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sourcebook.index.errors import ModelServerFailed
from sourcebook.index.model_server import ServerAddress, ServerConnection
from sourcebook.index.model_server.failures import UnexpectedReply

from .base import Prompt
from .server_tokens import ServerTokens

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletion, ChatCompletionMessageParam

ODDS_OF_A_WORD = 2.0
"""Log-odds taken for a reply that says Yes, and less this for No, of a server that tells no
probabilities. Set by hand: it moves what the shipped calibration says without deciding alone."""

_LISTED = 20
"""The most that the protocol lists of the likeliest tokens."""
_SHORT_REPLY = 8
_LEAST = 1e-9
_LOOK_SECONDS = 0.05
_REFUSALS = frozenset({400, 422, 500, 501})
_AROUND_A_WORD = " \n\t*\"'#.,▁Ġ"


class ServerModel:
    """A model on a server, greedy as far as the server is: the same prompt gives the same reply
    while nothing else is computed beside it.

    Cheap to make; nothing is asked before the first call. Threads may ask at once, ``parallel`` of
    them; the others wait. Raises ModelServerFailed, from every method but ``read_ahead``.

    Args:
        address: ``http://host:8000/v1#name``; the key stands in ``SOURCEBOOK_LANGUAGE_MODEL_KEY``.
        context_size: tokens of prompt and reply together, as the server was started.
        silence: seconds within which a reply must begin, and go on.
        parallel: how many questions the server is asked at once.
    """

    def __init__(
        self,
        address: str,
        *,
        context_size: int = 4096,
        silence: float | None = None,
        parallel: int = 1,
    ) -> None:
        parsed = ServerAddress.parse(address)
        self.name = str(parsed)
        self.context_size = context_size
        self.parallel = parallel
        self._model = parsed.model
        self._server = ServerConnection(parsed, "language_model", silence=silence)
        self._tokens = ServerTokens(self._server)
        self._places = threading.BoundedSemaphore(parallel)
        self._has_odds: bool | None = None  # None: not known yet

    @property
    def abilities(self) -> Mapping[str, str]:
        """What is known of the server so far: where odds and numbers of tokens come from."""
        odds = {None: "not asked yet", True: "logprobs", False: "a short reply"}[self._has_odds]
        return {"odds": odds, "tokens": self._tokens.source}

    def load(self) -> None:
        """Make sure that the server can be reached and takes the key."""
        self._server.list_models()

    def count_tokens(self, text: str) -> int:
        return self._tokens.count(text)

    def read_ahead(self, prompt: Prompt) -> None:
        """Do nothing: a server keeps its own states of prompts."""

    def stream(
        self, prompt: Prompt, *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[str]:
        with self._place(cancel) as has_place:
            if not has_place:
                return
            is_whole = has_begun = False
            chunks = self._server.stream(
                lambda client: client.chat.completions.create(
                    model=self._model,
                    messages=_messages(prompt),
                    max_tokens=max_tokens,
                    temperature=0,
                    seed=0,
                    stream=True,
                ),
                cancel=cancel,
            )
            for chunk in chunks:
                choices = getattr(chunk, "choices", None) or ()
                for choice in choices[:1]:
                    delta = getattr(choice, "delta", None)
                    if text := getattr(delta, "content", None):
                        has_begun = True
                        yield str(text)
                    is_whole = is_whole or bool(getattr(choice, "finish_reason", None))
            if not is_whole and not _is_set(cancel):
                what = (
                    "broke off in the middle of its reply: ask again, or see its log"
                    if has_begun
                    else "gave no reply: see its log, and whether it reads as many tokens as "
                    "context_size says"
                )
                raise ModelServerFailed(f"the model server {self.name} {what}")

    def yes_log_odds(self, prompt: Prompt, *, cancel: threading.Event | None = None) -> float:
        with self._place(cancel) as has_place:
            if not has_place:
                return 0.0
            odds = None
            if self._has_odds is not False:
                odds = log_odds_of(self._listed(prompt, cancel))
            if odds is None and not _is_set(cancel):
                odds = self._reply_odds(prompt, cancel)
                self._has_odds = self._has_odds or False
            return odds or 0.0

    def _listed(self, prompt: Prompt, cancel: threading.Event | None) -> dict[str, float]:
        """Return the log-probabilities of the likeliest first tokens; none where the server gives
        none."""
        try:
            reply = self._server.call(
                lambda client: self._ask(client, prompt, 1, logprobs=True, top_logprobs=_LISTED),
                cancel=cancel,
            )
        except ModelServerFailed as error:
            # Some servers refuse the question for probabilities, some fail over it. Of one that
            # has given them it is a failure like any other.
            if self._has_odds or error.status not in _REFUSALS:
                raise
            return {}
        listed = listed_tokens(reply) if reply is not None else {}
        self._has_odds = self._has_odds or bool(listed) or None
        return listed

    def _reply_odds(self, prompt: Prompt, cancel: threading.Event | None) -> float:
        """Return the odds that a word of the model stands for."""
        reply = self._server.call(
            lambda client: self._ask(client, prompt, _SHORT_REPLY), cancel=cancel
        )
        if reply is None:
            return 0.0
        text = str(reply.choices[0].message.content or "").strip(_AROUND_A_WORD).casefold()
        if text.startswith("yes"):
            return ODDS_OF_A_WORD
        return -ODDS_OF_A_WORD if text.startswith("no") else 0.0

    async def _ask(
        self, client: AsyncOpenAI, prompt: Prompt, most: int, **options: Any
    ) -> ChatCompletion:
        reply: ChatCompletion = await client.chat.completions.create(
            model=self._model,
            messages=_messages(prompt),
            max_tokens=most,
            temperature=0,
            seed=0,
            **options,
        )
        choices = getattr(reply, "choices", None)
        if not choices or getattr(choices[0], "message", None) is None:
            raise UnexpectedReply("it holds no message")
        return reply

    @contextmanager
    def _place(self, cancel: threading.Event | None) -> Iterator[bool]:
        """Wait for a place beside the other questions; yield False when ``cancel`` ended the
        wait."""
        while not self._places.acquire(timeout=_LOOK_SECONDS if cancel else None):
            if _is_set(cancel):
                yield False
                return
        try:
            yield not _is_set(cancel)
        finally:
            self._places.release()


def listed_tokens(reply: object) -> dict[str, float]:
    """Return the likeliest first tokens of a reply with their log-probabilities.

    Args:
        reply: a chat completion that was asked for them; a server may leave out any part.
    """
    choices = getattr(reply, "choices", None) or ()
    content = getattr(getattr(choices[0], "logprobs", None), "content", None) if choices else None
    if not content:
        return {}
    listed: dict[str, float] = {}
    for item in (content[0], *(getattr(content[0], "top_logprobs", None) or ())):
        token, probability = getattr(item, "token", None), getattr(item, "logprob", None)
        if isinstance(token, str) and isinstance(probability, int | float):
            listed[token] = float(probability)
    return listed


def log_odds_of(listed: Mapping[str, float]) -> float | None:
    """Return log P(Yes) - log P(No); None where neither is listed.

    A word that is not listed is taken to be as likely as the least that is, or as what the listed
    ones leave: it cannot be likelier.

    Args:
        listed: log-probabilities of the likeliest first tokens.
    """
    words = {"yes": 0.0, "no": 0.0}
    for token, log_probability in listed.items():
        if (word := token.strip(_AROUND_A_WORD).casefold()) in words:
            words[word] += math.exp(log_probability)
    if not any(words.values()):
        return None
    probabilities = [math.exp(value) for value in listed.values()]
    most = max(_LEAST, min(*probabilities, 1 - sum(probabilities)))
    return math.log(words["yes"] or most) - math.log(words["no"] or most)


def _messages(prompt: Prompt) -> list[ChatCompletionMessageParam]:
    messages: list[Any] = [{"role": m.role, "content": m.content} for m in prompt]
    return messages


def _is_set(cancel: threading.Event | None) -> bool:
    return cancel is not None and cancel.is_set()
