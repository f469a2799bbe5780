/** The fuzzer's own parts, and what of its programs can be checked without a GPU. */
import { describe, expect, test } from "vitest";
import { SaddlepointError } from "../../../src/errors/errors.ts";
import { resolveConfig } from "../../../src/gan/trainer/config.ts";
import { byName } from "../../../src/gan/trainer/names.ts";
import { Random } from "../../../src/tensor/random.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { type CompileChoice, compileRng, configurationNames, drawChoice, sourcesOf } from "../../fuzz/compile.ts";
import { differences } from "../../fuzz/differences.ts";
import { makeConfig } from "../../fuzz/game.ts";
import { generate, shadows } from "../../fuzz/generate.ts";
import { generateGame } from "../../fuzz/generate_game.ts";
import { imageProposals } from "../../fuzz/image_operations.ts";
import { proposals } from "../../fuzz/operations.ts";
import { build, merged, type Program, readsOf, toCode } from "../../fuzz/program.ts";
import { reduced } from "../../fuzz/reduce.ts";
import { regressions } from "../../fuzz/regressions.ts";
import { evaluate } from "../../reference/reference.ts";

const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed);
const valuesOf = (program: Program) => {
  const results = build(program, shadows);
  return evaluate(program.outputs.map((i) => results[i]!.node));
};

describe("a program", () => {
  test("is the same for the same seed, and reads only steps before it", () => {
    for (const seed of seeds(15)) {
      const program = generate(seed);
      expect(generate(seed)).toEqual(program);
      program.steps.forEach((step, i) => {
        for (const read of readsOf(step)) expect(read).toBeLessThan(i);
      });
    }
  });

  test("has values of order one", () => {
    for (const seed of seeds(15)) {
      for (const values of valuesOf(generate(seed))) expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  test("prints as code that computes the same", () => {
    for (const seed of seeds(15)) {
      const program = generate(seed);
      const names = program.outputs.map((i) => `x${i}`).join(", ");
      const run = new Function("engine", "Tensor", "Random", `${toCode(program)}\nreturn [${names}];`);
      const engine = {
        tensor: (...args: [number[], number[], "f32"?]) => shadows.leaf(args[0], args[1], args[2] ?? "f32", 0),
      };
      const tensors = run(engine, Tensor, Random) as Tensor[];
      expect(evaluate(tensors.map(({ node }) => node))).toEqual(valuesOf(program));
    }
  });

  test("computes the same beside others", () => {
    const programs = seeds(4).map((seed) => generate(seed));
    expect(valuesOf(merged(programs))).toEqual(programs.flatMap(valuesOf));
  });

  test("is of every method in the long run", () => {
    const methods = new Set(
      seeds(900).flatMap((seed) => generate(seed, { mostElements: 40 }).steps.map(({ method }) => method)),
    );
    const groups: Readonly<Record<string, string>> = { random: "uniform", constants: "arange", stridedSlice: "slice" };
    const wanted = Object.keys({ ...proposals, ...imageProposals }).map((name) => groups[name] ?? name);
    expect(wanted.filter((name) => !methods.has(name))).toEqual([]);
  });
});

test("the reducer leaves the two steps that make a fault, with small shapes", async () => {
  // As if whatever reads a matrix product were wrong.
  const isFaulty = ({ steps, outputs }: Program) => {
    const isProduct = (i: number) => steps[i]?.method === "matmul";
    return outputs.length > 0 && steps.some((step) => readsOf(step).some(isProduct));
  };
  const faulty = seeds(300)
    .map((seed) => generate(seed, { mostElements: 20 }))
    .filter(isFaulty)
    .slice(0, 2);
  expect(faulty).toHaveLength(2);
  for (const program of faulty) {
    const smallest = await reduced(program, async (smaller) => isFaulty(smaller));
    // Two products, which may take three leaves.
    expect(smallest.steps.length, toCode(smallest)).toBeLessThanOrEqual(5);
    expect(toCode(smallest).length).toBeLessThan(400);
  }
});

describe("random programs", () => {
  test("compile in a way of each", () => {
    for (const seed of seeds(60)) sourcesOf(generate(`compiled ${seed}`), drawChoice(compileRng(seed)));
  });

  test("that were wrong once compile in every way", () => {
    for (const program of Object.values(regressions)) {
      for (const configuration of configurationNames) {
        for (const sinks of ["outputs", "updates"] as const) {
          const choice: CompileChoice = { configuration, derivatives: true, sinks, form: 0 };
          expect(sourcesOf(program, choice).length).toBeGreaterThan(0);
        }
      }
    }
  });

  test("have derivatives that central differences agree with, to the second order", async () => {
    for (const seed of seeds(25))
      expect(await differences(generate(seed, { mostElements: 40 })), `seed ${seed}`).toBeUndefined();
  });
});

test("random games are configurations, or are refused in a sentence", () => {
  const engine = { features: new Set(), adapterName: "none", limits: { maxStorageBufferBindingSize: 2 ** 27 } };
  let accepted = 0;
  for (const seed of seeds(200)) {
    try {
      resolveConfig(engine as never, makeConfig(generateGame(seed)), byName);
      accepted++;
    } catch (error) {
      expect(error, `seed ${seed}: ${(error as Error).stack}`).toBeInstanceOf(SaddlepointError);
    }
  }
  expect(accepted).toBeGreaterThan(100);
});
