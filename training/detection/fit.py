"""
Fits a second opinion on O-Net's features (`packages/vision/src/judge-opinion.ts`) and how much the networks' words count
in a detection (`packages/vision/src/detection-models.ts`), on candidates of training pictures; prints the latter, and
average precision on pictures that nothing was fitted to.
Usage: python3 fit.py FOLDER, which holds what README.md has `collect.js` write.
"""
import json
import os
import sys

import numpy as np

from wider import ROOT, measure, overlaps, read_truth, suppress

UNSEEN, UNJUDGED = 0.03, 0.01
# Of the evidence, and of the 256 features, all in units of their deviation. The latter gave the highest average
# precision on training pictures left out, of 0.003, 0.01, 0.03 and 0.1.
PENALTY, FEATURE_PENALTY = 1e-3, 0.01
FOLDS = 5
NAMES = "ultra judge opinion mtcnn otherUltra otherJudgeOfMtcnn otherJudgeOfUltra othersOfUltra size sizeSquared agreement".split()
OPINION = NAMES.index("opinion")
OF_ULTRA_ALONE = [NAMES.index(n) for n in "ultra judge opinion othersOfUltra size sizeSquared agreement".split()]
ALL = list(range(len(NAMES)))
VIEWS = ("whole", "half", "faceless")
# What is fitted to which candidates: detection_01's are those of detection_03 that UltraFace proposed.
MODELS = {
    "01": ("ultraAlone", OF_ULTRA_ALONE, "03", True),
    "02": ("ultraAndManySizes", ALL, "02", False),
    "03": ("ultraAndMtcnn", ALL, "03", False),
}


def logit(p):
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return np.clip(np.log(p / (1 - p)), -5, 8)


def evidence(rows):
    """Boxes and evidence of one picture's candidates, as `weighEvidence` has them, the opinion left 0."""
    mtcnn, score, judge, own, judged = rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3:7], rows[:, 7:11]
    share = np.where(mtcnn == 0, 0.5, 0.3)[:, None]
    boxes = share * own + (1 - share) * judged
    other = overlaps(boxes, boxes) >= 0.5
    np.fill_diagonal(other, False)
    highest = lambda values, of, least: np.maximum(least, np.where(other & of[None], values[None], 0).max(1, initial=0))
    ultra = mtcnn == 0
    size = np.log2(np.maximum(4, np.sqrt(np.maximum(1, (boxes[:, 2:] - boxes[:, :2]).clip(0).prod(1))))) - 5
    return boxes, np.stack([
        logit(np.where(ultra, np.maximum(UNSEEN, score), UNSEEN)), logit(judge), np.zeros(len(rows)), mtcnn,
        logit(highest(score, ultra, UNSEEN)), logit(highest(judge, ~ultra, UNJUDGED)),
        logit(highest(judge, ultra, UNJUDGED)), np.log1p((other & ultra[None]).sum(1)), size, size**2,
        np.diagonal(overlaps(own, judged)),
    ], 1)


class Candidates:
    """What one run of `collect.js` wrote, all pictures' candidates below each other."""

    def __init__(self, path, split, of_ultra_alone=False):
        with open(path + ".json") as file:
            pictures = json.load(file)
        truth = read_truth(split)
        fold = {name: index % FOLDS for index, name in enumerate(truth)}
        boxes, parts, target, weight, folds, kept, settled, self.truth, self.parts = [], [], [], [], [], [], [], [], []
        start = 0
        for picture in pictures:
            rows = np.array(picture["candidates"], float).reshape(-1, 12)
            used = (rows[:, 0] == 0) | (not of_ultra_alone)
            kept.append(used)
            rows = rows[used]
            settled.append(rows[:, 11])
            own_boxes, own_evidence = evidence(rows) if len(rows) else (np.zeros((0, 4)), np.zeros((0, len(NAMES))))
            faces, ignored, marks = truth[picture["file"]]
            scale = picture.get("scale")
            if scale is None:
                faces, ignored, marks = np.zeros((0, 4)), np.zeros(0, bool), []
            elif split == "train":
                faces = faces * scale
                ignored = np.array([bool(f["invalid"]) for f in marks], bool) | ((faces[:, 2:] - faces[:, :2]).min(1, initial=1e9) < 10)
            else:
                # The benchmark counts pixels of the original.
                own_boxes = own_boxes / scale
            shared = overlaps(own_boxes, faces) if len(faces) else np.zeros((len(rows), 1))
            best = shared.max(1)
            neither = ignored[shared.argmax(1)] if len(faces) else np.zeros(len(rows), bool)
            boxes.append(own_boxes)
            parts.append(own_evidence)
            # A box that only just is, or is not, where the face is, is half a hit.
            target.append(np.clip((best - 0.45) / 0.15, 0, 1))
            # Boxes of faces that do not count teach nothing.
            weight.append(np.where((best >= 0.5) & neither, 0.0, 1.0))
            folds.append(np.full(len(rows), fold[picture["file"]]))
            self.truth.append((picture["file"], faces, ignored, marks))
            self.parts.append(slice(start, start + len(rows)))
            start += len(rows)
        self.features = np.fromfile(path + ".bin", np.float32).reshape(-1, 256)[np.concatenate(kept)]
        self.boxes, self.evidence = np.concatenate(boxes), np.concatenate(parts)
        self.target, self.weight, self.fold = np.concatenate(target), np.concatenate(weight), np.concatenate(folds)
        # The score where MTCNN was not asked, else not a number. Of UltraFace alone nobody asks MTCNN.
        self.settled = np.full(len(self.boxes), np.nan) if of_ultra_alone else np.concatenate(settled)
        self.open = np.isnan(self.settled)

    def scores(self, bias, weights):
        """As `weighEvidence` gives them: what is settled keeps its score."""
        p = np.clip(self.settled, 1e-9, 1 - 1e-9)
        return np.where(self.open, bias + self.evidence @ weights, np.log(p / (1 - p)))

    def measure(self, scores):
        found, truth = {}, {}
        for (name, faces, ignored, marks), part in zip(self.truth, self.parts):
            truth[name] = (faces, ignored, marks)
            boxes, own = self.boxes[part], scores[part]
            found[name] = (np.zeros((0, 4)), np.zeros(0))
            if not len(boxes):
                continue
            kept = suppress(boxes, own, 0.4)
            weight = np.where(overlaps(boxes[kept], boxes) >= 0.6, 1 / (1 + np.exp(-own[None])) ** 2, 0)
            found[name] = ((weight[:, :, None] * boxes[None]).sum(1) / weight.sum(1)[:, None], own[kept])
        return measure(found, truth)


def logistic(x, target, weight, penalty):
    """Bias and weights of a regularised logistic regression, by Newton's method."""
    mean, scale = x.mean(0), x.std(0) + 1e-6
    z = np.c_[np.ones(len(x)), (x - mean) / scale]
    penalty = np.r_[0, penalty]
    solution = np.zeros(z.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(z @ solution, -30, 30)))
        gradient = z.T @ (weight * (p - target)) / weight.sum() + penalty * solution
        curvature = (z * (weight * p * (1 - p) + 1e-9)[:, None]).T @ z / weight.sum() + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curvature, gradient)
        solution -= step
        if np.abs(step).max() < 1e-5:
            break
    weights = solution[1:] / scale
    return solution[0] - weights @ mean, weights


def gathered(sets, field):
    return np.concatenate([getattr(own, field) for own in sets])


def fit_opinion(sets, chosen):
    """Weights of the features, fitted beside the evidence so that they say what it does not."""
    x = np.c_[gathered(sets, "evidence"), gathered(sets, "features")][chosen]
    penalty = np.r_[np.full(len(NAMES), PENALTY), np.full(256, FEATURE_PENALTY)]
    return logistic(x, gathered(sets, "target")[chosen], gathered(sets, "weight")[chosen], penalty)[1][len(NAMES) :]


def main(folder):
    train = [Candidates(f"{folder}/train-{view}-03", "train") for view in VIEWS]
    folds = gathered(train, "fold")
    left_out = [fit_opinion(train, folds != fold) for fold in range(FOLDS)]
    opinion = np.round(fit_opinion(train, folds >= 0), 4)
    write(opinion)
    for model, (title, used, source, of_ultra_alone) in MODELS.items():
        sets = [Candidates(f"{folder}/train-{view}-{source}", "train", of_ultra_alone) for view in VIEWS]
        # What the opinion says of pictures it was fitted to is better than what it says of others.
        for own in sets:
            for fold in range(FOLDS):
                chosen = own.fold == fold
                own.evidence[chosen, OPINION] = own.features[chosen] @ left_out[fold]
        # These weights have no word in what is settled: it stands beside the others, and is left out itself.
        chosen = gathered(sets, "open")
        x, target, weight = (gathered(sets, field)[chosen] for field in ("evidence", "target", "weight"))
        bias, fitted = logistic(x[:, used], target, weight, np.full(len(used), PENALTY))
        weights = np.zeros(len(NAMES))
        weights[used] = np.round(fitted, 3)
        print(title, {"bias": round(bias, 3), **dict(zip(NAMES, weights.tolist()))})
        others = Candidates(f"{folder}/val-whole-{model}", "val")
        others.evidence[:, OPINION] = others.features @ opinion
        print("  others:", others.measure(others.scores(bias, weights)), flush=True)


def write(opinion):
    path = os.path.join(ROOT, "packages", "vision", "src", "judge-opinion.ts")
    with open(path) as file:
        text = file.read()
    start = text.index("= [", text.index("opinionWeights")) + 2
    with open(path, "w") as file:
        file.write(text[:start] + "[" + ", ".join(f"{v:g}" for v in opinion) + "]" + text[text.index("];", start) + 1 :])


main(*sys.argv[1:])
