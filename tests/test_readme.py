"""What the documents say is so: commands, settings, links, pictures, and the program in the README."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer.main
import yaml

import ui.cli
from qa import Answerer
from qa.settings import Settings

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
NAMED = (README, ROOT / "SECURITY.md", ROOT / "corpus/README.md")
PAGES = [page for page in (*NAMED, *sorted((ROOT / "docs").glob("**/*.md"))) if page.exists()]
COMMANDS = typer.main.get_group(ui.cli.app).commands
_LINK = re.compile(r"\]\(([^)\s]+)\)|<img[^>]*\bsrc=\"([^\"]+)\"|<a[^>]*\bhref=\"([^\"]+)\"")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)


def slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_and_pictures_are_there(page: Path) -> None:
    text = page.read_text("utf-8")
    anchors = {slug(heading) for heading in re.findall(r"^#+ (.+)$", text, re.M)}
    for link in ("".join(groups) for groups in _LINK.findall(text)):
        if link.startswith("#"):
            assert link[1:] in anchors, link
        elif "://" not in link and not link.startswith("mailto:"):
            assert (page.parent / link.partition("#")[0]).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_nothing_is_left_to_fill_in(page: Path) -> None:
    assert re.findall(r"@@\w*|TODO|FIXME|XXX", page.read_text("utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_that_is_shown_is_real(page: Path) -> None:
    """`wenbao build --index DIR`: the sub-command exists, and so do its options."""
    for line in re.findall(r"(?:^\$? ?|`|&& )wenbao +([^`\n#]+)", page.read_text("utf-8"), re.M):
        first, *rest = line.split()
        if first.startswith(('"', "“", "-")) or not first.isascii():
            first = "ask"
        assert first in COMMANDS, line
        known = {option for each in COMMANDS[first].params for option in each.opts} | {"--help"}
        assert {word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)} <= known, line


def test_every_command_is_documented() -> None:
    text = "".join(page.read_text("utf-8") for page in PAGES)
    shown = {name for name, command in COMMANDS.items() if not command.hidden}
    assert {name for name in shown if f"wenbao {name}" not in text and f"make {name}" not in text} == set()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_make_target_that_is_shown_is_real(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert set(re.findall(r"(?:^\$? ?|`)make ([a-z]+)", page.read_text("utf-8"), re.M)) <= targets


def keys(settings: dict[str, object], prefix: str = "") -> set[str]:
    found = set()
    for name, value in settings.items():
        found.add(prefix + name)
        if isinstance(value, dict):
            found |= keys(value, f"{prefix}{name}.")
    return found


def test_every_setting_is_in_the_config_that_ships() -> None:
    shipped = keys(yaml.safe_load((ROOT / "config.yaml").read_text("utf-8")))
    assert shipped == keys(Settings().model_dump())


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_setting_that_is_named_is_real(page: Path) -> None:
    known = keys(Settings().model_dump())
    sections = {key.partition(".")[0] for key in known if "." in key}
    dotted = re.findall(r"`([a-z_]+\.[a-z_]+)`", page.read_text("utf-8"))
    assert {key for key in dotted if key.partition(".")[0] in sections and not key.endswith(".py")} <= known


def test_the_program_in_the_readme_runs(
    answerer: Answerer,
    sample_index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copy(ROOT / "config.yaml", tmp_path)
    (tmp_path / "index").symlink_to(sample_index)
    monkeypatch.chdir(tmp_path)
    [program] = code(README, "python")
    exec(compile(program, str(README), "exec"), {"__name__": "__main__"})
    assert "[1]" in capsys.readouterr().out


def exchanges(page: Path) -> list[tuple[str, str]]:
    """What a reader types and sees, from the console blocks of a page: [("wenbao ask …", "…\n"), …]."""
    typed = [part for block in code(page, "console") for part in re.split(r"^\$ ", block, flags=re.M)[1:]]
    return [(command, output) for command, _, output in (part.partition("\n") for part in typed)]


def test_the_exchange_on_the_first_screen_is_what_the_program_prints(
    sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "config.yaml", tmp_path)
    (tmp_path / "index").symlink_to(sample_index)
    monkeypatch.chdir(tmp_path)
    shown = [(shlex.split(command), output) for command, output in exchanges(README) if command.startswith("wenbao ")]
    assert shown
    for (_, *arguments), output in shown:
        assert ui.cli.run(arguments) == 0
        assert capsys.readouterr().out.strip() == output.strip()


def test_the_modules_that_comments_name_exist() -> None:
    """qa/train/ranker.py, python -m qa.train.ranker: every path of ours that stands in a file."""
    for path in (path for room in ("embeddings", "qa", "ui") for path in (ROOT / room).rglob("*.py")):
        text = path.read_text("utf-8")
        for name in re.findall(r"\b((?:embeddings|qa|ui)/[\w/]+\.py)\b", text):
            assert (ROOT / name).exists(), f"{named(path)}: {name}"
        for name in re.findall(r"python -m ((?:embeddings|qa|ui)[\w.]*\w)", text):
            assert (ROOT / f"{name.replace('.', '/')}.py").exists(), f"{named(path)}: {name}"
