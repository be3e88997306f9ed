"""`answerer:` of config.yaml → the language model that it names, ready to write.

In: the settings. Out: a `LanguageModel`. A server is not asked anything yet: it may come up later than the chat does,
and a question that it fails is answered by the reader. This file knows nothing about prompts or about checking.
"""

from __future__ import annotations

from embeddings.errors import ConfigError
from qa.settings import AnswererSettings
from qa.writing.model import LanguageModel


def open_model(settings: AnswererSettings) -> LanguageModel:
    """Open the model of a `kind` other than reader; loading one into this process takes seconds to minutes.

    Raises:
        ConfigError: the settings name no model, or the reader, which needs none.
        ModelError: the model cannot be loaded on this machine; the line says what to change.
    """
    if settings.kind == "reader":
        raise ConfigError(
            "answerer.kind: the reader quotes and needs no language model; name transformers or openai",
            chinese="answerer.kind：reader 只引原句，不用语言模型；请写 transformers 或 openai",
        )
    if not settings.model.strip():
        raise ConfigError(
            f"answerer.model: names no model, and answerer.kind {settings.kind} needs one",
            chinese=f"answerer.model 没有写；answerer.kind 是 {settings.kind} 时要写一个模型",
        )
    if settings.kind == "transformers":
        from qa.writing.transformers_model import TransformersModel

        return TransformersModel(settings)
    from qa.writing.openai_model import OpenAIModel

    return OpenAIModel(settings)
