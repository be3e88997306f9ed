"""A language model behind an OpenAI-compatible server: vLLM, Ollama, LM Studio, llama.cpp and many others.

Each text is one request on a thread with an event loop of its own, so that it can be stopped while the server is
connected to, reads the prompt, or writes. The key comes from the environment and goes into one header alone.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import threading
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from embeddings.errors import ConfigError, ModelError
from qa.settings import AnswererSettings
from qa.writing.model import Message, plain
from qa.writing.stream import QUIET, Put, Thinking, pumped

# How servers are asked not to think; one that does not know a field may refuse it, and is asked with fewer.
_QUIET: tuple[dict[str, Any], ...] = (
    {"chat_template_kwargs": QUIET, "reasoning_effort": "none"},  # vLLM; Ollama and llama.cpp
    {"chat_template_kwargs": QUIET},  # `transformers serve`, older servers
    {},  # OpenAI's own
)
_CONNECT = 10.0  # seconds
_LETTERS = 16  # characters of a token, on average, from which a server is taken to ignore max_tokens
_GLANCE = 0.05  # seconds between two looks whether the text is still wanted
_REFUSALS = {  # by status; {said} is what the server says
    400: "does not take the question ({said}). See answerer.context and answerer.model.",
    401: "wants another key ({said}). Put the right one into the environment and name it in answerer.key_env.",
    404: "has no model of this name ({said}). Check answerer.model, and that the address ends in /v1.",
    429: "is asked too often, or its quota is used up ({said}). Ask later.",
}
_REFUSALS |= {403: _REFUSALS[401], 422: _REFUSALS[400]}


class OpenAIModel:
    """One model of one server. Any number of texts at a time: the server has its own queue."""

    def __init__(self, settings: AnswererSettings) -> None:
        """Asks the server nothing yet.

        Raises:
            ConfigError: `url` is no http address, or holds a password; `key_env` names no variable, or a strange key.
        """
        importlib.import_module("openai")  # which takes longer than a server's first word
        self.name, self.context, self._settings = settings.model, settings.context, settings
        self._here = _host(settings.url) in ("localhost", "127.0.0.1", "::1")
        _key(settings)
        self._quiet = 0  # of _QUIET: what this server is known to take
        self._opened = ""  # tag of the thinking that this model begins every text with, unmarked
        self._closed = threading.Event()

    def count(self, text: str) -> int:
        """An upper estimate, since the server's tokenizer is not here: 10亿元 is 3 or 4 tokens and counts as 5."""
        words = sum(letter.isascii() and (letter.isalpha() or letter == " ") for letter in text)
        wide = sum(not letter.isascii() for letter in text)
        return -(-words // 2) + (len(text) - words - wide) + -(-wide * 3 // 2)

    def write(self, messages: Sequence[Message], most: int) -> Iterator[str]:
        """Stream at most `most` tokens; an empty piece is given while nothing can be shown."""

        def produce(put: Put, stop: threading.Event) -> None:
            loop = asyncio.new_event_loop()
            try:
                loop.run_until_complete(self._until_stopped(messages, most, put, stop))
            finally:
                loop.run_until_complete(loop.shutdown_asyncgens())
                loop.close()  # unlike asyncio.run, it does not wait for a name server that does not answer

        return pumped(produce)

    def close(self) -> None:
        """Hang up on every text that is being streamed."""
        self._closed.set()

    async def _until_stopped(self, messages: Sequence[Message], most: int, put: Put, stop: threading.Event) -> None:
        task = asyncio.ensure_future(self._write(messages, most, put))
        while not task.done():
            if stop.is_set() or self._closed.is_set():
                task.cancel()
            await asyncio.wait({task}, timeout=_GLANCE)
        if not task.cancelled():
            task.result()
        elif not stop.is_set():
            raise ModelError(f"answerer.model: {self.name} is closed and cannot write; open it again")

    async def _write(self, messages: Sequence[Message], most: int, put: Put) -> None:
        """One text. Comments that keep a connection alive are no sign of life: events alone set the clock."""
        url, patience, key = f"answerer.url: {self._settings.url}", self._settings.timeout, _key(self._settings)
        thinking, letters, thoughts, finish = Thinking(self._opened), 0, 0, ""
        try:
            async with asyncio.timeout(patience) as clock, self._client(key) as client:
                async for chunk in await self._stream(client, messages, most):
                    clock.reschedule(asyncio.get_running_loop().time() + patience)
                    choice = chunk.choices[0] if chunk.choices else None
                    delta, finish = getattr(choice, "delta", None), getattr(choice, "finish_reason", "") or finish
                    letters += len(text := getattr(delta, "content", "") or "")
                    thoughts += len(getattr(delta, "reasoning", "") or getattr(delta, "reasoning_content", "") or "")
                    put(thinking.feed(text))
                    if letters + thoughts > most * _LETTERS:
                        finish = "length"
                        break
            put(thinking.end())
        except ModelError:
            self._opened = thinking.unopened
            raise
        except TimeoutError:
            raise ModelError(f"{url} has been silent for {patience:g} s. Raise answerer.timeout.") from None
        except Exception as error:  # of the client, of what it is built on, or of a server that sends nonsense
            raise ModelError(f"{url} {_fault(error, key)}") from None
        if not finish:
            raise ModelError(f"{url} ends without having finished. Check that the address ends in /v1.")
        if not thinking.shown and (thinking.silent or thoughts):
            self._opened = ""
            raise ModelError(thinking.fault(self.name, most))

    def _client(self, key: str) -> Any:
        import openai

        http = openai.DefaultAsyncHttpxClient(
            trust_env=not self._here,  # no proxy for a server on this machine
            follow_redirects=False,
            timeout=openai.Timeout(None, connect=min(_CONNECT, self._settings.timeout)),
        )
        retries, url = self._settings.retries, self._settings.url
        return openai.AsyncOpenAI(base_url=url, api_key=key or "none", max_retries=retries, http_client=http)

    async def _stream(self, client: Any, messages: Sequence[Message], most: int) -> Any:
        """The open stream of a request, with as many fields as the server takes."""
        import openai

        no_key = {} if self._settings.key_env else {"Authorization": openai.Omit()}
        while True:
            try:
                return await client.chat.completions.create(
                    model=self.name, messages=plain(messages), max_tokens=most, stream=True, seed=self._settings.seed,
                    temperature=self._settings.temperature, extra_body=_QUIET[self._quiet], extra_headers=no_key,
                )  # fmt: skip
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                if self._quiet + 1 == len(_QUIET):
                    raise
                self._quiet += 1


def _fault(error: Exception, key: str) -> str:
    """What went wrong, in one line, the key blotted out where a server quotes it."""
    import openai

    body = error.body if isinstance(error, openai.APIError) else None
    reason = (body.get("message") or body.get("error") or body.get("detail")) if isinstance(body, dict) else body
    said = " ".join(str(reason or error.__cause__ or error).split())
    said = (said.replace(key, "…") if key else said)[:160]
    if isinstance(error, openai.APIStatusError):
        line = _REFUSALS.get(error.status_code, "fails ({said}). Check the address, and the log of that server.")
        return line.format(said=f"{error.status_code}: {said}")
    if isinstance(error, openai.APIConnectionError):
        return f"cannot be reached, or breaks off ({said}). Is the server running?"
    return f"fails in the midst of its answer ({said}). See the log of that server."


def _host(url: str) -> str:
    """The host of an http address without a password."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) and not parts.username
    except ValueError:
        fits = False
    if not fits:
        raise ConfigError(
            "answerer.url: must be an address like http://127.0.0.1:8000/v1, without a password (answerer.key_env)",
            chinese="answerer.url 要写成地址，例如 http://127.0.0.1:8000/v1；密钥放进环境变量（answerer.key_env）",
        )
    return str(parts.hostname)


def _key(settings: AnswererSettings) -> str:
    """The key, read anew each time so that it is kept nowhere; "" where none is named."""
    key = os.environ.get(settings.key_env, "").strip() if settings.key_env else ""
    if settings.key_env and not (key and key.isascii() and key.isprintable()):
        raise ConfigError(
            f"answerer.key_env: the environment has no key in {settings.key_env}. Set it, or leave key_env empty.",
            chinese=f"answerer.key_env：环境变量 {settings.key_env} 里没有密钥；请设成密钥，或让 key_env 空着",
        )
    return key
