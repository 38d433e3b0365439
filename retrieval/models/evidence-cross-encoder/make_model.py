"""Make model.onnx from what train.py saved.

    python make_model.py WEIGHTS.safetensors

Needs `pip install numpy onnx safetensors`. Inputs, int64 [batch, tokens]: `ids`, `mask`, and `types`,
which is 1 on the tokens of the sentence in question and 0 elsewhere. Output: `logits`, float32 [batch]:
a linear layer over the first token's vector and the mean of the sentence's.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from safetensors.numpy import load_file

sys.path.insert(0, str(Path(__file__).parent.parent))
from bert import Graph, encode, model  # it lies beside this folder


def build(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    graph = Graph(weights)
    x = encode(graph, "types")
    axis = graph.constant("token_axis", np.array([1]))
    chosen = graph.op(
        "Unsqueeze",
        graph.op("Cast", "types", to=TensorProto.FLOAT),
        graph.constant("last_axis", np.array([2])),
    )
    summed = graph.op("ReduceSum", graph.op("Mul", x, chosen), axis, keepdims=0)
    mean = graph.op("Div", summed, graph.op("ReduceSum", chosen, axis, keepdims=0))
    first = graph.op("Gather", x, graph.constant("zero", np.array(0)), axis=1)
    logits = graph.linear(graph.op("Concat", first, mean, axis=1), "head")
    flat = graph.op("Reshape", logits, graph.constant("flat", np.array([-1])))
    graph.nodes.append(helper.make_node("Identity", [flat], ["logits"]))
    return model(graph, "evidence-cross-encoder", ["ids", "mask", "types"], "logits", ["batch"])


if __name__ == "__main__":
    onnx.save(build(load_file(sys.argv[1])), Path(__file__).with_name("model.onnx"))
