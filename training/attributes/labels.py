"""What the network learns: its outputs, and the truth of each collected face for each of them."""
import re

import numpy as np

GLASSES = ["noglasses", "readingglasses", "sunglasses", "swimminggoggles"]
MASKS = ["noMask", "faceMask", "otherMaskOrOcclusion"]
COLORS = ["unknown", "white", "gray", "blond", "brown", "red", "black", "other"]
# The service's facial hair takes only these values above 0; the head says how likely each is reached.
HAIR_STEPS = [0.1, 0.4, 0.6, 0.9]

# Name, width, kind of loss.
HEADS = [
    ("glasses", 4, "class"), ("mask", 3, "class"), ("covered", 1, "binary"), ("headwear", 1, "binary"),
    ("forehead", 1, "binary"), ("eye", 1, "binary"), ("mouth", 1, "binary"), ("age", 1, "value"),
    ("smile", 1, "binary"), ("moustache", 4, "steps"), ("beard", 4, "steps"), ("sideburns", 4, "steps"),
    ("bald", 1, "binary"), ("hairColor", 8, "colour"), ("kept", 1, "value"),
]
WIDTH = sum(width for _, width, _ in HEADS)
WHERE, _at = {}, 0
for _name, _width, _ in HEADS:
    WHERE[_name] = slice(_at, _at + _width)
    _at += _width


def dice(row):
    """0..1 by the number in the picture's name, so that a portrait and what is drawn on it are in one part."""
    if row["file"].startswith("lfw/"):
        return 0.0
    digits = re.findall(r"\d+", row["file"])
    number = int(digits[-1]) if digits else 0
    return number * 2654435761 % 2**32 / 2**32


def labels(rows):
    """Targets [rows, WIDTH] and the weight of each; weight 0 where the truth is unknown."""
    target = np.zeros((len(rows), WIDTH), np.float32)
    weight = np.zeros((len(rows), WIDTH), np.float32)
    for i, row in enumerate(rows):
        _label(row, target[i], weight[i])
    return target, weight


def _label(row, target, weight):
    truth, kind = row.get("truth") or {}, row["kind"]

    def put(name, value, w=1.0):
        target[WHERE[name]] = value
        weight[WHERE[name]] = w

    def classes(name, index, w=1.0):
        width = WHERE[name].stop - WHERE[name].start
        put(name, np.eye(width)[index], w)

    if "kept" in row:
        put("kept", row["kept"])
    # Real photographs are few, and what counts in the end.
    if "mask" in truth:
        classes("mask", MASKS.index(truth["mask"]), {"real": 6, "lfw": 0.5}.get(kind, 1))
        if "noseAndMouthCovered" in truth:
            put("covered", truth["noseAndMouthCovered"])
        if "mouthOccluded" in truth:
            put("mouth", truth["mouthOccluded"])
    if kind in ("goggles", "forehead", "eyes", "sunglasses"):
        classes("mask", 0), put("covered", 0), put("mouth", 0)
    # Drawn goggles are all alike and many; they may not drown the few real sunglasses.
    if kind == "goggles":
        classes("glasses", 3, 0.3)
    if kind == "sunglasses":
        classes("glasses", 2, 0.6)
    # To the service, neither sunglasses nor goggles occlude eyes.
    if kind in ("goggles", "sunglasses"):
        put("eye", 0, 0.5)
    if kind == "eyes":
        put("eye", 1)
    if kind == "forehead":
        put("forehead", 1, 0.5)
    if "answer" in row:
        _service(row, kind, put, classes)


def _service(row, kind, put, classes):
    """What the service said of the portrait, as far as what is drawn on it leaves it to be seen."""
    a = row["answer"]["faceAttributes"]
    glasses = GLASSES.index(a["glasses"].lower())
    # Half of the service's goggles are none.
    if kind not in ("goggles", "eyes", "sunglasses") and glasses != 3:
        classes("glasses", glasses, 3 if kind == "plain" and glasses == 2 else 1)
    if kind == "drawnMask":
        form = row["answer"]["drawnMask"]
        classes("mask", 1), put("covered", form in ("Mask", "Mask_Nose_Mouth"))
        put("mouth", form != "Mask_Chin")
    if kind == "plain":
        classes("mask", 0, 2), put("covered", 0)
        if not a["occlusion"]["mouthOccluded"]:
            put("mouth", 0, 2)
    if kind not in ("goggles", "eyes", "sunglasses") and not a["occlusion"]["eyeOccluded"]:
        put("eye", 0, 2 if kind == "plain" else 1)
    if kind != "forehead":
        w = 1.0 if kind in ("plain", "drawnMask") else 0.5
        put("headwear", any(x["type"] == "headwear" for x in a["accessories"]), w)
        put("forehead", a["occlusion"]["foreheadOccluded"], w)
        if not a["hair"]["invisible"]:
            put("bald", a["hair"]["bald"], w)
            colors = {c["color"].lower(): c["confidence"] for c in a["hair"]["hairColor"]}
            if colors:
                put("hairColor", [colors.get(c, 0) for c in COLORS], w)
    if kind in ("plain", "eyes", "forehead", "goggles", "sunglasses"):
        w = 1.0 if kind == "plain" else 0.4
        put("smile", a["smile"], w)
        for name in ("moustache", "beard", "sideburns"):
            put(name, [a["facialHair"][name] >= step - 0.05 for step in HAIR_STEPS], w)
    put("age", (a["age"] - 30) / 20, {"plain": 1.0, "drawnMask": 0.6}.get(kind, 0.3))


def steps_value(logits):
    """The expected value of a "steps" head."""
    p = 1 / (1 + np.exp(-logits))
    return p @ np.diff([0] + HAIR_STEPS)
