"""The reader's network: a BERT encoder with three heads, in torch, for training and export.

In: token ids of "<s> question </s></s> headline, date, passage </s>", (batch, length). Out: per token the logits of
start, end and inside of an answer, (batch, length, 3); per pair the logit that the passage answers, (batch,), and those
of the claim being entailed, contradicted or left open, (batch, 3).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel


class Outputs(NamedTuple):
    spans: Tensor  # (batch, length, 3): start, end, inside
    answers: Tensor  # (batch,)
    support: Tensor  # (batch, 3): entailed, contradicted, silent


class ReaderNetwork(nn.Module):
    """Without dropout: each example is seen once or twice, and on a processor dropout costs a third of the time."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
        config._attn_implementation = "eager"  # on two cores a tenth faster than the fused one at these lengths
        self.encoder = BertModel(config, add_pooling_layer=False)
        size = config.hidden_size
        self.spans = nn.Linear(size, 3)
        self.pair = nn.Linear(size, size)
        self.answers = nn.Linear(size, 1)
        self.support = nn.Linear(size, 3)

    @classmethod
    def from_base(cls, folder: Path) -> ReaderNetwork:
        """With the weights of a base model's folder; the heads are new."""
        network = cls(BertConfig.from_pretrained(folder))
        network.encoder = BertModel.from_pretrained(
            folder, config=network.encoder.config, dtype=torch.float32, add_pooling_layer=False
        )
        return network

    @classmethod
    def from_shipped(cls, folder: Path, base: Path) -> ReaderNetwork:
        """With the weights of a reader that was exported (`reader.onnx`), made floats again, to be trained further."""
        network = cls(BertConfig.from_pretrained(base))
        network.load_state_dict(_weights(folder / "reader.onnx"))
        return network

    def forward(self, ids: Tensor, mask: Tensor) -> Outputs:
        hidden: Any = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        hidden = hidden.to(self.pair.weight.dtype)
        first = torch.tanh(self.pair(hidden[:, 0]))
        return Outputs(self.spans(hidden), self.answers(first).squeeze(-1), self.support(first))


def _weights(model: Path) -> dict[str, Tensor]:
    """The named weights of an exported graph; those of products are named by the node that computes them."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(model).graph
    values = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    for name in [each.removesuffix("_whole") for each in values if each.endswith("_whole")]:
        whole, scale = values.pop(f"{name}_whole").astype("float32"), values.pop(f"{name}_scale")
        values[name] = whole * (scale if name.startswith("onnx::") else scale[:, None])
    state = {name.removeprefix("network."): value for name, value in values.items() if name.startswith("network.")}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in values:
            path = node.name.removeprefix("/network/").removesuffix("/MatMul")
            state[f"{path.replace('/', '.')}.weight"] = values[node.input[1]].T
    return {name: torch.tensor(value) for name, value in state.items()}
