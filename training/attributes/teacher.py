"""What the frozen network sees: features that the trained one is asked to keep, and linear heads that label LFW."""
import glob
import json
import os

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression, Ridge

from labels import WHERE

LENGTH = 2 * (1024 + 256)
LABELLED = 0.4  # weight of a truth that is only the teacher's


class Teacher:
    width = 192

    def __init__(self, work, rows, train, target, weight):
        files, parts = [], []
        for path in sorted(glob.glob(os.path.join(work, "features-*.json"))):
            part = json.load(open(path))
            files += part
            parts.append(np.fromfile(path.replace(".json", ".features"), np.float32).reshape(len(part), LENGTH))
        seen = np.concatenate(parts)
        of = {file: k for k, file in enumerate(files)}
        # Only of faces that nothing was drawn on.
        self.at = np.array([of.get(r["file"], -1) if r["kind"] in ("plain", "drawnMask", "lfw") else -1 for r in rows])
        known = np.array([i for i in train if self.at[i] >= 0])
        mean, scale = seen[self.at[known]].mean(0), seen[self.at[known]].std(0) + 1e-3
        self.standard = (seen - mean) / scale
        sample = self.standard[self.at[known]]
        _, vectors = np.linalg.eigh(sample.T @ sample / len(sample))
        directions = vectors[:, -self.width:]
        whitened = self.standard @ directions
        self.kept = torch.tensor((whitened / (whitened[self.at[known]].std(0) + 1e-6)).astype(np.float32))
        self.fitted = [i for i in known if rows[i]["kind"] == "plain"]
        self.target, self.weight = target.copy(), weight.copy()

    def features(self, index):
        """Rows of the batch whose features are known, and those features."""
        known = np.where(self.at[index] >= 0)[0]
        return torch.from_numpy(known), self.kept[self.at[index][known]]

    def label(self, rows, target, weight):
        """Writes the teacher's answers where LFW has none: age, smile, beard, headwear, baldness, glasses."""
        own = [i for i, r in enumerate(rows) if r["kind"] == "lfw" and self.at[i] >= 0]
        x, y = self.standard[self.at[self.fitted]], self.standard[self.at[own]]

        def put(column, values, width=None):
            target[own, column] = values
            weight[own, column] = LABELLED

        age = WHERE["age"].start
        put(age, Ridge(3000).fit(x, self.target[self.fitted, age]).predict(y))
        columns = [WHERE[n].start for n in ("smile", "headwear", "bald", "forehead")]
        columns += [WHERE[n].start + k for n in ("moustache", "beard", "sideburns") for k in range(4)]
        for column in columns:
            truth = self.target[self.fitted, column] > 0.5
            if truth.sum() < 5:
                continue
            use = self.weight[self.fitted, column] > 0
            model = LogisticRegression(C=3e-4, max_iter=60).fit(x[use], truth[use])
            put(column, model.predict_proba(y)[:, 1])
        glasses = WHERE["glasses"]
        use = self.weight[self.fitted, glasses.start] > 0
        model = LogisticRegression(C=1e-3, max_iter=80).fit(x[use], self.target[self.fitted][use][:, glasses].argmax(1))
        put(slice(glasses.start, glasses.start + 3), model.predict_proba(y))
        weight[own, glasses.start] = LABELLED
