import { readNpz, readPoints } from "saddlepoint/files";
import { expect, test } from "vitest";
import { samplesNpz } from "../../../../apps/job/files/samples_npz.ts";

const set = { shape: [2, 2], generated: Float32Array.of(1, 2, 3, 4), real: Float32Array.of(5, 6, 7, 8, 9, 10) };

test("has samples and real ones, each as many as there are", async () => {
  const arrays = await readNpz(samplesNpz(set));
  expect([...arrays]).toEqual([
    ["samples", { shape: [2, 2], values: set.generated }],
    ["real", { shape: [3, 2], values: set.real }],
  ]);
  // It can be trained on.
  expect((await readPoints(samplesNpz(set))).values).toEqual(set.generated);
});

test("has images in their shape", async () => {
  const images = { shape: [1, 2, 1, 3], generated: new Float32Array(6), real: new Float32Array(12) };
  const arrays = await readNpz(samplesNpz(images));
  expect([...arrays.values()].map(({ shape }) => shape)).toEqual([
    [1, 2, 1, 3],
    [2, 2, 1, 3],
  ]);
});

test("has classes and latent vectors where they are known", async () => {
  const rows = [
    { shape: [1, 2], values: Float32Array.of(1, 1) },
    { shape: [1, 2], values: Float32Array.of(2, 2) },
  ];
  const latents = { shape: [2, 1], values: Float32Array.of(0.5, -0.5) };
  const arrays = await readNpz(samplesNpz({ ...set, labels: [1, 0], latents, sheet: { rows } }));
  expect(arrays.get("labels")).toEqual({ shape: [2], values: Int32Array.of(1, 0) });
  expect(arrays.get("latents")).toEqual(latents);
  expect(arrays.get("class_samples")).toEqual({ shape: [2, 2], values: Float32Array.of(1, 1, 2, 2) });
  expect(arrays.get("class_labels")).toEqual({ shape: [2], values: Int32Array.of(0, 1) });
});
