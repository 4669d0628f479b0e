"""Heads for the retired attributes on the layers of MobileFaceNet, and packages/models/weights/attributes-retired.onnx.

Ridge regression on the service's own values, solved in closed form: the same pictures give the same weights. Every number
that is chosen here is chosen by cross-validation among the 80 % of portraits that train; `--ablate` prints what each
kind of feature buys, `--validate` stops before anything is said of the other 20 %.
"""
import argparse
import glob
import json
import os

import numpy as np
import onnx
from onnx import TensorProto, helper
from scipy.linalg import solve
from scipy.optimize import minimize
from sklearn.cluster import KMeans
from sklearn.metrics import roc_auc_score

from export import Graph
from labels import COLORS, dice

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
WORK = os.environ.get("MIEN_TRAINING_WORK", os.path.join(ROOT, "training", "work"))
WEIGHTS = os.environ.get("MIEN_TRAINING_WEIGHTS", os.path.join(ROOT, "packages", "models", "weights"))
# What the service computes, in order: the network's embedding, then cells of its layers, then tones.
LAYERS = {"embedding": 192, "seen": 512, "last": 3072, "middle": 768, "early": 1536}
SEEN, TONES = sum(LAYERS.values()), 192
CENTRES, REACH = 128, 0.25  # patterns of tones to which a face's are compared, and how far each is felt
NEAR_COUNTS = 0.4  # as much as so much of a layer
BEARDS = ["moustache", "beard", "sideburns"]
PENALTIES = [0.3, 1.0, 2.0, 4.0]
# Few of these are full: their square, with "next to none" as none, ranks better; `reading` undoes it. Beards rank no better.
EMPHASISED = ["moustache", "sideburns"]
FOLDS = 4
RESAMPLES = 500
# The service's largest value for facial hair.
MOST_HAIR = 0.9
# Outputs that are judged by how they rank.
RANKED = ["smile", *BEARDS, "bald"]


class Portraits:
    """One row a view of a portrait: two views each, of which only the first reports."""

    def __init__(self):
        names, seen = [], []
        for path in sorted(glob.glob(os.path.join(WORK, "retired-*.json"))):
            part = json.load(open(path))
            names += part
            seen.append(np.fromfile(path.replace(".json", ".features"), np.float32).reshape(len(part), SEEN + TONES))
        self.seen = np.concatenate(seen)
        answers = {}
        for line in open(os.path.join(os.environ.get("MIEN_BENCH_DATA", os.path.join(ROOT, "..", "shared", "data")),
                                      "service-answers", "answers.jsonl")):
            answer = json.loads(line)
            answers[answer["file"]] = answer
        self.files = [n["file"] for n in names]
        self.first = np.array([n["view"] == "as it is" for n in names])
        self.plain = np.array([answers[f]["drawnMask"] is None for f in self.files])
        self.dice = np.array([dice({"file": f}) for f in self.files])
        self.train, self.test = self.dice < 0.8, (self.dice >= 0.8) & self.plain & self.first
        self.fold = (self.dice * 1e5).astype(int) % FOLDS
        faces = [answers[f]["faceAttributes"] for f in self.files]
        hair = [f["hair"] for f in faces]
        colours = [{c["color"].lower(): c["confidence"] for c in h["hairColor"]} for h in hair]
        shown = np.array([not h["invisible"] for h in hair])
        coloured = shown & np.array([len(c) > 0 for c in colours])
        full, plain = np.ones(len(faces)), self.plain * 1.0
        # Name: what the service said, and how much each row counts. A mask hides what is below it.
        self.truth = {
            "age": (np.array([(f["age"] - 30) / 20 for f in faces]), np.where(self.plain, 1, 0.3)),
            "smile": (np.array([f["smile"] for f in faces]), plain),
            **{n: (np.array([f["facialHair"][n] for f in faces]), plain) for n in BEARDS},
            "bald": (np.array([h["bald"] for h in hair]), full * shown),
            **{f"hairColor {c}": (np.array([own.get(c, 0) for own in colours]), full * coloured) for c in COLORS},
        }


def wanted(name, values):
    """What is regressed."""
    return ((np.maximum(values, 0.1) - 0.1) / 0.8) ** 2 if name in EMPHASISED else values


def ridges(x, values, weight, penalties):
    """For each penalty, the weights [features, outputs] and biases of outputs whose rows count alike."""
    use = weight > 0
    x, y, w = x[use], values[use], weight[use, None].astype(np.float32)
    mean_x, mean_y = (x * w).sum(0) / w.sum(), (y * w).sum(0) / w.sum()
    x = (x - mean_x) * np.sqrt(w)
    gram, right = x.T @ x, x.T @ ((y - mean_y) * np.sqrt(w))
    for penalty in penalties:
        solution = solve(gram + np.float32(penalty) * np.eye(len(gram), dtype=np.float32), right, assume_a="pos")
        yield solution, mean_y - mean_x @ solution


class Space:
    """Standardised features, and how near a face's tones are to each of some patterns."""

    def __init__(self, seen):
        self.mean, self.scale = seen.mean(0), seen.std(0)
        self.scale = self.scale + np.where(np.arange(len(self.scale)) < SEEN, 0.02, 0.01)
        tones = self.standard(seen)[:, SEEN:]
        self.centres = KMeans(CENTRES, n_init=1, random_state=1, max_iter=60).fit(tones).cluster_centers_
        near = self.near(tones)
        self.near_mean, self.near_scale = near.mean(0), near.std(0) + 1e-3
        # Every layer counts alike, however many its features.
        widths = np.array(list(LAYERS.values()))
        self.counts = np.repeat(1 / np.sqrt(widths * len(widths)), widths)
        self.near_counts = np.sqrt(NEAR_COUNTS / CENTRES)

    def standard(self, seen):
        return (seen - self.mean) / self.scale

    def near(self, tones):
        squares = (tones**2).sum(1)[:, None] + (self.centres**2).sum(1)[None] - 2 * tones @ self.centres.T
        return np.exp(-REACH * squares / TONES)

    def of(self, seen):
        x = self.standard(seen)
        near = (self.near(x[:, SEEN:]) - self.near_mean) / self.near_scale
        return np.concatenate([x[:, :SEEN] * self.counts, near * self.near_counts], 1).astype(np.float32)


def groups(truth):
    """Outputs whose rows count alike, which one solution serves."""
    found = {}
    for name, (_, weight) in truth.items():
        found.setdefault(weight.tobytes(), []).append(name)
    return list(found.values())


def fitted(x, portraits, rows, penalties):
    """By name, for each penalty, weights and bias."""
    result = {}
    for names in groups(portraits.truth):
        values = np.stack([wanted(n, portraits.truth[n][0]) for n in names], 1)[rows].astype(np.float32)
        weight = portraits.truth[names[0]][1][rows]
        for solution, bias in ridges(x[rows], values, weight, penalties):
            for k, name in enumerate(names):
                result.setdefault(name, []).append((solution[:, k], bias[k]))
    return result


def quality(name, portraits, rows, scores):
    """How well an output ranks, or how little it errs: more is better."""
    values, weight = portraits.truth[name]
    known = weight[rows] > 0
    values, scores = values[rows][known], scores[known]
    if name in RANKED:
        return float(roc_auc_score(values > 0.5, scores))
    return -float(np.abs(scores - values).mean()) * (20 if name == "age" else 1)


def colours_right(portraits, rows, scores, ahead=0.0):
    """Share of heads whose first colour is the service's, where that is 0.9 or more and `ahead` of its second."""
    names = [f"hairColor {c}" for c in COLORS]
    values = np.stack([portraits.truth[n][0][rows] for n in names], 1)
    known = portraits.truth[names[0]][1][rows] > 0
    top = np.sort(values, 1)[:, ::-1]
    sure = known & (top[:, 0] >= 0.9) & (top[:, 0] - top[:, 1] > ahead - 1e-4)
    first = np.stack([scores[n] for n in names], 1)[sure].argmax(1)
    return float((values[sure, first] == top[sure, 0]).mean()), int(sure.sum())


def reading(name, scores, values):
    """The rising curve top * sigmoid(a * score + b) that brings scores to the service's scale."""
    top = MOST_HAIR if name in BEARDS else 1.0
    error = lambda p: ((top / (1 + np.exp(-(p[0] * scores + p[1]))) - values) ** 2).mean()
    return (top, *minimize(error, [4.0, -2.0], method="Nelder-Mead", options={"maxiter": 2000, "xatol": 1e-5}).x)


def cross_validated(portraits, x):
    """By name, for each penalty, the scores of training portraits by weights that had not seen them."""
    scores = {name: np.zeros((len(PENALTIES), len(x))) for name in portraits.truth}
    for fold in range(FOLDS):
        rows, rest = portraits.train & (portraits.fold != fold), portraits.train & (portraits.fold == fold)
        for name, solutions in fitted(x, portraits, rows, PENALTIES).items():
            for k, (solution, bias) in enumerate(solutions):
                scores[name][k, rest] = x[rest] @ solution + bias
    return scores


def all_portraits(portraits, tested, scores):
    """Areas over all plain portraits, each scored by heads that had not seen it, with what resampling makes of them."""
    rows = portraits.plain & portraits.first
    dice = np.random.default_rng(1)
    areas = {}
    for name in RANKED:
        values, weight = portraits.truth[name]
        score = scores[name].copy()
        score[portraits.test] = tested[name]
        known = rows & (weight > 0)
        positive, score = values[known] > 0.5, score[known]
        draws = (dice.integers(0, len(score), len(score)) for _ in range(RESAMPLES))
        spread = np.percentile([roc_auc_score(positive[d], score[d]) for d in draws], [2.5, 97.5])
        areas[name] = {"area": round(float(roc_auc_score(positive, score)), 4), "positives": int(positive.sum()),
                       "portraits": int(known.sum()), "interval": [round(float(v), 4) for v in spread]}
        print(f"  {name}", areas[name])
    return areas


def report(portraits, rows, scores):
    for name in ["age", *RANKED]:
        value = quality(name, portraits, rows, scores[name])
        values, weight = portraits.truth[name]
        count = "" if name == "age" else f" {int(((values > 0.5) & (weight > 0))[rows].sum())} positives"
        print(f"  {name} {'error' if name == 'age' else 'area'} {abs(value):.4f}{count}")
    for ahead in (0.0, 0.1):
        share, count = colours_right(portraits, rows, scores, ahead)
        print(f"  hair colour, first ahead by {ahead}: {share:.4f} of {count}")


class Heads:
    """What is shipped: a space, weights in it folded onto the features, and readings."""

    def __init__(self, portraits, space, x, chosen, readings):
        self.space, self.readings = space, readings
        solutions = fitted(x, portraits, portraits.train, PENALTIES)
        self.names = list(chosen)
        weights = np.stack([solutions[n][chosen[n]][0] for n in self.names], 1).astype(np.float64)
        of_seen = weights[:SEEN] * space.counts[:, None] / space.scale[:SEEN, None]
        # Half floats are precise about 1 only.
        self.unit = np.maximum(np.abs(of_seen).max(0), 1e-12)
        self.of_seen = (of_seen / self.unit).astype(np.float16)
        self.of_near = weights[SEEN:] * space.near_counts / space.near_scale[:, None]
        bias = np.array([solutions[n][chosen[n]][1] for n in self.names])
        self.bias = bias - space.mean[:SEEN] @ of_seen - space.near_mean @ self.of_near

    def scores(self, seen):
        near = self.space.near(self.space.standard(seen)[:, SEEN:])
        scores = seen[:, :SEEN] @ self.of_seen.astype(np.float64) * self.unit + near @ self.of_near + self.bias
        return dict(zip(self.names, scores.T))

    def answers(self, seen):
        """By output of the network, [faces, width]: what `export` must compute too."""
        scores = self.scores(seen)
        answers = {"age": scores["age"][:, None]}
        for name, (top, a, b) in self.readings.items():
            answers[name] = (top / (1 + np.exp(-(a * scores[name] + b))))[:, None]
        answers["hairColor"] = np.stack([np.clip(scores[f"hairColor {c}"], 0, 1) for c in COLORS], 1)
        return answers


def export(heads, path):
    space, names = heads.space, heads.names
    g = Graph()
    g.constant("of_seen", heads.of_seen, half=True)
    for name, value in {
        "unit": heads.unit, "of_near": heads.of_near, "bias": heads.bias, "mean": space.mean[SEEN:],
        "scale": space.scale[SEEN:], "centres": -2 * space.centres.T, "lengths": (space.centres**2).sum(1),
        "reach": np.array(-REACH / TONES),
    }.items():
        g.constant(name, value.astype(np.float32))
    g.constant("parts", np.array([SEEN, TONES], np.int64))
    g.nodes.append(helper.make_node("Split", ["input", "parts"], ["seen", "tones"], axis=1))
    tones = g.node("Div", [g.node("Sub", ["tones", "mean"], "moved"), "scale"], "standard")
    own = g.node("ReduceSumSquare", [tones], "own", axes=[1], keepdims=1)
    squares = g.node("Add", [g.node("Gemm", [tones, "centres", "lengths"], "products"), own], "squares")
    near = g.node("Exp", [g.node("Mul", [squares, "reach"], "felt")], "near")
    straight = g.node("Mul", [g.node("MatMul", ["seen", "of_seen"], "summed"), "unit"], "straight")
    g.node("Add", [straight, g.node("Gemm", [near, "of_near", "bias"], "bent")], "scores")
    # The colours come last.
    widths = [1] * (len(names) - len(COLORS)) + [len(COLORS)]
    outputs = names[: len(widths) - 1] + ["hairColor"]
    g.constant("widths", np.array(widths, np.int64))
    g.nodes.append(helper.make_node("Split", ["scores", "widths"], [f"{n}_score" for n in outputs], axis=1))
    g.constant("zero", np.float32(0)), g.constant("one", np.float32(1))
    for name in outputs:
        if name in heads.readings:
            for part, value in zip(("top", "slope", "shift"), heads.readings[name]):
                g.constant(f"{name}_{part}", np.float32(value))
            steep = g.node("Mul", [f"{name}_score", f"{name}_slope"], f"{name}_steep")
            shifted = g.node("Add", [steep, f"{name}_shift"], f"{name}_shifted")
            g.node("Mul", [g.node("Sigmoid", [shifted], f"{name}_share"), f"{name}_top"], name)
        elif name == "hairColor":
            g.node("Clip", [f"{name}_score", "zero", "one"], name)
        else:
            g.node("Identity", [f"{name}_score"], name)
    graph = helper.make_graph(
        g.nodes, "retired", [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", SEEN + TONES])],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["batch", w]) for n, w in zip(outputs, widths)], g.constants)
    model = helper.make_model(graph, producer_name="mien", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, path)
    print(path, f"{os.path.getsize(path) / 1e6:.2f} MB")


def pattern():
    """Two inputs that any language can make."""
    k = np.arange(SEEN + TONES)
    rows = [np.where(k < SEEN, (k * step) % 101 / 100, (k * step) % 97 - 20) for step in (37, 53)]
    return np.stack(rows).astype(np.float32)


def ablate(portraits, x, tried):
    """What each kind of feature buys, cross-validated among the portraits that train."""
    ends = np.cumsum(list(LAYERS.values()))
    kinds = {name: np.arange(end - width, end) for (name, width), end in zip(LAYERS.items(), ends)}
    kinds["tones"] = np.arange(SEEN, x.shape[1])
    kinds["all layers"] = np.arange(SEEN)
    kinds["all layers and tones"] = np.arange(x.shape[1])
    for kind, columns in kinds.items():
        part = x[:, columns]
        # As long as all features together, so that a penalty means the same.
        part = part * np.sqrt((x**2).sum() / (part**2).sum())
        scores = cross_validated(portraits, part)
        print(kind, flush=True)
        report(portraits, tried, {n: s[best_penalty(n, portraits, tried, scores)][tried] for n, s in scores.items()})


def best_penalty(name, portraits, rows, scores):
    """Its place in PENALTIES, which all colours share."""
    if name.startswith("hairColor"):
        by_penalty = ({n: scores[n][k][rows] for n in scores} for k in range(len(PENALTIES)))
        return int(np.argmax([colours_right(portraits, rows, own)[0] for own in by_penalty]))
    return int(np.argmax([quality(name, portraits, rows, s[rows]) for s in scores[name]]))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--ablate", action="store_true", help="print what each kind of feature buys, and stop")
    arguments.add_argument("--validate", action="store_true", help="stop after cross-validation, for choosing settings")
    arguments = arguments.parse_args()
    portraits = Portraits()
    space = Space(portraits.seen[portraits.train])
    x = space.of(portraits.seen)
    tried = portraits.train & portraits.plain & portraits.first
    if arguments.ablate:
        return ablate(portraits, x, tried)
    scores = cross_validated(portraits, x)
    chosen = {n: best_penalty(n, portraits, tried, scores) for n in scores}
    print("penalties", {n: PENALTIES[k] for n, k in chosen.items() if n != "hairColor unknown"})
    best = {n: scores[n][chosen[n]] for n in scores}
    print("cross-validated, of the portraits that train:")
    report(portraits, tried, {n: s[tried] for n, s in best.items()})
    if arguments.validate:
        return
    readings = {}
    for name in RANKED:
        values, weight = portraits.truth[name]
        known = tried & (weight > 0)
        readings[name] = reading(name, best[name][known], values[known])
    heads = Heads(portraits, space, x, chosen, readings)
    print("of the portraits that do not:")
    tested = heads.scores(portraits.seen[portraits.test])
    report(portraits, portraits.test, tested)
    print("of all, each portrait by heads that had not seen it:")
    results = os.environ.get("MIEN_TRAINING_WEIGHTS", os.path.join(ROOT, "bench", "results"))
    with open(os.path.join(results, "attributes-retired.json"), "w") as file:
        json.dump(all_portraits(portraits, tested, best), file, indent=1)
        file.write("\n")
    path = os.path.join(WEIGHTS, "attributes-retired.onnx")
    export(heads, path)
    with open(path.replace(".onnx", "-reference.json"), "w") as file:
        json.dump({n: [[round(float(v), 6) for v in row] for row in rows] for n, rows in heads.answers(pattern()).items()}, file)
        file.write("\n")


if __name__ == "__main__":
    main()
