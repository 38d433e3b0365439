"""Make model.onnx from what train.py saved.

    python make_model.py WEIGHTS.safetensors

Needs `pip install numpy onnx safetensors`. Inputs, int64 [batch, tokens]: `ids`, `mask`, and `types`,
which is 1 on the tokens of the passage and 0 on those of the question; and float32 [batch, sentences,
tokens]: `shares`, what each token counts in the mean of a sentence. Output: `logits`, float32 [batch,
sentences]: a linear layer over the first token's vector and the mean of the sentence's.
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
    means = graph.op("MatMul", "shares", x)
    first = graph.op("Gather", x, graph.constant("first", np.array([0])), axis=1)
    both = graph.op("Concat", graph.op("Expand", first, graph.op("Shape", means)), means, axis=2)
    logits = graph.linear(both, "head")
    flat = graph.op("Squeeze", logits, graph.constant("last_axis", np.array([2])))
    graph.nodes.append(helper.make_node("Identity", [flat], ["logits"]))
    shares = helper.make_tensor_value_info("shares", TensorProto.FLOAT, ["batch", "sentences", "length"])
    made = model(
        graph, "evidence-cross-encoder", ["ids", "mask", "types"], "logits", ["batch", "sentences"], [shares]
    )
    return made


if __name__ == "__main__":
    onnx.save(build(load_file(sys.argv[1])), Path(__file__).with_name("model.onnx"))
