"""Trains the attribute heads on the features of the frozen network and writes packages/models/weights/attributes.onnx.

Reads what `collect.js` wrote. Splits by a hash of the picture's number, so that a picture, what is drawn on it and its masked
twin are always in the same part: 70 % train, 10 %
validation, 20 % test. Everything reported is of the test part.
"""
import glob
import json
import os
import re

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from sklearn.metrics import roc_auc_score

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
WORK = os.path.join(ROOT, "training", "work")
torch.manual_seed(1)
np.random.seed(1)

GLASSES = ["noglasses", "readingglasses", "sunglasses", "swimminggoggles"]
MASKS = ["noMask", "faceMask", "otherMaskOrOcclusion"]
COLORS = ["unknown", "white", "gray", "blond", "brown", "red", "black", "other"]
# Name, width, kind of loss.
HEADS = [
    ("glasses", 4, "class"), ("mask", 3, "class"), ("covered", 1, "binary"), ("headwear", 1, "binary"),
    ("forehead", 1, "binary"), ("eye", 1, "binary"), ("mouth", 1, "binary"),
    ("age", 1, "value"), ("smile", 1, "binary"), ("moustache", 1, "value"), ("beard", 1, "value"),
    ("sideburns", 1, "value"), ("bald", 1, "value"), ("hairColor", 8, "value"),
]
WIDTH = sum(w for _, w, _ in HEADS)
HIDDEN = int(os.environ.get("HIDDEN", "128"))


def load():
    rows, features = [], []
    for path in sorted(glob.glob(os.path.join(WORK, "attributes-*.json"))):
        part = json.load(open(path))
        rows += part
        features.append(np.fromfile(path.replace(".json", ".features"), np.float32).reshape(len(part), -1))
    return rows, np.concatenate(features)


def number(row):
    digits = re.findall(r"\d+", row["file"])
    return int(digits[-1]) if digits else 0


def labels(rows):
    """Targets [rows, WIDTH] and the weight of each; weight 0 where the truth is unknown."""
    target = np.zeros((len(rows), WIDTH), np.float32)
    weight = np.zeros((len(rows), WIDTH), np.float32)
    at, where = 0, {}
    for name, width, _ in HEADS:
        where[name] = slice(at, at + width)
        at += width
    for i, row in enumerate(rows):
        truth, kind = row.get("truth", {}), row["kind"]

        def put(name, value, w=1.0):
            target[i, where[name]] = value
            weight[i, where[name]] = w

        def classes(name, index, w=1.0):
            put(name, np.eye(where[name].stop - where[name].start)[index], w)

        masked = kind == "drawnMask" or kind.startswith("mask-") or kind == "mouth" or truth.get("mask") == "faceMask"
        if kind == "real":
            classes("mask", MASKS.index(truth["mask"]), 12)
            if truth["mask"] == "noMask":
                put("covered", 0), put("mouth", 0)
            continue
        a = row["answer"]["faceAttributes"]
        glasses = GLASSES.index(a["glasses"].lower())
        if kind == "goggles":
            classes("glasses", 3)
        elif glasses == 3:
            pass  # half of the service's goggles are none
        elif kind != "eyes":
            classes("glasses", glasses)
        if kind == "drawnMask":
            form = row["answer"]["drawnMask"]
            classes("mask", 1), put("covered", form in ("Mask", "Mask_Nose_Mouth"))
            put("mouth", form != "Mask_Chin")
        elif "mask" in truth:
            classes("mask", MASKS.index(truth["mask"]))
            if "noseAndMouthCovered" in truth:
                put("covered", truth["noseAndMouthCovered"])
            put("mouth", truth["mouthOccluded"])
        elif kind in ("plain", "goggles", "forehead", "eyes"):
            classes("mask", 0), put("covered", 0)
            if kind != "plain" or not a["occlusion"]["mouthOccluded"]:
                put("mouth", 0)
        worn = any(x["type"] == "headwear" for x in a["accessories"])
        if kind != "forehead":
            put("headwear", worn)
            put("forehead", a["occlusion"]["foreheadOccluded"])
        else:
            put("forehead", 1)
        if kind == "eyes":
            put("eye", 1)
        elif kind != "goggles" and not a["occlusion"]["eyeOccluded"]:
            put("eye", 0)
        if kind in ("plain", "eyes", "forehead", "goggles"):
            w = 1.0 if kind == "plain" else 0.3
            put("smile", a["smile"], w)
            for name in ("moustache", "beard", "sideburns"):
                put(name, a["facialHair"][name], w)
        if kind == "plain" or masked:
            put("age", (a["age"] - 30) / 20, 1.0 if kind == "plain" else 0.2)
        if kind != "forehead" and not a["hair"]["invisible"]:
            put("bald", a["hair"]["bald"])
            colors = {c["color"].lower(): c["confidence"] for c in a["hair"]["hairColor"]}
            if colors:
                put("hairColor", [colors.get(c, 0) for c in COLORS])
    return target, weight, where


class Heads(torch.nn.Module):
    def __init__(self, mean, scale):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("scale", torch.tensor(scale))
        self.hidden = torch.nn.Linear(len(mean), HIDDEN)
        self.direct = torch.nn.Linear(len(mean), WIDTH)
        self.out = torch.nn.Linear(HIDDEN, WIDTH)
        torch.nn.init.zeros_(self.direct.weight)
        self.drop, self.drop2 = torch.nn.Dropout(0.5), torch.nn.Dropout(0.4)

    def forward(self, x):
        x = self.drop((x - self.mean) / self.scale)
        return self.direct(x) + self.out(self.drop2(torch.relu(self.hidden(x))))


def loss_of(output, target, weight, where, balance):
    total = 0
    for name, _, kind in HEADS:
        o, t, w = output[:, where[name]], target[:, where[name]], weight[:, where[name]]
        if kind == "class":
            each = -(t * torch.log_softmax(o, 1)).sum(1) * w[:, 0] * (t * balance[name]).sum(1)
            total = total + each.sum() / w[:, 0].sum().clamp(min=1)
        elif kind == "binary":
            factor = 1 + t * (balance[name] - 1)
            each = torch.nn.functional.binary_cross_entropy_with_logits(o, t, reduction="none") * w * factor
            total = total + each.sum() / w.sum().clamp(min=1)
        else:
            each = (o - t) ** 2 * w
            total = total + 4 * each.sum() / w.sum().clamp(min=1)
    return total


def export(nets, path):
    """The mean of the nets, as one: hidden units side by side, standardisation folded into the weights."""
    inverse, mean = 1 / nets[0].scale, nets[0].mean
    with torch.no_grad():
        first = torch.cat([net.hidden.weight for net in nets]) * inverse
        first_bias = torch.cat([net.hidden.bias for net in nets]) - first @ mean
        second = torch.cat([net.out.weight for net in nets], 1) / len(nets)
        direct = sum(net.direct.weight for net in nets) / len(nets) * inverse
        bias = sum(net.direct.bias + net.out.bias for net in nets) / len(nets) - direct @ mean
    init = [numpy_helper.from_array(v.detach().numpy().astype(np.float32), n) for n, v in (
        ("w1", first), ("b1", first_bias), ("w2", second), ("w3", direct), ("b3", bias))]
    nodes = [
        helper.make_node("Gemm", ["input", "w1", "b1"], ["h"], transB=1),
        helper.make_node("Relu", ["h"], ["r"]),
        helper.make_node("Gemm", ["input", "w3", "b3"], ["d"], transB=1),
        helper.make_node("Gemm", ["r", "w2", "d"], ["all"], transB=1),
        helper.make_node("Split", ["all", "sizes"], [f"{n}_raw" for n, _, _ in HEADS], axis=1),
    ]
    init.append(numpy_helper.from_array(np.array([w for _, w, _ in HEADS], np.int64), "sizes"))
    outputs = []
    for name, width, kind in HEADS:
        if kind == "class":
            nodes.append(helper.make_node("Softmax", [f"{name}_raw"], [name], axis=1))
        elif kind == "binary":
            nodes.append(helper.make_node("Sigmoid", [f"{name}_raw"], [name]))
        else:
            nodes.append(helper.make_node("Identity", [f"{name}_raw"], [name]))
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", width]))
    graph = helper.make_graph(nodes, "attributes", [
        helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", len(mean)])], outputs, init)
    model = helper.make_model(graph, producer_name="mien", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    os.makedirs(os.path.dirname(path), exist_ok=True)
    onnx.save(model, path)


def report(rows, output, target, weight, where, part):
    result = {}
    kinds = np.array([r["kind"] for r in rows])
    plain = part & (kinds == "plain")

    def auc(name, mask, column=0, positive=None):
        c = where[name].start + column
        m = mask & (weight[:, c] > 0)
        y = target[m, c] > 0.5 if positive is None else positive[m]
        return round(float(roc_auc_score(y, output[m, c])), 4), int(y.sum()), int(m.sum())

    g = where["glasses"]
    m = part & (weight[:, g.start] > 0) & np.isin(kinds, ["plain"])
    guess, real = output[m, g].argmax(1), target[m, g].argmax(1)
    result["glasses3"] = dict(accuracy=round(float((guess == real).mean()), 4),
                              balanced=round(float(np.mean([(guess[real == k] == k).mean() for k in range(3) if (real == k).any()])), 4),
                              confusion=[[int(((real == a) & (guess == b)).sum()) for b in range(4)] for a in range(4)])
    mg = part & (kinds == "goggles")
    result["goggles found"] = round(float((output[mg, g].argmax(1) == 3).mean()), 4)
    for name in ("headwear", "forehead"):
        result[name] = auc(name, plain)
    result["any glasses"] = (lambda y, s: (round(float(roc_auc_score(y, s)), 4), int(y.sum()), len(y)))(real != 0, 1 - output[m, g.start])
    for name, kind in (("eye", "eyes"), ("mouth", "mouth"), ("forehead", "forehead")):
        mm = part & ((kinds == "plain") | (kinds == kind))
        result[f"{name} synthesised"] = auc(name, mm)
        c = where[name].start
        p = torch.sigmoid(torch.tensor(output[plain, c])).numpy()
        if name != "forehead":
            result[f"{name} false alarms at .5"] = round(float((p > 0.5).mean()), 4)
            q = torch.sigmoid(torch.tensor(output[part & (kinds == kind), c])).numpy()
            result[f"{name} found at .5"] = round(float((q > 0.5).mean()), 4)
    k = where["mask"]
    mm = part & (kinds == "real")
    guess, real = output[mm, k].argmax(1), target[mm, k].argmax(1)
    result["mask real"] = dict(accuracy=round(float((guess == real).mean()), 4), n=int(mm.sum()), confusion=[[int(((real == a) & (guess == b)).sum()) for b in range(3)] for a in range(3)])
    mm = part & (weight[:, k.start] > 0) & (kinds != "real")
    guess, real = output[mm, k].argmax(1), target[mm, k].argmax(1)
    result["mask all drawn"] = [[int(((real == a) & (guess == b)).sum()) for b in range(3)] for a in range(3)]
    c = where["covered"].start
    for label, sel in (("drawn", kinds == "drawnMask"), ("templates", np.char.startswith(kinds.astype(str), "mask-"))):
        mm = part & sel
        result[f"covered {label}"] = round(float(((output[mm, c] > 0) == (target[mm, c] > 0.5)).mean()), 4), int(mm.sum())
    result["age error"] = round(float(np.abs(output[plain, where["age"].start] - target[plain, where["age"].start]).mean() * 20), 2)
    result["smile"] = auc("smile", plain)
    for name in ("moustache", "beard", "sideburns", "bald"):
        result[name] = auc(name, plain)
    h = where["hairColor"]
    mm = plain & (weight[:, h.start] > 0) & (target[:, h].max(1) >= 0.9)
    result["hair colour top-1"] = round(float((output[mm, h].argmax(1) == target[mm, h].argmax(1)).mean()), 4), int(mm.sum())
    return result


def fit(net, x, t, w, where, balance, index):
    optimiser = torch.optim.AdamW([
        {"params": net.hidden.parameters(), "weight_decay": 0.05}, {"params": net.out.parameters(), "weight_decay": 0.02},
        {"params": net.direct.parameters(), "weight_decay": 0.3}], 1e-3)
    epochs, size = int(os.environ.get("EPOCHS", "60")), 256
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1.5e-3, total_steps=epochs * (len(index) // size + 1))
    for _ in range(epochs):
        net.train()
        np.random.shuffle(index)
        for at in range(0, len(index), size):
            i = index[at:at + size]
            loss = loss_of(net(x[i]), t[i], w[i], where, balance)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    net.eval()


def main():
    rows, features = load()
    target, weight, where = labels(rows)
    kinds = np.array([r["kind"] for r in rows])
    numbers = np.array([number(r) for r in rows])
    # A hash of the number, so that the parts are alike however the pictures are ordered.
    dice = (numbers.astype(np.uint64) * np.uint64(2654435761) % np.uint64(2**32)) / 2**32
    part = np.digitize(dice, [0.7, 0.8])
    if os.environ.get("VALIDATE") != "1":  # the weights that are shipped also learn from validation
        train = part <= 1
    else:
        train = part == 0
    print({p: int((part == p).sum()) for p in range(3)}, features.shape, flush=True)
    mean, scale = features[train].mean(0), features[train].std(0) + 1e-3
    balance = {}
    for name, _, kind in HEADS:
        w = weight[train][:, where[name]]
        t = target[train][:, where[name]]
        if kind == "class":
            share = (t * w[:, :1]).sum(0) / w[:, 0].sum()
            balance[name] = torch.tensor(np.clip((1 / np.maximum(share, 1e-3)) ** 0.4, 0.5, 8), dtype=torch.float32)
        elif kind == "binary":
            share = (t * w).sum() / w.sum()
            balance[name] = float(np.clip((1 / max(share, 1e-3)) ** 0.4, 1, 6))
    x, t, w = (torch.tensor(v) for v in (features, target, weight))
    nets = []
    for _ in range(int(os.environ.get("NETS", "3"))):
        net = Heads(mean, scale)
        fit(net, x, t, w, where, balance, np.where(train)[0])
        nets.append(net)
    with torch.no_grad():
        output = sum(net(x) for net in nets).numpy() / len(nets)
    for p, name in ((1, "validation"), (2, "test")):
        print(name, json.dumps(report(rows, output, target, weight, where, part == p), indent=1), flush=True)
    export(nets, os.path.join(ROOT, "packages", "models", "weights", "attributes.onnx"))


if __name__ == "__main__":
    main()
