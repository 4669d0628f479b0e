"""
What a linear metric on the embeddings of recognition_04 would buy: each is fitted on five folds of LFW (people of
different folds are different) and judged on the sixth. Usage: python3 metrics.py FOLDER-OF-COLLECT
"""
import json
import os
import sys

import numpy as np

FOLDER = sys.argv[1]
STORED = json.load(open(os.path.join(FOLDER, "metrics.json")))
FACES, PAIRS = STORED["faces"], STORED["pairs"]
LENGTHS = [512, 192, 128]
VECTORS = np.fromfile(os.path.join(FOLDER, "metrics.f32"), np.float32).reshape(len(FACES), sum(LENGTHS))
PARTS = np.split(VECTORS, np.cumsum(LENGTHS)[:-1], axis=1)
INDEX = {face["file"]: i for i, face in enumerate(FACES) if "file" in face}
PERSON = np.unique([f.get("file", "/").split("/")[0] for f in FACES], return_inverse=True)[1]
FIRST, SECOND = (np.array([INDEX[pair[side]] for pair in PAIRS]) for side in ("first", "second"))
SAME = np.array([pair["same"] for pair in PAIRS])
# Six folds of the same number of pairs, in the order of LFW's list.
PAIR_FOLD = np.arange(len(PAIRS)) * 6 // len(PAIRS)
FOLD = np.full(len(FACES), -1)
FOLD[FIRST] = PAIR_FOLD
FOLD[SECOND] = PAIR_FOLD
LFW = np.array(sorted(INDEX.values()))


def photograph_pairs(parity):
    """Pairs of strangers of one photograph, of every second photograph."""
    photographs = {}
    for i, face in enumerate(FACES):
        if face.get("photograph", -1) % 2 == parity and "photograph" in face:
            photographs.setdefault(face["photograph"], []).append(i)
    return np.array([(a, b) for m in photographs.values() for k, a in enumerate(m) for b in m[k + 1:]])


# The first half may be learned from, the second judges.
LEARNED, JUDGED = photograph_pairs(0), photograph_pairs(1)


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def logistic(x, y, weight):
    x = np.c_[x, np.ones(len(x))]
    beta, ridge = np.zeros(x.shape[1]), np.diag([1e-4] * (x.shape[1] - 1) + [0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ beta))
        curve = (x * (weight * p * (1 - p))[:, None]).T @ x + ridge
        step = np.linalg.solve(curve, x.T @ (weight * (y - p)) - ridge @ beta)
        beta += step
        if abs(step).max() < 1e-7:
            break
    return beta


def cosines(parts, a, b):
    """Of each part; one number a face is added instead."""
    return np.stack([p[a] + p[b] if p.ndim == 1 else np.einsum("ij,ij->i", p[a], p[b]) for p in parts], 1)


def table_of(part, faces):
    own = part[faces]
    return own[:, None] + own if part.ndim == 1 else own @ own.T


def calibrate(parts, train, photograph_share):
    a, b = np.triu_indices(len(train), 1)
    same = PERSON[train][a] == PERSON[train][b]
    people = np.flatnonzero(same)
    strangers = np.random.default_rng(7).choice(np.flatnonzero(~same), min(60_000, (~same).sum()), replace=False)
    chosen = np.r_[people, strangers]
    x = np.r_[cosines(parts, train[a[chosen]], train[b[chosen]]), cosines(parts, *LEARNED.T)]
    y = np.r_[np.ones(len(people)), np.zeros(len(strangers) + len(LEARNED))]
    weight = np.r_[
        np.full(len(people), len(strangers) / len(people)),
        np.full(len(strangers), 1 - photograph_share),
        np.full(len(LEARNED), photograph_share * len(strangers) / len(LEARNED)),
    ]
    return logistic(x, y, weight)


def likeness(parts, beta, cohort, count):
    """How like each face's nearest of a cohort of strangers are to it: the mean of so many logits."""
    logits = sum(w * (part @ part[cohort].T) for w, part in zip(beta, parts))
    logits[PERSON[:, None] == PERSON[cohort][None]] = -np.inf
    return np.sort(logits, axis=1)[:, -count:].mean(1)


def measure(metric, photograph_share=0.0, nearest=0):
    decided, photograph = np.zeros(len(PAIRS)), np.zeros(len(JUDGED))
    people, strangers = [], []
    for fold in range(6):
        train, test = LFW[FOLD[LFW] != fold], LFW[FOLD[LFW] == fold]
        parts = metric(train)
        beta = calibrate(parts, train, photograph_share)
        if nearest:
            cohort = train[np.unique(PERSON[train], return_index=True)[1]]
            parts = [*parts, likeness(parts, beta, cohort, nearest)]
            beta = calibrate(parts, train, photograph_share)
        mine = PAIR_FOLD == fold
        decided[mine] = cosines(parts, FIRST[mine], SECOND[mine]) @ beta[:-1] + beta[-1]
        photograph += (cosines(parts, *JUDGED.T) @ beta[:-1] + beta[-1]) / 6
        logits = sum(w * table_of(part, test) for w, part in zip(beta, parts)) + beta[-1]
        a, b = np.triu_indices(len(test), 1)
        same = PERSON[test][a] == PERSON[test][b]
        people.append(logits[a, b][same])
        strangers.append(logits[a, b][~same])
    people, strangers = np.concatenate(people), np.sort(np.concatenate(strangers))
    bounds = [strangers[len(strangers) - max(1, round(rate * len(strangers)))] for rate in (1e-3, 1e-4)]
    return {
        "wrong": (decided >= 0) != SAME,
        "accepted": [people >= bound for bound in bounds],
        "photograph": [photograph >= 0, photograph >= bounds[0]],
    }


def mean_removed(train):
    return [unit(x - x[train].mean(0)) for x in PARTS]


def inverse_root(matrix, shrinkage):
    size = len(matrix)
    values, axes = np.linalg.eigh((1 - shrinkage) * matrix + shrinkage * np.trace(matrix) / size * np.eye(size))
    return (axes / np.sqrt(values)) @ axes.T


def within_people(shrinkage, centred, parts=PARTS):
    """Within-class covariance normalisation, each part for itself."""

    def metric(train):
        changed = []
        for x in parts:
            people = [train[PERSON[train] == p] for p in np.unique(PERSON[train])]
            spread = np.concatenate([(x[m] - x[m].mean(0)) / np.sqrt(len(m) - 1) for m in people if len(m) > 1])
            z = x - x[train].mean(0) if centred else x
            changed.append(unit(z @ inverse_root(spread.T @ spread / len(people), shrinkage)))
        return changed

    return metric


def shared_directions(count, share):
    """Takes out what faces of one photograph have most in common."""

    def metric(_):
        changed = []
        for x in PARTS:
            z = x - x[np.unique(LEARNED)].mean(0)
            a, b = LEARNED.T
            axes = np.linalg.eigh((z[a].T @ z[b] + z[b].T @ z[a]) / 2)[1][:, -count:]
            changed.append(unit(x - share * (x @ axes) @ axes.T))
        return changed

    return metric


def joined(train):
    """One unit vector of all parts, weighed as the fusion weighs them."""
    weights = calibrate(PARTS, train, 0)[:-1]
    z = np.concatenate([np.sqrt(w) * x for w, x in zip(weights, PARTS)], 1)
    return [unit(z - z[train].mean(0))]


TRIED = [
    ("as it is", lambda _: PARTS, 0),
    ("mean removed", mean_removed, 0),
    ("one vector of all parts", joined, 0),
    *[(f"within people, shrinkage {s}", within_people(s, True), 0) for s in (0.9, 0.5, 0.1)],
    ("the same, not centred, .9", within_people(0.9, False), 0),
    *[(f"{n} shared directions out", shared_directions(n, 1), 0) for n in (1, 8)],
    ("strangers of a photograph, weight .3", lambda _: PARTS, 0.3),
    *[(f"less likeness to {n} of a cohort", lambda _: PARTS, 0, n) for n in (10, 100)],
]
print("errors of pairs (fixed, broken) | true accepts at 1e-3, 1e-4 (won, lost) | one photograph at 0.5, at 1e-3")
base = None
for name, *tried in TRIED:
    own = measure(*tried)
    base = base or own
    gained = lambda new, old: f"({(new & ~old).sum()}, {(old & ~new).sum()})"
    print(
        f"{name:38} {own['wrong'].sum():3} {gained(base['wrong'], own['wrong']):9} | "
        + ", ".join(f"{new.mean():.4f} {gained(new, old)}" for new, old in zip(own["accepted"], base["accepted"]))
        + " | " + ", ".join(f"{accepted.mean():.3f}" for accepted in own["photograph"]),
        flush=True,
    )
