"""Fine-tunes the network on what the `collect*.js` wrote and exports packages/models/weights/attributes.onnx.

Pictures are parted by a hash of their number: 80 % train, 20 % are reported. With VALIDATE=1 only 70 % train, the
report is of the next 10 %, by which settings are chosen, and the weights are kept in training/work: the run that is
exported goes on from them. Neither run sees the 20 %.
"""
import glob
import json
import os
import time

import numpy as np
import torch

from augment import KEPT, augmented, window
from export import export, halve
from labels import dice, labels
from losses import loss_of, rarity
from net import SIDE, Net
from report import report
from teacher import Teacher

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
WORK = os.environ.get("MIEN_TRAINING_WORK", os.path.join(ROOT, "training", "work"))
WEIGHTS = os.environ.get("MIEN_TRAINING_WEIGHTS", os.path.join(ROOT, "packages", "models", "weights"))
EPOCHS = float(os.environ.get("EPOCHS", "5" if os.environ.get("VALIDATE") == "1" else "6"))
BATCH = 32
TRUNK_RATE, HEADS_RATE = float(os.environ.get("TRUNK_RATE", "2e-4")), 1.5e-3
# Of each kind, the part that an epoch sees: the service's portraits and real masks always, the rest for variety.
SHARES = {"plain": 1.0, "real": 1.0, "drawnMask": 0.8, "lfw": 0.7, "quality": 0.4, "goggles": 0.4, "mouth": 0.45}
KEEP = 1.0  # how much it counts to keep what the frozen network sees
DECAY = 0.999  # of the weights' running mean, which is what is exported
torch.manual_seed(1)
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


def load():
    rows, crops = [], []
    names = [n for kind in ("attributes", "quality", "sunglasses") for n in sorted(glob.glob(os.path.join(WORK, f"{kind}-*.json")))]
    for path in names:
        part = json.load(open(path))
        rows += part
        crops.append(np.fromfile(path.replace(".json", ".crops"), np.uint8).reshape(len(part), KEPT, KEPT, 3))
    return rows, crops


class Crops:
    def __init__(self, parts):
        self.parts = parts
        self.starts = np.cumsum([0] + [len(p) for p in parts])

    def __getitem__(self, i):
        part = int(np.searchsorted(self.starts, i, "right")) - 1
        return self.parts[part][i - self.starts[part]]


def batch_of(pictures):
    x = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float()
    return x.contiguous(memory_format=torch.channels_last)


def outputs(net, crops, index):
    net.eval()
    with torch.no_grad():
        return np.concatenate([
            net(batch_of([window(crops[i]) for i in index[at:at + 64]])).numpy() for at in range(0, len(index), 64)])


def sampled(rows, rng, share):
    return rng.permutation([i for i in range(len(rows)) if rng.random() < share[i]])


def main():
    rows, parts = load()
    crops = Crops(parts)
    target, weight = labels(rows)
    part = np.digitize([dice(r) for r in rows], [0.7, 0.8])
    validate = os.environ.get("VALIDATE") == "1"
    train = np.where(part <= (0 if validate else 1))[0]
    test = np.where(part == (1 if validate else 2))[0]
    print({p: int((part == p).sum()) for p in range(3)}, "train", len(train), "report", len(test), flush=True)
    balance = rarity(target[train], weight[train])
    teacher = Teacher(WORK, rows, train, target, weight)
    teacher.label(rows, target, weight)
    t, w = torch.tensor(target), torch.tensor(weight)
    net = Net(os.path.join(ROOT, "packages", "models", "onnx", "faceres.onnx")).to(memory_format=torch.channels_last)
    before = os.path.join(WORK, "attributes-validate.pt")
    if not validate and os.path.exists(before):
        net.load_state_dict(torch.load(before))
        print("goes on from", os.path.basename(before), flush=True)
    copy = torch.nn.Linear(net.convs[-1].out_channels, teacher.width)
    trunk, heads = net.groups()
    heads += list(copy.parameters())
    optimiser = torch.optim.AdamW([{"params": trunk, "weight_decay": 0.02}, {"params": heads, "weight_decay": 0.05}], 1e-3)
    rng = np.random.default_rng(1)
    share = np.array([SHARES.get(rows[i]["kind"], 0.6) * (weight[i].max() > 0) for i in train])
    steps = int(EPOCHS * share.sum() / BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [TRUNK_RATE, HEADS_RATE], total_steps=steps + 1, pct_start=0.15, div_factor=20, final_div_factor=200)
    running = {k: v.clone() for k, v in net.state_dict().items()}
    step, started, recent = 0, time.time(), []
    while step < steps:
        epoch = train[sampled(train, rng, share)]
        for at in range(0, len(epoch) - BATCH + 1, BATCH):
            if step >= steps:
                break
            i = epoch[at:at + BATCH]
            net.train()
            x = batch_of([augmented(crops[k], rng, "kept" not in rows[k]) for k in i])
            output, pooled = net(x, with_features=True)
            known, features = teacher.features(i)
            loss = loss_of(output, t[i], w[i], balance)
            if len(known):
                loss = loss + KEEP * torch.nn.functional.mse_loss(copy(pooled[known]), features) * len(known) / BATCH
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            step += 1
            recent.append(float(loss.detach()))
            decay = min(DECAY, (step + 1) / (step + 20))
            with torch.no_grad():
                for k, v in net.state_dict().items():
                    running[k].lerp_(v, 1 - decay)
            if step % 200 == 0:
                print(step, steps, f"{np.mean(recent[-200:]):.4f}", f"{time.time() - started:.0f} s", flush=True)
                torch.save(running, os.path.join(WORK, "attributes-part.pt"))
    net.load_state_dict(running)
    halve(net)
    torch.save(running, os.path.join(WORK, "attributes-validate.pt" if validate else "attributes.pt"))
    result = report([rows[i] for i in test], outputs(net, crops, test), target[test], weight[test])
    print(json.dumps(result, indent=1), flush=True)
    if not validate:
        export(net, os.path.join(WEIGHTS, "attributes.onnx"))


if __name__ == "__main__":
    main()
