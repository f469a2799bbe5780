import { data, type metrics } from "saddlepoint";
import { describe, expect, test } from "vitest";
import { metricsCsv } from "../../../../apps/job/files/metrics_csv.ts";
import type { Evaluation } from "../../../../apps/job/images/image_evaluator.ts";
import { strokeCounts } from "../../../../apps/job/images/image_metrics.ts";
import { imageSections } from "../../../../apps/job/images/image_sections.ts";
import type { ImageResults } from "../../../../apps/job/images/image_watch.ts";
import { samplesOf } from "../../../../src/metrics/classifier/classifier.ts";

const frechet = (value: number) => ({
  metric: "Fréchet distance",
  value,
  corrected: value - 1,
  interval: { low: value - 2, high: value, level: 0.95, method: "jackknife over 20 groups" },
  n: [500, 400],
  seed: 3,
  settings: { features: 64 },
  description: `Fréchet distance ${value}.`,
});
const covered = {
  ...{ metric: "Classes covered", value: 7, n: [500], description: "7 of 10." },
  settings: { share: 0.03, classes: 10 },
};

const evaluations: Evaluation[] = [
  { step: 100, measurements: [frechet(9)], histograms: [] },
  { step: 200, measurements: [], histograms: [] },
  {
    step: 300,
    measurements: [frechet(5), covered],
    histograms: [{ of: "classes", categories: ["cat", "dog"], fake: [3, 1], real: [1, 1] }],
  },
];

const batch = (...values: number[]): metrics.Samples => ({
  values: Float32Array.from(values),
  shape: [values.length, 1, 1, 1],
});

const results: ImageResults = {
  frames: Array.from({ length: 30 }, (_, i) => ({ step: 10 * (i + 1), grid: batch(i / 30, Number.NaN) })),
  evaluations,
  walks: [batch(0, 0.5)],
  nearest: { samples: batch(0), real: batch(1), distances: [1], usualDistance: 0.5 },
};

describe("imageSections", () => {
  const sections = imageSections(results);

  test("plots each metric without its bias, with gaps where it was not measured", () => {
    const { steps, series } = sections.imageMetrics!;
    expect(steps).toEqual([100, 200, 300]);
    expect(series["Fréchet distance"]).toMatchObject({ values: [8, null, 4], low: [7, null, 3], high: [9, null, 5] });
    expect(series["Classes covered"]).toMatchObject({ values: [null, null, 7], low: [null, null, null] });
    expect(series["Fréchet distance"]?.note).toBe("Fréchet distance 5.");
    expect(series["Classes covered"]?.domain).toEqual([0, 10.8]);
  });

  test("has the shares of the last measurement, with the threshold of a covered class", () => {
    expect(sections.histograms).toMatchObject([
      { title: "Classes of samples", generated: [0.75, 0.25], real: [0.5, 0.5], threshold: { share: 0.03 } },
    ]);
  });

  test("keeps a few frames with their steps, and survives JSON", () => {
    expect(sections.filmStrip?.steps).toHaveLength(10);
    expect(sections.filmStrip?.rows[0]).toEqual([0, null]);
    expect(JSON.parse(JSON.stringify(sections))).toEqual(sections);
  });

  test("leaves out what a run that failed early does not have", () => {
    expect(imageSections({ frames: [], evaluations: [], walks: [], nearest: undefined })).toEqual({ histograms: [] });
  });
});

test("metricsCsv has a row for each measurement, with empty cells for what it lacks", () => {
  expect(metricsCsv(evaluations).split("\r\n")).toEqual([
    "step,metric,value,corrected,low,high,n,seed,settings",
    "100,Fréchet distance,9,8,7,9,500 400,3,features 64",
    "300,Fréchet distance,5,4,3,5,500 400,3,features 64",
    '300,Classes covered,7,,,,500,,"share 0.03, classes 10"',
    "",
  ]);
});

test("strokeCounts agrees with the signs that were drawn", () => {
  const source = data.glyphs({ count: 20 });
  expect(strokeCounts(samplesOf(source, [...source.strokes.keys()]))).toEqual([...source.strokes]);
});
