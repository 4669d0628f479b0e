"""
Fits head pose out of the pose network's angles, the geometry of the landmarks and the turn of the mesh, and writes the
average head into packages/vision/src/mesh-rotation.ts and the weights into pose-regression.ts beside it. Usage: python3 pose.py FILE-OF-COLLECT
"""
import json
import os
import re
import sys

import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
AXES = ("pitch", "yaw", "roll")
RIDGE, OF_KNOWN_POSE, MOST_YAW = 10.0, 4.0, 60.0


def half_turn(degrees):
    return (degrees + 180) % 360 - 180


def geometry(row):
    """`poseGeometry` of pose-regression.ts."""
    points = np.array(row["landmarks68"]).reshape(68, 2)
    left, right = points[36:42].mean(0), points[42:48].mean(0)
    x, y = right - left
    distance = max(1e-3, np.hypot(x, y))
    cos, sin = x / distance, y / distance
    turn = np.array([[cos, sin], [-sin, cos]])
    place = lambda indices: turn @ (points[indices].mean(0) - (left + right) / 2)
    unit = 50 / max(1e-3, place([8])[1])
    nose, mouth, jaw = place([30]), place([48, 54]), place([1, 15])
    return [np.degrees(np.arctan2(sin, cos)), *(nose * unit), *(mouth * unit), *(2 * jaw * unit), distance * unit]


# `turnedPoints` of mesh-rotation.ts.
TURNED = (10, 152, 234, 454, 33, 263, 133, 362, 4, 168, 61, 291)


def turned_points(row):
    """Their middle as the origin, levelled, with a unit sum of squares."""
    points = np.array(row["mesh"]).reshape(468, 3)[list(TURNED)]
    points -= points.mean(0)
    cos, sin = np.cos(row["angle"]), np.sin(row["angle"])
    points = points @ np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    return points / np.linalg.norm(points)


def mesh_rotation(row, average):
    """`meshRotation` of mesh-rotation.ts."""
    left, _, right = np.linalg.svd(turned_points(row).T @ average)
    turn = left @ np.diag([1, 1, np.linalg.det(left @ right)]) @ right
    angles = [np.arcsin(np.clip(-turn[1, 2], -1, 1)), np.arctan2(turn[0, 2], turn[2, 2]), np.arctan2(turn[1, 0], turn[1, 1])]
    return list(np.degrees(angles))


def sample(row, average):
    """Inputs, and the angles that are to come out, both of the face as it was levelled for the network."""
    levelled = np.degrees(row["angle"])
    eyes, *rest = geometry(row)
    network = [row["network"][axis] for axis in AXES]
    real = [row["pitch"], row["yaw"], half_turn(row["roll"] - levelled)]
    return [*network, half_turn(eyes - levelled), *rest, *mesh_rotation(row, average)], real


def average_head(rows):
    average = np.mean([turned_points(row) for row in rows], axis=0)
    average -= average.mean(0)
    return np.round(average / np.linalg.norm(average), 4)


def ridge(x, y, weight):
    mean = np.average(x, axis=0, weights=weight)
    deviation = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weight)) + 1e-9
    z = (x - mean) / deviation
    middle = np.average(y, axis=0, weights=weight)
    inner = z.T @ (z * weight[:, None]) + RIDGE * np.eye(z.shape[1])
    slopes = np.linalg.solve(inner, z.T @ ((y - middle) * weight[:, None])) / deviation[:, None]
    return middle - mean @ slopes, slopes


def named(values):
    return {axis: round(float(value), 2) for axis, value in zip(AXES, values)}


def main(path):
    with open(path) as file:
        rows = [json.loads(line) for line in file]
    rows = [row for row in rows if not row.get("mirror") and (row["kind"] == "plain" or abs(row["yaw"]) < MOST_YAW)]
    known = np.array([row["kind"] == "pose" for row in rows])
    # Of the portraits a hash decides, of the faces of known pose the place in the list.
    fitted = np.array([row["index"] % 2 == 0 if row["kind"] == "pose" else not row["held"] for row in rows])
    average = average_head([row for row, plain in zip(rows, fitted & ~known) if plain])
    x, y = (np.array(values, float) for values in zip(*(sample(row, average) for row in rows)))
    # Upside down or on its side, a face is one that the landmarks missed: it would teach more than all others.
    missed = np.abs(half_turn(y[:, 2] - x[:, 2])) > 45
    weight = np.where(known, OF_KNOWN_POSE, 1.0)
    for title, used in (("without the mesh", x[:, :-len(AXES)]), ("with the turn of the mesh", x)):
        # Both sources' zeros differ by a constant: one more input tells them apart, and the service's zero is answered.
        chosen = fitted & ~missed
        bias, slopes = ridge(np.c_[used, known][chosen], y[chosen], weight[chosen])
        print(title, "- of known pose, more:", named(slopes[-1]))
        for source, which in (("known pose", known), ("the service's answers", ~known)):
            held = which & ~fitted
            answer = bias + used[held] @ slopes[:-1]
            print(" ", source, held.sum(), named(np.abs(half_turn(answer - y[held])).mean(0)))
    lines = {axis: [bias[k], *slopes[:-1, k]] for k, axis in enumerate(AXES)}
    rows_of_three = "".join(f"  ...[{', '.join(f'{value:g}' for value in point)}],\n" for point in average)
    write("mesh-rotation.ts", {r"(averageHead: readonly number\[\] = )\[[^=]*\];": rf"\1[\n{rows_of_three}];"})
    write("pose-regression.ts", {
        rf"  {axis}: \[[^\]]*\]": f"  {axis}: [{', '.join(f'{value:.4g}' for value in values)}]"
        for axis, values in lines.items()
    })


def write(name, changes):
    path = os.path.join(ROOT, "packages", "vision", "src", name)
    with open(path) as file:
        text = file.read()
    for pattern, replacement in changes.items():
        text, count = re.subn(pattern, replacement, text)
        assert count == 1, pattern
    with open(path, "w") as file:
        file.write(text)


main(sys.argv[1])
