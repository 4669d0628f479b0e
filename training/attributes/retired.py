"""Heads for the retired attributes on what the frozen `faceres` sees, and packages/models/weights/attributes-retired.onnx.

The fine-tuned network forgets some of what the frozen one knows of age and beards; the mean of both errs least. Reads
what `collect.js` and `collect-features.js` wrote; parts and VALIDATE=1 as in `train.py`.
"""
import glob
import json
import os

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper
from sklearn.metrics import roc_auc_score

from export import HALVED, Graph
from labels import HAIR_STEPS, HEADS, WHERE, WIDTH, dice, labels, steps_value

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
WORK = os.path.join(ROOT, "training", "work")
NAMES = ["age", "smile", "moustache", "beard", "sideburns", "bald", "hairColor"]
# Of the two crops' features: those of the tight one, pooled and behind.
COLUMNS = np.r_[0:1024, 2048:2304]
HIDDEN, NETS, EPOCHS, BATCH = 64, 2, 40, 128


def load():
    rows, files, parts = [], [], []
    for path in sorted(glob.glob(os.path.join(WORK, "attributes-*.json"))):
        rows += [r for r in json.load(open(path)) if r["kind"] in ("plain", "drawnMask")]
    for path in sorted(glob.glob(os.path.join(WORK, "features-*.json"))):
        part = json.load(open(path))
        files += part
        parts.append(np.fromfile(path.replace(".json", ".features"), np.float32).reshape(len(part), -1)[:, COLUMNS])
    seen, of = np.concatenate(parts), {file: k for k, file in enumerate(files)}
    rows = [r for r in rows if r["file"] in of]
    return rows, seen[[of[r["file"]] for r in rows]]


class Heads(torch.nn.Module):
    def __init__(self, width):
        super().__init__()
        self.hidden = torch.nn.Linear(width, HIDDEN)
        self.direct = torch.nn.Linear(width, WIDTH)
        self.out = torch.nn.Linear(HIDDEN, WIDTH)
        torch.nn.init.zeros_(self.direct.weight)
        self.drop, self.drop_hidden = torch.nn.Dropout(0.5), torch.nn.Dropout(0.4)

    def forward(self, x):
        x = self.drop(x)
        return self.direct(x) + self.out(self.drop_hidden(torch.relu(self.hidden(x))))


def loss_of(output, target, weight):
    total = 0
    for name in NAMES:
        o, t, known = output[:, WHERE[name]], target[:, WHERE[name]], weight[:, WHERE[name]][:, 0]
        if name == "age":
            each = 4 * F.smooth_l1_loss(o, t, reduction="none", beta=0.2).mean(1)
        else:
            each = F.binary_cross_entropy_with_logits(o, t, reduction="none").mean(1)
            each = each + 4 * ((torch.sigmoid(o) - t) ** 2).mean(1)
        total = total + (each * known).sum() / known.sum().clamp(min=1)
    return total


def fit(x, target, weight, seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = Heads(x.shape[1])
    x, target, weight = (torch.tensor(v) for v in (x, target, weight))
    optimiser = torch.optim.AdamW([
        {"params": net.hidden.parameters(), "weight_decay": 0.05}, {"params": net.out.parameters(), "weight_decay": 0.02},
        {"params": net.direct.parameters(), "weight_decay": 0.3}], 1e-3)
    steps = len(x) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1.5e-3, total_steps=EPOCHS * steps + 1)
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        for step in range(steps):
            i = order[step * BATCH:(step + 1) * BATCH]
            loss = loss_of(net(x[i]), target[i], weight[i])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return net.eval()


def report(output, target, weight):
    age = WHERE["age"].start
    print("age error", round(float(20 * np.abs(output[:, age] - target[:, age]).mean()), 3))
    for name in NAMES[1:-1]:
        w = WHERE[name]
        steps = w.stop - w.start == len(HAIR_STEPS)
        score = steps_value(output[:, w]) if steps else output[:, w.start]
        known = weight[:, w.start] > 0
        positive = target[known, w.start + (2 if steps else 0)] > 0.5
        print(name, round(float(roc_auc_score(positive, score[known])), 4), int(positive.sum()), len(positive))


def export(nets, mean, scale, path):
    """The mean of the nets, as one: hidden units side by side, standardisation folded into the weights."""
    heads = [(name, width, kind) for name, width, kind in HEADS if name in NAMES]
    order = np.concatenate([np.arange(WIDTH)[WHERE[name]] for name, _, _ in heads])
    part = [{k: v.numpy() for k, v in net.state_dict().items()} for net in nets]
    first = np.concatenate([p["hidden.weight"] for p in part]) / scale
    direct = np.mean([p["direct.weight"] for p in part], 0)[order] / scale
    values = {
        "first": first, "first_bias": np.concatenate([p["hidden.bias"] for p in part]) - first @ mean,
        "second": np.concatenate([p["out.weight"] for p in part], 1)[order] / len(nets), "direct": direct,
        "bias": np.mean([p["out.bias"] + p["direct.bias"] for p in part], 0)[order] - direct @ mean,
    }
    g = Graph()
    for name, value in values.items():
        g.constant(name, value.astype(np.float32), half=value.size > HALVED)
    g.constant("steps", np.diff([0] + HAIR_STEPS).astype(np.float32)[:, None])
    g.constant("sizes", np.array([width for _, width, _ in heads], np.int64))
    hidden = g.node("Relu", [g.node("Gemm", ["input", "first", "first_bias"], "hidden", transB=1)], "active")
    straight = g.node("Gemm", ["input", "direct", "bias"], "straight", transB=1)
    g.node("Gemm", [hidden, "second", straight], "raw", transB=1)
    g.nodes.append(helper.make_node("Split", ["raw", "sizes"], [f"{name}_raw" for name, _, _ in heads], axis=1))
    outputs = []
    for name, width, kind in heads:
        steps = kind == "steps"
        g.node("Identity" if kind == "value" else "Sigmoid", [f"{name}_raw"], f"{name}_reached" if steps else name)
        if steps:
            g.node("MatMul", [f"{name}_reached", "steps"], name)
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 1 if steps else width]))
    graph = helper.make_graph(g.nodes, "retired", [
        helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", len(mean)])], outputs, g.constants)
    model = helper.make_model(graph, producer_name="mien", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, path)
    print(path, f"{os.path.getsize(path) / 1e6:.2f} MB")


def main():
    torch.set_num_threads(1)
    rows, seen = load()
    target, weight = labels(rows)
    part = np.digitize([dice(r) for r in rows], [0.7, 0.8])
    plain = np.array([r["kind"] == "plain" for r in rows])
    weight[~plain, WHERE["age"]] *= 0.3
    validate = os.environ.get("VALIDATE") == "1"
    train = part <= (0 if validate else 1)
    test = plain & (part == (1 if validate else 2))
    mean, scale = seen[train].mean(0), seen[train].std(0) + 1e-3
    x = (seen - mean) / scale
    nets = [fit(x[train], target[train], weight[train], seed) for seed in range(NETS)]
    with torch.no_grad():
        output = np.mean([net(torch.tensor(x[test])).numpy() for net in nets], 0)
    report(output, target[test], weight[test])
    if not validate:
        export(nets, mean, scale, os.path.join(ROOT, "packages", "models", "weights", "attributes-retired.onnx"))


if __name__ == "__main__":
    main()
