"""The chat under load: time to the first streamed text and to the complete answer, for 1, 10 and 50 readers at once.

In: a corpus and questions. Out: percentiles for the page (the events that a browser sends and hears) and for
`/v1/chat/completions`. `wenbao chat` runs in a process of its own over an index made in a temporary folder; each reader
asks the next question when the answer to the last one is complete, so the load is bounded. Both sides share the
machine's cores: the readers' own work is part of the time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from benchmarks.machine import percentiles, read_questions
from embeddings.build import build
from ui.serve import listen

READERS = (1, 10, 50)
QUESTIONS = 150  # asked at each number of readers, at most
PATIENCE = httpx.Timeout(120)
Ask = Callable[[httpx.Client, str], tuple[float, float]]


def measure(corpus: Path, questions: Path) -> dict[str, Any]:
    """All of it."""
    asked = [each["question"] for each in read_questions(questions)]
    with TemporaryDirectory() as place, _serving(corpus.resolve(), Path(place)) as url:
        page = _page(url)
        ways: dict[str, Ask] = {"page": page, "/v1/chat/completions": _completions(url)}
        return {
            "corpus": corpus.name,
            "loads": {way: {str(count): _load(ask, asked, count) for count in READERS} for way, ask in ways.items()},
        }


@contextmanager
def _serving(corpus: Path, place: Path) -> Iterator[str]:
    """`wenbao chat` with the settings that ship: its address."""
    receipt = build(corpus, place / "index")
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    program = [sys.executable, "-c", "from ui.cli import main; main()", "chat", "--port", str(port)]
    command = [*program, "--index", str(place / "index")]
    with subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout and receipt.articles
        try:
            if not server.stdout.readline().startswith("问报已开"):
                raise RuntimeError("wenbao chat did not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _load(ask: Ask, questions: list[str], readers: int) -> dict[str, Any]:
    """So many readers at once, each with its own connection; the questions are shared out among them."""
    count = max(readers, min(QUESTIONS, 30 * readers))
    waiting = iter([questions[number % len(questions)] for number in range(count)])

    def read(number: int) -> list[tuple[float, float] | str]:
        with httpx.Client(timeout=PATIENCE) as client:
            return [_try(ask, client, question) for question in iter(lambda: next(waiting, ""), "")]

    started = time.perf_counter()
    with ThreadPoolExecutor(readers) as crowd:
        outcomes = [outcome for outcomes in crowd.map(read, range(readers)) for outcome in outcomes]
    seconds = time.perf_counter() - started
    times = [outcome for outcome in outcomes if not isinstance(outcome, str)]
    return {
        "questions": count,
        "answered": len(times),
        "faults": sorted({outcome for outcome in outcomes if isinstance(outcome, str)}),
        "first_text": percentiles([first for first, _ in times]),
        "complete": percentiles([complete for _, complete in times]),
        "answers_per_second": round(len(times) / seconds, 1),
    }


def _try(ask: Ask, client: httpx.Client, question: str) -> tuple[float, float] | str:
    try:
        return ask(client, question)
    except (httpx.HTTPError, RuntimeError) as error:
        return f"{type(error).__name__}: {error}"[:200]


def _completions(url: str) -> Ask:
    """Ask by the OpenAI protocol, streamed."""

    def ask(client: httpx.Client, question: str) -> tuple[float, float]:
        started, first = time.perf_counter(), 0.0
        body = {"messages": [{"role": "user", "content": question}], "stream": True}
        with client.stream("POST", f"{url}/v1/chat/completions", json=body) as response:
            for line in response.iter_lines():
                if line.startswith("data: {"):
                    if "choices" not in line:
                        raise RuntimeError(line)
                    first = first or time.perf_counter() - started
        if not first:
            raise RuntimeError(f"status {response.status_code}, no text")
        return first, time.perf_counter() - started

    return ask


def _page(url: str) -> Ask:
    """Ask as the page does: join Gradio's queue with a question, then hear the events of it.

    The first event that grows the talk shows the question itself, the second the first text of the answer; once it is
    whole there are buttons under it, of which one asks again. Then the page asks for questions to ask next: nobody
    waits for them, but they are work for the server.
    """
    config = httpx.get(f"{url}/config").json()
    box = next(part["id"] for part in config["components"] if part["props"].get("elem_id") == "question")
    event = next(each for each in config["dependencies"] if [box, "submit"] in each["targets"])
    after = next(each for each in config["dependencies"] if each["trigger_after"] == event["id"])
    given = [None] * (len(event["inputs"]))
    place = event["inputs"].index(box)

    def ask(client: httpx.Client, question: str) -> tuple[float, float]:
        session, data = uuid.uuid4().hex, [*given[:place], question, *given[place + 1 :]]
        body = {"data": data, "fn_index": event["id"], "session_hash": session, "trigger_id": box}
        started, times, whole = time.perf_counter(), list[float](), 0.0
        joined = client.post(f"{url}/gradio_api/queue/join", json=body)
        if joined.status_code != 200:
            raise RuntimeError(f"status {joined.status_code}: {joined.text}")
        with client.stream("GET", f"{url}/gradio_api/queue/data", params={"session_hash": session}) as response:
            for line in response.iter_lines():
                heard = json.loads(line[6:]) if line.startswith("data: {") else {"msg": ""}
                if heard["msg"] == "process_generating":
                    times.append(time.perf_counter() - started)
                    whole = whole or (times[-1] if "#retry-" in line else 0)
                if heard["msg"] == "process_completed":
                    break
        if not heard.get("success") or not whole:
            raise RuntimeError(f"the page's event failed: {heard}")
        later = client.post(f"{url}/gradio_api/run/predict", json={**body, "data": [None], "fn_index": after["id"]})
        later.raise_for_status()
        return times[1], whole

    return ask
