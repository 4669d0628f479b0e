"""Fits what masked faces have in common, writes packages/vision/src/mask-vectors.ts and prints what comes of it.

Usage: python3 training/recognition/masks.py FOLDER, after collect-masked.js has filled it.
Fitted to one half of LFW's people; what is printed is of the other half, with masks of other pictures.
"""

import sys
from pathlib import Path

import numpy as np

from traits import common, read, strength, taken, telling, write

# What bare faces reach by chance (by dlib's vectors, which tell masks badly, more), the penalty of the regressions, and how much
# further apart masked faces are moved.
CHANCE = {"dlib": 0.5, "faceres": 0.3, "fr": 0.3}
PENALTY, SPREAD = 1.0, 0.25

known, vectors = read(Path(sys.argv[1]), "masked")
faces, models = known["faces"], known["models"]
half = np.array([face["half"] for face in faces])
masked = np.array([face["kind"] == "masked" for face in faces])
person = np.array([face["person"] for face in faces])
file = np.array([face["file"] for face in faces])
lengths = np.array([face["lengths"] for face in faces])
fitted = half == 0

heads = {
    network: telling(vectors[network][fitted], masked[fitted].astype(float), PENALTY, CHANCE[network])
    for network in CHANCE
}


def maskedness(network):
    return strength(vectors[network], heads[network])


# The ArcFace network tells it for those beside it; MobileFaceNet tells nothing itself, and dlib's little.
lines = {
    network: common(own[fitted], maskedness("faceres" if network == "faceres" else "fr")[fitted])
    for network, own in vectors.items()
}


def corrected(model):
    told = maskedness(models[model]["telling"])
    return {name: taken(vectors[name], lines[name], told, SPREAD) for name in models[model]["networks"]}


def logits(model, parts, a, b):
    own = models[model]
    sums = own["bias"] + sum(w * (parts[n][a] @ parts[n][b].T) for w, n in zip(own["weights"], own["networks"]))
    if "faintness" in own:
        told_by = known["networks"].index(own["faintness"]["network"])
        faint = np.maximum(0, own["faintness"]["clearFrom"] - np.log(lengths[:, told_by]))
        sums -= own["faintness"]["weight"] * np.outer(faint[a], faint[b])
    return sums


def rates(model, parts, which):
    bare, covered = np.where((half == which) & ~masked)[0], np.where((half == which) & masked)[0]
    cells = []
    for a, b in ((bare, bare), (bare, covered), (covered, covered)):
        sums = logits(model, parts, a, b)
        same = person[a][:, None] == person[b]
        pairs = file[a][:, None] != file[b]
        strangers, people = sums[~same], sums[same & pairs]
        at = np.quantile(strangers, 1 - 1e-3)
        cells.append(f"{100 * (strangers >= 0).mean():.2f}, {100 * (people >= 0).mean():.1f}, {100 * (people >= at).mean():.1f}")
    return " | ".join(cells)


counts = [int(((half == which) & (masked == kind)).sum()) for which in (0, 1) for kind in (False, True)]
print(f"bare and masked faces: {counts[0]} and {counts[1]} fit, {counts[2]} and {counts[3]} are reported")
print("percent: strangers accepted at 0.5, one person accepted at 0.5, one person accepted where 1 in 1,000 strangers is;")
print("both bare | one masked | both masked")
for model in models:
    for which, name in ((0, "half that fits"), (1, "reported")):
        print(f"{model}, {name}, as the networks say: {rates(model, vectors, which)}")
        print(f"{model}, {name}, less what is common: {rates(model, corrected(model), which)}")
    told = maskedness(models[model]["telling"])[half == 1]
    bare, covered = told[~masked[half == 1]], told[masked[half == 1]]
    print(f"  {100 * (bare > 0).mean():.1f} % of the bare faces count as masked at all; masked ones by {np.median(covered):.2f} in the median")

write("packages/vision/src/mask-vectors.ts", "maskVectors", "masked faces' vectors", "masks.py", SPREAD, heads, lines)
