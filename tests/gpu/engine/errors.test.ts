/** What a user does wrong, and the sentence that says so. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { images } from "../../../src/data/images/images.ts";
import { Engine } from "../../../src/engine/engine.ts";
import {
  DataError,
  GradientError,
  KernelError,
  NoWebGpuError,
  OptionError,
  OutOfMemoryError,
  ShapeError,
} from "../../../src/errors/errors.ts";
import { losses } from "../../../src/gan/losses/registry.ts";
import { penalties } from "../../../src/gan/penalties/registry.ts";
import { r1, wganGp } from "../../../src/gan/penalties/shorthands.ts";
import { plays } from "../../../src/gan/play/registry.ts";
import type { TrainOptions } from "../../../src/gan/run/report.ts";
import { resolveConfig, setUpGan } from "../../../src/gan/trainer/config.ts";
import { byName } from "../../../src/gan/trainer/names.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { tricks } from "../../../src/gan/tricks/registry.ts";
import type { NestedArray } from "../../../src/graph/elements.ts";
import type { Layer } from "../../../src/nn/layer.ts";
import { batchNorm } from "../../../src/nn/layers/batch_norm.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { mlp, network } from "../../../src/nn/network/network.ts";
import { optimizers } from "../../../src/optim/registry.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { checkGradients, grad, type TensorTree } from "../../../src/tensor/transforms.ts";
import { createEngine, reportsOf, smallGame, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

type ErrorClass = new (message: string) => Error;

function expectError(f: () => unknown, type: ErrorClass, message: string | RegExp) {
  expect(f).toThrow(type);
  expect(f).toThrow(message);
}

async function expectRejection(f: () => Promise<unknown>, type: ErrorClass, message: string | RegExp) {
  const error = await f().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(type);
  expect((error as Error).message).toMatch(message);
}

describe("shapes that don't match name the operation and both shapes:", () => {
  const zeros = (...shape: number[]) => engine.tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);

  test("operands that don't broadcast", () => {
    expectError(
      () => zeros(2, 3).add(zeros(4)),
      ShapeError,
      /^add: the shapes \[2, 3\] and \[4\] don't broadcast: axis 1/,
    );
  });

  test("matrices whose inner sizes differ", () => {
    expectError(() => zeros(2, 3).matmul(zeros(4, 5)), ShapeError, /^matmul: .*\[2, 3\].*\[4, 5\]/);
  });

  test("a shape of another size", () => {
    expectError(() => zeros(2, 3).reshape([4]), ShapeError, /^reshape: .*\[2, 3\].*\[4\]/);
  });

  test("an axis that is not there", () => {
    expectError(() => zeros(2, 3).sum(2), ShapeError, "sum: axis 2 doesn't exist in a tensor of rank 2; use -2 to 1.");
  });

  test("item() of more than one element", async () => {
    await expectRejection(
      () => zeros(2).item(),
      ShapeError,
      /^item\(\): the tensor has shape \[2\], not one element\.$/,
    );
  });
});

describe("data that can't be used:", () => {
  const cases: readonly (readonly [string, () => unknown, ErrorClass, string | RegExp])[] = [
    [
      "NaN",
      () => engine.tensor([1, Number.NaN]),
      DataError,
      /^engine\.tensor: the value at 1 is NaN\. .* clean the data/,
    ],
    ["infinity", () => engine.tensor(Float32Array.of(1, -1 / 0)), DataError, /the value at 1 is -Infinity\./],
    ["more than f32 holds", () => engine.tensor([1e39]), DataError, /the value at 0 is 1e\+39\./],
    ["NaN among integers", () => engine.tensor([1, Number.NaN], [2], "u32"), DataError, /the value at 1 is NaN\./],
    ["nothing", () => engine.tensor([]), ShapeError, /^tensor: \[0\] is not a shape/],
    ["nothing, in rows", () => engine.tensor([[], []]), ShapeError, /^tensor: \[2, 0\] is not a shape/],
    ["a shape of 0", () => engine.tensor([1], [1, 0]), ShapeError, /^tensor: \[1, 0\] is not a shape/],
    [
      "too few values",
      () => engine.tensor([1, 2, 3], [2, 2]),
      DataError,
      "tensor: 3 values don't fill the shape [2, 2], which has 4 elements.",
    ],
    [
      "ragged rows",
      () => engine.tensor([[1, 2], [3]]),
      DataError,
      /^engine\.tensor: the nested array is ragged: .* \[2, 2\]/,
    ],
    ["rows of another depth", () => engine.tensor([1, [2]] as NestedArray), DataError, /is ragged/],
    [
      "deep rows of another depth",
      () =>
        engine.tensor([
          [1, 2],
          [3, [4]],
        ] as NestedArray),
      DataError,
      /is ragged/,
    ],
    [
      "a state's values",
      () => engine.state("x", [3]).write(Float32Array.of(1)),
      DataError,
      'state "x": 1 values given, but its shape [3] has 3 elements.',
    ],
  ];
  test.each(cases)("%s", (_, f, type, message) => {
    expectError(f, type, message);
  });
});

describe("a trainer's configuration:", () => {
  const cases: readonly (readonly [Partial<TrainerConfig>, string | RegExp])[] = [
    [{ batchSize: 0 }, "Trainer: batchSize is 0; it must be a whole number from 1 to 16777216."],
    [{ batchSize: 1.5 }, "Trainer: batchSize is 1.5; it must be a whole number from 1 to 16777216."],
    [{ batchSize: Number.NaN }, "Trainer: batchSize is NaN; it must be a whole number from 1 to 16777216."],
    [{ discriminatorSteps: 0 }, "Trainer: discriminatorSteps is 0; it must be a whole number from 1 to 1000."],
    [{ seed: -1 }, "Trainer: seed is -1; it must be a whole number from 0 to 4294967295."],
    [{ seed: 2 ** 32 }, "Trainer: seed is 4294967296; it must be a whole number from 0 to 4294967295."],
    [{ probes: { every: -1 } }, "Trainer: probes.every is -1; it must be a whole number from 0 to 1048576."],
    [{ submitMilliseconds: 0 }, "Trainer: submitMilliseconds is 0; give a number above 0."],
    [{ submitMilliseconds: Number.NaN }, "Trainer: submitMilliseconds is NaN; give a number above 0."],
    [
      { loss: "hinges" as "minimax" },
      `Trainer: there is no loss "hinges". Did you mean "hinge"? These exist: ${Object.keys(losses).join(", ")}.`,
    ],
    [
      { penalties: [{ type: "r3" as "r1", weight: 1 }] },
      `Trainer: there is no penalty "r3". Did you mean "r1"? These exist: ${Object.keys(penalties).join(", ")}.`,
    ],
    [
      { tricks: [{ type: "top-k" as "topK" }] },
      `Trainer: there is no trick "top-k". Did you mean "topK"? These exist: ${Object.keys(tricks).join(", ")}.`,
    ],
    [
      { play: "together" as "simultaneous" },
      `Trainer: there is no rule of play "together". These exist: ${Object.keys(plays).join(", ")}.`,
    ],
    [
      { optimizer: { type: "lion" as "adam" } },
      `Trainer: there is no optimiser "lion". These exist: ${Object.keys(optimizers).join(", ")}.`,
    ],
    [{ optimizer: { type: "adam", lr: -1 } }, "adam: the learning rate -1 must be at least 0."],
    [{ optimizer: { type: "adam", betas: [0.5, 1] } }, /^adam: .* is 1; it must be at least 0 and less than 1\.$/],
    [{ optimizer: { type: "sgd", clipNorm: -1 } }, /^sgd: clipNorm is -1; give a number of at least 0/],
    [{ penalties: [{ type: "r1", weight: -1 }] }, "r1: the weight -1 must be a number of at least 0."],
    [
      { penalties: [r1(), r1()] },
      'Trainer: the penalty "r1" is given twice; give it once, with the options that you want.',
    ],
    [
      { generator: mlp([2, 3]) },
      'Trainer: the generator ends in [3], but the data "gaussianRing" has samples of shape [2] (2 numbers). Give its last layer 2 outputs.',
    ],
    [
      { discriminator: mlp([3, 1]) },
      'Trainer: the discriminator takes [3], but the data "gaussianRing" has samples of shape [2] (2 numbers). Give it 2 inputs.',
    ],
    [
      { discriminator: mlp([2, 2]) },
      "Trainer: the discriminator ends in [2]; the loss non-saturating needs one logit a sample.",
    ],
    [{ data: undefined as never }, /^Trainer: data is undefined; give a source of samples, such as data.points/],
    [
      { optimizer: { generator: { type: "sgd" } } as never },
      "Trainer, optimizer: discriminator is undefined; give an optimiser for each player.",
    ],
  ];
  test.each(cases)("%o", (config, message) => {
    expectError(() => resolveConfig(engine, { ...smallGame, ...config }, byName), OptionError, message);
  });

  test("a refusal leaves nothing on the GPU", async () => {
    const { liveBytes } = engine.stats();
    for (const [config] of cases) {
      await expect(Trainer.create(engine, { ...smallGame, ...config })).rejects.toThrow(OptionError);
    }
    expect(engine.stats().liveBytes).toBe(liveBytes);
  });

  test("a batch of more images than there are names both numbers", async () => {
    const values = Uint8Array.from({ length: 3 * 4 }, (_, i) => 20 * i);
    const data = images({ values, shape: [3, 2, 2, 1] } as never);
    const [generator, discriminator] = [mlp([2, 4]), mlp([4, 1])];
    await expectRejection(
      () => Trainer.create(engine, { ...smallGame, generator, discriminator, data, batchSize: 4 }),
      OptionError,
      /4.*3/,
    );
  });

  describe("advice is given once, before anything is compiled:", () => {
    const normalised = network([2], [linear(4), batchNorm(), linear(1)]);
    const advised: Readonly<Record<string, [Partial<TrainerConfig>, RegExp | undefined]>> = {
      "the Wasserstein loss alone": [{ loss: "wasserstein" }, /without a gradient penalty.*add the penalty "wganGp"/],
      "the Wasserstein loss with a penalty": [{ loss: "wasserstein", penalties: [r1()] }, undefined],
      "batch norm with wganGp": [
        { discriminator: normalised, penalties: [wganGp()] },
        /wganGp .*samples act on each other.*layer norm/,
      ],
      "a penalty in every fourth step": [{ penalties: [{ type: "r1", interval: 4 }] }, /^Penalties every 4 steps/],
    };
    test.each(Object.entries(advised))("%s", async (_, [config, advice]) => {
      const warnings: string[] = [];
      const stopped = { onWarning: (message: string) => warnings.push(message), signal: AbortSignal.abort("enough") };
      await Trainer.create(engine, { ...smallGame, ...config, ...stopped }).catch((reason: unknown) =>
        expect(reason).toBe("enough"),
      );
      expect(warnings).toEqual(advice ? [expect.stringMatching(advice)] : []);
    });
  });
});

describe("a run:", () => {
  const cases: readonly (readonly [Partial<TrainOptions>, string])[] = [
    [{ steps: 0 }, "Trainer: steps is 0; it must be a whole number from 1 to 2147483648."],
    [{ steps: 2.5 }, "Trainer: steps is 2.5; it must be a whole number from 1 to 2147483648."],
    [{ steps: undefined as never }, "Trainer: steps is undefined; it must be a whole number from 1 to 2147483648."],
    [{ reportEvery: 0 }, "Trainer: reportEvery is 0; it must be a whole number from 1 to 2147483648."],
    [{ samples: -1 }, "Trainer: samples is -1; it must be a whole number from 0 to 1048576."],
  ];
  test.each(cases)("%o", async (options, message) => {
    await withTrainer(engine, { batchSize: 4 }, async (trainer) => {
      const run = () => reportsOf(trainer, { steps: 1, ...options });
      await expectRejection(run, OptionError, message);
      // The refusal leaves the trainer free for the next run.
      expect(await reportsOf(trainer, { steps: 1 })).toHaveLength(1);
    });
  });

  test("sample() needs at least one sample", async () => {
    await withTrainer(engine, { batchSize: 4 }, async (trainer) => {
      await expectRejection(
        () => trainer.sample(0),
        OptionError,
        /^Trainer: samples is 0; it must be a whole number from 1/,
      );
    });
  });

  test("a plan's run needs at least one step, and a plan that was not disposed", async () => {
    const plan = await engine.plan({ label: "twice", outputs: { y: engine.tensor([1]).mul(2) } });
    await expectRejection(
      () => plan.run(0),
      OptionError,
      /^twice: run\(0\) asks for no steps; give a whole number of at least 1\.$/,
    );
    plan.dispose();
    await expectRejection(() => plan.run(), OptionError, /^twice: this plan was disposed; make a new one\.$/);
    await expectRejection(() => plan.read(), OptionError, /was disposed/);
    await expectRejection(() => plan.runAndRead(), OptionError, /was disposed/);
  });
});

describe("more memory than the adapter binds:", () => {
  test("a batch names its bytes, the limit, and the largest batch that fits", () => {
    const generator = mlp([1000, 4, 2]);
    const limit = engine.limits.maxStorageBufferBindingSize;
    const largest = Math.floor(limit / (2 * 1000 * 4));
    const resolve = (batchSize: number) => () =>
      setUpGan(engine, resolveConfig(engine, { ...smallGame, generator, batchSize }, byName));
    expectError(
      resolve(largest + 1),
      OutOfMemoryError,
      `Trainer: a batch of ${largest + 1} needs a tensor of ${(largest + 1) * 8000} bytes, and this adapter binds at most ${limit}. Use a batchSize of at most ${largest}.`,
    );
    expect(resolve(largest)().run.batchSize).toBe(largest);
  });

  test("a hidden layer names the tensor, its size and the limit", async () => {
    const config = { ...smallGame, discriminator: mlp([2, 8192, 1]), batchSize: 2 ** 18, probes: { every: 0 } };
    await expectRejection(
      () => Trainer.create(engine, config),
      OutOfMemoryError,
      /^"discriminator step.*" needs 1?\d.\d+ GiB, but this adapter binds at most .* Use a smaller batch/,
    );
    // The engine is as good as before, and holds nothing of failed trainers.
    const { liveBytes } = engine.stats();
    await Trainer.create(engine, config).catch(() => undefined);
    expect(engine.stats().liveBytes).toBe(liveBytes);
    expect(await engine.tensor([1, 2]).sum().item()).toBe(3);
  });

  test("a state names itself", () => {
    const limit = engine.limits.maxStorageBufferBindingSize;
    expectError(
      () => engine.state("atlas", [limit / 4 + 4]),
      OutOfMemoryError,
      /^"atlas" needs .*, but this adapter binds at most/,
    );
  });
});

describe("gradients that don't exist:", () => {
  test("a parameter that the loss doesn't reach is named by its path", async () => {
    const forgetful: Layer = {
      kind: "forgetful",
      outputShape: (input) => input,
      parameters: () => {
        const zeros = (_: unknown, shape: readonly number[]) => Tensor.full(shape, 0);
        return { scale: { shape: [2], fans: { fanIn: 1, fanOut: 1 }, initializer: zeros } };
      },
      apply: (_, x) => x,
    };
    const discriminator = network([2], [linear(2), forgetful, linear(1)]);
    await expectRejection(
      () => Trainer.create(engine, { ...smallGame, discriminator }),
      GradientError,
      /^gradients: the loss doesn't reach discriminator\/1\/scale \(f32\[2\]\): no differentiable path .* leave it out of the parameters\.$/,
    );
  });

  test.each([
    ["through detach()", (x: Tensor) => x.detach().sum()],
    ["through a comparison", (x: Tensor) => x.greater(0).cast("f32").sum()],
  ])("%s", (_, f) => {
    const parameters = { layer: { weight: engine.tensor([1, 2]) } };
    const loss = ({ layer }: typeof parameters) => f(layer.weight);
    expectError(
      () => grad(loss as (tree: TensorTree) => Tensor)(parameters),
      GradientError,
      /doesn't reach layer\/weight \(f32\[2\]\)/,
    );
  });

  test("of more than one number", () => {
    expectError(
      () => grad((x: Tensor) => x.mul(2))(engine.tensor([1, 2])),
      GradientError,
      /^gradients: the output has shape \[2\]; a loss has one element\. Take its sum or mean/,
    );
  });

  test("of tensors that belong to no engine", async () => {
    await expectRejection(
      () => checkGradients((x: Tensor) => x.sum(), [Tensor.full([2], 1)]),
      ShapeError,
      /^checkGradients: none of the arguments belongs to an engine/,
    );
  });
});

describe("no WebGPU in a page:", () => {
  test("navigator.gpu is missing, as outside of a secure context", async () => {
    const own = Object.getOwnPropertyDescriptor(navigator, "gpu");
    Object.defineProperty(navigator, "gpu", { value: undefined, configurable: true });
    try {
      await expectRejection(
        () => Engine.create(),
        NoWebGpuError,
        /^Engine\.create: there is no WebGPU here \(navigator\.gpu is missing\).*https:\/\/ or http:\/\/localhost/,
      );
    } finally {
      if (own) Object.defineProperty(navigator, "gpu", own);
      else delete (navigator as { gpu?: GPU }).gpu;
    }
    expect(navigator.gpu).toBeDefined();
  });

  test("there is no adapter", async () => {
    const gpu = { requestAdapter: async () => null } as unknown as GPU;
    await expectRejection(() => Engine.create({ gpu }), NoWebGpuError, /it offers no adapter/);
  });
});

describe("a driver that computes wrongly is refused at creation,", () => {
  /** A device whose reads come back with one bit wrong. */
  async function faultyDevice(): Promise<GPUDevice> {
    const device = await (await navigator.gpu.requestAdapter())!.requestDevice();
    const create = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      const buffer = create(descriptor);
      const range = buffer.getMappedRange.bind(buffer);
      buffer.getMappedRange = (...at) => {
        const bytes = range(...at);
        new Uint32Array(bytes)[3]! ^= 1 << 22;
        return bytes;
      };
      return buffer;
    };
    return device;
  }

  test("with the name of what is wrong", async () => {
    const device = await faultyDevice();
    await expectRejection(
      () => Engine.create({ device, onWarning: () => undefined }),
      KernelError,
      /^Self-test: this GPU or its driver \(.+\) computes a matrix product wrongly: element 3 is .*, and should be/,
    );
  });

  test("unless that is not wanted", async () => {
    const device = await faultyDevice();
    const faulty = await Engine.create({ device, onWarning: () => undefined, selfTest: false });
    faulty.destroy();
  });
});
