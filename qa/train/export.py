"""A trained network → the files that Wenbao ships: `python -m qa.train.export RUN BASE OUT`.

In: the folder of a run (qa/train/reader.py) and the base model's. Out: `reader.onnx`, with its weights stored in eight
bits, and `tokenizer.json`.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import BertConfig

from qa.train.network import ReaderNetwork

_LARGE = 10_000  # elements of a weight that is worth it


class _Exported(nn.Module):
    """The network with the inputs and outputs of the exported graph: ids (batch, length), 1 being padding."""

    def __init__(self, network: ReaderNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        out = self.network(ids, (ids != 1).long())
        return out.spans, out.answers, out.support


def export(run: Path, base: Path, out: Path, eight_bits: bool = True) -> None:
    """Write the model's folder."""
    network = ReaderNetwork(BertConfig.from_pretrained(base))
    network.load_state_dict(load_file(run / "network.safetensors"))
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "reader.onnx"
        torch.onnx.export(
            _Exported(network.float().eval()), (torch.tensor([[0, 5, 6, 2], [0, 5, 2, 1]]),), str(whole),
            input_names=["ids"], output_names=["spans", "answers", "support"], dynamo=False, opset_version=17,
            dynamic_axes={"ids": {0: "batch", 1: "length"}, "spans": {0: "batch", 1: "length"}, "answers": {0: "batch"},
                          "support": {0: "batch"}},
        )  # fmt: skip
        if eight_bits:
            store_in_eight_bits(whole, out / "reader.onnx")
        else:
            shutil.copy(whole, out / "reader.onnx")
    shutil.copy(base / "tokenizer.json", out / "tokenizer.json")


def store_in_eight_bits(whole: Path, out: Path) -> None:
    """The graph with its large weights stored as whole numbers of eight bits and a scale a column (of embeddings: a
    row), made floats again when it is loaded; it computes in float32.

    With activations in eight bits, too, the likeliest span changed in every fourth window and .05 fewer questions were
    answered right; without instructions for it (VNNI) the processor is no faster, either.
    """
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(whole)
    graph = model.graph
    for weight in [each for each in graph.initializer if len(each.dims) == 2 and np.prod(each.dims) > _LARGE]:
        values, axis = numpy_helper.to_array(weight), 1 if weight.name.startswith("onnx::") else 0
        scales = np.maximum(np.abs(values).max(axis=1 - axis), 1e-8).astype(np.float32) / 127
        rounded = np.round(values / np.expand_dims(scales, 1 - axis)).astype(np.int8)
        parts = {f"{weight.name}_whole": rounded, f"{weight.name}_scale": scales}
        graph.initializer.remove(weight)
        graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in parts.items())
        graph.node.insert(0, helper.make_node("DequantizeLinear", list(parts), [weight.name], axis=axis))
    onnx.save(model, out)


def main(
    run: Annotated[Path, typer.Argument(help="folder of a run")],
    base: Annotated[Path, typer.Argument(help="folder of the base model")],
    out: Annotated[Path, typer.Argument(help="where to write the model")] = Path("qa/model"),
    eight_bits: Annotated[bool, typer.Option(help="weights stored in eight bits; else in float32")] = True,
) -> None:
    """Export the reader of a run."""
    export(run, base, out, eight_bits)


if __name__ == "__main__":
    typer.run(main)
