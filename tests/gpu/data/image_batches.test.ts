/** What becomes of images between their bytes and a minibatch: labels, augmentation, streaming. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gaussianRing } from "../../../src/data/drawn/gaussian_ring.ts";
import { glyphs } from "../../../src/data/drawn/glyphs.ts";
import { type AugmentOptions, augment } from "../../../src/data/images/augment.ts";
import { type ImageSource, images } from "../../../src/data/images/images.ts";
import { stacked } from "../../../src/data/images/stacked.ts";
import type { LabelledBatch, PreparedData } from "../../../src/data/source.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { Random } from "../../../src/tensor/random.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;

beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const randomAt = (seed: number, count = 0) =>
  new Random(engine.tensor([seed], [], "u32"), engine.tensor([count], [], "u32"));

const toByte = (value: number) => Math.round((value + 1) * 127.5);

const numbered = (count: number) => Array.from({ length: count }, (_, i) => i);

async function labelled(prepared: PreparedData<LabelledBatch>, size: number, seed = 1) {
  const { samples, labels } = prepared.batch(randomAt(seed), size);
  const [values, classes] = await Promise.all([samples.data(), labels.data()]);
  return { bytes: Array.from(values, toByte), classes: Array.from(classes) };
}

describe("labels beyond 255", () => {
  test("stay with their images", async () => {
    const triples = stacked(glyphs({ count: 50, size: 16 }), { count: 200 });
    const prepared = triples.prepare(engine);
    const { bytes, classes } = await labelled(prepared, 32);
    const key = (image: ArrayLike<number>) => Array.from(image).join();
    const labelOf = new Map(
      numbered(200).map((i) => [key(triples.values.subarray(768 * i, 768 * (i + 1))), triples.labels![i]!]),
    );
    classes.forEach((label, i) => {
      expect(labelOf.get(key(bytes.slice(768 * i, 768 * (i + 1))))).toBe(label);
    });
    expect(Math.max(...classes)).toBeGreaterThan(255);
    prepared.dispose();
  });
});

describe("augment", () => {
  const [height, width] = [5, 6];
  const count = 64;
  /** Image i has the number 100 + i in its first channel, and the number of the pixel, from 1, in its second. */
  const source = images({
    name: "numbers",
    values: Uint8Array.from(numbered(count * height * width).flatMap((i) => [100 + Math.floor(i / 30), 1 + (i % 30)])),
    shape: [count, height, width, 2],
    labels: Uint8Array.from(numbered(count)),
  });

  interface Move {
    readonly dy: number;
    readonly dx: number;
    readonly isFlipped: boolean;
  }

  /** Draws all images, augmented; each with the moves that would make it what it is. */
  async function draw(options: AugmentOptions, seed = 1) {
    const prepared = augment(source, options).prepare(engine);
    const { bytes, classes } = await labelled(prepared, count, seed);
    prepared.dispose();
    return classes.map((label, i) => ({ label, bytes: bytes.slice(60 * i, 60 * (i + 1)) }));
  }

  /** What an image looks like after a move: pixel (y, x) shows the one at (y - dy, x - dx), flipped first. */
  function moved(label: number, { dy, dx, isFlipped }: Move, background: number | "edge"): number[] {
    return numbered(height * width).flatMap((i) => {
      const [y, x] = [Math.floor(i / width) - dy, (i % width) - dx];
      const [cy, cx] = [Math.max(0, Math.min(height - 1, y)), Math.max(0, Math.min(width - 1, x))];
      if (background !== "edge" && (cy !== y || cx !== x)) return [toByte(background), toByte(background)];
      return [100 + label, 1 + cy * width + (isFlipped ? width - 1 - cx : cx)];
    });
  }

  function movesUpTo(shift: number, flips: readonly boolean[]): Move[] {
    const steps = numbered(2 * shift + 1).map((i) => i - shift);
    return steps.flatMap((dy) => steps.flatMap((dx) => flips.map((isFlipped) => ({ dy, dx, isFlipped }))));
  }

  /** The move that each image made; undefined if none gives it. */
  const movesOf = (drawn: Awaited<ReturnType<typeof draw>>, moves: readonly Move[], background: number | "edge") =>
    drawn.map(({ label, bytes }) => moves.find((move) => moved(label, move, background).join() === bytes.join()));

  test("flips every other image, labels pass through", async () => {
    const drawn = await draw({ flip: true });
    expect(drawn.map(({ label }) => label).sort((a, b) => a - b)).toEqual(numbered(count));
    const flipped = movesOf(drawn, movesUpTo(0, [false, true]), -1).map((move) => move?.isFlipped);
    expect(flipped).not.toContain(undefined);
    const share = flipped.filter(Boolean).length;
    expect(Math.abs(share - count / 2)).toBeLessThan(5 * Math.sqrt(count / 4));
  });

  test.each([-1, 0.6, "edge"] as const)("shifts each for itself, with background %s", async (background) => {
    const drawn = await draw({ shift: 2, background });
    const moves = movesOf(drawn, movesUpTo(2, [false]), background);
    expect(moves).not.toContain(undefined);
    for (const axis of ["dx", "dy"] as const) {
      expect(new Set(moves.map((move) => move?.[axis]))).toEqual(new Set([-2, -1, 0, 1, 2]));
    }
  });

  test("flips and shifts together, anew for another seed, the same for the same", async () => {
    const options = { flip: true, shift: 1, background: "edge" } as const;
    const [first, again, other] = await Promise.all([draw(options), draw(options), draw(options, 2)]);
    expect(movesOf(first, movesUpTo(1, [false, true]), "edge")).not.toContain(undefined);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test("keeps what the source tells", () => {
    const wrapped = augment(source, { flip: true });
    expect(wrapped).toMatchObject({ name: "numbers", count, sampleShape: [5, 6, 2], labels: source.labels });
  });

  test("refuses what makes no sense", () => {
    expect(() => augment(source, { shift: 5 })).toThrow(
      /a shift of 5 moves images of \[5, 6, 2\] out of sight; give less than 5/,
    );
    expect(() => augment(source, { shift: 0.5 })).toThrow(OptionError);
    expect(() => augment(source, { background: 2 })).toThrow(/background is 2; give "edge", or a value from -1/);
    expect(() => augment(gaussianRing(), { flip: true })).toThrow(ShapeError);
  });
});

describe("images beyond the budget", () => {
  const count = 200;
  /** Image i is the number i in each of its six pixels; the labels count down. */
  const create = (options: { budgetBytes: number; orderSeed?: number }): ImageSource<LabelledBatch> =>
    images({
      values: Uint8Array.from(numbered(6 * count).map((i) => Math.floor(i / 6))),
      shape: [count, 2, 3],
      labels: Uint16Array.from(numbered(count).map((i) => 1000 - i)),
      ...options,
    });
  // 66 images fit, as 16 chunks of 4.
  const [rows, chunk, batchSize] = [64, 4, 8];
  const budgetBytes = 6 * 66;

  /** Runs a counted plan as a trainer does, calling `advance` before each step; gives the images of each step. */
  async function train(source: ImageSource<LabelledBatch>, steps: number, cut = 1): Promise<number[][]> {
    const counter = engine.state("counter", [], "u32");
    const step = engine.read(counter);
    const prepared = source.prepare(engine);
    const random = new Random(engine.tensor([7], [], "u32"), step);
    const plan = await engine.plan({
      outputs: prepared.batch(random, batchSize),
      updates: [[counter, step.add(1)]],
    });
    const seen: number[][] = [];
    for (let i = 0; i < steps; i++) {
      if (i % cut === 0) prepared.advance!(i * batchSize);
      await plan.run(1);
      const [values, labels] = await plan.read();
      const bytes = Array.from(values!, toByte);
      const numbers = numbered(batchSize).map((k) => bytes[6 * k]!);
      numbers.forEach((number, k) => {
        expect(bytes.slice(6 * k, 6 * (k + 1))).toEqual(new Array(6).fill(number));
        expect(labels![k]).toBe(1000 - number);
      });
      seen.push(numbers);
    }
    plan.dispose();
    prepared.dispose();
    counter.destroy();
    return seen;
  }

  test("take no more than it on the GPU", () => {
    const before = engine.stats().liveBytes;
    const prepared = create({ budgetBytes }).prepare(engine);
    // Labels are words.
    expect(engine.stats().liveBytes - before).toBe(rows * 6 + rows * 4);
    prepared.dispose();
    expect(engine.stats().liveBytes).toBe(before);
    const whole = create({ budgetBytes: 6 * count }).prepare(engine);
    expect(whole.advance).toBeUndefined();
    whole.dispose();
  });

  test("all come, each with its label, and about equally often", async () => {
    // A chunk enters every 8 draws and stays for 128; 200 images are 50 chunks, through after 400 draws.
    const epochs = 3;
    const seen = (await train(create({ budgetBytes }), (epochs * 2 * count + 2 * rows) / batchSize)).flat();
    const times = new Array<number>(count).fill(0);
    for (const number of seen) times[number]!++;
    expect(Math.min(...times)).toBeGreaterThanOrEqual(epochs);
    expect(Math.max(...times)).toBeLessThanOrEqual(3 * (epochs + 1));
  });

  test("come in the same order for the same seed, however often the window is asked to move", async () => {
    const source = create({ budgetBytes });
    const [first, again] = [await train(source, 20), await train(source, 20)];
    expect(again).toEqual(first);
    expect(await train(create({ budgetBytes, orderSeed: 2 }), 20)).not.toEqual(first);
  });

  test("say when the window moves next, and go to any place at once", async () => {
    const prepared = create({ budgetBytes }).prepare(engine);
    const advance = prepared.advance!;
    expect(advance(0)).toBe(2 * chunk);
    expect(advance(5)).toBe(3);
    expect(advance(8)).toBe(8);
    const resident = async () => {
      const { samples } = prepared.batch(randomAt(1), rows);
      return Array.from(await samples.data(), toByte).filter((_, i) => i % 6 === 0);
    };
    const there = await resident();
    advance(80_000);
    expect(await resident()).not.toEqual(there);
    advance(8);
    expect(await resident()).toEqual(there);
    prepared.dispose();
  });

  test("refuse a minibatch of more than the window", () => {
    const prepared = create({ budgetBytes }).prepare(engine);
    expect(() => prepared.batch(randomAt(1), 65)).toThrow(
      "images: a minibatch of 65 is more than the 64 images that are on the GPU at a time; raise `budgetBytes`",
    );
    prepared.dispose();
  });

  test("are streamed through an augmentation too", () => {
    const prepared = augment(create({ budgetBytes }), { shift: 1 }).prepare(engine);
    expect(prepared.advance!(0)).toBe(2 * chunk);
    prepared.dispose();
  });
});

test("a part of a state goes where it should, or nowhere", async () => {
  const bytes = engine.state("bytes", [8], "u8");
  bytes.write(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  bytes.writePart(4, Uint8Array.of(9, 10, 11, 12));
  const [found] = await engine.download([bytes]);
  expect(Array.from(new Uint8Array(found!))).toEqual([1, 2, 3, 4, 9, 10, 11, 12]);
  expect(() => bytes.writePart(2, Uint8Array.of(1, 2, 3, 4))).toThrow(/begin at a multiple of four/);
  expect(() => bytes.writePart(8, Uint8Array.of(1, 2, 3, 4))).toThrow(/4 values from element 8 on don't go into its 8/);
  bytes.destroy();
});
