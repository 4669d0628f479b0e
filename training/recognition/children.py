"""Fits what childlike faces have in common, writes packages/vision/src/childlikeness-vectors.ts and prints what comes of it.

Usage: python3 training/recognition/children.py FOLDER, after collect-children.js and collect-faint.js have filled it.
Portraits show each person once, so pairs of one child are made up: to a child's vector is added what two pictures of one
person of LFW differ by. What is printed is of portraits and of LFW's people that nothing here was fitted to.
"""

import sys
from pathlib import Path

import numpy as np

from traits import common as common_of
from traits import read, strength, taken, telling, unit, write

folder = Path(sys.argv[1])
# A face counts as childlike by a straight line from birth to this age, less what adults reach by chance.
GROWN, CHANCE = 14, 0.2
PENALTY = 1.0
# How much further apart wholly childlike faces are moved.
SPREAD = 0.25
BANDS = [(0, 3), (3, 6), (6, 9), (9, 12), (12, 18), (18, 99)]
MADE_UP = 2000


known, portraits = read(folder, "children")
age = np.array([face["age"] for face in known["faces"]])
reported = np.array([face["reported"] for face in known["faces"]])
fitted = ~reported

heads = {
    network: telling(portraits[network][fitted], np.clip(1 - age[fitted] / GROWN, 0, 1), PENALTY, CHANCE)
    for network in ("dlib", "faceres", "fr")
}


def childlikeness(parts, network):
    return strength(parts[network], heads[network])


common = {}
for network, vectors in portraits.items():
    # MobileFaceNet tells nothing itself: the ArcFace network is always beside it.
    told = childlikeness(portraits, network if network in heads else "fr")[fitted]
    common[network] = common_of(vectors[fitted], told)


def corrected(parts, model):
    childlike = childlikeness(parts, models[model]["telling"])
    return {name: taken(parts[name], common[name], childlike, SPREAD) for name in models[model]["networks"]}


faint, subjects = read(folder, "faint")
models = faint["models"]
clear = [i for i, face in enumerate(faint["faces"]) if face["kind"] == "clear" and face["half"] == 1]
people = [faint["faces"][i]["person"] for i in clear]
same = np.array(
    [(a, b) for k, a in enumerate(clear) for j, b in enumerate(clear[k + 1 : k + 3]) if people[k] == people[k + 1 + j]]
)
random = np.random.default_rng(1)


def of_one(parts, chosen):
    """Two views of each of some faces, as different as two of an adult."""
    own, pair = random.choice(chosen, MADE_UP), same[random.integers(0, len(same), MADE_UP)]
    views = {}, {}
    for name, vectors in parts.items():
        a, b = subjects[name][pair[:, 0]], subjects[name][pair[:, 1]]
        shared = np.linalg.norm(a + b, axis=1, keepdims=True) / 2
        for view, sign in zip(views, (-1, 1)):
            view[name] = unit(vectors[own] * shared + sign * (b - a) / 2)
    return views


def logits(model, a, b, product):
    own = models[model]
    return own["bias"] + sum(w * product(a[n], b[n]) for w, n in zip(own["weights"], own["networks"]))


def each(a, b):
    return (a * b).sum(1)


print(f"{fitted.sum()} portraits fit, {reported.sum()} are reported; {len(same)} pairs of LFW's people")
print("strangers accepted and made-up pairs of one person rejected at confidence 0.5, by age:")
for model in models:
    for name, change in (("as the networks say", lambda parts: parts), ("less what is common", lambda p: corrected(p, model))):
        cells = []
        for low, high in BANDS:
            chosen = np.where(reported & (age >= low) & (age < high))[0]
            own = change({n: v[chosen] for n, v in portraits.items()})
            strangers = logits(model, own, own, lambda a, b: a @ b.T)[np.triu_indices(len(chosen), 1)]
            first, second = (change(view) for view in of_one(portraits, chosen))
            rejected = logits(model, first, second, each) < 0
            cells.append(f"{low} to {high - 1} ({len(chosen)}): {100 * (strangers >= 0).mean():.1f}, {100 * rejected.mean():.1f}")
        print(f"{model}, {name}: " + " | ".join(cells))
    grown = np.unique(same)
    told = childlikeness({n: v[grown] for n, v in subjects.items()}, models[model]["telling"])
    print(f"  of {len(grown)} of LFW's faces {100 * (told > 0).mean():.1f} % count as childlike, {100 * (told > 0.1).mean():.1f} % by more than 0.1")


write(
    "packages/vision/src/childlikeness-vectors.ts", "childlikenessVectors", "childlike faces' vectors", "children.py", SPREAD, heads, common
)
