"""The loss of each kind of output, weighted by what is known and by how rare it is."""
import numpy as np
import torch
import torch.nn.functional as F

from labels import HEADS, WHERE

# How much each output counts; what no row is named for is 1.
SHARE = {"age": 5.0, "hairColor": 1.5, "kept": 3.0, "bald": 1.5}


def rarity(target, weight):
    """Factors that let rare classes count more, though not as much as common ones."""
    balance = {}
    for name, _, kind in HEADS:
        w, t = weight[:, WHERE[name]], target[:, WHERE[name]]
        total = max(float(w.sum(0)[0]), 1.0)
        share = (t * w).sum(0) / total
        if kind == "class":
            factor = np.clip((1 / np.maximum(share, 1e-3)) ** 0.4, 0.5, 8)
        elif kind in ("binary", "steps"):
            factor = np.clip((1 / np.maximum(share, 1e-3)) ** 0.4, 1, 6)
        elif kind == "colour":
            first = (t == t.max(1, keepdims=True)) * (w > 0)
            factor = np.clip((1 / np.maximum(first.sum(0) / total, 5e-3)) ** 0.3, 1, 4)
        else:
            factor = np.ones(1)
        balance[name] = torch.tensor(factor, dtype=torch.float32)
    return balance


def loss_of(output, target, weight, balance):
    total = 0
    for name, _, kind in HEADS:
        o, t, w = output[:, WHERE[name]], target[:, WHERE[name]], weight[:, WHERE[name]]
        known, factor = w[:, 0], balance[name]
        if kind == "class":
            each = -(t * torch.log_softmax(o, 1)).sum(1) * (t * factor).sum(1)
        elif kind in ("binary", "steps"):
            each = (F.binary_cross_entropy_with_logits(o, t, reduction="none") * (1 + t * (factor - 1))).mean(1)
        elif kind == "colour":
            # Each colour's share, and which of them is first.
            each = F.binary_cross_entropy_with_logits(o, t, reduction="none").mean(1)
            order = torch.softmax((t - t.max(1, keepdim=True)[0]) * 12, 1)
            each = each + 0.5 * -(order * torch.log_softmax(o, 1)).sum(1) * (order * factor).sum(1)
        else:
            each = F.smooth_l1_loss(o, t, reduction="none", beta=0.1).mean(1)
        # By rows of the batch, so that a truth that few rows have does not shout.
        total = total + SHARE.get(name, 1.0) * (each * known).sum() / len(output)
    return total
