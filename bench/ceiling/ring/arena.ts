/** Where everything of the ring's lists lies: one buffer of vec4s, whose stretches WGSL knows by name. */
import type { Game, Player } from "../../comparison/problem.ts";

/** Sizes of a game of two networks of three linear layers, both of one width, with points of the plane in between. */
export interface RingShape {
  readonly batch: number;
  readonly width: number;
  /** vec4s of a row of activations. */
  readonly width4: number;
  readonly criticSteps: number;
  readonly penaltyWeight: number;
  /** Rows that the generator computes at once: it does not change during the critic's steps, so all of them, and its own. */
  readonly generatedRows: number;
  /** Rows of the critic in a step of its own: real, generated, and those in between that the penalty looks at. */
  readonly criticRows: number;
}

/** @throws Error for a game that the lists are not made for. */
export function ringShape({ generator, discriminator, batch, criticSteps, penaltyWeight }: Game): RingShape {
  const [width, ...others] = [generator, discriminator].flatMap(widthsOf);
  const isPlane = [generator, discriminator].every(
    ({ inputShape, layers }) => inputShape.join() === "2" && layers.length === 5,
  );
  // Without a penalty, the points are laid out where they are made, for one step.
  const isRing = isPlane && (penaltyWeight > 0 || criticSteps === 1);
  if (!isRing || width === undefined || others.some((other) => other !== width) || width % 32 || batch % 16) {
    throw new Error("The hand-wired games are those of the ring, of a width in 32s and a batch in 16s.");
  }
  return {
    batch,
    width,
    width4: width / 4,
    criticSteps,
    penaltyWeight,
    generatedRows: (criticSteps + 1) * batch,
    criticRows: (penaltyWeight > 0 ? 3 : 2) * batch,
  };
}

function widthsOf({ layers }: Player): number[] {
  const [first, , second] = layers;
  return [first, second].flatMap((layer) => (layer?.kind === "linear" ? [layer.outputs] : []));
}

/** vec4s of the parameters of a network, in the order of its layers. */
function parameterSizes({ width, width4 }: RingShape, outputs: number) {
  // From two inputs; between the hidden layers; to the outputs, whose biases take a vec4.
  return {
    Weight1: 2 * width4,
    Bias1: width4,
    Weight2: width * width4,
    Bias2: width4,
    Weight3: outputs * width4,
    Bias3: 1,
  };
}

export type NetworkName = "generator" | "critic";
const outputsOf: Readonly<Record<NetworkName, number>> = { generator: 2, critic: 1 };

/** vec4s of all parameters of a network. */
export function networkSize(shape: RingShape, network: NetworkName): number {
  return Object.values(parameterSizes(shape, outputsOf[network])).reduce((sum, size) => sum + size, 0);
}

export interface Arena {
  /** In vec4s. */
  readonly size: number;
  /** Where a stretch begins, in vec4s. */
  at(name: string): number;
  /** All names as constants of WGSL. */
  readonly constants: string;
}

/**
 * Each network has four copies of its parameters' layout: the parameters, their gradient, and Adam's mean and mean square, as in
 * `criticWeight2`, `criticGradientWeight2`, `criticMeanWeight2` and `criticSquareWeight2`.
 */
export function arenaOf(shape: RingShape): Arena {
  const { batch, width4, generatedRows, criticRows } = shape;
  const stretches: [name: string, size: number][] = [];
  for (const network of ["generator", "critic"] as const) {
    for (const role of ["", "Gradient", "Mean", "Square"]) {
      const sizes = Object.entries(parameterSizes(shape, outputsOf[network]));
      stretches.push(...sizes.map(([name, size]): [string, number] => [`${network}${role}${name}`, size]));
    }
  }
  stretches.push(
    // Given once: [generated rows, 2], [batch, 2] and [batch].
    ["latents", generatedRows / 2],
    ["realPoints", batch / 2],
    ["mixShares", batch / 4],
    // Activations of both hidden layers; then the gradients before their activations.
    ["generatorHidden1", generatedRows * width4],
    ["generatorHidden2", generatedRows * width4],
    ["criticHidden1", criticRows * width4],
    ["criticHidden2", criticRows * width4],
    ["gradient2", criticRows * width4],
    ["gradient1", criticRows * width4],
    // What the generator has made, and what the critic is given.
    ["generated", generatedRows / 2],
    ["points", criticRows / 2],
    ["logitGradient", criticRows / 4],
    ["pointGradient", batch / 2],
    // A share for each row; then the two losses.
    ["lossOfRow", criticRows / 4],
    ["losses", 1],
  );
  const starts = new Map<string, number>();
  let size = 0;
  for (const [name, length] of stretches) {
    starts.set(name, size);
    size += length;
  }
  const at = (name: string) => {
    const start = starts.get(name);
    if (start === undefined) throw new Error(`The arena has no ${name}.`);
    return start;
  };
  return { size, at, constants: [...starts].map(([name, start]) => `const ${name} = ${start}u;`).join("\n") };
}
