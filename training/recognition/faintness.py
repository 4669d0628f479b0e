"""Fits what two faintly seen faces lose (packages/vision/src/recognition-models.ts) and prints what comes of it.

Usage: python3 training/recognition/faintness.py FOLDER, after collect-faint.js has filled it.
The loss is the mean log loss of each kind of pairs, added over the kinds, on the half of the people and photographs that fits;
the shares are of the other half: pairs that are accepted at a confidence of 0.5.
"""

import sys
from pathlib import Path

import numpy as np

from traits import read

known, parts = read(Path(sys.argv[1]), "faint")
faces = known["faces"]
lengths = np.array([face["lengths"] for face in faces])
log_lengths = {name: np.log(lengths[:, at]) for at, name in enumerate(known["networks"])}
kind, file, person = (np.array([face[key] for face in faces]) for key in ("kind", "file", "person"))
half = np.array([face["half"] for face in faces])
side = np.array([face["side"] for face in faces])
first, second = np.triu_indices(len(faces), 1)
# A face is not compared with itself seen otherwise, nor with its neighbours in the photograph.
apart = file[first] != file[second]
same = person[first] == person[second]
smaller, larger = np.minimum(side[first], side[second]), np.maximum(side[first], side[second])


def both(value):
    return (kind[first] == value) & (kind[second] == value)


mixed = ((kind[first] == "clear") & (kind[second] == "far")) | (
    (kind[first] == "far") & (kind[second] == "clear")
)
wider = both("wider")
kinds = {
    "clear, one person": both("clear") & same,
    "clear, strangers": both("clear") & ~same,
    "one far, one person": mixed & same,
    "one far, strangers": mixed & ~same,
    "far, one person": both("far") & same,
    "far, strangers": both("far") & ~same,
    "WIDER, under 36": wider & (larger < 36),
    "WIDER, 36 to 59": wider & (smaller >= 36) & (larger < 60),
    "WIDER, 60 and more": wider & (smaller >= 60),
}
masks = {
    own: {
        name: chosen & apart & (half[first] == own) & (half[second] == own)
        for name, chosen in kinds.items()
    }
    for own in (0, 1)
}


def loss(logits, own):
    total = 0
    for name, mask in masks[own].items():
        if mask.any():
            sign = -1 if name.endswith("one person") else 1
            total += np.logaddexp(0, sign * logits[mask]).mean()
    return total


def row(name, logits):
    shares = " ".join(f"{100 * (logits[mask] >= 0).mean():7.2f}" for mask in masks[1].values())
    print(f"{name:28} {loss(logits, 0):6.3f} {loss(logits, 1):6.3f} {shares}")


print("shares:", ", ".join(f"{name} ({mask.sum()})" for name, mask in masks[1].items()))
telling = {
    "recognition_01": ("faceres", (2.1, 2.2, 2.3), (2, 5, 7, 10)),
    "recognition_03": ("fr", (1.0, 1.1, 1.2), (10, 20, 40)),
    "recognition_04": ("fr", (1.0, 1.1, 1.2), (10, 20, 40)),
}
for model, (network, bounds, weights) in telling.items():
    own = known["models"][model]
    plain = np.full(len(first), float(own["bias"]))
    for name, weight in zip(own["networks"], own["weights"]):
        plain += weight * (parts[name] @ parts[name].T)[first, second]
    row(f"{model}, as it is", plain)
    for bound in bounds:
        faint = np.maximum(0, bound - log_lengths[network])
        for weight in weights:
            row(f"  clear from {bound}, weight {weight}", plain - weight * faint[first] * faint[second])
