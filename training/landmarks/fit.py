"""
Fits what the two landmark networks' points say together about where the points really are, and writes it as
packages/models/weights/landmark-correction.onnx. Usage: python3 fit.py FILE-OF-COLLECT
"""
import json
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
# The contract's landmarks that iBUG has: its points (their mean) and the mesh's point; the order is that of
# `packages/vision/src/landmarks27.ts`.
SHARED = [
    ([30], 4), ([48], 61), ([54], 291), ([17], 70), ([21], 107), ([36], 33), ([37, 38], 159), ([40, 41], 145),
    ([39], 133), ([22], 336), ([26], 300), ([42], 362), ([43, 44], 386), ([46, 47], 374), ([45], 263), ([51], 0),
    ([62], 13), ([66], 14), ([57], 17),
]
COMPONENTS, SQUARED, RIDGE, TOLERANCE = 15, 3, 10.0, 4.0


def local(row):
    """Both networks' points with the eyes level, the mesh's extent as the unit and its middle as the origin."""
    points = np.array(row["landmarks68"]).reshape(68, 2)
    mesh = np.array(row["mesh"]).reshape(468, 3)
    left, right = points[36:42].mean(0), points[42:48].mean(0)
    angle = np.arctan2(right[1] - left[1], right[0] - left[0])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    flat = mesh[:, :2] @ turn.T
    low, high = flat.min(0), flat.max(0)
    middle, side = (low + high) / 2, (high - low).max()
    place = lambda xy: (xy @ turn.T - middle) / side
    mesh = np.c_[(flat - middle) / side, mesh[:, 2:] / side]
    return place(points), mesh, place, side


def main(path):
    with open(path) as file:
        rows = [json.loads(line) for line in file]
    inputs, targets, unit, train, yaw = [], [], [], [], []
    known = []
    for row in rows:
        points, mesh, place, side = local(row)
        numbers = np.r_[mesh.ravel(), points.ravel()]
        # Faces at even places are fitted, `npm run bench:accuracy` reports on the others.
        fitted = row["index"] % 2 == 0 if row["kind"] == "pose" else not row["held"]
        if fitted:
            known.append(numbers)
        if row["kind"] != "pose":
            continue
        real = np.array(row["points"])
        answered = np.array([(points[i].mean(0) + mesh[k, :2]) / 2 for i, k in SHARED])
        truth = np.array([place(real[i].mean(0)) for i, _ in SHARED])
        inputs.append(numbers)
        targets.append((truth - answered).ravel())
        unit.append(side / np.sqrt(np.prod(real.max(0) - real.min(0))) * 100)
        train.append(fitted)
        yaw.append(abs(row["yaw"]))
    known, inputs, targets = np.array(known), np.array(inputs), np.array(targets)
    unit, train, yaw = np.array(unit), np.array(train), np.array(yaw)

    def components(part):
        mean = known[:, part].mean(0)
        _, s, v = np.linalg.svd(known[:, part] - mean, full_matrices=False)
        scale = s[:COMPONENTS] / np.sqrt(len(known))
        return mean, (v[:COMPONENTS] / scale[:, None]).T

    size = 468 * 3
    mesh_mean, mesh_map = components(slice(0, size))
    point_mean, point_map = components(slice(size, None))
    project = np.zeros((inputs.shape[1], 2 * COMPONENTS))
    project[:size, :COMPONENTS], project[size:, COMPONENTS:] = mesh_map, point_map
    shift = -np.r_[mesh_mean, point_mean] @ project
    pairs = [(i, j) for i in range(SQUARED) for j in range(i + 1)]

    def features(x):
        linear = np.clip(x @ project + shift, -4, 4)
        products = np.stack([linear[:, i] * linear[:, j] for i, j in pairs], 1)
        return np.c_[linear, products]

    z = np.c_[np.ones(len(inputs)), features(inputs)]
    error = lambda p: np.linalg.norm((p - targets).reshape(-1, len(SHARED), 2), axis=2).mean(1) * unit
    predicted = np.zeros_like(targets)
    for _ in range(10):
        # A face on which both networks failed teaches nothing about the others.
        weight = (1 / (1 + (error(predicted) / TOLERANCE) ** 2))[train]
        scatter = (z[train] * weight[:, None]).T @ z[train] + RIDGE * np.diag(np.r_[0, np.ones(z.shape[1] - 1)])
        solution = np.linalg.solve(scatter, (z[train] * weight[:, None]).T @ targets[train])
        predicted = z @ solution
    for name, p in (("before", np.zeros_like(targets)), ("after", predicted)):
        bands = [error(p)[~train & (yaw >= a) & (yaw < b)].mean() for a, b in ((0, 30), (30, 60), (60, 100))]
        print(name, np.round(bands, 2))

    constant = lambda name, value: numpy_helper.from_array(np.asarray(value), name)
    single = np.float32
    graph = helper.make_graph(
        [
            helper.make_node("Gemm", ["points", "project", "shift"], ["wide"]),
            helper.make_node("Clip", ["wide", "least", "most"], ["linear"]),
            helper.make_node("Gather", ["linear", "firsts"], ["first"], axis=1),
            helper.make_node("Gather", ["linear", "seconds"], ["second"], axis=1),
            helper.make_node("Mul", ["first", "second"], ["products"]),
            helper.make_node("Concat", ["linear", "products"], ["features"], axis=1),
            helper.make_node("Gemm", ["features", "weights", "bias"], ["shifts"]),
        ],
        "landmark-correction",
        [helper.make_tensor_value_info("points", TensorProto.FLOAT, ["batch", inputs.shape[1]])],
        [helper.make_tensor_value_info("shifts", TensorProto.FLOAT, ["batch", targets.shape[1]])],
        [
            constant("project", project.astype(single)), constant("shift", shift.astype(single)),
            constant("least", single(-4)), constant("most", single(4)),
            constant("firsts", np.array([i for i, _ in pairs])), constant("seconds", np.array([j for _, j in pairs])),
            constant("weights", solution[1:].astype(single)), constant("bias", solution[0].astype(single)),
        ],
    )
    model = helper.make_model(graph, producer_name="mien", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 7
    onnx.save(model, os.path.join(ROOT, "packages", "models", "weights", "landmark-correction.onnx"))


main(*sys.argv[1:])
