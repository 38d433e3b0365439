"""Make model.onnx and tokenizer.json from the published weights of all-MiniLM-L6-v2.

    python make_model.py FOLDER      FOLDER holds model.safetensors and tokenizer.json

Needs `pip install numpy onnx safetensors`. Weights are stored as float16 and cast to float32 when the
model is loaded, which halves the file and leaves the vectors the same (cosine 1.0000). Input: `ids` and
`mask`, int64 [batch, tokens]. Output: `tokens`, float32 [batch, tokens, 384], the last layer; the mean
over the mask is taken by the caller.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import helper
from safetensors.numpy import load_file

sys.path.insert(0, str(Path(__file__).parent.parent))
from bert import WIDTH, Graph, encode, model  # it lies beside this folder

PUBLISHED_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}


def build(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    graph = Graph(weights)
    x = encode(graph)
    graph.nodes.append(helper.make_node("Identity", [x], ["tokens"]))
    return model(graph, "all-MiniLM-L6-v2", ["ids", "mask"], "tokens", ["batch", "length", WIDTH])


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
