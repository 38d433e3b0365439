"""BERT's encoder (Devlin et al., 2019) as an ONNX graph, written out operator by operator.

No deep-learning framework is needed for it. Weights are stored as float16 and cast to float32 when the
model is loaded, which halves the file. Needs `pip install numpy onnx`; only the scripts that make the
models use it.
"""

from collections.abc import Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HEADS, WIDTH, EPSILON = 12, 384, 1e-12
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


def embeddings(graph: Graph, types: str | None) -> str:
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
        types or graph.constant("zero", np.array(0)),
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


def encode(graph: Graph, types: str | None = None) -> str:
    """The last layer, [batch, tokens, width], for the inputs `ids` and `mask`.

    `types` is the input that holds the segment of each token; without it all are of the first.
    """
    mask = graph.op(
        "Unsqueeze",
        graph.op("Cast", "mask", to=TensorProto.FLOAT),
        graph.constant("mask_axes", np.array([1, 2])),
    )
    one = graph.constant("one_float", np.array(1, dtype=np.float32))
    low = graph.constant("low", np.array(-10000, dtype=np.float32))
    bias = graph.op("Mul", graph.op("Sub", one, mask), low)
    x = embeddings(graph, types)
    layers = {name.split(".")[2] for name in graph.weights if name.startswith("encoder.layer.")}
    for number in range(len(layers)):
        x = layer(graph, x, bias, f"encoder.layer.{number}")
    return x


def model(
    graph: Graph,
    name: str,
    inputs: list[str],
    output: str,
    shape: list[str | int],
    others: Sequence[onnx.ValueInfoProto] = (),
) -> onnx.ModelProto:
    """The finished model; `inputs` are int64 [batch, length], `others` inputs of other kinds."""
    own = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "length"]) for n in inputs]
    made = helper.make_graph(
        graph.nodes,
        name,
        [*own, *others],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
        graph.initializers,
    )
    finished = helper.make_model(
        made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9, producer_name="onrecord"
    )
    onnx.checker.check_model(finished)
    return finished
