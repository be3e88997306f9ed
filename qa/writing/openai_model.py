"""A language model behind an OpenAI-compatible server: vLLM, Ollama, llama.cpp and many others.

In: the settings, then chat messages. Out: the text as it is streamed, without thinking. The key comes from the
environment and goes into one header: never into a setting, a message or a log. Knows nothing about newspapers. Each
text is one request on a thread with an event loop of its own, so that it can be stopped at any moment: while the server
is connected to, while it reads the prompt, between two words.
"""

from __future__ import annotations

import asyncio
import os
import random
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any

from embeddings.errors import ConfigError, ModelError, first_line
from qa.settings import AnswererSettings
from qa.writing.controls import as_text, control_pattern
from qa.writing.model import Message
from qa.writing.openai_wire import AgainError, Event, EventReader, PlainerError, refusal
from qa.writing.pump import Put, pumped
from qa.writing.thinking import QUIET, Thinking

# How servers are asked not to think; one that does not know a field may refuse it, and is asked with fewer.
_ASKS: tuple[dict[str, Any], ...] = (
    {"chat_template_kwargs": QUIET, "reasoning_effort": "none"},  # vLLM; Ollama and llama.cpp
    {"chat_template_kwargs": QUIET},  # `transformers serve`, older servers
    {},  # OpenAI's own
)
_CONNECT = 10.0  # seconds
_BACKOFF = 0.25  # seconds before the first retry, doubled for each further one
_LONGEST_WAIT = 20.0  # seconds that a server may ask for: a reader is waiting too
_LETTERS = 16  # characters of a token, on average, from which a server is taken to ignore max_tokens
_GLANCE = 0.05  # seconds between two looks whether the text is still wanted


class OpenAIModel:
    """One model of one server. Any number of texts at a time: the server has its own queue."""

    def __init__(self, settings: AnswererSettings) -> None:
        """Asks the server nothing yet.

        Raises:
            ConfigError: `url` is no http address, or holds a password; `key_env` names no variable, or a strange key.
        """
        import httpx

        url = _checked(settings.url)
        self.name, self.context = settings.model, settings.context
        self._settings, self._url = settings, f"{settings.url.rstrip('/')}/chat/completions"
        _key(settings)
        self._client: dict[str, Any] = {
            "verify": httpx.create_ssl_context(),
            "trust_env": url.host not in ("localhost", "127.0.0.1", "::1"),  # no proxy for a server on this machine
            "timeout": httpx.Timeout(None, connect=min(_CONNECT, settings.timeout)),
        }
        self._controls = control_pattern()
        self._ask = 0  # of _ASKS: what this server is known to take
        self._inside = ""  # closing tag of the thinking that this model begins every text with, unmarked
        self._closed = threading.Event()

    def count(self, text: str) -> int:
        """An upper estimate, since the server's tokenizer is not here: 10亿元 is 3 or 4 tokens and counts as 5."""
        words = sum(letter.isascii() and (letter.isalpha() or letter == " ") for letter in text)
        wide = sum(not letter.isascii() for letter in text)
        return -(-words // 2) + (len(text) - words - wide) + -(-wide * 3 // 2)

    def write(self, messages: Sequence[Message], most: int) -> Iterator[str]:
        """Stream at most `most` tokens; an empty piece is given while nothing can be shown."""
        body = {
            "model": self.name,
            "messages": as_text(messages, self._controls),
            "max_tokens": most,
            "temperature": self._settings.temperature,
            "seed": self._settings.seed,
            "stream": True,
        }

        def produce(put: Put, stop: threading.Event) -> None:
            loop = asyncio.new_event_loop()
            try:
                loop.run_until_complete(self._until_stopped(self._persist(body, put), stop))
            finally:
                loop.run_until_complete(loop.shutdown_asyncgens())
                loop.close()  # unlike asyncio.run, it does not wait for a name server that does not answer

        return pumped(produce)

    def close(self) -> None:
        """Hang up on every text that is being streamed."""
        self._closed.set()

    async def _until_stopped(self, work: Coroutine[Any, Any, None], stop: threading.Event) -> None:
        task = asyncio.ensure_future(work)
        while not task.done():
            if stop.is_set() or self._closed.is_set():
                task.cancel()
            await asyncio.wait({task}, timeout=_GLANCE)
        if not task.cancelled():
            task.result()
        elif self._closed.is_set() and not stop.is_set():
            raise ModelError(f"answerer.model: {self.name} is closed and cannot write; open it again")

    async def _persist(self, body: dict[str, Any], put: Put) -> None:
        """Ask, and ask again where that may help, as long as nothing has been shown."""
        tries, ask = 0, self._ask
        while True:
            thinking = Thinking(self._inside)
            try:
                await self._write({**body, **_ASKS[ask]}, thinking, put)
                self._ask = ask
                return
            except PlainerError:
                if ask + 1 == len(_ASKS):
                    raise
                ask += 1
            except AgainError as error:
                wait = _BACKOFF * 2**tries * random.uniform(0.75, 1.25) if error.wait is None else error.wait
                if thinking.shown or tries == self._settings.retries or wait > _LONGEST_WAIT:
                    raise
                tries += 1
                await asyncio.sleep(wait)

    async def _write(self, body: dict[str, Any], thinking: Thinking, put: Put) -> None:
        """One request, from the connection to the end of the text."""
        letters, thoughts, most = 0, 0, int(body["max_tokens"]) * _LETTERS
        finish = ""

        def take(event: Event) -> bool:
            nonlocal letters, thoughts, finish
            letters, thoughts = letters + len(event.text), thoughts + len(event.thoughts)
            finish = event.finish or finish
            put(thinking.feed(event.text))
            return letters + thoughts <= most

        try:
            await self._receive(body, take)
        finally:
            self._learn(thinking, finish)
        put(thinking.end())
        if not thinking.shown and (thinking.inside or thoughts):
            raise ModelError(
                f"answerer.max_tokens: {self.name} used all {body['max_tokens']} tokens for thinking. Raise it, or "
                "name a model that answers at once (an Instruct model)."
            )

    def _learn(self, thinking: Thinking, finish: str) -> None:
        """Some servers swallow the tag that begins the thinking: the next text is known to begin inside of it."""
        if thinking.unopened:
            self._inside = thinking.unopened
        elif self._inside and thinking.inside and finish == "stop":
            self._inside = ""

    async def _receive(self, body: dict[str, Any], take: Callable[[Event], bool]) -> None:
        """Give every event to `take`, until the server ends or `take` has enough.

        Comments that keep a connection alive are no sign of life of the model, so the clock is set by events alone.
        """
        import httpx

        url, patience, key = f"answerer.url: {self._settings.url}", self._settings.timeout, _key(self._settings)
        reader, now = EventReader(self._settings.url, key), asyncio.get_running_loop().time
        headers = {"accept": "text/event-stream", "accept-encoding": "identity"}
        if key:
            headers["authorization"] = f"Bearer {key}"
        try:
            async with (
                asyncio.timeout(patience) as clock,
                httpx.AsyncClient(**self._client) as client,
                client.stream("POST", self._url, json=body, headers=headers) as response,
            ):
                if response.status_code != 200:
                    wait = response.headers.get("retry-after", "")
                    raise refusal(response.status_code, await _beginning(response), wait, self._settings, key)
                if (kind := response.headers.get("content-type", "")).startswith(("text/html", "application/json")):
                    raise ModelError(f"{url} sends {kind}, no stream of events. Check that the address ends in /v1.")
                async for received in response.aiter_bytes():
                    for event in reader.feed(received):
                        clock.reschedule(now() + patience)
                        if not take(event):
                            return
                    if reader.ended:
                        return
        except TimeoutError:
            raise ModelError(
                f"{url} has been silent for {patience:g} s. Raise answerer.timeout, or see its log."
            ) from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise AgainError(f"{url} cannot be reached ({first_line(error)}). Is the server running?") from None
        except httpx.TransportError as error:
            raise AgainError(
                f"{url} breaks off in the midst ({first_line(error)}). See the log of that server."
            ) from None
        except (httpx.HTTPError, ImportError, ValueError) as error:  # a proxy of the environment that is none
            raise ModelError(
                f"{url} cannot be asked ({first_line(error)}). Check it, and the proxy settings."
            ) from None
        raise AgainError(f"{url} ends without having finished. Check the address, and the log of that server.")


def _checked(url: str) -> Any:
    """The address in its parts."""
    import httpx

    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        parts = httpx.URL()
    if parts.scheme not in ("http", "https") or not parts.host or (parts.port or 1) > 65535:
        raise ConfigError(
            "answerer.url: must be an address like http://127.0.0.1:8000/v1",
            chinese="answerer.url 要写成地址，例如 http://127.0.0.1:8000/v1",
        )
    if parts.userinfo:
        raise ConfigError(
            "answerer.url: holds a password; put a key into the environment (answerer.key_env)",
            chinese="answerer.url 里写了口令；请把密钥放进环境变量（answerer.key_env）",
        )
    return parts


def _key(settings: AnswererSettings) -> str:
    """The key, read anew each time so that it is kept nowhere; "" where none is named."""
    if not (name := settings.key_env):
        return ""
    key = os.environ.get(name, "").strip()
    if not key:
        raise ConfigError(
            f"answerer.key_env: the environment has no {name}. Set it to the key, or leave key_env empty.",
            chinese=f"answerer.key_env：没有环境变量 {name}；请设成密钥，或让 key_env 空着",
        )
    if not (key.isascii() and key.isprintable()):
        raise ConfigError(
            f"answerer.key_env: {name} holds characters that no key has. Set it anew.",
            chinese=f"answerer.key_env：{name} 里有密钥不会有的字符；请重新设",
        )
    return key


async def _beginning(response: Any) -> bytes:
    """Enough of a body to see what it says."""
    body = b""
    async for received in response.aiter_bytes():
        body += received
        if len(body) > 1 << 16:
            break
    return body
