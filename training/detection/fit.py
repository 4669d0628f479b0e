"""
Fits how much the networks' words count in a detection (`packages/vision/src/face-evidence.ts`), on candidates of
training pictures, and reports average precision on candidates of others.
Usage: python3 fit.py TRAINING-CANDIDATES OTHER-CANDIDATES
"""
import json
import sys

import numpy as np

from wider import measure, overlaps, read_truth, suppress

UNSEEN, UNJUDGED, PENALTY = 0.03, 0.01, 1e-3
NAMES = (
    "ultra judge mtcnn otherUltra otherJudgeOfMtcnn otherJudgeOfUltra othersOfUltra size sizeSquared agreement".split()
)


def logit(p):
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return np.clip(np.log(p / (1 - p)), -5, 8)


def evidence(rows):
    """Boxes and features of one picture's candidates, as `weighEvidence` has them."""
    mtcnn, score, judge, own, judged = rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3:7], rows[:, 7:11]
    share = np.where(mtcnn == 0, 0.5, 0.3)[:, None]
    boxes = share * own + (1 - share) * judged
    other = overlaps(boxes, boxes) >= 0.5
    np.fill_diagonal(other, False)
    highest = lambda values, of, least: np.maximum(least, np.where(other & of[None], values[None], 0).max(1, initial=0))
    ultra = mtcnn == 0
    size = np.log2(np.maximum(4, np.sqrt(np.maximum(1, (boxes[:, 2:] - boxes[:, :2]).clip(0).prod(1))))) - 5
    return boxes, np.stack([
        logit(np.where(ultra, np.maximum(UNSEEN, score), UNSEEN)), logit(judge), mtcnn,
        logit(highest(score, ultra, UNSEEN)), logit(highest(judge, ~ultra, UNJUDGED)),
        logit(highest(judge, ultra, UNJUDGED)), np.log1p((other & ultra[None]).sum(1)), size, size**2,
        np.diagonal(overlaps(own, judged)),
    ], 1)


def pictures(path, split, keep):
    with open(path) as file:
        found = json.load(file)
    truth = read_truth(split)
    for name, rows in found.items():
        rows = np.array(rows, float).reshape(-1, 11)
        yield name, rows[keep(rows)], truth[name]


def fit(samples, used):
    x, y, w = [], [], []
    for _, rows, (truth, ignored, _) in samples:
        if not len(rows):
            continue
        boxes, features = evidence(rows)
        shared = overlaps(boxes, truth) if len(truth) else np.zeros((len(boxes), 1))
        best, which = shared.max(1), shared.argmax(1)
        neither = ignored[which] if len(truth) else np.zeros(len(boxes), bool)
        x.append(features[:, used])
        y.append(best >= 0.5)
        # Boxes of faces that do not count teach nothing, those that just miss a face little.
        w.append(np.where((best >= 0.5) & neither, 0, 1) * np.where((best > 0.35) & (best < 0.5), 0.3, 1))
    x, y, w = np.concatenate(x), np.concatenate(y).astype(float), np.concatenate(w)
    mean, scale = x.mean(0), x.std(0) + 1e-6
    z = np.c_[np.ones(len(x)), (x - mean) / scale]
    solution = np.zeros(z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-z @ solution))
        gradient = z.T @ (w * (p - y)) / len(x) + PENALTY * np.r_[0, solution[1:]]
        curvature = (z * (w * p * (1 - p))[:, None]).T @ z / len(x) + PENALTY * np.diag(np.r_[0, np.ones(len(mean))])
        solution -= np.linalg.solve(curvature, gradient)
    weights = np.zeros(len(NAMES))
    weights[used] = solution[1:] / scale
    return solution[0] - (solution[1:] / scale * mean).sum(), weights


def report(samples, bias, weights):
    found, truth = {}, {}
    for name, rows, own in samples:
        truth[name] = own
        found[name] = (np.zeros((0, 4)), np.zeros(0))
        if not len(rows):
            continue
        boxes, features = evidence(rows)
        scores = bias + features @ weights
        kept = suppress(boxes, scores, 0.4)
        weight = np.where(overlaps(boxes[kept], boxes) >= 0.6, 1 / (1 + np.exp(-scores[None])) ** 2, 0)
        found[name] = ((weight[:, :, None] * boxes[None]).sum(1) / weight.sum(1)[:, None], scores[kept])
    return measure(found, truth)


def main(training, others):
    ultra_only = [NAMES.index(n) for n in ("ultra", "judge", "othersOfUltra", "size", "sizeSquared", "agreement")]
    for title, used, keep in (
        ("bothProposers", list(range(len(NAMES))), lambda rows: np.ones(len(rows), bool)),
        ("ultraAndJudge", ultra_only, lambda rows: rows[:, 0] == 0),
    ):
        bias, weights = fit(pictures(training, "train", keep), used)
        print(title, {"bias": round(bias, 3), **dict(zip(NAMES, np.round(weights, 3)))})
        print("  others:", report(pictures(others, "val", keep), bias, weights))


main(*sys.argv[1:])
