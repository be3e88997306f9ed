"""Models small enough to be made by a test, of the kinds that settings may name; the real code loads them from disk.

Their vocabulary is one token a character. Weights are random and wide, so that scores differ visibly.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

CHARACTERS = (
    "问报文图书馆到晚上点半新桥昨天通车长米市民看夜景科恩锂电项目今年月开工总投资亿元内产达后值什么时候多少一二三四。,"
)
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def _tokenizer() -> Any:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split
    from tokenizers.processors import BertProcessing
    from transformers import PreTrainedTokenizerFast

    vocabulary = {token: at for at, token in enumerate([*SPECIAL, *dict.fromkeys(CHARACTERS)])}
    inner = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    inner.pre_tokenizer = Split("", "isolated")
    inner.post_processor = BertProcessing(("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"]))
    names = {f"{name.strip('[]').lower()}_token": name for name in SPECIAL}
    return PreTrainedTokenizerFast(tokenizer_object=inner, model_max_length=128, **names)


def _bert(kind: str, folder: Path, seed: int, labels: int = 1) -> Path:
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()
    tokenizer = _tokenizer()
    config = transformers.BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=128, num_labels=labels, initializer_range=0.6,
    )  # fmt: skip
    torch.manual_seed(seed)
    getattr(transformers, kind)(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def cross_encoder(folder: Path, seed: int = 0, labels: int = 1) -> Path:
    """A BERT that gives a pair of texts `labels` scores, as transformers saves it."""
    return _bert("BertForSequenceClassification", folder, seed, labels)


def sentence_transformer(folder: Path, seed: int = 0, prompts: dict[str, str] | None = None) -> Path:
    """A BERT with mean pooling, 16-d, as SentenceTransformer saves it; `prompts` as {"query": …, "document": …}."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    inner = _bert("BertModel", folder.with_name(f"{folder.name}-inner"), seed)
    model = SentenceTransformer(modules=[Transformer(str(inner)), Pooling(16)], prompts=prompts or {}, device="cpu")
    model.save(str(folder), create_model_card=False)
    return folder


def pickled(folder: Path) -> Path:
    """The same folder with its weights as a pickle only."""
    import torch
    from safetensors.torch import load_file

    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    return folder


def question_answering(folder: Path, seed: int = 0) -> Path:
    """A BERT with a span head, as transformers saves it."""
    return _bert("BertForQuestionAnswering", folder, seed, labels=2)
