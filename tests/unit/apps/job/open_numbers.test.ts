/** The user's own points and arrays, from a file to what a job trains and shows. */
import { data } from "saddlepoint";
import { writeNpy, writeNpz } from "saddlepoint/files";
import { describe, expect, test } from "vitest";
import { isImageSource, type JobData, openData } from "../../../../apps/job/images/open_data.ts";
import { resolveJob, trainerConfig } from "../../../../apps/job/job_config.ts";
import { coordinateHistograms, pointSamples } from "../../../../apps/job/points/point_sections.ts";

const url = (content: Uint8Array | string) =>
  `data:application/octet-stream;base64,${Buffer.from(content).toString("base64")}`;

type Numbers = Partial<Extract<JobData, { readonly kind: "numbers" }>>;
const numbers = (content: Uint8Array | string, more: Numbers = {}): JobData => ({
  kind: "numbers",
  url: url(content),
  name: "mine.csv",
  ...more,
});

const csv = "width,height,species\n1000,1,a\n1010,3,b\n1020,5,a\n";

describe("points", () => {
  test("are standardised, and the user is told how", async () => {
    const { source, notes, classNames } = await openData(numbers(csv, { labels: "species" }));
    expect(source).toMatchObject({ name: "mine.csv", sampleShape: [2], count: 3, classes: 2 });
    expect(classNames).toEqual(["a", "b"]);
    expect(source.scale?.affine?.offset).toEqual([1010, 3]);
    expect(notes).toEqual([expect.stringMatching(/width \(1010 ± 8\.165\), height \(3 ± 1\.633\)/)]);
    const job = resolveJob({ data: numbers(csv), conditional: true }, source);
    expect(job.coordinates).toEqual([
      { name: "width", mean: 1010, deviation: expect.closeTo(8.165, 3) },
      { name: "height", mean: 3, deviation: expect.closeTo(1.633, 3) },
    ]);
    // There are no more points for a batch.
    expect(job.batchSize).toBe(3);
    expect(trainerConfig(job, source).generator.outputShape).toEqual([2]);
  });

  test("of more dimensions get a latent vector that can fill them", async () => {
    const { source, notes } = await openData(numbers("1,2,3,4,5\n5,4,3,2,2\n", { name: "wide" }));
    const job = resolveJob({ data: numbers("") }, source);
    expect(job.networks).toMatchObject({ generator: { layers: [5, 64, 64, 5] } });
    expect(job.coordinates?.map(({ name }) => name)).toEqual(["x", "y", "z", "coordinate 4", "coordinate 5"]);
    expect(notes.join(" ")).toMatch(/and 1 more.*the first two of the 5/);
    const ring = resolveJob({ data: { kind: "set", name: "ring" } }, data.gaussianRing());
    expect(ring.networks).toMatchObject({ generator: { layers: [2, 64, 64, 2] } });
    expect(ring).not.toHaveProperty("coordinates");
  });

  test("take classes from a file of their own", async () => {
    const text = "1,2\n3,4\n";
    for (const labels of [
      writeNpy({ shape: [2], values: Int32Array.of(5, 3) }),
      Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 5, 3),
      "label\n5\n3\n",
      "5\n3",
    ]) {
      const { source } = await openData(numbers(text, { labelsUrl: url(labels) }));
      expect(source).toMatchObject({ classes: 2, classNames: ["3", "5"] });
    }
    await expect(openData(numbers(text, { labelsUrl: url("1\n2\n3") }))).rejects.toThrow(/3 labels for 2 points/);
    await expect(openData(numbers(text, { labelsUrl: url("1,2\n3,4") }))).rejects.toThrow(/give a class a line/);
  });

  test("are refused in the options of the command", async () => {
    await expect(openData(numbers(csv, { labels: "kind" }))).rejects.toThrow(/no column "kind"; these exist: width/);
    await expect(openData(numbers(csv))).rejects.toThrow(/line 2, column 3 \("species"\) is "a".*--labels/);
    await expect(openData(numbers(csv, { labels: 2 }), 28)).rejects.toThrow(/--image-size 28: mine\.csv has points/);
    const two = writeNpz({
      a: { shape: [1, 2], values: Float32Array.of(1, 2) },
      b: { shape: [1, 2], values: Float32Array.of(1, 2) },
    });
    await expect(openData(numbers(two))).rejects.toThrow(/a, b; say which .*--array/);
    const { source } = await openData(numbers(csv, { labels: 2 }));
    expect(() => resolveJob({ data: numbers(csv), model: "dcgan" }, source)).toThrow(
      /made for images.*has none; take mlp/,
    );
  });
});

describe("images", () => {
  const images = { shape: [2, 4, 4], values: Uint8Array.from({ length: 32 }, (_, i) => 8 * i) };

  test("of NumPy's are images, framed as asked for", async () => {
    const archive = writeNpz({ images, labels: { shape: [2], values: Uint8Array.of(7, 7) } });
    const { source, classNames } = await openData(numbers(archive, { name: "squares.npz" }), 28);
    expect(isImageSource(source)).toBe(true);
    expect(source).toMatchObject({ sampleShape: [28, 28, 1], count: 2 });
    expect(classNames).toEqual(["7"]);
  });

  test("take classes from a file, and have no columns", async () => {
    const { source } = await openData(numbers(writeNpy(images), { labelsUrl: url("cat\ndog") }));
    expect(source).toMatchObject({ sampleShape: [4, 4, 1], classNames: ["cat", "dog"] });
    await expect(openData(numbers(writeNpy(images), { labels: "y" }))).rejects.toThrow(
      /images, not columns; leave --labels/,
    );
    await expect(openData(numbers(writeNpy(images), { columns: [0, 1] }))).rejects.toThrow(/leave --columns out/);
  });
});

describe("what the report shows of points", () => {
  const coordinates = ["a", "b", "c"].map((name) => ({ name, mean: 0, deviation: 1 }));

  test("is the plane", () => {
    const set = { shape: [1, 2], generated: Float32Array.of(1, 2), real: Float32Array.of(3, 4) };
    expect(pointSamples(set, {}, undefined)).toEqual({ kind: "points", generated: [[1, 2]], real: [[3, 4]] });
    expect(coordinateHistograms(set, undefined)).toEqual([]);
  });

  test("is the first two of more coordinates, and how each is spread", () => {
    const set = {
      shape: [2, 3],
      generated: Float32Array.of(1, 2, 3, 4, 5, 99),
      real: Float32Array.of(0, 0, 0, 6, 6, 6),
    };
    expect(pointSamples(set, {}, coordinates)).toMatchObject({
      generated: [
        [1, 2],
        [4, 5],
      ],
      axes: ["a", "b"],
      dimensions: 3,
    });
    const [a, , c] = coordinateHistograms(set, coordinates);
    expect(a).toMatchObject({ title: "a", unit: "samples" });
    expect(a?.generated.reduce((sum: number, share) => sum + (share ?? 0), 0)).toBe(1);
    expect(a?.real[0]).toBe(0.5);
    expect(a?.real.at(-1)).toBe(0.5);
    expect(c?.note).toMatch(/50\.0 % of the samples lie outside/);
  });

  test("is a histogram of points on a line", () => {
    const set = { shape: [2, 1], generated: Float32Array.of(1, 2), real: Float32Array.of(0, 3) };
    expect(pointSamples(set, {}, coordinates)).toBeUndefined();
    expect(coordinateHistograms(set, undefined)).toHaveLength(1);
    const far = { ...set, real: Float32Array.of(1e6, 1e6 + 2) };
    expect(new Set(coordinateHistograms(far, undefined)[0]?.categories).size).toBe(24);
  });
});
