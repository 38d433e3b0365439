"""Make model.onnx and tokenizer.json from the published weights of all-MiniLM-L6-v2.

    python make_model.py FOLDER      FOLDER holds model.safetensors and tokenizer.json

Needs `pip install numpy onnx safetensors`. The graph is BERT's encoder (Devlin et al., 2019) written
out operator by operator, so that no deep-learning framework is needed. Weights are stored as float16
and cast to float32 when the model is loaded, which halves the file and leaves the vectors the same
(cosine 1.0000). Input: `ids` and `mask`, int64 [batch, tokens]. Output: `tokens`, float32
[batch, tokens, 384], the last layer; the mean over the mask is taken by the caller.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

PUBLISHED_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}
LAYERS, HEADS, WIDTH, EPSILON = 6, 12, 384, 1e-12
HEAD_WIDTH = WIDTH // HEADS
OPSET = 20


class Graph:
    """A list of operators and weights that grows by method calls."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.known: set[str] = set()

    def op(self, kind: str, *inputs: str, **attributes: object) -> str:
        output = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def constant(self, name: str, value: np.ndarray) -> str:
        if name not in self.known:
            self.known.add(name)
            self.initializers.append(numpy_helper.from_array(value, name))
        return name

    def weight(self, name: str, transpose: bool = False) -> str:
        value = self.weights[name].T if transpose else self.weights[name]
        half = self.constant(name, np.ascontiguousarray(value).astype(np.float16))
        return self.op("Cast", half, to=TensorProto.FLOAT)

    def linear(self, x: str, prefix: str) -> str:
        product = self.op("MatMul", x, self.weight(f"{prefix}.weight", transpose=True))
        return self.op("Add", product, self.weight(f"{prefix}.bias"))

    def normalise(self, x: str, prefix: str) -> str:
        scale, bias = self.weight(f"{prefix}.weight"), self.weight(f"{prefix}.bias")
        return self.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=EPSILON)


def embeddings(graph: Graph) -> str:
    """Sum of word, position and segment embeddings, normalised."""
    words = graph.op("Gather", graph.weight("embeddings.word_embeddings.weight"), "ids")
    shape = graph.op("Shape", "ids")
    length = graph.op("Gather", shape, graph.constant("one", np.array(1)))
    positions = graph.op(
        "Range", graph.constant("zero", np.array(0)), length, graph.constant("one", np.array(1))
    )
    places = graph.op("Gather", graph.weight("embeddings.position_embeddings.weight"), positions)
    segment = graph.op(
        "Gather",
        graph.weight("embeddings.token_type_embeddings.weight"),
        graph.constant("zero", np.array(0)),
    )
    summed = graph.op("Add", graph.op("Add", words, places), segment)
    return graph.normalise(summed, "embeddings.LayerNorm")


def heads(graph: Graph, x: str, prefix: str, order: list[int]) -> str:
    """Project x and split it into heads: [batch, heads, tokens, width] in the given order."""
    shape = graph.constant("head_shape", np.array([0, 0, HEADS, HEAD_WIDTH]))
    return graph.op("Transpose", graph.op("Reshape", graph.linear(x, prefix), shape), perm=order)


def layer(graph: Graph, x: str, bias: str, prefix: str) -> str:
    """One transformer layer; `bias` is 0 where a token counts and very low where it does not."""
    attention = f"{prefix}.attention"
    query = heads(graph, x, f"{attention}.self.query", [0, 2, 1, 3])
    key = heads(graph, x, f"{attention}.self.key", [0, 2, 3, 1])
    value = heads(graph, x, f"{attention}.self.value", [0, 2, 1, 3])
    scale = graph.constant("scale", np.array(np.sqrt(HEAD_WIDTH), dtype=np.float32))
    scores = graph.op("Add", graph.op("Div", graph.op("MatMul", query, key), scale), bias)
    mixed = graph.op("MatMul", graph.op("Softmax", scores, axis=-1), value)
    joined = graph.op(
        "Reshape",
        graph.op("Transpose", mixed, perm=[0, 2, 1, 3]),
        graph.constant("full_shape", np.array([0, 0, WIDTH])),
    )
    attended = graph.linear(joined, f"{attention}.output.dense")
    x = graph.normalise(graph.op("Add", attended, x), f"{attention}.output.LayerNorm")
    inner = graph.op("Gelu", graph.linear(x, f"{prefix}.intermediate.dense"))
    outer = graph.linear(inner, f"{prefix}.output.dense")
    return graph.normalise(graph.op("Add", outer, x), f"{prefix}.output.LayerNorm")


def build(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    graph = Graph(weights)
    mask = graph.op(
        "Unsqueeze",
        graph.op("Cast", "mask", to=TensorProto.FLOAT),
        graph.constant("mask_axes", np.array([1, 2])),
    )
    one = graph.constant("one_float", np.array(1, dtype=np.float32))
    low = graph.constant("low", np.array(-10000, dtype=np.float32))
    bias = graph.op("Mul", graph.op("Sub", one, mask), low)
    x = embeddings(graph)
    for number in range(LAYERS):
        x = layer(graph, x, bias, f"encoder.layer.{number}")
    graph.nodes.append(helper.make_node("Identity", [x], ["tokens"]))
    shape = ["batch", "length"]
    made = helper.make_graph(
        graph.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info(n, TensorProto.INT64, shape) for n in ("ids", "mask")],
        [helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [*shape, WIDTH])],
        graph.initializers,
    )
    model = helper.make_model(
        made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9, producer_name="onrecord"
    )
    onnx.checker.check_model(model)
    return model


def main(source: Path, target: Path) -> None:
    for name, expected in PUBLISHED_SHA256.items():
        found = hashlib.sha256((source / name).read_bytes()).hexdigest()
        if found != expected:
            raise SystemExit(f"{source / name} is not the published file: its sha256 is {found}.")
    onnx.save(build(load_file(source / "model.safetensors")), target / "model.onnx")
    tokenizer = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["padding"] = tokenizer["truncation"] = None
    text = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    (target / "tokenizer.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent)
