"""`profile:` in config.yaml: one line fills what the file leaves open, and never what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.errors import ConfigError
from qa.profiles import OFFLINE, kept, profiles
from qa.settings import Settings

ROOT = Path(__file__).parents[1]


def load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return Settings.load(path)


def test_one_line_of_the_config_that_ships_is_enough(tmp_path: Path) -> None:
    shipped = (ROOT / "config.yaml").read_text("utf-8")
    settings = load(tmp_path, shipped.replace('profile: ""', "profile: workstation"))
    assert settings.encoder.model == "Qwen/Qwen3-Embedding-0.6B"
    assert settings.encoder.query_prompt.startswith("Instruct: ") and settings.encoder.query_prompt.endswith("\nQuery:")
    assert settings.reranker.model == "BAAI/bge-reranker-v2-m3"
    assert (settings.answerer.kind, settings.answerer.model) == ("transformers", "Qwen/Qwen3-4B-Instruct-2507")
    assert kept(settings) == []


@pytest.mark.parametrize("name", OFFLINE)
def test_without_a_profile_everything_is_what_ships(tmp_path: Path, name: str) -> None:
    settings = load(tmp_path, f'profile: "{name}"\nencoder: {{model: }}\nanswerer: {{kind: , model: }}')
    defaults = Settings()
    assert (settings.encoder, settings.answerer) == (defaults.encoder, defaults.answerer)


def test_what_the_file_says_wins_even_where_it_says_the_default(tmp_path: Path) -> None:
    settings = load(tmp_path, 'profile: workstation\nreranker: {model: ""}\nanswerer: {kind: openai, bits: 4}')
    assert settings.reranker.model == ""
    assert (settings.answerer.kind, settings.answerer.bits) == ("openai", 4)
    assert settings.answerer.model == "Qwen/Qwen3-4B-Instruct-2507"
    assert kept(settings) == ["reranker.model", "answerer.kind"]


def test_prompts_for_one_model_are_not_put_before_the_texts_of_another(tmp_path: Path) -> None:
    assert load(tmp_path, "profile: laptop\nencoder: {model: bundled}").encoder == Settings().encoder
    own = load(tmp_path, "profile: laptop\nanswerer: {model: own/model}").answerer
    assert (own.kind, own.model) == ("transformers", "own/model")


def test_every_profile_holds_valid_settings_and_the_size_of_every_model_that_is_fetched(tmp_path: Path) -> None:
    assert list(profiles()) == ["laptop", "workstation", "server"]
    for profile in profiles().values():
        settings = load(tmp_path, f"profile: {profile.name}")
        here = [settings.encoder.model, settings.reranker.model]
        here += [settings.answerer.model] if settings.answerer.kind == "transformers" else []
        assert set(profile.weights) == {model for model in here if model}
        assert sum(profile.weights.values()) < profile.memory


def test_settings_made_in_python_know_profiles_too() -> None:
    assert Settings(profile="laptop").answerer.model == "Qwen/Qwen3-0.6B"


def test_settings_that_went_through_json_are_the_same(tmp_path: Path) -> None:
    settings = load(tmp_path, "profile: workstation\nreranker: {candidates: 5}")
    assert Settings.model_validate_json(settings.model_dump_json()) == settings


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("profile: lapptop", "unknown profile `lapptop`; did you mean `laptop`?"),
        ("profile: [laptop]", "`profile`: input should be a valid string"),
        ("profile: laptop\nencoder: bundled", "`encoder`: input should be a valid dictionary"),
        ("profile: laptop\nencoder: {modle: x}", "unknown key `encoder.modle`; did you mean `encoder.model`?"),
    ],
)
def test_a_fault_names_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, text)
    assert says in str(raised.value) and str(tmp_path / "config.yaml") in str(raised.value)


def test_model_folders_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    settings = load(tmp_path, "reranker: {model: models}\nanswerer: {kind: transformers, model: models}")
    assert settings.reranker.model == settings.answerer.model == str(tmp_path / "models")
