import { SaddlepointError } from "../../src/errors/errors.ts";
import { losses } from "../../src/gan/losses/registry.ts";
import { penalties } from "../../src/gan/penalties/registry.ts";
import { plays } from "../../src/gan/play/registry.ts";
import { tricks } from "../../src/gan/tricks/registry.ts";
import { activations } from "../../src/nn/layers/activations.ts";
import { optimizers } from "../../src/optim/registry.ts";
import { createRng, type Rng } from "../reference/rng.ts";
import { type GameCase, type LayerCall, makeLayer } from "./game.ts";
import { sizeOf } from "./pool.ts";

type Shape = readonly number[];

/**
 * A random small game: networks of any layers, on points or small images, with a loss, penalties, tricks, a rule of play and
 * optimisers at random. Much of it is refused at creation, which is as it should be, with a sentence.
 */
export function generateGame(seed: number): GameCase {
  const rng = createRng(`game ${seed}`);
  const isImages = rng.chance(0.35);
  const sample = isImages ? [rng.integer(2, 6), rng.integer(2, 6), rng.integer(1, 3)] : [rng.integer(1, 5)];
  const latent = [rng.integer(1, 6)];
  const config = drawConfig(rng, isImages);
  const isAutoencoder = ["began", "ebgan"].includes(
    String((config["loss"] as { type?: string })?.type ?? config["loss"]),
  );
  return {
    latent,
    sample,
    generator: drawNetwork(rng, latent, sample),
    discriminator: drawNetwork(rng, sample, isAutoencoder ? sample : [1]),
    config,
  };
}

// ── Networks ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const layer = (name: string, ...args: readonly unknown[]): LayerCall => ({ layer: name, args });

const widths = [1, 2, 3, 4, 4, 5, 6, 7, 8, 8, 12, 16];

/** Layers from one shape to another, the last of them linear. */
function drawNetwork(rng: Rng, input: Shape, output: Shape): LayerCall[] {
  const calls: LayerCall[] = [];
  let shape = input;
  const wanted = rng.integer(0, 4);
  for (let attempt = 0; calls.length < wanted && attempt < 30; attempt++) {
    const call = drawLayer(rng, shape);
    const next = outputOf(call, shape);
    if (!next || sizeOf(next) > 100) continue;
    calls.push(call);
    shape = next;
  }
  calls.push(layer("linear", sizeOf(output), ...(rng.chance(0.2) ? [{ bias: false }] : [])));
  if (output.length > 1 || rng.chance(0.1)) calls.push(layer("reshape", output));
  return calls;
}

function outputOf(call: LayerCall, input: Shape): Shape | undefined {
  try {
    const made = makeLayer(call);
    made.parameters(input);
    return made.outputShape(input);
  } catch (error) {
    if (error instanceof SaddlepointError) return undefined;
    throw error;
  }
}

const activationNames = Object.keys(activations);

function drawLayer(rng: Rng, shape: Shape, depth = 0): LayerCall {
  const bias = rng.chance(0.25) ? { bias: false } : {};
  const inner = () => drawLayer(rng, shape, depth + 1);
  const weighted = () =>
    shape.length === 3 && rng.chance(0.7)
      ? layer("conv2d", rng.integer(1, 6), { kernel: rng.integer(1, 3), padding: "same", ...bias })
      : layer("linear", rng.pick(widths), bias);
  const choices: (() => LayerCall)[] = [
    ...Array.from({ length: 4 }, () => () => layer("linear", rng.pick(widths), bias)),
    ...Array.from({ length: 4 }, () => () => layer("activation", rng.pick(activationNames))),
    () => layer(rng.pick(["batchNorm", "layerNorm", "pixelNorm"])),
    () => layer("groupNorm", rng.pick([1, 2, 3, 4])),
    () => layer("dropout", { rate: 0.25, ...(rng.chance(0.3) ? { spatial: true } : {}) }),
    () => layer("gaussianNoise", { standardDeviation: 0.1 }),
    () => layer("minibatchStandardDeviation", rng.chance(0.5) ? { groupSize: rng.pick([2, 3, 4]) } : {}),
    () => layer("minibatchDiscrimination", { features: rng.integer(1, 4), kernelDimensions: rng.integer(1, 3) }),
    () => layer("spectralNorm", weighted()),
    () => layer("equalized", weighted()),
    () => layer("reshape", rng.pick([[-1], [1, 1, -1], [-1, 2, 1], [2, -1, 2], [2, 2, -1]])),
    () => layer("flatten"),
    ...(depth < 1
      ? [
          () => layer("residual", [inner(), ...(rng.chance(0.5) ? [inner()] : [])]),
          () => layer("sequential", [inner(), inner()]),
        ]
      : []),
  ];
  const ofImages: (() => LayerCall)[] = [
    ...Array.from({ length: 4 }, () => () => layer("conv2d", rng.integer(1, 6), convolutionOptions(rng))),
    ...Array.from({ length: 2 }, () => () => layer("convTranspose2d", rng.integer(1, 6), convolutionOptions(rng))),
    () => layer(rng.pick(["averagePool", "maxPool"]), rng.integer(2, 3)),
    () => layer(rng.pick(["globalAveragePool", "globalSumPool", "instanceNorm"])),
    () => layer(rng.pick(["upsampleNearest", "firUpsample", "firDownsample"])),
    () => layer(rng.pick(["depthToSpace", "spaceToDepth"]), 2),
    () => layer("resizeBilinear", [rng.integer(1, 5), rng.integer(1, 5)]),
    () => layer("selfAttention", rng.chance(0.5) ? { pool: 2 } : {}),
  ];
  return rng.pick(shape.length === 3 ? [...choices, ...ofImages, ...ofImages] : choices)();
}

function convolutionOptions(rng: Rng) {
  return {
    kernel: rng.integer(1, 4),
    ...(rng.chance(0.4) ? { stride: rng.integer(1, 2) } : {}),
    ...(rng.chance(0.6) ? { padding: rng.pick([0, 1, "same"]) } : {}),
    ...(rng.chance(0.2) ? { groups: rng.integer(1, 3) } : {}),
    ...(rng.chance(0.2) ? { dilation: 2 } : {}),
    ...(rng.chance(0.2) ? { bias: false } : {}),
  };
}

// ── The rest ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const names = (registry: object): string[] => Object.keys(registry);

/** Most of the time the usual choice, so that most games are not refused for one unusual thing of several. */
function drawConfig(rng: Rng, isImages: boolean): Record<string, unknown> {
  const needsImages = (registry: object) =>
    names(registry).filter((name) => {
      const entry = (registry as Readonly<Record<string, { needsImages?: boolean }>>)[name];
      return isImages || !entry?.needsImages;
    });
  const some = <T>(chance: number, draw: () => T, name: string) => (rng.chance(chance) ? { [name]: draw() } : {});
  const penaltyCount = rng.pick([0, 0, 1, 1, 2]);
  const trickCount = rng.pick([0, 0, 0, 1, 2]);
  const interval = rng.chance(0.15) ? { interval: 2 } : {};
  return {
    batchSize: rng.integer(1, 9),
    ...some(0.7, () => rng.pick(names(losses)), "loss"),
    ...(penaltyCount > 0
      ? {
          penalties: rng
            .shuffled(needsImages(penalties))
            .slice(0, penaltyCount)
            .map((type) => ({ type, ...interval })),
        }
      : {}),
    ...(trickCount > 0
      ? {
          tricks: rng
            .shuffled(needsImages(tricks))
            .slice(0, trickCount)
            .map((type) => ({ type })),
        }
      : {}),
    ...some(0.35, () => rng.pick(names(plays)), "play"),
    ...some(0.6, () => drawOptimizer(rng), "optimizer"),
    ...some(0.2, () => ({ decay: 0.9 }), "generatorAverage"),
    ...some(0.15, () => rng.integer(1, 3), "discriminatorSteps"),
    ...some(0.15, () => rng.pick(["generator", "discriminator", "both"]), "recompute"),
    ...some(0.2, () => rng.integer(0, 1000), "seed"),
    ...(rng.chance(0.5) ? { probes: { every: rng.pick([0, 0, 2]) } } : {}),
  };
}

function drawOptimizer(rng: Rng): unknown {
  const one = () => ({
    type: rng.pick(names(optimizers)),
    lr: rng.pick([1e-3, 1e-4]),
    ...(rng.chance(0.2) ? { clipNorm: 1 } : {}),
    ...(rng.chance(0.1) ? { clipWeights: 0.5 } : {}),
  });
  return rng.chance(0.7) ? one() : { generator: one(), discriminator: one() };
}
