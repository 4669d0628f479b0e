"""Crops as the pipeline might have cut them, from other cameras: moved, turned, mirrored, lit and compressed."""
import cv2
import numpy as np

from net import SIDE

KEPT = 160  # side of the crops that `collect.js` keeps: 1.875 frames, of which the network sees 1.5


def window(crop, scale=1.0, angle=0.0, dx=0.0, dy=0.0, mirror=False):
    """The network's crop. scale above 1 shows more; dx, dy in sides."""
    a = np.deg2rad(angle)
    s = scale * np.array([-1.0 if mirror else 1.0, 1.0])
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) * s
    middle = np.array([KEPT / 2 - 0.5 + dx * SIDE, KEPT / 2 - 0.5 + dy * SIDE])
    shift = middle - turn @ np.array([SIDE / 2 - 0.5, SIDE / 2 - 0.5])
    return cv2.warpAffine(crop, np.column_stack([turn, shift]), (SIDE, SIDE),
                          flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)


def augmented(crop, rng, degrade=True):
    """`degrade` false where the truth is of the picture's quality itself."""
    x = window(crop, rng.uniform(0.9, 1.1), rng.normal() * 4, *np.clip(rng.normal(size=2) * 0.025, -0.07, 0.07),
               rng.random() < 0.5)
    if not degrade:
        return x
    if rng.random() < 0.15:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 2.2))
    if rng.random() < 0.15:
        small = int(SIDE / rng.uniform(1.3, 3))
        x = cv2.resize(cv2.resize(x, (small, small), interpolation=cv2.INTER_AREA), (SIDE, SIDE))
    # Little of the light: it decides whether hair is brown or black.
    if rng.random() < 0.4:
        x = x.astype(np.float32)
        x = (x - 128) * rng.uniform(0.85, 1.15) + 128 + rng.normal() * 7 + rng.normal(size=3) * 2.5
        x = 255 * np.clip(x / 255, 0, 1) ** np.exp(rng.normal() * 0.1)
    if rng.random() < 0.15:
        x = x + rng.normal(size=x.shape) * rng.uniform(2, 15)
    x = np.clip(x, 0, 255).astype(np.uint8)
    if rng.random() < 0.2:
        x = cv2.imdecode(cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 85))])[1], 1)
    return x
