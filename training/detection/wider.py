"""WIDER FACE as `../shared/data` holds it: truth, and the benchmark's precision and recall."""
import json
import os

import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
DATA = os.environ.get("MIEN_BENCH_DATA", os.path.join(ROOT, "..", "shared", "data"))


def read_truth(split):
    """File -> (boxes[n,4] as corners in pixels, ignored[n], faces[n] as dicts)."""
    with open(os.path.join(DATA, "wider", "truth.json")) as file:
        truth = json.load(file)
    result = {}
    for name in sorted(truth):
        if not name.startswith(split + "/"):
            continue
        faces = [f for f in truth[name] if f["width"] > 0 and f["height"] > 0]
        boxes = np.array(
            [[f["left"], f["top"], f["left"] + f["width"], f["top"] + f["height"]] for f in faces],
            np.float32,
        ).reshape(-1, 4)
        ignored = np.array(
            [bool(f["invalid"]) or min(f["width"], f["height"]) < 10 for f in faces], bool
        )
        result[name] = (boxes, ignored, faces)
    return result


def overlaps(a, b):
    """Intersection over union of each box of `a` with each of `b`."""
    width = np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0])
    height = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    shared = np.clip(width, 0, None) * np.clip(height, 0, None)
    area = lambda x: (x[:, 2] - x[:, 0]) * (x[:, 3] - x[:, 1])
    return shared / (area(a)[:, None] + area(b)[None] - shared + 1e-9)


def suppress(boxes, scores, threshold):
    """Greedy non-maximum suppression; the indices kept, best first."""
    order = np.argsort(-scores)
    kept = []
    alive = np.ones(len(boxes), bool)
    for i in order:
        if not alive[i]:
            continue
        kept.append(i)
        alive &= overlaps(boxes[i : i + 1], boxes)[0] <= threshold
        alive[i] = False
    return np.array(kept, int)


def judge(boxes, scores, truth, ignored):
    """(score, index of the face or -1) of each detection; those of ignored faces are left out."""
    free = ~ignored
    rows = []
    shared = overlaps(boxes, truth) if len(truth) and len(boxes) else np.zeros((len(boxes), len(truth)))
    for i in np.argsort(-scores):
        own = np.where(free, shared[i], 0) if len(truth) else np.zeros(0)
        if len(own) and own.max() >= 0.5:
            face = int(own.argmax())
            free[face] = False
            rows.append((scores[i], face))
        elif len(own) and (ignored & (shared[i] >= 0.5)).any():
            continue
        else:
            rows.append((scores[i], -1))
    return rows


def measure(found, truth, precision=0.9):
    """`found`: file -> (boxes, scores). The benchmark's figures."""
    rows, total, kinds = [], 0, {}
    for name, (boxes, ignored, faces) in truth.items():
        own = found[name]
        rows += [(s, name, f) for s, f in judge(own[0], own[1], boxes, ignored.copy())]
        total += int((~ignored).sum())
    rows.sort(key=lambda row: -row[0])
    hit = np.cumsum([row[2] >= 0 for row in rows])
    precisions = hit / np.arange(1, len(rows) + 1)
    recalls = hit / total
    best, area = 0.0, 0.0
    for i in range(len(rows) - 1, -1, -1):
        best = max(best, precisions[i])
        area += best * (recalls[i] - (recalls[i - 1] if i else 0))
    good = np.nonzero(precisions >= precision)[0]
    last = good[-1] if len(good) else -1
    accepted = {(row[1], row[2]) for row in rows[: last + 1]}
    everything = {(row[1], row[2]) for row in rows}

    def recall(select, of=accepted):
        own = [
            (name, i)
            for name, (boxes, ignored, faces) in truth.items()
            for i, f in enumerate(faces)
            if not ignored[i] and select(f)
        ]
        return sum(x in of for x in own) / max(1, len(own))

    size = lambda f: max(f["width"], f["height"])
    by_size = {
        f"{a}-{b}": round(recall(lambda f: a <= size(f) < b), 3)
        for a, b in [(10, 16), (16, 32), (32, 64), (64, 128), (128, 9999)]
    }
    return {
        "AP": round(area, 4),
        "recall": round(float(recalls[last]) if last >= 0 else 0, 3),
        "ceiling": round(recall(lambda f: True, everything), 3),
        "side": round(recall(lambda f: f["pose"] == 1), 3),
        "blur": round(recall(lambda f: f["blur"] == 2), 3),
        "threshold": round(float(rows[last][0]), 3) if last >= 0 else None,
        **by_size,
    }
