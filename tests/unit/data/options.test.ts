/** Every function of `data`: an option that doesn't exist, and things of another kind, get a sentence, never a TypeError. */
import { describe, expect, test } from "vitest";
import { SaddlepointError } from "../../../src/errors/errors.ts";
import * as data from "../../../src/public/data.ts";

const pixels = { values: Uint8Array.of(0, 255, 1, 2, 3, 4, 5, 6), shape: [2, 2, 2] };
const source = data.images({ ...pixels, labels: [0, 1] });
const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9);
const record = new Uint8Array(3073).map((_, i) => i % 10);

/** Every function with options, with right ones; a mistyped one, and the one that is meant. */
const functions: Readonly<
  Record<string, readonly [call: (more: object) => unknown, mistyped: string, meant: string | undefined]>
> = {
  augment: [(more) => data.augment(source, { ...more }), "flipp", "flip"],
  cifar10: [(more) => data.cifar10([record], { ...more }), "limits", "limit"],
  countStrokes: [(more) => data.countStrokes(new Uint8Array(4), [2, 2], { ...more }), "minarea", "minArea"],
  disjointClusters: [(more) => data.disjointClusters({ ...more }), "centres", "centers"],
  gaussianGrid: [(more) => data.gaussianGrid({ ...more }), "spaceing", "spacing"],
  gaussianMixture: [
    (more) => data.gaussianMixture({ centers: [[0]], standardDeviation: 1, ...more }),
    "weight",
    "weights",
  ],
  gaussianRing: [(more) => data.gaussianRing({ ...more }), "mode", "modes"],
  glyphs: [(more) => data.glyphs({ count: 10, ...more }), "sizes", "size"],
  holdOut: [(more) => data.holdOut(source, { ...more }), "shares", "share"],
  idxImages: [(more) => data.idxImages(idx, { ...more }), "labels", "labelsBytes"],
  imageFiles: [
    (more) =>
      data.imageFiles([{ name: "a", bytes: Uint8Array.of(1) }], {
        size: 1,
        decode: () => ({ values: Uint8Array.of(1, 2, 3), height: 1, width: 1 }),
        ...more,
      }),
    "chanels",
    "channels",
  ],
  images: [(more) => data.images({ ...pixels, ...more }), "lables", "labels"],
  inspectImages: [(more) => data.inspectImages(source, { ...more }), "batchsize", "batchSize"],
  labelled: [(more) => data.labelled(source, [1, 0], { ...more }), "class", "classes"],
  line: [(more) => data.line({ ...more }), "noize", "noise"],
  points: [(more) => data.points({ values: [[1, 2]], ...more }), "standardize", "standardise"],
  sampler: [(more) => data.sampler({ sampleShape: [2], sample: () => undefined!, ...more }), "shape", "sampleShape"],
  spiral: [(more) => data.spiral({ ...more }), "arm", "arms"],
  stacked: [(more) => data.stacked(source, { count: 1, ...more }), "seeds", "seed"],
  triangles: [(more) => data.triangles({ count: 1, ...more }), "budget", "budgetBytes"],
  twoMoons: [(more) => data.twoMoons({ ...more }), "radios", "radius"],
};

test("every function of data is tried, but those without options", () => {
  // The options of a source that is chosen by name are that source's own.
  const without = ["createSource", "folderOf", "parseIdx"];
  const named = Object.entries(data).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
  expect(named.filter((name) => !without.includes(name)).sort()).toEqual(Object.keys(functions).sort());
});

test("options of a source by name are those of the source", () => {
  expect(data.createSource({ type: "line", noise: 0.1 }).name).toBe(data.line({ noise: 0.1 }).name);
  expect(() => data.createSource({ type: "line", noize: 0.1 } as never)).toThrow(
    /^line: there is no option "noize"\. Did you mean "noise"/,
  );
});

/** As a promise, whether it throws or rejects. */
const run = async (act: () => unknown) => act();

describe.each(Object.entries(functions))("%s", (name, [call, mistyped, meant]) => {
  test("takes right options, and names the one that a mistyped one means", async () => {
    await expect(run(() => call({}))).resolves.toBeDefined();
    const act = run(() => call({ [mistyped]: 1 }));
    await expect(act).rejects.toThrow(SaddlepointError);
    await expect(run(() => call({ [mistyped]: 1 }))).rejects.toThrow(`${name}: there is no option "${mistyped}".`);
    if (meant) await expect(run(() => call({ [mistyped]: 1 }))).rejects.toThrow(`Did you mean "${meant}"?`);
  });
});

/** Calls with something else in the place of options, sources, files and lists. */
const misuses: Readonly<Record<string, (value: never) => unknown>> = {
  "options of augment": (value) => data.augment(source, value),
  "source of augment": (value) => data.augment(value, {}),
  "options of cifar10": (value) => data.cifar10([record], value),
  "files of cifar10": (value) => data.cifar10(value),
  "a file of cifar10": (value) => data.cifar10([value]),
  "options of countStrokes": (value) => data.countStrokes(new Uint8Array(4), [2, 2], value),
  "an image to count strokes of": (value) => data.countStrokes(value, [2, 2]),
  "shape to count strokes of": (value) => data.countStrokes(new Uint8Array(4), value),
  "options of disjointClusters": (value) => data.disjointClusters(value),
  "options of gaussianGrid": (value) => data.gaussianGrid(value),
  "options of gaussianMixture": (value) => data.gaussianMixture(value),
  centers: (value) => data.gaussianMixture({ centers: value, standardDeviation: 1 }),
  "a center": (value) => data.gaussianMixture({ centers: [value], standardDeviation: 1 }),
  weights: (value) => data.gaussianMixture({ centers: [[0]], standardDeviation: 1, weights: value }),
  "standard deviation": (value) => data.gaussianMixture({ centers: [[0]], standardDeviation: value }),
  "options of gaussianRing": (value) => data.gaussianRing(value),
  "options of glyphs": (value) => data.glyphs(value),
  "classes of glyphs": (value) => data.glyphs({ count: 1, classes: value }),
  "bytes of idxImages": (value) => data.idxImages(value),
  "labels of idxImages": (value) => data.idxImages(idx, { labelsBytes: value }),
  "bytes of parseIdx": (value) => data.parseIdx(value),
  "files of imageFiles": (value) => data.imageFiles(value, { size: 1 }),
  "a file of imageFiles": (value) => data.imageFiles([value], { size: 1, decode: () => undefined! }),
  "size of imageFiles": (value) => data.imageFiles([], { size: value }),
  "labels of images": (value) => data.images({ ...pixels, labels: value }),
  "options of images": (value) => data.images(value),
  "classes of images": (value) => data.images({ ...pixels, labels: [0, 1], classes: value }),
  "names of classes": (value) => data.images({ ...pixels, labels: [0, 1], classNames: value }),
  "data to label": (value) => data.labelled(value, [0, 1]),
  "labels of labelled": (value) => data.labelled(source, value),
  "options of labelled": (value) => data.labelled(source, [0, 1], value),
  "labels of points": (value) => data.points({ values: [[1, 2]], labels: value }),
  "shapes of sampler": (value) => data.sampler({ shapes: value, batch: () => ({}) }),
  "a shape of sampler": (value) => data.sampler({ shapes: { x: value }, batch: () => ({ x: undefined! }) }),
  "batch of sampler": (value) => data.sampler({ shapes: { x: [1] }, batch: value }),
  "images to inspect": (value) => data.inspectImages(value),
  "ends of line": (value) => data.line({ from: value }),
  "options of line": (value) => data.line(value),
  "points or their options": (value) => data.points(value),
  "modes of points": (value) => data.points({ values: [[1, 2]], modes: value }),
  "standardise of points": (value) => data.points({ values: [[1, 2]], standardise: value }),
  "shape of sampler": (value) => data.sampler({ sampleShape: value, sample: () => undefined! }),
  "function of sampler": (value) => data.sampler({ sampleShape: [1], sample: value }),
  "source of stacked": (value) => data.stacked(value),
  "options of stacked": (value) => data.stacked(source, value),
};
const things: readonly unknown[] = [null, 7.5, "text", true, 5n, [["x"]], Promise.resolve(1), new Float64Array(3)];

describe.each(Object.entries(misuses))("as %s", (where, act) => {
  test("things of another kind are refused in a sentence", async () => {
    for (const thing of things) {
      // Numbers in an array can be points, weights, labels and files' addresses; those are tried elsewhere.
      const error = await run(() => act(thing as never)).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error === undefined) {
        expect(allowed[where] ?? [], `${where} of ${String(thing)}`).toContain(thing);
        continue;
      }
      expect(error, `${where} of ${String(thing)}: ${String(error)}`).toBeInstanceOf(SaddlepointError);
    }
  });
});

const allowed: Readonly<Record<string, readonly unknown[]>> = {
  "standard deviation": [7.5],
  "standardise of points": [true],
  "a center": [things.at(-1)],
  "function of sampler": [],
};
