"""Fits the network's output `kept` anew to what `collect-quality.js` wrote; all else in the file stays as it is.

The output is linear in what the network has computed by then, so a ridge regression finds what to add to its weights. The
penalty is chosen by cross-validation between people. Prints how well the old and the new weights tell what recognition
keeps of people that a fit had not seen.
"""
import hashlib
import json
import os

import numpy as np
import torch

from augment import KEPT, augmented, window
from export import export, read_into
from labels import WHERE
from net import Net
from train import ROOT, WEIGHTS, WORK, Crops, batch_of

PENALTIES = [1000, 3000, 10000, 30000, 100000]
PARTS = 5
AT = WHERE["kept"].start


def features(net, crops):
    """What the output is computed from: pooled, then hidden."""
    seen = {}
    hooks = [net.direct.register_forward_hook(lambda _, inputs, __: seen.update(pooled=inputs[0])),
             net.out.register_forward_hook(lambda _, inputs, __: seen.update(hidden=inputs[0]))]
    rows = []
    with torch.no_grad():
        for at in range(0, len(crops), 64):
            net(batch_of(crops[at:at + 64]))
            rows.append(torch.cat([seen["pooled"], seen["hidden"]], 1).numpy())
    for hook in hooks:
        hook.remove()
    return np.concatenate(rows).astype(np.float64)


def ridge(x, y, share, penalty):
    """Weights and bias; features scaled to their spread. `share` says how much each row counts."""
    middle, spread = np.average(x, 0, share), x.std(0) + 1e-6
    mean = np.average(y, 0, share)
    z = (x - middle) / spread
    w = np.linalg.solve((z.T * share) @ z + penalty * np.eye(z.shape[1]), z.T @ (share * (y - mean))) / spread
    return w, mean - middle @ w


def part_of(row):
    person = os.path.dirname(row["file"])
    return hashlib.sha256(person.encode()).digest()[0] % PARTS


def main():
    path = os.path.join(WEIGHTS, "attributes.onnx")
    net = Net(os.path.join(ROOT, "packages", "models", "onnx", "faceres.onnx"))
    read_into(net, path)
    net.eval()
    rows = json.load(open(os.path.join(WORK, "quality-0.json")))
    crops = Crops([np.fromfile(os.path.join(WORK, "quality-0.crops"), np.uint8).reshape(len(rows), KEPT, KEPT, 3)])
    known = [i for i, row in enumerate(rows) if "kept" in row]
    rng = np.random.default_rng(1)
    plain = features(net, [window(crops[i]) for i in known])
    moved = features(net, [augmented(crops[i], rng, False) for i in known])
    y = np.array([rows[i]["kept"] for i in known])
    part = np.array([part_of(rows[i]) for i in known])
    version = np.array([rows[i]["version"] for i in known])

    old = np.concatenate([net.direct.weight[AT].detach().numpy(), net.out.weight[AT].detach().numpy()])
    old_bias = float(net.direct.bias[AT] + net.out.bias[AT])

    # Each version counts as much: what pictures keep as they are is known of those people only that have several.
    share = np.array([len(version) / len(set(version)) / (version == v).sum() for v in version])

    def fit(train, penalty):
        x = np.concatenate([plain[train], moved[train]])
        w, b = ridge(x, np.concatenate([y[train]] * 2) - x @ old - old_bias, np.concatenate([share[train]] * 2), penalty)
        return old + w, old_bias + b

    def left_out(penalty):
        guess = np.zeros(len(y))
        for p in range(PARTS):
            w, b = fit(part != p, penalty)
            guess[part == p] = plain[part == p] @ w + b
        return guess

    def say(name, guess):
        errors = {v: (round(float(np.abs(guess - y)[version == v].mean()), 4), round(float((guess - y)[version == v].mean()), 4),
                      round(float(np.corrcoef(guess[version == v], y[version == v])[0, 1]), 3)) for v in dict.fromkeys(version)}
        print(name, f"{np.sqrt(np.average((guess - y) ** 2, weights=share)):.4f}", errors, flush=True)

    print("root mean square; by version: mean error, bias, correlation")
    say("in use", plain @ old + old_bias)
    guesses = {penalty: left_out(penalty) for penalty in PENALTIES}
    for penalty, guess in guesses.items():
        say(f"penalty {penalty}, people left out", guess)
    best = min(PENALTIES, key=lambda p: np.average((guesses[p] - y) ** 2, weights=share))
    w, b = fit(np.ones(len(y), bool), best)
    pooled = net.direct.weight.shape[1]
    with torch.no_grad():
        net.direct.weight[AT] = torch.from_numpy(w[:pooled]).half().float()
        net.out.weight[AT] = torch.from_numpy(w[pooled:]).half().float()
        net.direct.bias[AT] = float(b)
        net.out.bias[AT] = 0
    export(net, path)


if __name__ == "__main__":
    main()
