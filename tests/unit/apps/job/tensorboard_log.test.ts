/** Event files of a run, read by a decoder that is none of the library's. */
import { describe, expect, test } from "vitest";
import { tensorBoardLog } from "../../../../apps/job/files/tensorboard_log.ts";
import type { JobEntry } from "../../../../apps/job/job_entry.ts";
import { decodePng } from "../../io/decode_png.ts";
import { bytesAt, doubles, eventsOf, fieldsOf, scalarOf } from "../../io/event_reader.ts";
import { report, stats } from "./fixtures.ts";

const taken = { step: 3, seconds: 1, stats: stats(), aside: { dispatches: 0, buffersCreated: 0 } };

describe("an event file of a run", () => {
  test("has a name that sorts by when it was begun, and where it goes on from", () => {
    const first = tensorBoardLog({ seconds: 1_800_000_000.5 });
    const second = tensorBoardLog({ seconds: 1_800_000_100, step: 40 });
    expect(first.name).toBe("events.out.tfevents.1800000000.0000000000.saddlepoint");
    expect([second.name, first.name].sort()).toEqual([first.name, second.name]);
    const [version, start] = eventsOf(second.header);
    expect(version).toMatchObject({ version: "brain.Event:2", seconds: 1_800_000_100 });
    expect(start).toMatchObject({ isStart: true, step: 40 });
    expect(Date.now() / 1000 - (eventsOf(tensorBoardLog().header)[0]?.seconds ?? 0)).toBeLessThan(10);
  });

  test("has each step at its time, with scalars and histograms", async () => {
    // A hundred steps a second, told of at once.
    const entry: JobEntry = { kind: "report", report: report(10, 3), taken };
    const events = eventsOf(await tensorBoardLog().add(entry, 50));
    const scalars = events.filter(({ values }) => "loss/generator" in values);
    expect(scalars.map(({ step }) => step)).toEqual([10, 11, 12]);
    expect(scalars.map(({ seconds }) => seconds)).toEqual([49.98, 49.99, 50]);
    expect(scalars.map((event) => scalarOf(event, "loss/discriminator"))).toEqual([20, 22, 24]);
    expect(scalarOf(scalars[0], "gradient/generator/output/rms")).toBe(1.25);
    // Of a step without probes there are none.
    expect(Object.keys(scalars[1]?.values ?? {})).toEqual(["loss/generator", "loss/discriminator"]);
    const tag = "gradient/generator/output/exponents";
    const histograms = events.filter(({ values }) => tag in values);
    expect(histograms.map(({ step }) => step)).toEqual([10, 12]);
    const histogram = histograms[0]?.values[tag];
    const fields = fieldsOf(bytesAt(histogram ?? new Map(), 5));
    expect(doubles(bytesAt(fields, 6))).toEqual([-119, -111]);
    expect(doubles(bytesAt(fields, 7))).toEqual([3, 4]);
    const [least, greatest, count, sum, squares] = [1, 2, 3, 4, 5].map((field) => doubles(bytesAt(fields, field))[0]);
    expect([least, greatest, count, sum]).toEqual([-127, -111, 7, 3 * -123 + 4 * -115]);
    expect(squares).toBe(3 * 123 ** 2 + 4 * 115 ** 2);
  });

  test("keeps what is not finite", async () => {
    const broken = report(0, 1);
    broken.telemetry.rows[0]?.values.fill(Number.NaN, 0, 4);
    const events = eventsOf(await tensorBoardLog().add({ kind: "report", report: broken, taken }, 1));
    expect(scalarOf(events[0], "loss/generator")).toBeNaN();
    expect(events).toHaveLength(2);
  });

  test("has grids of images as pictures, at the number of steps done", async () => {
    const grid = { shape: [2, 2, 2, 1], values: Float32Array.of(-1, 1, -1, 1, 1, -1, 1, -1) };
    const events = eventsOf(
      await tensorBoardLog().add({ kind: "report", report: { ...report(0, 1), grid }, taken }, 1),
    );
    const event = events.find(({ values }) => "samples/fixed" in values);
    expect(event?.step).toBe(1);
    const image = fieldsOf(bytesAt(event?.values["samples/fixed"] ?? new Map(), 4));
    const { width, height } = decodePng(bytesAt(image, 4));
    expect([image.get(1)?.[0], image.get(2)?.[0], image.get(3)?.[0]]).toEqual([height, width, 4]);
    const points = { shape: [2, 2], values: new Float32Array(4) };
    const none = eventsOf(
      await tensorBoardLog().add({ kind: "report", report: { ...report(0, 1), samples: points }, taken }, 1),
    );
    expect(none.some(({ values }) => "samples" in values)).toBe(false);
  });

  test("has metrics and modes, and nothing of what has no measurements", async () => {
    const log = tensorBoardLog();
    const evaluation = {
      step: 400,
      measurements: [{ metric: "KID", value: 0.5, interval: { low: 0.25, high: 1, level: 0.95 } }],
      histograms: [],
    };
    const [metrics] = eventsOf(await log.add({ kind: "evaluation", evaluation } as unknown as JobEntry, 1));
    expect(metrics?.step).toBe(400);
    expect(["", "/low", "/high"].map((end) => scalarOf(metrics, `metric/KID${end}`))).toEqual([0.5, 0.25, 1]);
    const modes = { capturedOnePercent: 7, highQualityShare: 0.5 } as never;
    const told = await log.add({ kind: "report", report: { ...report(0, 1), modes }, taken }, 1);
    expect(scalarOf(eventsOf(told).at(-1), "modes/highQualityShare")).toBe(0.5);
    expect(await log.add({ kind: "end", taken })).toHaveLength(0);
  });
});
