"""What the network reaches on pictures that did not train it. `npm run bench:attributes` runs the same from Node."""
import numpy as np
from sklearn.metrics import roc_auc_score

from labels import WHERE, steps_value


def report(rows, output, target, weight):
    kinds = np.array([r["kind"] for r in rows])
    plain = kinds == "plain"
    result = {}

    def area(name, mask, score, positive):
        y, s = positive[mask], score[mask]
        result[name] = (round(float(roc_auc_score(y, s)), 4), int(y.sum()), len(y)) if 0 < y.sum() < len(y) else None

    def classes(name, mask):
        w = WHERE[name]
        m = mask & (weight[:, w.start] > 0)
        guess, real = output[m, w].argmax(1), target[m, w].argmax(1)
        width = w.stop - w.start
        table = [[int(((real == a) & (guess == b)).sum()) for b in range(width)] for a in range(width)]
        return dict(accuracy=round(float((guess == real).mean()), 4) if m.any() else None, confusion=table)

    g = WHERE["glasses"]
    result["glasses"] = classes("glasses", plain)
    recall = [row[k] / sum(row) for k, row in enumerate(result["glasses"]["confusion"]) if sum(row)]
    result["glasses balanced"] = round(float(np.mean(recall)), 4)
    result["goggles"] = classes("glasses", kinds == "goggles")["accuracy"]
    e = np.exp(output[:, g] - output[:, g].max(1, keepdims=True))
    known = plain & (weight[:, g.start] > 0)
    area("any glasses", known, 1 - e[:, 0] / e.sum(1), target[:, g.start] < 0.5)
    for name in ("headwear", "forehead", "smile", "bald"):
        c = WHERE[name].start
        area(name, plain & (weight[:, c] > 0), output[:, c], target[:, c] > 0.5)
    for name in ("moustache", "beard", "sideburns"):
        w = WHERE[name]
        area(name, plain & (weight[:, w.start] > 0), steps_value(output[:, w]), target[:, w.start + 2] > 0.5)
    for name, kind in (("eye", "eyes"), ("mouth", "mouth"), ("forehead", "forehead")):
        c = WHERE[name].start
        calm = plain & (weight[:, c] > 0) & (target[:, c] < 0.5)
        drawn = kinds == kind
        area(f"{name} drawn", calm | drawn, output[:, c], drawn)
        result[f"{name} drawn"] += (f"false {(output[calm, c] > 0).mean():.4f} found {(output[drawn, c] > 0).mean():.4f}",)
    result["mask real"] = classes("mask", kinds == "real")
    result["mask plain"] = classes("mask", plain)["confusion"][0]
    child = np.array([r["kind"] == "plain" and r["answer"]["faceAttributes"]["age"] < 18 for r in rows])
    result["mask children"] = classes("mask", child)["confusion"][0]
    result["mask mouth"] = classes("mask", kinds == "mouth")["confusion"][2]
    result["mask drawn"] = classes("mask", kinds == "drawnMask")["confusion"][1]
    template = np.char.startswith(kinds.astype(str), "mask-")
    result["mask templates"] = classes("mask", template)["confusion"][1]
    c = WHERE["covered"].start
    for name, mask in (("drawn", kinds == "drawnMask"), ("templates", template)):
        result[f"covered {name}"] = round(float(((output[mask, c] > 0) == (target[mask, c] > 0.5)).mean()), 4)
    a = WHERE["age"].start
    error = np.abs(output[:, a] - target[:, a]) * 20
    result["age error"] = round(float(error[plain].mean()), 3)
    h = WHERE["hairColor"]
    top = np.sort(target[:, h], 1)[:, ::-1]
    for name, margin in (("0", 0), (".1", 0.0999)):
        m = plain & (weight[:, h.start] > 0) & (top[:, 0] >= 0.9) & (top[:, 0] - top[:, 1] >= margin)
        right = target[np.where(m)[0], h.start + output[m, h].argmax(1)] == top[m, 0]
        result[f"hair colour, margin {name}"] = (round(float(right.mean()), 4), int(m.sum()))
    k = WHERE["kept"].start
    m = weight[:, k] > 0
    if m.sum() > 2:
        result["kept correlation"] = round(float(np.corrcoef(output[m, k], target[m, k])[0, 1]), 4)
    return result
