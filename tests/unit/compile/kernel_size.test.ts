/**
 * How large a kernel gets: no larger than any driver compiles in a moment. Compilers take longer than in proportion to a
 * function's length, and some for ever over a chain of branches, which && and || are.
 */
import { describe, expect, test } from "vitest";
import { mostStatements as largestExpression } from "../../../src/compile/cost_model.ts";
import type { Kernel } from "../../../src/compile/emit/kernel.ts";
import { sampler } from "../../../src/data/sampler.ts";
import { createModel, type ModelName, models } from "../../../src/gan/models/registry.ts";
import type { Node } from "../../../src/graph/node.ts";
import { data, gan, nn, Tensor } from "../../../src/index.ts";
import { rootsOf } from "../../gpu/graph/images.ts";
import { casesOf, manyPixelsCase, primitiveNames } from "../../reference/cases.ts";
import { asArguments } from "../../reference/operands.ts";
import { createRng } from "../../reference/rng.ts";
import { kernelsOfSteps } from "./compile_only.ts";
import { compile, leaf, output } from "./graphs.ts";

/** The most statements, and loads and stores, that a function of a kernel has. */
const mostStatements = 400;
const mostAccesses = 80;
/** The most lines of a kernel with all its parts: those of matrix products are the longest. */
const mostLines = 2500;

function expectSmall(kernels: readonly Kernel[]): void {
  const count = (text: string, pattern: RegExp) => (text.match(pattern) ?? []).length;
  expect(kernels.length).toBeGreaterThan(0);
  for (const { source } of kernels) {
    const functions = source.split(/^(?=fn )/m);
    expect(Math.max(...functions.map((text) => count(text, /;$/gm)))).toBeLessThanOrEqual(mostStatements);
    expect(Math.max(...functions.map((text) => count(text, /\bb\d+\[/g)))).toBeLessThanOrEqual(mostAccesses);
    expect(count(source, /\n/g)).toBeLessThanOrEqual(mostLines);
    // Every invocation takes both sides: a branch for each guarded load makes LLVM's time double with each.
    expect(source.match(/^\s*(let|return)\b.*(&&|\|\|).*$/m)).toBeNull();
  }
}

const compiled = (roots: readonly Node[]) => compile(roots.map((node) => ({ kind: "output", node }))).kernels;

describe("the kernels of convolutions and both their derivatives", () => {
  test.each(["conv2d", "conv2dInputGrad", "conv2dFilterGrad"] as const)("%s", (name) => {
    casesOf(name, 70).forEach((drawn, i) => {
      expectSmall(compiled(rootsOf(drawn, `${name} ${i}`)));
    });
    expectSmall(compiled(rootsOf(manyPixelsCase(createRng("many pixels")), "many pixels")));
  });
});

test("the kernels of every primitive and its derivatives", () => {
  for (const name of primitiveNames.filter((name) => !name.startsWith("conv2d"))) {
    casesOf(name, 20).forEach((drawn, i) => {
      const isSmooth = drawn.differentiable.length > 0 && drawn.leaf === undefined;
      if (isSmooth) expectSmall(compiled(rootsOf(drawn, `${name} ${i}`)));
      else expectSmall(compiled([drawn.build(asArguments(drawn.inputs, drawn.leaf).nodes)]));
    });
  }
});

describe("the kernels of training", () => {
  const sizes: Readonly<Record<ModelName, readonly number[]>> = { mlp: [28], dcgan: [28, 64], resnet: [32] };
  const ofModels = (Object.keys(models) as ModelName[]).flatMap((name) =>
    sizes[name].flatMap((imageSize) => [1, 3].map((channels) => ({ name, imageSize, channels }))),
  );

  test.each(ofModels)("$name for $imageSize pixels and $channels channels", async ({ name, imageSize, channels }) => {
    const { training, ...networks } = createModel(name, { imageSize, channels, width: 4, latent: 8 });
    const sampleShape = [imageSize, imageSize, channels];
    const noise = sampler({ name, sampleShape, sample: (random, size) => random.normal([size, ...sampleShape]) });
    expectSmall(await kernelsOfSteps({ ...training, ...networks, data: noise, batchSize: 4 }));
  });

  const ring = {
    generator: nn.mlp([2, 128, 128, 2]),
    discriminator: nn.mlp([2, 128, 128, 1]),
    data: data.gaussianRing(),
  };
  test.each<[string, Partial<gan.TrainerConfig>]>([
    ["of least words", {}],
    ["with a penalty", { loss: "wasserstein", penalties: [gan.wganGp({ weight: 10 })], discriminatorSteps: 5 }],
    ["unrolled", { play: { type: "unrolled", steps: 8 } }],
  ])("a ring, %s", async (_, choices) => {
    expectSmall(await kernelsOfSteps({ ...ring, batchSize: 256, ...choices }));
  });
});

describe("an expression that is larger than a kernel is cut where a value is stored:", () => {
  const [x, y] = [leaf("x", [4, 6]), leaf("y", [4, 6])];
  const repeated = (count: number, step: (value: Tensor, i: number) => Tensor) => {
    let value = x;
    for (let i = 0; i < count; i++) value = step(value, i);
    return [value];
  };

  test.each<[string, readonly Tensor[]]>([
    ["a chain of sums", repeated(2000, (value) => value.add(y))],
    ["a chain of costly functions", repeated(300, (value) => value.tanh().add(y).sigmoid())],
    ["a chain of views", repeated(1000, (value, i) => value.flip(i % 2))],
    [
      "a chain of guarded views",
      repeated(300, (value, i) =>
        value
          .slice([0, i % 2], [4, 5])
          .pad([0, 1], [0, 0])
          .add(y),
      ),
    ],
    ["views of views, each several times", repeated(9, (value) => value.flip(0).add(value.flip(1)).add(value.tanh()))],
    [
      "nested concatenations",
      repeated(300, (value) => Tensor.concat([value.slice([0, 1], [4, 5]), y.slice([0, 0], [4, 1])], 1)),
    ],
  ])("%s", (_, results) => {
    for (const fuse of [true, false]) {
      for (const { source } of compile(results.map(output), 10, fuse).kernels) {
        expect(source.split("\n").length).toBeLessThan(1.1 * largestExpression);
        expect(source.match(/_f32\(/g)?.length ?? 0).toBeLessThan(100);
      }
    }
  });
});
