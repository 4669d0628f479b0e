import { expect, it } from "vitest";
import { headPoseAxes } from "./head-pose-axes.js";

const level = { pitch: 0, yaw: 0, roll: 0 };
const near = (x: number, y: number) => ({ x: expect.closeTo(x, 6), y: expect.closeTo(y, 6) });

it("sees a level frontal head from the front", () => {
  expect(headPoseAxes(level, 10)).toEqual({
    right: near(10, 0),
    up: near(0, -10),
    forward: near(0, 0),
  });
});

it("points the nose to the picture's right for positive yaw and up for positive pitch", () => {
  expect(headPoseAxes({ ...level, yaw: 30 }, 10).forward).toEqual(near(5, 0));
  expect(headPoseAxes({ ...level, pitch: 30 }, 10).forward).toEqual(near(0, -5));
});

it("turns the crown to the picture's right for positive roll", () => {
  const { up, right } = headPoseAxes({ ...level, roll: 90 }, 10);
  expect(up).toEqual(near(10, 0));
  expect(right).toEqual(near(0, 10));
});

it("lowers the image-right eye for positive roll, as the service does", () => {
  // The face recorded from the service: roll -16.9 with its right pupil 28 pixels above over 99 across.
  const { right } = headPoseAxes({ ...level, roll: -16.9 }, 1);
  expect(Math.atan2(right.y, right.x) * (180 / Math.PI)).toBeCloseTo(-16.9, 6);
});

it("keeps the axes at right angles and of equal length in space", () => {
  const { right, up, forward } = headPoseAxes({ pitch: 20, yaw: -35, roll: 50 }, 1);
  // For three orthonormal vectors the squares of the x parts sum to one, as do those of the y parts.
  expect(right.x ** 2 + up.x ** 2 + forward.x ** 2).toBeCloseTo(1, 9);
  expect(right.y ** 2 + up.y ** 2 + forward.y ** 2).toBeCloseTo(1, 9);
  expect(right.x * right.y + up.x * up.y + forward.x * forward.y).toBeCloseTo(0, 9);
});
