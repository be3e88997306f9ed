"""docs/api.md: every example runs as it is written, against the sample newspaper, and says what is printed below it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from newsroom import serving

from qa import Answerer

PAGE = Path(__file__).parents[1] / "docs" / "api.md"
EXAMPLES = re.findall(r"^```(python|bash)\n(.*?)^```\n\n```text\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
NEEDED = [name for name in ("openai", "mcp") if not find_spec(name)]


@pytest.fixture(scope="module")
def url(answerer: Answerer) -> Iterator[str]:
    with serving(answerer) as url:
        yield url


def run(url: str, language: str, program: str) -> str:
    """What an example prints, at this server instead of the usual address."""
    program = program.replace("http://127.0.0.1:7860", url)
    command = [sys.executable, "-c", program] if language == "python" else ["bash", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(bool(NEEDED), reason=f"needs {NEEDED}")
@pytest.mark.parametrize(("program", "printed"), [each[1:] for each in EXAMPLES if each[0] == "python"])
def test_a_program_prints_what_the_page_says(url: str, program: str, printed: str) -> None:
    assert run(url, "python", program) == printed


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
@pytest.mark.parametrize(("program", "parts"), [each[1:] for each in EXAMPLES if each[0] == "bash"])
def test_a_command_prints_what_the_page_says(url: str, program: str, parts: str) -> None:
    printed = run(url, "bash", program)
    assert [part for part in parts.splitlines() if part not in printed] == []


def test_no_example_goes_untested() -> None:
    shown = re.findall(r"^```(?:python|bash)$", PAGE.read_text("utf-8"), re.M)
    assert len(EXAMPLES) == len(shown) == 6
