import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ringGame } from "../../bench/comparison/problem.ts";
import { chooseWorkloads } from "../../bench/core/bench.ts";
import { measureInTurn } from "../../bench/core/measure.ts";
import { isSound, type MeasuredVariant, type WorkloadResult } from "../../bench/core/report.ts";
import { relativeError, withLimit, withRatios, withShares } from "../../bench/core/run_workload.ts";
import { normals, places } from "../../bench/core/seeded.ts";
import { medianInterval, spreadOf } from "../../bench/core/statistics.ts";
import { digits, htmlTable, markdownTable, tablesOf, textTable } from "../../bench/core/table.ts";
import { joinedTable } from "../../bench/core/torch_report.ts";
import { type Runner, roundsOf } from "../../bench/core/workload.ts";
import { transposed } from "../../bench/peers/layout.ts";
import { ownWorkloads } from "../../bench/workloads/registry.ts";
import { parseBenchOptions } from "../../tools/bench/options.mjs";
import { resultsText } from "../../tools/bench/results.mjs";

const measured = (
  name: string,
  milliseconds: readonly number[],
  rest: Partial<MeasuredVariant> = {},
): MeasuredVariant => ({
  name,
  work: 1e9,
  milliseconds,
  rate: spreadOf(milliseconds.map((time) => 1000 / time)),
  startMilliseconds: 12,
  error: 1e-6,
  isRight: true,
  facts: {},
  ...rest,
});

const result = (rest: Partial<WorkloadResult> = {}): WorkloadResult => ({
  name: "matmul 512",
  group: "matmul",
  unit: "flop",
  variants: [measured("saddlepoint", [100, 125, 200])],
  warnings: [],
  ...rest,
});

describe("the statistics", () => {
  test("take the middle and the ends, in any order", () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, low: 1, high: 5 });
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, low: 1, high: 4 });
  });

  test("compare round by round, so that a slow round changes no ratio", () => {
    // The second round is three times as slow for both.
    const variants = [measured("fast", [10, 30]), measured("slow", [40, 120])];
    const [, speedup] = withRatios(variants, { reference: "fast", as: "speedup" });
    expect(speedup).toMatchObject({ ratio: { median: 4, low: 4, high: 4 } });
    const [, share] = withRatios(variants, { reference: "fast", as: "share" });
    expect(share).toMatchObject({ ratio: { median: 0.25 } });
  });

  test("compare rates where the work differs", () => {
    const variants = [measured("half", [10], { work: 1 }), measured("whole", [10], { work: 2 })];
    expect(withRatios(variants, { reference: "half", as: "share" })[1]).toMatchObject({ ratio: { median: 2 } });
  });

  test("give a variant's share of the one before it, where they belong together", () => {
    const results = [measured("product", [10, 20]), measured("kernel", [20, 25]), measured("other", [1, 1])];
    const shares = withShares(results, [{}, { besidePrevious: true }, {}]);
    expect(shares[1]).toMatchObject({ shareOfPrevious: { low: 0.5, median: 0.65, high: 0.8 } });
    expect([shares[0], shares[2]]).toEqual([results[0], results[2]]);
    const [table] = tablesOf([result({ variants: shares })]);
    expect(table?.rows.map((row) => row[table.header.indexOf("of the row above")])).toEqual([
      "",
      "65 % (50 to 80)",
      "",
    ]);
    const failed = [{ name: "product", failure: "It can't." }, measured("kernel", [20])];
    expect(withShares(failed, [{}, { besidePrevious: true }])).toEqual(failed);
  });

  test("give a share of the limit, if that is right", () => {
    const results = [
      measured("saddlepoint", [20, 20, 40]),
      measured("hand-wired", [10, 18, 30]),
      measured("jax", [100, 90, 60]),
    ];
    const [own, limit, other] = withLimit(results, "hand-wired");
    expect(own).toMatchObject({ shareOfLimit: { low: 0.5, median: 0.75, high: 0.9 } });
    expect(limit).toEqual(results[1]);
    expect(other).toMatchObject({ shareOfLimit: { low: 0.1, median: expect.closeTo(0.2), high: 0.5 } });
    const wrong = [results[0]!, { ...results[1]!, isRight: false }];
    expect(withLimit(wrong, "hand-wired")).toEqual(wrong);
    expect(withLimit(results, undefined)).toEqual(results);
    const [table] = tablesOf([result({ group: "peers", variants: [own!, limit!, other!] })]);
    const column = table!.header.indexOf("share of the limit");
    expect(table?.rows.map((row) => row[column])).toEqual(["0.75 (0.50 to 0.90)", "", "0.20 (0.10 to 0.50)"]);
  });

  test("tell by how many times the time a variant takes", () => {
    const comparison = { reference: "small", as: "time" as const };
    const variants = withRatios([measured("small", [10]), measured("large", [42])], comparison);
    expect(variants[1]).toMatchObject({ ratio: { median: 4.2 } });
    const [table] = tablesOf([result({ variants, comparison })]);
    expect(table?.header).toContain("time of small");
    expect(table?.rows[1]).toContain("4.2 x (4.2 to 4.2)");
  });

  test("give the interval of a median, the same every time, from ten rounds on", () => {
    const values = Array.from({ length: 20 }, (_, i) => 0.9 + 0.01 * i);
    const { low, high } = medianInterval(values);
    expect(low).toBeGreaterThan(0.93);
    expect(low).toBeLessThan(0.98);
    expect(high).toBeGreaterThan(1.01);
    expect(high).toBeLessThan(1.06);
    expect(medianInterval(values)).toEqual({ low, high });
    expect(medianInterval([3, 3, 3])).toEqual({ low: 3, high: 3 });
    const rounds = (count: number) => [measured("off", Array(count).fill(97)), measured("on", Array(count).fill(100))];
    const comparison = { reference: "off", as: "share" as const };
    expect(withRatios(rounds(9), comparison)[1]).not.toHaveProperty("ratioInterval");
    const [table] = tablesOf([result({ variants: withRatios(rounds(10), comparison), comparison })]);
    expect(table?.rows.map((row) => row[table.header.indexOf("its 95 % interval")])).toEqual(["", "97.0 to 97.0 %"]);
  });

  test("leave a failed variant as it is", () => {
    const variants = [measured("one", [10]), { name: "two", failure: "It can't." }];
    expect(withRatios(variants, { reference: "one", as: "share" })[1]).toEqual(variants[1]);
    expect(withRatios(variants, { reference: "two", as: "share" })).toEqual(variants);
  });
});

describe("the error of an answer", () => {
  test("is relative to the largest number", () => {
    expect(relativeError([1.01, 10], [1, 10])).toBeCloseTo(0.001, 12);
  });

  test("is infinite for what can't be right", () => {
    expect(relativeError([], [])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError([Number.NaN], [1])).toBe(Number.POSITIVE_INFINITY);
  });
});

test("runners take turns, after a warm-up that finds how many runs fill a sample; one that fails is out", async () => {
  const log: string[] = [];
  // A clock of its own, that no other program of the machine delays.
  let clock = 0;
  const now = vi.spyOn(performance, "now").mockImplementation(() => clock);
  onTestFinished(() => now.mockRestore());
  const runner = (name: string, milliseconds: number): Runner => ({
    run: async (times) => {
      log.push(`${name}${times}`);
      clock += times * milliseconds;
    },
    answer: async () => [0],
    dispose: () => undefined,
  });
  const broken: Runner = { ...runner("x", 1), run: () => Promise.reject(new Error("out of memory")) };
  const runners = [runner("a", 1), broken, runner("b", 6)];
  const [a, x, b] = await measureInTurn(runners, { rounds: 3, leastMilliseconds: 5 });
  const rounds = log.slice(-6);
  expect(rounds.map((entry) => entry[0])).toEqual(["a", "b", "a", "b", "a", "b"]);
  expect(Number(rounds[0]?.slice(1))).toBeGreaterThanOrEqual(4);
  expect(rounds[1]).toBe("b1");
  expect([a, b]).toEqual([Array(3).fill(expect.any(Number)), Array(3).fill(expect.any(Number))]);
  for (const time of a as readonly number[]) expect(time).toBeCloseTo(1, 9);
  expect(x).toEqual({ error: new Error("out of memory") });
});

describe("the table", () => {
  test("has rates, ranges, times and checks", () => {
    const [table] = tablesOf([result()]);
    expect(table?.header).toEqual([
      "workload",
      "rate",
      "lowest to highest",
      "a run, ms",
      "setup and first run, ms",
      "check",
    ]);
    expect(table?.rows).toEqual([["matmul 512", "8 GFLOP/s", "5 to 10", "125", "12", "right"]]);
  });

  test("says what is wrong", () => {
    const wrong = measured("off", [10], { isRight: false, error: 0.035 });
    const [table] = tablesOf([
      result({ variants: [wrong, { name: "gone", failure: "Error: no such kernel" }], warnings: ["bad submission"] }),
    ]);
    expect(table?.rows[0]?.at(-1)).toBe("WRONG: off by 3.5e-2");
    expect(table?.rows[1]).toEqual(["", "gone", "failed: Error: no such kernel"]);
    expect(table?.voids).toEqual(["matmul 512 is void, since WebGPU reported: bad submission"]);
    expect(table?.notes).toEqual([]);
  });

  test("says under it what a variant has chosen", () => {
    const [table] = tablesOf([result({ variants: [measured("hand-wired", [10], { note: "quad 16x8" })] })]);
    expect(table?.notes).toEqual(["hand-wired, matmul 512: quad 16x8."]);
    expect(markdownTable(table!)).toContain("| right |\n\n- hand-wired, matmul 512: quad 16x8.");
    expect(textTable(table!)).toContain("hand-wired, matmul 512: quad 16x8.");
    expect(htmlTable(table!)).toContain('<p class="muted">hand-wired, matmul 512: quad 16x8.</p>');
  });

  test("is the same as text, as Markdown and as HTML", () => {
    const [table] = tablesOf([result(), result({ name: "matmul <1|2>" })]);
    const lines = textTable(table!).split("\n");
    expect(lines[2]?.indexOf("rate")).toBe(lines[4]?.indexOf("8 GFLOP/s"));
    expect(markdownTable(table!)).toContain("| matmul 512 | 8 GFLOP/s | 5 to 10 |");
    expect(markdownTable(table!)).toContain("matmul <1\\|2>");
    expect(htmlTable(table!)).toContain('<th scope="row">matmul &lt;1|2&gt;</th><td class="number">8 GFLOP/s</td>');
  });

  test("has three digits", () => {
    expect([0.012345, 1.2345, 123.45, 12345.6, 7].map(digits)).toEqual(["0.0123", "1.23", "123", "12346", "7"]);
  });
});

test("a run is sound if this engine is right; other engines may fail", () => {
  const failed = { name: "other", failure: "no" };
  const own = measured("saddlepoint", [1]);
  expect(isSound(result())).toBe(true);
  expect(isSound(result({ variants: [own, failed] }))).toBe(false);
  expect(isSound(result({ group: "peers", variants: [own, failed] }))).toBe(true);
  expect(isSound(result({ group: "peers", variants: [{ ...own, isRight: false }] }))).toBe(false);
  expect(isSound(result({ warnings: ["lost"] }))).toBe(false);
});

describe("what all engines are given", () => {
  test("is the same every time, and looks normal", () => {
    const values = normals(10_000, 7, 2);
    expect(values).toEqual(normals(10_000, 7, 2));
    expect(values).not.toEqual(normals(10_000, 8, 2));
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(0.08);
    expect(Math.abs(deviation - 2)).toBeLessThan(0.06);
  });

  test("is compared at places inside the result", () => {
    expect(places(3)).toEqual([0, 1, 2]);
    expect(new Set(places(1000)).size).toBe(64);
    expect(Math.max(...places(1000))).toBeLessThan(1000);
  });

  test("goes into another layout as a transpose does", () => {
    const values = Float32Array.from({ length: 24 }, (_, i) => i);
    const [shape, order] = [
      [2, 3, 4],
      [2, 0, 1],
    ];
    const moved = transposed(values, shape!, order!);
    for (const [i, j, k] of [
      [0, 0, 0],
      [1, 2, 3],
      [1, 0, 2],
    ] as const) {
      expect(moved[(k * 2 + i) * 3 + j]).toBe(values[(i * 3 + j) * 4 + k]);
    }
  });

  test("has weights and biases for every layer", () => {
    const { generator } = ringGame({ width: 8, batch: 4 });
    expect(generator.parameters.flat().map(({ shape }) => shape)).toEqual([[2, 8], [8], [8, 8], [8], [8, 2], [2]]);
  });
});

test("words choose workloads by group and by name", () => {
  const workloads = ownWorkloads();
  expect(chooseWorkloads(workloads, [])).toHaveLength(workloads.length);
  expect(chooseWorkloads(workloads, ["training: ring", "SOFTMAX"]).map(({ name }) => name)).toEqual([
    "softmax, 4096 x 256",
    "ring",
  ]);
  expect(() => chooseWorkloads(workloads, ["matmul 7"])).toThrow(/"matmul 7".*matmul 256/);
});

test("what probes cost is measured in ten rounds at least", () => {
  expect(roundsOf("probes", 3)).toBe(10);
  expect(roundsOf("probes", 20)).toBe(20);
  expect(roundsOf("matmul", 3)).toBe(9);
  expect(roundsOf("training", 3)).toBe(3);
});

test("the results that are published have the limit, the intervals and the memory", async () => {
  const facts = { dispatches: 17, "MB moved": 7.5, "MB between kernels": 1.4, "least possible MB": 1.3 };
  const limited = withLimit(
    [measured("saddlepoint", [20], { facts }), measured("hand-wired", [17], { note: "NN: quad 16x8" })],
    "hand-wired",
  );
  const rounds = [measured("off", Array(10).fill(97)), measured("every step", Array(10).fill(100))];
  const comparison = { reference: "off", as: "share" as const };
  const text = await resultsText(
    {
      ...{ date: "", runtime: "Node", adapterName: "GPU", features: [], rounds: 3, leastMilliseconds: 600 },
      adapter: { vendor: "", architecture: "", device: "", description: "", software: true },
      workloads: [
        result({ group: "peers", name: "ring GAN", unit: "iterations", variants: limited }),
        result({ group: "probes", name: "ring, probes", comparison, variants: withRatios(rounds, comparison) }),
      ],
    },
    "npm run bench -- --ceiling --write",
  );
  expect(text).toContain("| share of the limit | a run, ms | setup and first run, ms | dispatches | MB moved |");
  expect(text).toContain("| MB between kernels | least possible MB |");
  expect(text).toContain("| 0.85 (0.85 to 0.85) |");
  expect(text).toContain("- hand-wired, ring GAN: NN: quad 16x8.");
  expect(text).toContain("| of off | its 95 % interval |");
  expect(text).toContain("| 97.0 to 97.0 % |");
});

test.each(["bench/ceiling/ceiling.ts", "bench/peers/peers.ts"])("%s is bundled without this engine", async (entry) => {
  const { metafile } = await build({
    ...{ entryPoints: [entry], bundle: true, write: false, metafile: true, format: "esm", packages: "external" },
    absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
  });
  const inputs = Object.entries(metafile.inputs);
  expect(inputs.map(([path]) => path).filter((path) => !path.startsWith("bench/"))).toEqual([]);
  const imported = inputs.flatMap(([, { imports }]) => imports.map(({ path }) => path));
  expect(imported.filter((path) => path.startsWith("saddlepoint"))).toEqual([]);
});

describe("the command line", () => {
  test("has defaults", () => {
    expect(parseBenchOptions([])).toEqual({
      ...{ only: [], rounds: 3, leastMilliseconds: 600, peers: [], ceiling: false, runtime: "chrome" },
      ...{ write: false, serve: false, help: false },
    });
  });

  test("takes peers, all or some", () => {
    expect(parseBenchOptions(["--peers"]).peers).toEqual(["jax-webgpu", "tfjs-webgpu", "jax-wasm", "tfjs-wasm"]);
    expect(parseBenchOptions(["--peers", "--engines", "jax-wasm"]).peers).toEqual(["jax-wasm"]);
  });

  test("takes the hand-wired lists, with peers or without, and the probes for themselves", () => {
    expect(parseBenchOptions(["--ceiling"])).toMatchObject({ ceiling: true, peers: [] });
    expect(parseBenchOptions(["--ceiling", "--peers"]).peers).toHaveLength(4);
    const { only } = parseBenchOptions(["--probes"]);
    const groups = chooseWorkloads(ownWorkloads(), only).map(({ group }) => group);
    expect([...new Set(groups)]).toEqual(["probes", "batches"]);
    expect(chooseWorkloads(ownWorkloads(), only).map(({ name }) => name)).toEqual([
      "ring, probes",
      "WGAN-GP ring, probes",
      "DCGAN-28, probes",
      "npm start, probes",
      "ring at larger batches",
    ]);
  });

  test.each([
    [["--rounds", "0"], /--rounds 0.*1 to 1000/],
    [["--runtime", "safari"], /safari.*chrome, deno, node/],
    [["--engines", "jax-wasm"], /add --peers/],
    [["--peers", "--engines", "torch"], /torch.*jax-webgpu/],
    [["--fast"], /--fast/],
    [["--join", "ours.json"], /two files/],
  ])("refuses %j", (words, message) => {
    expect(() => parseBenchOptions(words)).toThrow(message);
  });
});

test("a report of PyTorch stands beside ours, with its failures", () => {
  const ours = {
    ...{ date: "", runtime: "Node", adapterName: "GPU", features: [], rounds: 1, leastMilliseconds: 1 },
    adapter: { vendor: "", architecture: "", device: "", description: "", software: false },
    workloads: [result()],
  };
  const torch = (name: string) => ({
    ...{ group: "matmul", name, variant: "saddlepoint", unit: "flop" as const },
    settings: [
      { setting: "eager", rate: { median: 4, low: 4, high: 4 } },
      { setting: "compiled", failure: "not here" },
    ],
  });
  const { header, rows } = joinedTable(ours, {
    ...{ runtime: "PyTorch", adapterName: "GPU" },
    workloads: [torch("matmul 512"), torch("matmul 513")],
  });
  expect(header).toEqual(["workload", "unit", "Saddlepoint", "eager", "compiled"]);
  expect(rows).toEqual([["matmul 512", "GFLOP/s", "8", "4 (2 x)", "failed: not here"]]);
});
