"""config.yaml → `Settings`: every setting, typed, checked at the door.

In: a YAML file (or nothing: the defaults). Out: an immutable `Settings` with absolute paths. An unknown key names its
nearest known one; a value out of range names the key and the range. Knows nothing about what the settings do.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator, model_validator

from embeddings.errors import ConfigError
from embeddings.settings import ChunkSettings, EncoderSettings, Section, StoreSettings
from qa.profiles import filled

_LONGEST_CONFIG = 200_000  # characters
_SHOWN = 80  # characters of a wrong value


class _Plain(yaml.SafeLoader):
    """YAML without aliases: a few lines of them can stand for more than the memory holds."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_mark()
            raise yaml.composer.ComposerError(None, None, "aliases (*) are not read here", mark)
        return super().compose_node(parent, index)


class RetrievalSettings(Section):
    passages: int = Field(40, ge=1, le=200)
    windows: int = Field(7, ge=1, le=60)
    dense_weight: float = Field(0.8, ge=0, le=1)
    article_weight: float = Field(0.6, ge=0, le=2)


class AnswerSettings(Section):
    list_items: int = Field(20, ge=1, le=200)
    refuse_below: float = Field(0.5, ge=0, le=1)
    longest_question: int = Field(500, ge=10, le=10_000)


class ReaderSettings(Section):
    model: str = "bundled"


class RerankerSettings(Section):
    model: str = ""
    candidates: int = Field(30, ge=2, le=200)


class AnswererSettings(Section):
    kind: Literal["reader", "llama", "transformers", "openai"] = "reader"
    model: str = ""
    url: str = "http://127.0.0.1:8000/v1"
    key_env: str = ""
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    bits: Literal[4, 8, 16] = 16
    context: int = Field(8192, ge=512, le=1_000_000)
    max_tokens: int = Field(400, ge=16, le=8192)
    temperature: float = Field(0.0, ge=0, le=2)
    seed: int = 0
    timeout: float = Field(60, gt=0, le=3600)
    retries: int = Field(2, ge=0, le=10)
    unsupported: Literal["drop", "mark"] = "drop"


class ChatSettings(Section):
    host: str = "127.0.0.1"
    port: int = Field(7860, ge=1, le=65535)
    hosts: tuple[str, ...] = ()
    root_path: str = ""
    concurrency: int = Field(4, ge=1, le=64)
    queue: int = Field(64, ge=1, le=10_000)
    auth: SecretStr = SecretStr("")
    paper: str = ""

    @field_validator("hosts")
    @classmethod
    def _bare_names(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not re.fullmatch(r"[A-Za-z0-9_.-]+", host):
                raise ConfigError(
                    f"`chat.hosts`: names alone, like news.example.com, not {host!r}",
                    chinese=f"`chat.hosts` 只写名字，例如 news.example.com，写的是 {host}",
                )
        return tuple(host.lower() for host in hosts)

    @field_validator("root_path")
    @classmethod
    def _below_a_site(cls, path: str) -> str:
        path = path.rstrip("/")
        if path and not re.fullmatch(r"(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+", path):
            raise ConfigError(
                f"`chat.root_path`: a path like /paper, not {path!r}",
                chinese=f"`chat.root_path` 要写成 /paper 这样的路径，写的是 {path}",
            )
        return path

    @field_validator("auth")
    @classmethod
    def _names_both(cls, auth: SecretStr) -> SecretStr:
        name, _, password = auth.get_secret_value().partition(":")
        if bool(name) != bool(password):
            raise ConfigError('`chat.auth`: must be "name:password"', chinese="`chat.auth` 要写成 名字:口令")
        return auth


class AdminSettings(Section):
    password: SecretStr = SecretStr("")
    upload_mb: int = Field(32, ge=1, le=1024)
    upload_files: int = Field(100, ge=1, le=1000)


class Settings(Section):
    profile: str = ""
    corpus: Path = Path("corpus")
    index: Path = Path("index")
    fields: dict[str, str] = Field(default_factory=dict)
    keep: int = Field(2, ge=1, le=100)
    golden: dict[str, str] = Field(default_factory=dict)
    store: StoreSettings = StoreSettings()
    encoder: EncoderSettings = EncoderSettings()
    chunks: ChunkSettings = ChunkSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    reader: ReaderSettings = ReaderSettings()
    reranker: RerankerSettings = RerankerSettings()
    answer: AnswerSettings = AnswerSettings()
    answerer: AnswererSettings = AnswererSettings()
    chat: ChatSettings = ChatSettings()
    admin: AdminSettings = AdminSettings()

    @model_validator(mode="before")
    @classmethod
    def _with_profile(cls, raw: Any) -> Any:
        return filled(raw) if isinstance(raw, dict) else raw

    @classmethod
    def load(cls, path: str | Path = "config.yaml") -> Settings:
        """Read a config file; relative paths in it count from its folder.

        Raises:
            ConfigError: the file is missing, is not YAML, or holds an unknown key or a value out of range.
        """
        path = Path(path)
        try:
            with path.open(encoding="utf-8") as file:
                text = file.read(_LONGEST_CONFIG + 1)
            if len(text) > _LONGEST_CONFIG:
                raise ConfigError(
                    f"{path}: is longer than {_LONGEST_CONFIG} characters; is it the right file?",
                    chinese=f"配置文件 {path} 超过 {_LONGEST_CONFIG} 字；是不是指错了文件？",
                )
            raw = yaml.load(text, _Plain)
        except FileNotFoundError:
            raise ConfigError(
                f"{path}: no such config file; give one with --config",
                chinese=f"没有配置文件 {path}；请用 --config 指一个",
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"{path}: cannot be read ({error}); it must be a UTF-8 text file",
                chinese=f"配置文件 {path} 读不了（{error}）；它应是 UTF-8 文本",
            ) from None
        except RecursionError:
            raise ConfigError(
                f"{path}: is nested too deep; write keys and values", chinese=f"配置文件 {path} 套得太深；请写键和值"
            ) from None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            place = f"{path}:{mark.line + 1}" if mark else str(path)
            problem = getattr(error, "problem", error)
            raise ConfigError(
                f"{place}: not valid YAML ({problem})", chinese=f"配置文件 {place} 这里不是合法的 YAML（{problem}）"
            ) from None
        if not isinstance(raw := raw or {}, dict):
            raise ConfigError(
                f"{path}: must hold keys and values, like `corpus: corpus`",
                chinese=f"配置文件 {path} 里要写键和值，例如 `corpus: corpus`",
            )
        try:
            settings = cls.model_validate(raw)
        except (ValidationError, ConfigError) as error:
            fault = _explained(error) if isinstance(error, ValidationError) else error
            raise ConfigError(f"{path}: {fault}", chinese=f"配置文件 {path}：{fault.chinese}") from None
        return settings.anchored(path.resolve().parent)

    def anchored(self, folder: Path) -> Settings:
        """The same settings with relative paths made absolute against `folder`."""
        models = {
            name: section.model_copy(update={"model": str(folder / section.model)})
            for name in ("encoder", "reader", "reranker", "answerer")
            if (section := getattr(self, name)).model not in ("", "bundled") and (folder / section.model).exists()
        }
        uri = self.store.uri if "://" in self.store.uri or not self.store.uri else str(folder / self.store.uri)
        return self.model_copy(
            update={
                "corpus": folder / self.corpus,
                "index": folder / self.index,
                **models,
                "store": self.store.model_copy(update={"uri": uri}),
            }
        )


def _explained(error: ValidationError) -> ConfigError:
    """The first fault of a validation error: what, where, remedy."""
    fault = error.errors()[0]
    place = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        known = sorted(_keys(Settings))
        nearest = (difflib.get_close_matches(place, known, n=1, cutoff=0) or known)[0]
        return ConfigError(
            f"unknown key `{place}`; did you mean `{nearest}`?", chinese=f"没有 `{place}` 这一项；是不是 `{nearest}`？"
        )
    english = f"`{place}`: {fault['msg'][0].lower()}{fault['msg'][1:]}, not {repr(fault['input'])[:_SHOWN]}"
    return ConfigError(english, chinese=f"`{place}` {unfit(fault) or english}")


_UNFIT = {
    "greater_than_equal": "不能小于 {ge:g}",
    "greater_than": "要大于 {gt:g}",
    "less_than_equal": "不能大于 {le:g}",
    "literal_error": "只能是 {expected}",
    "int": "要写整数",
    "float": "要写数字",
    "string": "要写文字",
    "path": "要写路径",
    "dict": "下面要写键和值",
    "model": "下面要写键和值",
}


def unfit(fault: Mapping[str, Any]) -> str:
    """Why a value does not do, in Chinese, from a fault as pydantic tells it; "" where it is a rare one.

    >>> unfit({"type": "greater_than_equal", "ctx": {"ge": 1}, "input": 0})
    '不能小于 1，写的是 0'
    """
    why = _UNFIT.get(fault["type"]) or _UNFIT.get(fault["type"].split("_")[0])
    return (
        f"{why.format(**fault.get('ctx', {})).replace(' or ', '、')}，写的是 {str(fault['input'])[:_SHOWN]}"
        if why
        else ""
    )


def _keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Every dotted key of a settings model: ["corpus", "encoder", "encoder.model", …]."""
    keys: list[str] = []
    for name, field in model.model_fields.items():
        keys.append(prefix + name)
        kind: Any = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            keys += _keys(kind, f"{prefix}{name}.")
    return keys
