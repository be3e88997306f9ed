"""config.yaml: what ships equals the defaults, and every fault names its place and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.errors import ConfigError
from qa.settings import Settings

ROOT = Path(__file__).parents[1]


def load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return Settings.load(path)


def test_the_config_that_ships_holds_every_setting_with_its_default() -> None:
    shipped = Settings.load(ROOT / "config.yaml")
    assert shipped == Settings().anchored(ROOT)
    assert set(shipped.model_fields_set) >= set(Settings.model_fields) - {"fields"}


def test_every_setting_has_a_comment() -> None:
    lines = (ROOT / "config.yaml").read_text(encoding="utf-8").splitlines()
    bare = [line for line in lines if ":" in line and "#" not in line and not line.rstrip().endswith(":")]
    assert [line for line in bare if not line.strip().startswith(("port", "host"))] == []


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, "").answer == Settings().answer


def test_paths_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    assert load(tmp_path, "corpus: pages").corpus == tmp_path / "pages"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("corpsu: here", "unknown key `corpsu`; did you mean `corpus`?"),
        ("encoder:\n  modle: x", "unknown key `encoder.modle`; did you mean `encoder.model`?"),
        ("chat:\n  port: 99999", "`chat.port`: input should be less than or equal to 65535, not 99999"),
        ("chat:\n  auth: reader", '`chat.auth`: must be "name:password"'),
        ("answer:\n  list_items: many", "`answer.list_items`: input should be a valid integer"),
        ("chunks: [1, 2", "not valid YAML"),
        ("- a\n- b", "must hold keys and values"),
    ],
)
def test_a_fault_names_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert message in str(caught.value)
    assert str(tmp_path / "config.yaml") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such config file"):
        Settings.load(tmp_path / "none.yaml")


def test_a_binary_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        Settings.load(path)


def test_passwords_are_not_shown(tmp_path: Path) -> None:
    settings = load(tmp_path, 'chat: {auth: "reader:sesame"}\nadmin: {password: sesame}')
    assert settings.chat.auth.get_secret_value() == "reader:sesame"
    assert "sesame" not in f"{settings!r} {settings} {settings.model_dump_json()}"
