"""One runtime over the sequences of a file: the same lines in and out as `models/examples/passes.rs`.

    runtimes.py NAME arrival|sorted FOLDER IDS LOGITS
"""

import os
import sys
import time
from pathlib import Path

import numpy as np

THREADS = len(os.sched_getaffinity(0))
BATCH = 32


def torch_f32(folder):
    return torch_model(folder, lambda model: model)


def torch_int8(folder):
    import torch
    from torch.ao.quantization import quantize_dynamic

    return torch_model(folder, lambda model: quantize_dynamic(model, {torch.nn.Linear}, dtype=torch.qint8))


def torch_bf16(folder):
    import torch

    return torch_model(folder, lambda model: model.to(torch.bfloat16))


def torch_model(folder, change):
    import torch
    from transformers import AutoModelForTokenClassification

    torch.set_num_threads(THREADS)
    model = change(AutoModelForTokenClassification.from_pretrained(folder, attn_implementation="sdpa").eval())

    @torch.inference_mode()
    def run(ids, mask):
        return model(torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).logits.float().numpy()

    return run


def onnxruntime_f32(folder):
    return onnx_model(folder / "f32.onnx")


def onnxruntime_int8(folder):
    return onnx_model(folder / "int8.onnx")


def onnx_model(file):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return lambda ids, mask: session.run(None, {"ids": ids, "mask": mask})[0]


def openvino_f32(folder):
    return openvino_model(folder, "f32")


def openvino_bf16(folder):
    return openvino_model(folder, "bf16")


def openvino_model(folder, precision):
    import openvino

    core = openvino.Core()
    hints = {"INFERENCE_NUM_THREADS": THREADS, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": precision}
    model = core.compile_model(core.read_model(str(folder / "f32.onnx")), "CPU", hints)
    return lambda ids, mask: model({"ids": ids, "mask": mask})[0]


def ctranslate2_f32(folder):
    return ctranslate_model(folder, "float32")


def ctranslate2_int8(folder):
    return ctranslate_model(folder, "int8")


def ctranslate_model(folder, kind):
    import ctranslate2

    encoder = ctranslate2.Encoder(str(folder / kind), device="cpu", intra_threads=THREADS, compute_type=kind)
    head = np.load(folder / "head.npz")
    weight, bias, view = head["weight"].T.copy(), head["bias"], ctranslate2.StorageView.from_array

    def run(ids, mask):
        found = encoder.forward_batch(view(ids.astype(np.int32)), view(mask.sum(1).astype(np.int32)))
        return np.array(found.last_hidden_state) @ weight + bias

    return run


def batches(sequences, order):
    """Arrays padded to the longest of each batch, with the numbers of their sequences."""
    for first in range(0, len(order), BATCH):
        numbers = order[first : first + BATCH]
        longest = max(len(sequences[i]) for i in numbers)
        ids, mask = np.zeros((2, len(numbers), longest), np.int64)
        for row, i in enumerate(numbers):
            ids[row, : len(sequences[i])] = sequences[i]
            mask[row, : len(sequences[i])] = 1
        yield numbers, np.ascontiguousarray(ids), np.ascontiguousarray(mask)


def main(name, way, folder, ids, logits):
    sequences = [[int(i) for i in line.split()] for line in Path(ids).read_text().splitlines()]
    order = list(range(len(sequences)))
    if way == "sorted":
        order.sort(key=lambda i: len(sequences[i]))
    run = globals()[name](Path(folder))
    work = list(batches(sequences, order))
    found = [None] * len(sequences)
    for numbers, batch, mask in work:
        for i, rows in zip(numbers, run(batch, mask)):
            found[i] = np.asarray(rows[: len(sequences[i])], np.float32)
    np.concatenate(found).astype("<f4").tofile(logits)
    print("ready", flush=True)
    for _ in sys.stdin:
        begin = time.perf_counter()
        for _, batch, mask in work:
            run(batch, mask)
        print(time.perf_counter() - begin, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
