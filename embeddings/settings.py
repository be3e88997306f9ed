"""The settings of the embeddings room: typed, frozen, no unknown keys. Knows nothing about files or the other rooms."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """One section of config.yaml: immutable, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EncoderSettings(Section):
    model: str = "bundled"
    query_prompt: str = ""
    passage_prompt: str = ""
    batch_size: int = Field(256, ge=1, le=4096)


class ChunkSettings(Section):
    size: int = Field(220, ge=40, le=4000)
    overlap: int = Field(40, ge=0, le=1000)


class StoreSettings(Section):
    kind: Literal["local", "milvus"] = "local"
    uri: str = ""
    token_env: str = ""
    collection: str = Field("wenbao", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=100)
