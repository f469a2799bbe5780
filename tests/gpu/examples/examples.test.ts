/** Every example as it stands: it runs, warns of nothing, and what it prints is true. */
import { afterEach, expect, test, vi } from "vitest";
import { someOf } from "../../browser/some_of.ts";

const examples = import.meta.glob("../../../examples/*.ts");
const [readme = ""] = Object.values(
  import.meta.glob<string>("../../../README.md", { query: "?raw", import: "default", eager: true }),
);
/** Whether an engine has said that there is no GPU. */
let isOnCpu = false;

/** The arguments of each call of `console.log`. */
type Printed = readonly (readonly unknown[])[];

const numbers = (value: unknown): number[] =>
  ArrayBuffer.isView(value) || Array.isArray(value) ? Array.from(value as ArrayLike<number>) : [Number(value)];
const only = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error("The example printed less than that.");
  return value;
};
const lines = (printed: Printed): string => printed.map((values) => values.join(" ")).join("\n");
const last = (printed: Printed): readonly unknown[] => only(printed.at(-1));

/** Losses of a training that goes on: a step, and one number for each player. */
function expectLosses([step, losses]: readonly unknown[], players: readonly string[] = ["discriminator", "generator"]) {
  expect(step).toBeGreaterThan(0);
  expect(Object.keys(Object(losses)).sort()).toEqual(players);
  for (const loss of Object.values(Object(losses))) expect(loss).toBeTypeOf("number");
  expect(Object.values(Object(losses)).every(Number.isFinite)).toBe(true);
}

/** What is true of the print of each. */
const truths: Readonly<Record<string, (printed: Printed) => void>> = {
  gradients: ([gradient, alongX, alongY, end]) => {
    expect(numbers(gradient?.[1]).map(Math.abs)).toEqual([0, 0]);
    expect([alongX?.at(-1), alongY?.at(-1)]).toEqual([2, -2]);
    const [x = 0, y = 0] = numbers(end?.[1]);
    expect(x).toBeCloseTo(0.8 ** 40, 6);
    expect(y).toBeCloseTo(0.001 * 1.2 ** 40, 2);
  },
  ring: (printed) => {
    const covered = [...lines(printed).matchAll(/(\d) of 8 modes covered/g)].map(([, count]) => Number(count));
    expect(covered).toHaveLength(2);
    // Some of the modes so early, where there were fewer before.
    expect(only(covered[1])).toBeGreaterThan(only(covered[0]));
    expect(last(printed)[1]).toEqual([4, 2]);
  },
  failure: (printed) => {
    expect(printed[0]?.[0]).toMatch(
      /^step \d+, (warning|serious): Vanishing generator gradient at discriminator\/logit/,
    );
    expect(printed[1]?.[1]).toContain("non-saturating");
    expect(printed[1]?.[2]).toEqual([{ kind: "loss", name: "non-saturating" }]);
  },
  cure: (printed) => {
    const [failing = 0, otherLoss = 0, penalty = 0] = printed.map((values) => Number(values.at(-1)));
    expect(failing).toBeLessThan(-1);
    expect(otherLoss).toBeGreaterThan(-0.5);
    expect(penalty).toBeGreaterThan(failing + 0.5);
  },
  steward: (printed) => {
    expect(lines(printed)).toMatch(/^step 200: Overpowering discriminator since step \d+/m);
    expect(lines(printed)).toMatch(/^it went on so: .*LearningRate x/m);
    expect(last(printed)[0]).toBe(400);
    expect(Number(last(printed)[1])).toBeLessThan(0.005);
    // What the readme shows of it, on a software adapter.
    const shown = readme.split("\n").filter((line: string) => /^[├└]/.test(line));
    expect(shown).toHaveLength(4);
    for (const line of isOnCpu ? shown : []) expect(lines(printed)).toContain(line);
  },
  own_points: (printed) => {
    const [, shape, , height, , income] = last(printed);
    expect(shape).toEqual([500, 2]);
    expect(Number(height)).toBeGreaterThan(150);
    expect(Number(height)).toBeLessThan(190);
    expect(Number(income)).toBeGreaterThan(30_000);
    expect(Number(income)).toBeLessThan(50_000);
  },
  classes: (printed) => {
    const around = printed.slice(-4).map(([, at]) => numbers(at));
    const [right, top, left, bottom] = around.map(([x = 0, y = 0]) => ({ x, y }));
    expect(right?.x).toBeGreaterThan(1);
    expect(top?.y).toBeGreaterThan(1);
    expect(left?.x).toBeLessThan(-1);
    expect(bottom?.y).toBeLessThan(-1);
  },
  images: (printed) => {
    expect(printed[0]?.[0]).toMatch(/^500 images of 28 x 28 x 1: /);
    expect(printed).toHaveLength(3);
    for (const [step, losses, size, png] of printed.slice(1)) {
      expectLosses([step, losses]);
      expect(size).toMatch(/^\d+ x \d+ pixels$/);
      expect(png).toMatch(/^data:image\/png;base64,/);
    }
  },
  metrics: (printed) => {
    const distances = [...lines(printed).matchAll(/Fréchet distance ([\d.e-]+)/g)].map(([, value]) => Number(value));
    expect(distances).toHaveLength(2);
    expect(only(distances[0])).toBeLessThan(only(distances[1]));
    // Of a normal distribution in the plane, 98.9 % lie within three standard deviations.
    expect(lines(printed)).toMatch(/real near a mode: 0\.9[89]\d* of each: /);
    expect(lines(printed)).toMatch(/precision [\d.]+, recall [\d.]+/);
  },
  snapshot: (printed) => {
    expect(lines(printed)).toMatch(/a snapshot of step 50 in \d+ characters/);
    expect(last(printed)).toEqual(["the same bits:", true]);
  },
  own_loss: (printed) => {
    for (const [step, losses, , gain] of printed) {
      expectLosses([step, losses]);
      expect(Math.abs(Number(gain))).toBe(0);
    }
  },
  own_penalty: (printed) => {
    const [, before = 0, , after = 0] = printed.map((values) => Number(values.at(-1)));
    expect(Math.abs(after)).toBeLessThan(Math.abs(before));
  },
  own_probe: ([columns, findings]) => {
    expect(columns?.[0]).toContain("largest/discriminator/logit/gradient");
    const own = /^Uneven gradient since step \d+: it differs \d/;
    expect(findings?.[0]).toContainEqual(expect.stringMatching(own));
  },
  own_layer: (printed) => {
    expect(printed[0]?.[0]).toContain("fourier");
    for (const [step, losses, columns] of printed.slice(1)) {
      expectLosses([step, losses]);
      expect(String(columns)).toMatch(/phase/);
    }
  },
  three_players: (printed) => {
    for (const values of printed) expectLosses(values, ["generator", "place", "radius"]);
  },
  own_loop: (printed) => {
    const [first, , end] = printed.map((values) => numbers(values[2]).map((x) => Math.abs(x - 1)));
    expect(printed.map(([step]) => step)).toEqual([200, 400, 600]);
    expect(Math.max(...only(end))).toBeLessThan(0.5);
    expect(first).toHaveLength(2);
  },
};

/** What an engine says where there is no GPU. */
const onCpu = "saddlepoint: WebGPU runs on the CPU here";

afterEach(() => {
  vi.restoreAllMocks();
});

const nameOf = (path: string) => only(/(\w+)\.ts$/.exec(path)?.[1]);

test("something is known of every example", () => {
  expect(Object.keys(examples).map(nameOf).sort()).toEqual(Object.keys(truths).sort());
});

test.each(someOf(Object.entries(examples).map(([path, run]) => ({ name: nameOf(path), run }))))(
  "$name",
  async ({ name, run }) => {
    const printed: unknown[][] = [];
    const warned: unknown[][] = [];
    vi.spyOn(console, "log").mockImplementation((...values) => void printed.push(values));
    vi.spyOn(console, "warn").mockImplementation((...values) => void warned.push(values));
    await run();
    isOnCpu ||= warned.some(([text]) => String(text).startsWith(onCpu));
    expect(warned.filter(([text]) => !String(text).startsWith(onCpu))).toEqual([]);
    only(truths[name])(printed);
  },
  // Whole trainings, where the CPU is the GPU.
  180_000,
);
