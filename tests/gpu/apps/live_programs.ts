/** What the tests of copied programs share: setups drawn at random, and both trainings of one. */
import { expect } from "vitest";
import { drawnImages } from "../../../apps/live/images/open_images.ts";
import { programOf as imagesProgram } from "../../../apps/live/images/program.ts";
import { Session as ImageSession } from "../../../apps/live/images/session.ts";
import {
  type Setup as ImagesSetup,
  choices as imageChoices,
  defaultSetup as imagesDefault,
} from "../../../apps/live/images/setup.ts";
import { programOf as ringProgram } from "../../../apps/live/ring/program.ts";
import { Session as RingSession } from "../../../apps/live/ring/session.ts";
import {
  type Setup as RingSetup,
  choices as ringChoices,
  defaultSetup as ringDefault,
} from "../../../apps/live/ring/setup.ts";
import type { Making } from "../../../apps/live/shared/training.ts";
import * as saddlepoint from "../../../src/index.ts";

type Numbers = () => number;

/** Numbers from 0 to 1 of a seed: mulberry32. */
export function numbersOf(seed: number): Numbers {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Choices = Readonly<Record<string, readonly (string | number)[]>>;

const drawn = (choices: Choices, next: Numbers): Record<string, string | number> => ({
  ...Object.fromEntries(Object.entries(choices).map(([key, all]) => [key, all[Math.floor(next() * all.length)] ?? ""])),
  seed: Math.floor(next() * 2 ** 32),
  generatorRate: Number((10 ** (-4 + 2 * next())).toPrecision(3)),
  discriminatorRate: Number((10 ** (-4 + 2 * next())).toPrecision(3)),
  penaltyWeight: Number((10 ** (-2 + 2 * next())).toPrecision(3)),
});

export const randomRing = (seed: number): RingSetup => ({
  ...ringDefault,
  ...drawn({ ...ringChoices, discriminatorSteps: [1, 2, 5] }, numbersOf(seed)),
});

/** Small ones, that a software adapter compiles in seconds. */
export const randomImages = (seed: number): ImagesSetup => ({
  ...imagesDefault,
  ...drawn(
    { ...imageChoices, width: [8], batchSize: [16], imageSize: [28, 32], discriminatorSteps: [1, 2] },
    numbersOf(seed),
  ),
  steps: 1 + Math.floor(numbersOf(seed)() * 1e6),
});

const making: Making = {
  signal: new AbortController().signal,
  progress: () => undefined,
  warning: () => undefined,
  say: () => undefined,
};

const AsyncFunction = (async () => undefined).constructor as new (
  ...args: string[]
) => (library: object, console: object) => Promise<saddlepoint.gan.Trainer>;

/** The trainer of a program after so many steps. It is run as it stands, but for the number of steps, on this engine. */
async function runProgram(engine: saddlepoint.Engine, text: string, steps: number): Promise<saddlepoint.gan.Trainer> {
  const body = text
    .replace(/import \{([^}]*)\} from "saddlepoint";/, "const {$1} = saddlepoint;")
    .replace(/steps: \d+, reportEvery: \d+/, `steps: ${steps}, reportEvery: ${steps}`);
  const library = { ...saddlepoint, Engine: { create: async () => engine } };
  return new AsyncFunction("saddlepoint", "console", `${body}\nreturn trainer;`)(library, { log: () => undefined });
}

type Trained = { readonly trainer: saddlepoint.gan.Trainer } | { readonly refused: string };

/** A training, or the sentence why there is none. */
async function attempt(train: () => Promise<saddlepoint.gan.Trainer>): Promise<Trained> {
  try {
    return { trainer: await train() };
  } catch (error) {
    if (error instanceof saddlepoint.OptionError) return { refused: error.message };
    throw error;
  }
}

/** The page's own training and that of its program end with the same bits, or are refused with the same words. */
async function expectSame(
  engine: saddlepoint.Engine,
  create: () => Promise<{ readonly trainer: saddlepoint.gan.Trainer; dispose(): void }>,
  text: string,
  steps: number,
): Promise<void> {
  const own = await attempt(async () => {
    const { trainer } = await create();
    for await (const _ of trainer.train({ steps, reportEvery: steps }));
    return trainer;
  });
  const copied = await attempt(() => runProgram(engine, text, steps));
  if ("refused" in own || "refused" in copied) return expect(copied).toEqual(own);
  const [expected, given] = [await own.trainer.parameters(), await copied.trainer.parameters()];
  for (const name of ["generator", "discriminator"] as const) {
    expect(given[name].length).toBeGreaterThan(0);
    expect(new Uint32Array(given[name].buffer), text).toEqual(new Uint32Array(expected[name].buffer));
  }
  own.trainer.dispose();
  copied.trainer.dispose();
}

export const expectSameRing = (engine: saddlepoint.Engine, setup: RingSetup, steps: number): Promise<void> =>
  expectSame(engine, () => RingSession.create(engine, setup, making), ringProgram(setup), steps);

export function expectSameImages(engine: saddlepoint.Engine, setup: ImagesSetup, steps: number): Promise<void> {
  const images = drawnImages(setup);
  const text = imagesProgram(setup, { shape: images.originalShape });
  return expectSame(engine, () => ImageSession.create(engine, setup, images, making), text, steps);
}
