"""Fine-tunes MTCNN's O-Net to judge and correct UltraFace's proposals, as the detectors feed it.

Reads what `proposals.js` wrote and packages/models/onnx/onet.onnx; writes packages/models/weights/refiner.onnx.
"""
import json
import os
import sys

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional as F

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
WORK = os.path.join(ROOT, "training", "work")
DATA = os.environ.get("MIEN_BENCH_DATA", os.path.join(ROOT, "..", "shared", "data"))
SIDE, CROP = 48, 64  # the network's input; a stored crop, which shows 4/3 of the proposal's square
EPOCHS = int(os.environ.get("EPOCHS", "10"))
torch.manual_seed(1)
rng = np.random.default_rng(1)


class Refiner(nn.Module):
    """O-Net: same layers and order, so that its weights are a start."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 32, 3), nn.Conv2d(32, 64, 3)
        self.conv3, self.conv4 = nn.Conv2d(64, 64, 3), nn.Conv2d(64, 128, 2)
        self.fc = nn.Linear(1152, 256)
        self.prelu = nn.ModuleList([nn.PReLU(n) for n in (32, 64, 64, 128, 256)])
        self.score, self.box = nn.Linear(256, 2), nn.Linear(256, 4)
        self.drop = nn.Dropout(0.25)

    def forward(self, x):
        x = F.max_pool2d(F.pad(self.prelu[0](self.conv1(x)), (0, 1, 0, 1), value=-1e9), 3, 2)
        x = F.max_pool2d(self.prelu[1](self.conv2(x)), 3, 2)
        x = F.max_pool2d(self.prelu[2](self.conv3(x)), 2, 2)
        x = self.prelu[3](self.conv4(x))
        x = x.permute(0, 2, 3, 1).flatten(1)
        x = self.drop(self.prelu[4](self.fc(x)))
        return self.score(x), self.box(x)

    def load_onnx(self, path):
        graph = onnx.load(path).graph
        weights = {t.name: torch.tensor(numpy_helper.to_array(t)) for t in graph.initializer}
        convolutions = [n for n in graph.node if n.op_type == "Conv"]
        dense = [n for n in graph.node if n.op_type == "Gemm"]
        slopes = [n for n in graph.node if n.op_type == "PRelu"]
        heads = {tuple(weights[n.input[1]].shape): n for n in dense}
        first = [n for n in dense if weights[n.input[1]].shape[0] == 256][0]
        pairs = list(zip((self.conv1, self.conv2, self.conv3, self.conv4), convolutions))
        pairs += [(self.fc, first), (self.score, heads[(2, 256)]), (self.box, heads[(4, 256)])]
        with torch.no_grad():
            for layer, node in pairs:
                layer.weight.copy_(weights[node.input[1]])
                layer.bias.copy_(weights[node.input[2]])
            for layer, node in zip(self.prelu, slopes):
                layer.weight.copy_(weights[node.input[1]].flatten())


class Exported(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        score, box = self.net(x)
        return torch.softmax(score, 1), box


def overlap(a, b):
    w = np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0])
    h = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    shared = np.clip(w, 0, None) * np.clip(h, 0, None)
    area = lambda x: (x[:, 2] - x[:, 0]) * (x[:, 3] - x[:, 1])
    return shared / (area(a)[:, None] + area(b)[None] - shared + 1e-9)


def load(split):
    """Squares of the proposals, the face that each is of, its overlap, and the crops."""
    truth = json.load(open(os.path.join(DATA, "wider", "truth.json")))
    pictures = json.load(open(os.path.join(WORK, f"proposals-{split}.json")))
    squares, faces, overlaps, scores = [], [], [], []
    for picture in pictures:
        boxes = np.array([r["box"] for r in picture["proposals"]], float).reshape(-1, 4)
        center, half = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]).max(1)[:, None] / 2
        squares.append(np.concatenate([center - half, center + half], 1))
        scores.append([r["score"] for r in picture["proposals"]])
        marked = truth[picture["file"]]
        real = np.array([[f["left"], f["top"], f["left"] + f["width"], f["top"] + f["height"]] for f in marked], float)
        vague = np.array([bool(f["invalid"]) or min(f["width"], f["height"]) < 8 for f in marked], bool)
        if len(real) == 0:
            faces.append(np.zeros((len(boxes), 4))), overlaps.append(np.zeros(len(boxes)))
            continue
        v = overlap(boxes, real)
        best = v.argmax(1)
        value = v.max(1)
        value[vague[best] & (value > 0.2)] = -1  # neither a face nor none
        faces.append(real[best]), overlaps.append(value)
    crops = np.memmap(os.path.join(WORK, f"proposals-{split}.crops"), np.uint8, "r").reshape(-1, CROP, CROP, 3)
    return np.concatenate(squares), np.concatenate(faces), np.concatenate(overlaps), np.concatenate(scores), crops


def batch(index, squares, faces, crops, augment):
    """Jittered 48-pixel inputs, transposed as MTCNN's are, with the faces in units of the jittered square."""
    n = len(index)
    pixels = torch.tensor(crops[index]).permute(0, 3, 1, 2).float()
    scale = np.exp(rng.uniform(-0.18, 0.18, n)) if augment else np.ones(n)
    shift = rng.uniform(-0.1, 0.1, (n, 2)) if augment else np.zeros((n, 2))
    flip = rng.random(n) < 0.5 if augment else np.zeros(n, bool)
    side = squares[index, 2] - squares[index, 0]
    center = (squares[index, :2] + squares[index, 2:]) / 2 + shift * side[:, None]
    target_side = side * scale
    zoom = torch.tensor(scale * SIDE / CROP, dtype=torch.float32)
    offset = torch.tensor(shift * 2 * SIDE / CROP, dtype=torch.float32)
    sign = torch.tensor(np.where(flip, -1.0, 1.0), dtype=torch.float32)
    theta = torch.zeros(n, 2, 3)
    # Output axes are swapped: the network's rows are the picture's columns.
    theta[:, 0, 1], theta[:, 1, 0] = zoom * sign, zoom
    theta[:, 0, 2], theta[:, 1, 2] = offset[:, 0], offset[:, 1]
    grid = F.affine_grid(theta, (n, 3, SIDE, SIDE), align_corners=False)
    x = F.grid_sample(pixels, grid, padding_mode="border", align_corners=False)
    if augment:
        gain = torch.tensor(np.exp(rng.uniform(-0.3, 0.3, (n, 1, 1, 1))), dtype=torch.float32)
        x = torch.clamp((x - 127.5) * gain + 127.5 + torch.tensor(rng.uniform(-20, 20, (n, 1, 1, 1)), dtype=torch.float32), 0, 255)
    left_top = center - target_side[:, None] / 2
    target = np.concatenate([faces[index, :2] - left_top, faces[index, 2:] - left_top], 1) / target_side[:, None]
    target[flip] = target[flip][:, [2, 1, 0, 3]] * np.array([-1, 1, -1, 1]) + np.array([1, 0, 1, 0])
    target -= np.array([0, 0, 1, 1])
    return (x - 127.5) / 128, torch.tensor(target, dtype=torch.float32)


def predict(net, squares, faces, crops):
    net.eval()
    scores, boxes = [], []
    with torch.no_grad():
        for at in range(0, len(squares), 512):
            index = np.arange(at, min(at + 512, len(squares)))
            score, box = net(batch(index, squares, faces, crops, False)[0])
            scores.append(torch.softmax(score, 1)[:, 1].numpy()), boxes.append(box.numpy())
    return np.concatenate(scores), np.concatenate(boxes)


def main():
    squares, faces, overlaps, ultra, crops = load("train")
    net = Refiner()
    net.load_onnx(os.path.join(ROOT, "packages", "models", "onnx", "onet.onnx"))
    optimiser = torch.optim.AdamW(net.parameters(), 5e-4, weight_decay=5e-4)
    positive, negative = np.where(overlaps >= 0.45)[0], np.where((overlaps >= 0) & (overlaps < 0.3))[0]
    part = np.where((overlaps >= 0.3) & (overlaps < 0.45))[0]
    print(f"{len(positive)} faces, {len(part)} parts, {len(negative)} others", flush=True)
    steps = EPOCHS * (2 * len(positive) // 128)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1e-3, total_steps=steps + 1, pct_start=0.1)
    weight = ultra[negative] ** 1.5  # what UltraFace already doubts needs less practice
    weight = weight / weight.sum()
    for step in range(steps):
        net.train()
        index = np.concatenate([
            rng.choice(positive, 64), rng.choice(part, 16), rng.choice(negative, 96, p=weight)])
        x, target = batch(index, squares, faces, crops, True)
        score, box = net(x)
        v = overlaps[index]
        judged = np.where((v >= 0.45) | (v < 0.3))[0]
        label = torch.tensor((v >= 0.45).astype(np.int64))
        loss = F.cross_entropy(score[judged], label[judged], label_smoothing=0.02)
        placed = np.where(v >= 0.3)[0]
        loss = loss + 4 * F.smooth_l1_loss(box[placed], target[placed], beta=0.1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 200 == 0:
            print(step, steps, round(loss.item(), 4), flush=True)
    for split in ("train", "val"):
        try:
            s, f, _, _, c = load(split)
        except FileNotFoundError:
            continue
        score, box = predict(net, s, f, c)
        np.concatenate([score[:, None], box], 1).astype(np.float32).tofile(os.path.join(WORK, f"refined-{split}.bin"))
    net.eval()
    out = os.path.join(ROOT, "packages", "models", "weights", "refiner.onnx")
    os.makedirs(os.path.dirname(out), exist_ok=True)
    torch.onnx.export(Exported(net), torch.zeros(2, 3, SIDE, SIDE), out, opset_version=13,
                      input_names=["input"], output_names=["scores", "regressions"],
                      dynamic_axes={k: {0: "batch"} for k in ("input", "scores", "regressions")})
    print("written", out)


if __name__ == "__main__":
    sys.exit(main())
