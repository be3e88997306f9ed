"""A trained network → the files that Wenbao ships: `python -m qa.train.export RUN BASE OUT`.

In: the folder of a run (qa/train/reader.py) and the base model's. Out: `reader.onnx`, with its weights in eight bits,
and `tokenizer.json`.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import BertConfig

from qa.train.network import ReaderNetwork


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
            quantise(whole, out / "reader.onnx")
        else:
            shutil.copy(whole, out / "reader.onnx")
    shutil.copy(base / "tokenizer.json", out / "tokenizer.json")


def quantise(whole: Path, out: Path) -> None:
    """The graph with weights in eight bits.

    Most products are computed in eight bits, too. Not those behind the activation of each layer, nor the heads: their
    inputs have outliers, and with them in eight bits only 74 % of the likeliest spans stayed the same, without 89 %.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    names = [node.name for node in onnx.load(whole).graph.node if node.op_type in ("MatMul", "Gemm")]
    exact = [name for name in names if re.search(r"layer\.\d+/output/dense", name) or "layer." not in name]
    quantize_dynamic(whole, out, weight_type=QuantType.QInt8, per_channel=True, nodes_to_exclude=exact)
    model = onnx.load(out)
    for name in exact:
        _store_in_eight_bits(model.graph, name)
    onnx.save(model, out)


def _store_in_eight_bits(graph: Any, name: str) -> None:
    """The weights of a product as whole numbers with a scale a column, made floats again when the graph is run."""
    from onnx import helper, numpy_helper

    node = next((each for each in graph.node if each.name == name and each.op_type == "MatMul"), None)
    weight = node and next((each for each in graph.initializer if each.name == node.input[1]), None)
    if node is None or weight is None:
        return  # the heads' small ones, which quantize_dynamic writes anew
    values = numpy_helper.to_array(weight)
    scales = np.maximum(np.abs(values).max(axis=0), 1e-8).astype(np.float32) / 127
    whole = np.round(values / scales).astype(np.int8)
    graph.initializer.remove(weight)
    parts = {f"{weight.name}_whole": whole, f"{weight.name}_scale": scales}
    graph.initializer.extend(numpy_helper.from_array(value, each) for each, value in parts.items())
    made = helper.make_node("DequantizeLinear", list(parts), [f"{weight.name}_float"], axis=1, name=f"{name}_weights")
    node.input[1] = f"{weight.name}_float"
    graph.node.insert(0, made)


def main(
    run: Annotated[Path, typer.Argument(help="folder of a run")],
    base: Annotated[Path, typer.Argument(help="folder of the base model")],
    out: Annotated[Path, typer.Argument(help="where to write the model")] = Path("qa/model"),
    eight_bits: Annotated[bool, typer.Option(help="weights in eight bits; else float32")] = True,
) -> None:
    """Export the reader of a run."""
    export(run, base, out, eight_bits)


if __name__ == "__main__":
    typer.run(main)
