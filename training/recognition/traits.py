"""What `children.py` and `masks.py` share: vectors as they are written, and the file that they are written to."""

import base64
import json
from pathlib import Path

import numpy as np


def read(folder, name):
    """What `collect-*.js` wrote: what is known of each face, and by network the vectors."""
    known = json.loads((folder / f"{name}.json").read_text())
    faces = known["faces"]
    vectors = np.fromfile(folder / f"{name}.f32", dtype=np.float32).reshape(len(faces), -1)
    ends = np.cumsum(known["widths"])
    parts = {n: vectors[:, end - w : end] for n, w, end in zip(known["networks"], known["widths"], ends)}
    return known, parts


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def rounded(vector):
    """As it is written: whole steps of -127 to 127."""
    step = float(f"{np.abs(vector).max() / 127:.4g}")
    return np.round(vector / step).astype(np.int8), step


def as_read(vector):
    steps, step = rounded(vector)
    return steps.astype(np.float32) * step


def telling(vectors, strength, penalty, chance):
    """Ridge regression of a trait's strength: weights and bias, less what other faces reach by chance."""
    middle = vectors.mean(0)
    centred = vectors - middle
    weights = np.linalg.solve(
        centred.T @ centred + penalty * np.eye(centred.shape[1]), centred.T @ (strength - strength.mean())
    )
    return as_read(weights), round(float(strength.mean() - middle @ weights - chance), 4)


def common(vectors, strength):
    """The mean of faces without the trait, and what one has beside it that has it wholly."""
    terms = np.stack([np.ones(len(strength)), strength], 1)
    usual, shared = np.linalg.lstsq(terms, vectors, rcond=None)[0]
    return as_read(usual), as_read(shared)


def strength(vectors, head):
    """How strong the trait is in each face, by the vectors of the network that tells."""
    weights, bias = head
    return np.maximum(0, vectors @ weights + bias)


def taken(vectors, line, strengths, spread):
    """What `face-trait.ts` leaves of vectors."""
    usual, shared = line
    told = strengths[:, None]
    return unit(usual + (vectors - usual - told * shared) * (1 + spread * told))


def packed(vector):
    steps, step = rounded(vector)
    return f'{{ steps: "{base64.b64encode(steps.tobytes()).decode()}", step: {step:.4g} }}'


def write(file, name, what, script, spread, heads, lines):
    told = "".join(f"    {n}: {{ bias: {bias}, weights: {packed(weights)} }},\n" for n, (weights, bias) in heads.items())
    shared = "".join(f"    {n}: {{ usual: {packed(usual)}, shared: {packed(own)} }},\n" for n, (usual, own) in lines.items())
    Path(file).write_text(
        f"""/** What is known of {what}. Written by `training/recognition/{script}`. */
export const {name} = {{
  spread: {spread},
  telling: {{
{told}  }},
  common: {{
{shared}  }},
}} as const;
"""
    )
