"""The shape of the house: imports run one way, training stays out of the way, importing costs nothing, no pickle."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {"embeddings": ("embeddings",), "qa": ("embeddings", "qa"), "ui": ("embeddings", "qa", "ui")}
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
RUN_TIME = [path for path in FILES if "train" not in path.parts]
HEAVY = {"torch", "faiss", "gradio", "transformers", "sentence_transformers", "tantivy", "pandas", "pymilvus", "gensim"}
PICKLES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


def imported(path: Path) -> set[str]:
    """The modules that a file imports, those inside functions too: {"qa.answerer", "torch.nn", …}."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def within(name: str, modules: Iterable[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def faults(wrong: Callable[[str], bool], files: Iterable[Path] = FILES) -> dict[str, list[str]]:
    """The imports that should not be there: {"qa/answerer.py": ["ui.cli"]}."""
    found = {str(path.relative_to(ROOT)): sorted(filter(wrong, imported(path))) for path in files}
    return {path: names for path, names in found.items() if names}


@pytest.mark.parametrize(("room", "allowed"), ROOMS.items())
def test_imports_run_one_way(room: str, allowed: tuple[str, ...]) -> None:
    files = [path for path in FILES if path.relative_to(ROOT).parts[0] == room]
    assert files
    assert faults(lambda name: within(name, ROOMS) and not within(name, allowed), files) == {}


def test_run_time_never_imports_training() -> None:
    assert faults(lambda name: "train" in name.split(".") or within(name, ("gensim", "bm25s")), RUN_TIME) == {}


def test_no_pickle() -> None:
    assert faults(lambda name: within(name, PICKLES) or name.endswith("_pickle")) == {}
    pickling = (
        r"allow_pickle=(?!False)",
        r"\b(read|to)_pickle\(",
        r"\btorch\.(load|save)\(",
        r"\bnp\.load\((?!.*=False)",
    )
    calls = re.compile("|".join(pickling))
    assert [str(path) for path in FILES if calls.search(path.read_text("utf-8"))] == []


def test_no_print_in_library_code() -> None:
    names = [
        (path.name, node.lineno)
        for path in RUN_TIME
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Name) and node.id == "print"
    ]
    assert names == []


def test_every_file_says_what_it_is_for() -> None:
    assert [path for path in FILES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []


@pytest.mark.parametrize("statement", ["import qa", "import embeddings", "import ui", "import ui.cli"])
def test_importing_a_room_costs_nothing(statement: str) -> None:
    program = f"import sys; {statement}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert set(done.stdout.split()) & HEAVY == set()
    assert "embeddings" in done.stdout or statement in ("import qa", "import ui")
