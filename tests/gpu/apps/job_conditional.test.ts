/** The main job with networks that are told the class: on images in files, and on points. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type JobResult, runJob } from "../../../apps/job/run_job.ts";
import { glyphs } from "../../../src/data/drawn/glyphs.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

/** The address of an IDX file of bytes. */
function idxFile(values: Uint8Array, shape: readonly number[]): string {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x0800 + shape.length);
  shape.forEach((length, axis) => {
    header.setUint32(4 + 4 * axis, length);
  });
  return URL.createObjectURL(new Blob([header, values.slice()]));
}

const contentOf = ({ files }: JobResult, name: string) => files.find((file) => file.name === name)?.content;

describe("on images", () => {
  const classes = 3;
  let result: JobResult;
  beforeAll(async () => {
    const { values, labels, count } = glyphs({ count: 60, size: 28, classes: [0, 1, 2] });
    const config = {
      data: {
        kind: "idx",
        url: idxFile(values, [count, 28, 28]),
        labelsUrl: idxFile(Uint8Array.from(labels), [count]),
        name: "signs",
      },
      conditional: true,
      steps: 3,
      batchSize: 8,
    } as const;
    result = await runJob(config, undefined, { engine });
  });

  test("leaves a sheet with a row of ten samples for each class", async () => {
    expect(result.failure).toBeUndefined();
    const sheet = contentOf(result, "classes.png") as Uint8Array<ArrayBuffer>;
    const { width, height } = await createImageBitmap(new Blob([sheet]));
    const lengthOf = (count: number) => count * (3 * 28 + 1) - 1;
    expect([width, height]).toEqual([lengthOf(10), lengthOf(classes)]);
  });

  test("measures how many samples are of the class that was asked for, and how they differ within one", () => {
    const { conditionalAccuracy, images, config, title } = result.summary;
    expect(title).toContain("conditional");
    expect(config.networks).toMatchObject({ classes });
    expect(conditionalAccuracy).toMatchObject({ n: [500], settings: { classes } });
    expect(conditionalAccuracy?.interval?.low).toBeLessThan(conditionalAccuracy?.value as number);
    expect(Object.keys(images?.metrics ?? {})[0]).toBe("Conditional accuracy");
  });

  test("shows the sheet in the report, with the classes at its rows", () => {
    const html = String(contentOf(result, "report.html"));
    expect(html).toContain("<title>A row for each class</title>");
    const rows = html.slice(html.indexOf("<title>A row for each class</title>")).match(/text-anchor="end"[^>]*>(\d)</g);
    expect(rows?.slice(0, classes).map((text) => text.at(-2))).toEqual(["0", "1", "2"]);
  });
});

describe("on points", () => {
  let result: JobResult;
  beforeAll(async () => {
    const config = { data: { kind: "set", name: "ring" }, conditional: true, steps: 4, batchSize: 16 } as const;
    result = await runJob(config, undefined, { engine });
  });

  test("measures by the nearest mode", () => {
    expect(result.summary.conditionalAccuracy).toMatchObject({ n: [800], settings: { classes: 8 } });
    expect(result.headline).toContain("conditional accuracy");
  });

  test("shows each class in a colour", () => {
    const html = String(contentOf(result, "report.html"));
    expect(html).toContain("<title>Samples by the class that was asked for</title>");
    expect(html).toMatch(
      /Conditional accuracy [\d.]+ \(95 % interval [\d.]+ to [\d.]+, Wilson\) of 800 samples, by the nearest mode/,
    );
  });
});

test("data without labels are refused before anything is trained", async () => {
  const config = { data: { kind: "set", name: "line" }, conditional: true } as const;
  await expect(runJob(config, undefined, { engine })).rejects.toThrow(
    /--conditional: line has no labels.*leave it out, or take data with classes: ring, grid/,
  );
});
