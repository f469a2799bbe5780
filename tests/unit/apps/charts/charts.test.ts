import { describe, expect, test } from "vitest";
import { barChart, heatStrip, lineChart, scatterChart, standaloneSvg } from "../../../../apps/charts/charts.ts";
import { linePath, runningMean } from "../../../../apps/charts/decimate.ts";
import { brokenNumbers, pathsOf, textsOf } from "../fixtures.ts";

const labels = { title: "A plot", description: "What it shows.", xLabel: "step", yLabel: "loss (nats)" };
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("the path of a series", () => {
  const at =
    (values: readonly number[], width = values.length) =>
    (index: number) => ({
      x: (index * width) / values.length,
      y: values[index]!,
    });

  test("keeps the extremes of each pixel column of 10,000 points, and little else", () => {
    const values = upTo(10_000).map((index) => (index === 5_003 ? -500 : index === 7_777 ? 900 : index % 7));
    const path = linePath(values.length, at(values, 300));
    const drawn = path.runs.flat();
    expect(Math.min(...drawn.map(({ y }) => y))).toBe(-500);
    expect(Math.max(...drawn.map(({ y }) => y))).toBe(900);
    expect(drawn.length).toBeLessThanOrEqual(4 * 300);
    expect(path.d.length).toBeLessThan(15_000);
  });

  test("draws a short series point by point, each relative to the one before", () => {
    expect(linePath(3, at([0, 0.5, -2])).d).toBe("M0 0l1 .5 1-2.5");
  });

  test("does not let rounding errors add up", () => {
    const values = upTo(1000).map((index) => index * 0.04);
    const [, ...moves] = linePath(1000, (index) => ({ x: index, y: values[index]! }))
      .d.split("l")
      .join(" ")
      .split(" ");
    const y = moves.slice(1).reduce((sum, value, index) => (index % 2 === 1 ? sum + Number(value) : sum), 0);
    expect(y).toBeCloseTo(999 * 0.04, 1);
  });

  test("breaks at a gap, marks it, and shows a lone point between gaps as a dot", () => {
    const path = linePath(5, at([1, Number.NaN, 3, Number.NaN, 5]));
    expect(path.d).toBe("M0 1h0M2 3h0M4 5h0");
    expect(path.missing).toBe(2);
    expect(path.gaps).toEqual([1]);
  });

  test("stays small where every second of 10,000 values is a gap", () => {
    const values = upTo(10_000).map((index) => (index % 2 ? Number.NaN : Math.sin(index)));
    const path = linePath(values.length, at(values, 300));
    expect(path.missing).toBe(5_000);
    expect(path.d.length).toBeLessThan(15_000);
  });

  test("keeps a trajectory that turns back in its order", () => {
    const path = linePath(3, (index) => ({ x: [0, 10, 4][index]!, y: index }));
    expect(path.d).toBe("M0 0l10 1-6 1");
  });

  test("is empty for no points", () => {
    expect(linePath(0, at([])).d).toBe("");
  });
});

describe("the running mean", () => {
  const points = (values: readonly number[]) => values.map((y, x) => ({ x, y }));
  const mean = (values: readonly number[]) => runningMean(points(values), 2).map(({ y }) => y);

  test("leaves a straight line as it is, but for its ends", () => {
    expect(mean([0, 1, 2, 3, 4])).toEqual([0.5, 1, 2, 3, 3.5]);
  });

  test("evens out jitter, and never reaches across a gap", () => {
    expect(mean([0, 3, 0, Number.NaN, 9, 7])).toEqual([1.5, 1, 1.5, Number.NaN, 8, 8]);
  });
});

describe("a line chart", () => {
  test("has a name, a description and a role for readers who can't see it", () => {
    const svg = lineChart({ ...labels, series: [{ name: "g", x: [0, 1], y: [1, 2] }] });
    expect(svg).toMatch(/^<svg class="chart" role="img"/);
    expect(svg).toContain("<title>A plot</title><desc>What it shows.</desc>");
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["A plot", "step", "loss (nats)", "g"]));
  });

  test("escapes text from outside", () => {
    const evil = `<script>alert("1")</script>&'`;
    const texts = { title: evil, description: evil, xLabel: evil, yLabel: evil };
    const svg = lineChart({
      ...texts,
      series: [{ name: evil, x: [0, 1], y: [1, 2] }],
      markers: [{ x: 0, label: evil }],
      references: [{ y: 1.5, label: evil }],
    });
    expect(svg).not.toContain("<script");
    expect(svg).toContain("&lt;script&gt;");
  });

  test("marks values that are not finite, and never writes them into a path", () => {
    const y = [1, null, 2, Number.NaN, Number.POSITIVE_INFINITY, 3];
    const svg = lineChart({ ...labels, series: [{ name: "g", x: upTo(6), y }] });
    expect(brokenNumbers(svg)).toEqual([]);
    expect(textsOf(svg)).toContain("× 3 values are not finite");
  });

  test("counts zero and negative values as without a place on a log axis", () => {
    const svg = lineChart({ ...labels, yScale: "log", series: [{ name: "g", x: upTo(4), y: [1e-6, 0, -1, 1] }] });
    expect(brokenNumbers(svg)).toEqual([]);
    expect(textsOf(svg)).toContain("× 2 values are zero, negative or not finite");
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["10⁻⁶", "10⁰"]));
  });

  test.each(["linear", "log", "symlog"] as const)("draws nothing but axes without data (%s)", (yScale) => {
    for (const series of [[], [{ name: "g", x: [], y: [] }], [{ name: "g", x: [1], y: [Number.NaN] }]]) {
      expect(brokenNumbers(lineChart({ ...labels, yScale, series }))).toEqual([]);
    }
  });

  test.each([0, 1, -3, 1e-30, 1e30, -1.7e308])("draws a series that is %d all along", (value) => {
    const svg = lineChart({ ...labels, series: [{ name: "g", x: [0, 1, 2], y: [value, value, value] }] });
    expect(brokenNumbers(svg)).toEqual([]);
  });

  test("draws values at both ends of the range of numbers", () => {
    const series = [{ name: "g", x: [0, 1, 2], y: [-1.7e308, 0, 1.7e308] }];
    for (const yScale of ["linear", "symlog"] as const) {
      expect(brokenNumbers(lineChart({ ...labels, yScale, series }))).toEqual([]);
    }
  });

  test("stays under 20 kB for 10,000 points", () => {
    const y = upTo(10_000).map((index) => Math.sin(index * 12.9898) * 43_758.5453);
    expect(lineChart({ ...labels, series: [{ name: "g", x: upTo(10_000), y }] }).length).toBeLessThan(20_000);
  });

  test("joins the labels of markers that would overlap", () => {
    const markers = [
      { x: 500, label: "F1" },
      { x: 503, label: "F2" },
      { x: 10, label: "F3" },
    ];
    const svg = lineChart({ ...labels, series: [{ name: "g", x: [0, 1000], y: [0, 1] }], markers });
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["F3", "F1, F2"]));
  });

  test("tells more series apart than there are colours", () => {
    const series = upTo(10).map((index) => ({ name: `s${index}`, x: [0, 1], y: [index, index] }));
    expect(lineChart({ ...labels, series })).toContain("stroke-dasharray");
  });

  test("closes a band between its edges", () => {
    const bands = [{ name: "seeds", x: [0, 1], lower: [0, 0], upper: [1, 2] }];
    const svg = lineChart({ ...labels, series: [], bands });
    expect(pathsOf(svg).some((d) => d.endsWith("z") && d.startsWith("M0 "))).toBe(true);
  });
});

describe("a scatter chart", () => {
  test("draws a layer of 5,000 points as one path of under 80 kB", () => {
    const points = Float32Array.from({ length: 10_000 }, (_, index) => Math.sin(index * 78.233));
    const svg = scatterChart({ ...labels, layers: [{ name: "generated", points }] });
    expect(svg.length).toBeLessThan(80_000);
    expect(pathsOf(svg).filter((d) => d.length > 1000)).toHaveLength(1);
  });

  test("gives both axes the same unit", () => {
    const svg = scatterChart({
      ...labels,
      layers: [
        {
          name: "a",
          points: [
            [0, 0],
            [10, 1],
          ],
        },
      ],
      circles: [{ x: 5, y: 0.5, radius: 0.5 }],
    });
    const [, rx, ry] = /rx="([\d.]+)" ry="([\d.]+)"/.exec(svg) ?? [];
    expect(Number(rx)).toBeCloseTo(Number(ry), 0);
  });

  test("counts points that are not finite or outside the view, instead of shrinking the view", () => {
    const points = [
      [0, 0],
      [1, 1],
      [Number.NaN, 0],
      [1e9, 0],
    ];
    const domain = { x: [-2, 2], y: [-2, 2] } as const;
    const svg = scatterChart({ ...labels, layers: [{ name: "generated", points }], domain });
    expect(brokenNumbers(svg)).toEqual([]);
    const text = textsOf(svg).join(" ");
    expect(text).toContain("generated: 1 of 4 points lie outside the view");
    expect(text).toContain("generated: 1 of 4 points are not finite");
  });

  test.each(["circle", "square", "cross", "path"] as const)("draws marks of the shape %s, or none", (shape) => {
    for (const points of [
      [],
      [[1, 2]],
      [
        [1, 2],
        [3, 4],
        [2, 2],
      ],
    ]) {
      expect(brokenNumbers(scatterChart({ ...labels, layers: [{ name: "a", points, shape }] }))).toEqual([]);
    }
  });

  test("labels rings", () => {
    const circles = [{ x: 0, y: 0, radius: 1, label: "mode 1" }];
    expect(textsOf(scatterChart({ ...labels, layers: [], circles, circlesName: "mode, 3 σ" }))).toEqual(
      expect.arrayContaining(["mode 1", "mode, 3 σ"]),
    );
  });
});

describe("a bar chart", () => {
  test("draws a bar a value, none for zero, and a mark for what is not finite", () => {
    const svg = barChart({
      ...labels,
      categories: ["a", "b", "c"],
      series: [{ name: "n", values: [1, 0, Number.NaN] }],
      reference: { value: 2, label: "even share" },
    });
    expect(brokenNumbers(svg)).toEqual([]);
    expect(
      pathsOf(svg)
        .find((d) => d.includes("V"))
        ?.match(/z/g),
    ).toHaveLength(1);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["a", "b", "c", "even share", "× 1 value is not finite"]));
  });

  test("leaves out names that have no room", () => {
    const categories = upTo(100).map((index) => `category ${index}`);
    const shown = textsOf(barChart({ ...labels, categories, series: [{ name: "n", values: upTo(100) }] }));
    expect(shown.filter((text) => text.startsWith("category")).length).toBeLessThan(8);
  });

  test("starts below the least value on a log axis", () => {
    const svg = barChart({
      ...labels,
      yScale: "log",
      categories: ["a", "b"],
      series: [{ name: "n", values: [1, 1e6] }],
    });
    expect(brokenNumbers(svg)).toEqual([]);
    expect(
      pathsOf(svg)
        .find((d) => d.includes("V"))
        ?.match(/z/g),
    ).toHaveLength(2);
  });
});

describe("a heat strip", () => {
  const strip = { ...labels, valueLabel: "share" };

  test("averages 10,000 columns to a small picture", () => {
    const rows = upTo(32).map((row) => ({
      name: `2^${row}`,
      values: upTo(10_000).map((step) => Math.sin(row + step)),
    }));
    const svg = heatStrip({ ...strip, rows, columns: upTo(10_000) });
    expect(brokenNumbers(svg)).toEqual([]);
    expect(svg.length).toBeLessThan(150_000);
  });

  test("draws neighbours of one colour as one rectangle", () => {
    const svg = heatStrip({ ...strip, rows: [{ name: "a", values: [1, 1, 1, 0] }], columns: upTo(4) });
    expect(
      pathsOf(svg)
        .filter((d) => d.endsWith("z"))
        .map((d) => d.match(/z/g)!.length),
    ).toEqual([1, 1]);
  });

  test("has a cell for each named column", () => {
    const columns = ["0.001", "0.01", "0.1"];
    const svg = heatStrip({ ...strip, rows: [{ name: "a", values: [1, 0, 1] }], columns });
    expect(textsOf(svg)).toEqual(expect.arrayContaining(columns));
    expect(brokenNumbers(svg)).toEqual([]);
  });

  test("marks cells without a finite value", () => {
    const svg = heatStrip({ ...strip, rows: [{ name: "a", values: [1, null, Number.NaN, 0] }], columns: upTo(4) });
    expect(brokenNumbers(svg)).toEqual([]);
    expect(textsOf(svg)).toContain("no finite value");
  });

  test("draws nothing but its frame without data", () => {
    expect(brokenNumbers(heatStrip({ ...strip, rows: [], columns: [] }))).toEqual([]);
    expect(brokenNumbers(heatStrip({ ...strip, rows: [{ name: "a", values: [] }], columns: [] }))).toEqual([]);
  });
});

test("a plot as a file of its own brings its colours and its namespace", () => {
  const svg = standaloneSvg(lineChart({ ...labels, series: [{ name: "g", x: [0, 1], y: [1, 2] }] }));
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" class="chart" role="img" viewBox="-12 -12 /);
  expect(svg).toContain("--series-1: light-dark(");
});
