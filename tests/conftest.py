"""Fixtures that many tests share: the sample newspaper, built once into an index, and an answerer over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from embeddings.build import build
from qa import Answerer
from qa.settings import Settings

ROOT = Path(__file__).parents[1]
settings.register_profile("unhurried", deadline=None)  # machines that run tests are busy
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index over corpus/."""
    folder = tmp_path_factory.mktemp("sample") / "index"
    build(ROOT / "corpus", folder)
    return folder


@pytest.fixture(scope="session")
def answerer(sample_index: Path) -> Answerer:
    """An answerer over corpus/ with the settings that ship."""
    return Answerer.open(Settings.load(ROOT / "config.yaml"), index=sample_index)


@pytest.fixture(scope="session")
def newsroom_url() -> Iterator[str]:
    """The address of a running chat page over the scripted newsroom, with the settings that ship."""
    from newsroom import Newsroom, serving

    with serving(Newsroom()) as url:
        yield url
