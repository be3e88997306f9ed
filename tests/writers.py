"""Tiny language models that tests make and save to disk: real ones, of Qwen3's architecture, loaded by the real code.

In: a folder, and what the model shall say. Out: the folder with weights, a byte-level BPE tokenizer and a chat
template. A speaker's weights are set by hand, so that every token is followed by the next one of its text; a babbler's
are random, and it never ends by itself. Knows nothing about the tests.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

# The shape of Qwen3's own: a switch for thinking that, when off, writes an empty block into the prompt.
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
# Gemma 2 and others know no system role and say so.
NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}" + TEMPLATE
# The prompt opens the block, as with DeepSeek R1 and QwQ: the model writes only its end.
ALWAYS_THINKING = TEMPLATE.partition("{% if enable_thinking")[0] + "<think>\n{% endif %}"
_SAMPLE = "城北新桥长412米，总投资2.6亿元，昨天通车。\n\n图书馆开到晚上九点半。\n\n嗯\n\n"


def save_speaker(folder: Path, says: str, template: str | None = TEMPLATE, ends: bool = True) -> Path:
    """A model that answers every chat with `says`, in which no token may come twice, and stops if it `ends`."""
    import torch

    tokenizer = make_tokenizer(template, says)
    network = _network(len(tokenizer), hidden=-(-len(tokenizer) // 64) * 64)
    asked = [{"role": "user", "content": "?"}]
    prompt = tokenizer.apply_chat_template(
        asked, chat_template=template or TEMPLATE, add_generation_prompt=True, enable_thinking=False
    )
    chain = [prompt["input_ids"][-1], *tokenizer.encode(says), *([tokenizer.eos_token_id] if ends else [])]
    assert len({*chain}) == len(chain), f"a token comes twice: {tokenizer.convert_ids_to_tokens(chain)}"
    with torch.no_grad():
        for name, weight in network.named_parameters():
            if name.endswith(("o_proj.weight", "down_proj.weight")):  # what attention and the layers would add: nothing
                weight.zero_()
        network.model.embed_tokens.weight.copy_(torch.eye(*network.lm_head.weight.shape))
        network.lm_head.weight.zero_()
        for before, after in itertools.pairwise(chain):
            network.lm_head.weight[after, before] = 1.0
    return _save(folder, network, tokenizer)


def save_babbler(folder: Path, layers: int = 2, positions: int = 4096) -> Path:
    """A model with random weights, which writes nonsense, without a control word, until it has to stop."""
    import torch

    tokenizer = make_tokenizer()
    network = _network(len(tokenizer), layers=layers, positions=positions)
    with torch.no_grad():
        network.lm_head.weight.mul_(50)
        network.lm_head.weight[sorted(tokenizer.added_tokens_decoder)] = 0
    return _save(folder, network, tokenizer)


def make_tokenizer(template: str | None = TEMPLATE, words: str = "") -> Any:
    """A byte-level BPE tokenizer like Qwen's: <think> is a word of it, <|im_end|> is special and ends a text."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    letters = [letter for letter in sorted({*_SAMPLE, *words}) if "\x7f" < letter < "\U00010000"]  # no emoji: it is cut
    trainer = trainers.BpeTrainer(
        vocab_size=2000, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), min_frequency=2
    )
    core.train_from_iterator([f" {letter}" for letter in letters] * 2 + letters * 2 + ["\n\n"] * 4, trainer)
    core.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>", "[THINK]", "[/THINK]"])
    core.add_tokens([AddedToken(tag, normalized=False) for tag in ("<think>", "</think>")])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=core, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    tokenizer.chat_template = template
    return tokenizer


def _network(vocabulary: int, hidden: int = 64, layers: int = 2, positions: int = 4096) -> Any:
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    torch.manual_seed(7)
    config = Qwen3Config(
        vocab_size=vocabulary,
        hidden_size=hidden,
        intermediate_size=64,
        num_hidden_layers=layers,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=32,
        max_position_embeddings=positions,
        tie_word_embeddings=False,
    )
    return Qwen3ForCausalLM(config)


def _save(folder: Path, network: Any, tokenizer: Any) -> Path:
    network.generation_config.eos_token_id = tokenizer.eos_token_id
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
