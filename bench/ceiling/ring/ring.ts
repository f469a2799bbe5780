/**
 * The ring's GAN and its WGAN-GP as fixed lists of dispatches on one buffer. An iteration of the first takes 17; one of the
 * second, with five steps of its critic, 56.
 */
import { adam, type Game } from "../../comparison/problem.ts";
import { plainProduct } from "../matmul.ts";
import type { Form, MatrixSize } from "../matrices.ts";
import type { Tile } from "../product.ts";
import { tileName, tilesFor } from "../tiles.ts";
import { fastest } from "../tuner.ts";
import type { Dispatch, Kernel, Wires } from "../wires.ts";
import { type Arena, arenaOf, type RingShape, ringShape } from "./arena.ts";
import {
  adamStep,
  criticOutput,
  criticPoints,
  firstLayer,
  generatorOutput,
  penalty,
  type Scene,
  throughPoints,
} from "./kernels.ts";
import { hiddenBackward, hiddenForward, hiddenOfPenalty, weightGradients } from "./products.ts";

export interface WiredGame {
  /** Of one iteration. */
  readonly list: readonly Dispatch[];
  readonly choice: string;
  run(times: number): void;
  /** The discriminator's and the generator's, of the latest steps; waits for them. */
  losses(): Promise<readonly number[]>;
}

/** Iterations a submission. Each has its own rates of Adam, which the host writes before. */
const slots = 16;

export async function wireRing(wires: Wires, game: Game): Promise<WiredGame> {
  const shape = ringShape(game);
  const arena = arenaOf(shape);
  const tiles = await tuneTiles(wires, shape);
  const kernels = listOf(game, { shape, arena }, tiles.of);
  const { device } = wires;
  const buffer = wires.buffer(4 * arena.size);
  fill(device, buffer, arena, game);

  const slotFloats = Math.ceil(shape.criticSteps + 1) * 4;
  const { minStorageBufferOffsetAlignment: alignment } = device.limits;
  const slotBytes = Math.ceil((4 * slotFloats) / alignment) * alignment;
  const rates = wires.buffer((slots * slotBytes) / 4);
  // The same for all kernels, so that a slot's bind group serves all of them.
  const layout = device.createBindGroupLayout({
    entries: [
      { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: "storage" } },
      { binding: 1, visibility: GPUShaderStage.COMPUTE, buffer: { type: "read-only-storage" } },
    ],
  });
  const groups = Array.from({ length: slots }, (_, slot) =>
    device.createBindGroup({
      layout,
      entries: [
        { binding: 0, resource: { buffer } },
        { binding: 1, resource: { buffer: rates, offset: slot * slotBytes, size: 4 * slotFloats } },
      ],
    }),
  );
  const pipelines = new Map<string, GPUComputePipeline>();
  for (const { code } of kernels) {
    const compute = { module: device.createShaderModule({ code }), entryPoint: "main" };
    const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
    if (!pipelines.has(code)) {
      pipelines.set(code, await device.createComputePipelineAsync({ layout: pipelineLayout, compute }));
    }
  }
  const listIn = (group: GPUBindGroup): Dispatch[] =>
    kernels.map(({ code, ...kernel }) => ({ ...kernel, pipeline: pipelines.get(code) as GPUComputePipeline, group }));
  const lists = groups.map(listIn);

  let iteration = 0;
  const host = new Float32Array((slots * slotBytes) / 4);
  return {
    list: lists[0] ?? [],
    choice: tiles.choice,
    run(times) {
      for (let done = 0; done < times; done += slots) {
        const count = Math.min(slots, times - done);
        for (let slot = 0; slot < count; slot++) {
          host.set(ratesOf(game, iteration++), (slot * slotBytes) / 4);
        }
        device.queue.writeBuffer(rates, 0, host, 0, (count * slotBytes) / 4);
        wires.run(lists.slice(0, count).flat(), 1);
      }
    },
    losses: async () => [...(await wires.read(buffer, 2, 4 * arena.at("losses")))],
  };
}

/** Of every update of an iteration: the critic's, then the generator's. */
function ratesOf({ criticSteps, learningRate }: Game, iteration: number): number[] {
  const steps = Array.from({ length: criticSteps }, (_, i) => criticSteps * iteration + i + 1);
  return [...steps, iteration + 1].flatMap((step) => [
    learningRate / (1 - adam.beta1 ** step),
    1 / (1 - adam.beta2 ** step),
    0,
    0,
  ]);
}

/** Parameters and data. The generator's latents are those of each critic step, then its own. */
function fill(device: GPUDevice, buffer: GPUBuffer, arena: Arena, game: Game): void {
  const write = (name: string, values: Float32Array) => {
    device.queue.writeBuffer(buffer, 16 * arena.at(name), new Float32Array(values));
  };
  for (const [name, player] of [
    ["generator", game.generator],
    ["critic", game.discriminator],
  ] as const) {
    for (const [i, { name: kind, values }] of player.parameters.flat().entries()) {
      write(`${name}${kind === "weight" ? "Weight" : "Bias"}${Math.floor(i / 2) + 1}`, values);
    }
  }
  const [forCritic, forGenerator] = game.latents;
  const latents = new Float32Array((game.criticSteps + 1) * forCritic.length);
  for (let step = 0; step < game.criticSteps; step++) latents.set(forCritic, step * forCritic.length);
  latents.set(forGenerator, game.criticSteps * forCritic.length);
  write("latents", latents);
  write("realPoints", game.real);
  write("mixShares", game.mix);
}

type TileOf = (form: Form, rows: number) => Tile;

/** The best tile of each product of the lists, by the time of a plain product of its size. */
async function tuneTiles(wires: Wires, shape: RingShape): Promise<{ of: TileOf; choice: string }> {
  const { width, batch, generatedRows, criticRows } = shape;
  const sizes = (form: Form, rows: number): MatrixSize =>
    form === "TN" ? { m: width, k: rows, n: width } : { m: rows, k: width, n: width };
  const rowCounts: readonly (readonly [Form, readonly number[]])[] = [
    ["NN", [generatedRows, criticRows, batch]],
    ["NT", [criticRows, batch]],
    ["TN", [criticRows, batch]],
  ];
  const found = new Map<string, Tile>();
  for (const [form, counts] of rowCounts) {
    for (const rows of new Set(counts)) {
      const size = sizes(form, rows);
      const { m, k, n } = size;
      const buffers = [m * k, k * n, m * n].map((floats) => wires.buffer(floats));
      const candidates = tilesFor(wires.hasQuads, [m, n], form === "TN" ? "edge" : "sum");
      const tile = await fastest(wires, candidates, async (candidate) => ({
        list: [await wires.wire(plainProduct(form, size, candidate), buffers)],
        output: buffers[2] as GPUBuffer,
      }));
      for (const buffer of buffers) buffer.destroy();
      found.set(`${form} ${rows}`, tile);
    }
  }
  return {
    of: (form, rows) => found.get(`${form} ${rows}`) as Tile,
    choice: [...found].map(([name, tile]) => `${name}: ${tileName(tile)}`).join(", "),
  };
}

/** The kernels of an iteration in order. */
function listOf(game: Game, scene: Scene, tile: TileOf): Kernel[] {
  const { shape } = scene;
  const { batch, generatedRows, criticRows, criticSteps, penaltyWeight } = shape;
  const { loss } = game;
  /** The generator's own step takes the last of what was generated. */
  const own = {
    latents: `latents + ${(criticSteps * batch) / 2}u`,
    points: `generated + ${(criticSteps * batch) / 2}u`,
  };
  const ownRows = (hidden: string) => `${hidden} + ${criticSteps * batch}u * width4`;

  const critic = (rows: number, points: string, player: "critic" | "generator"): Kernel[] => [
    firstLayer(scene, { network: "critic", from: points, to: "criticHidden1", rows }),
    hiddenForward(scene, tile("NN", rows), { network: "critic", rows, from: "criticHidden1", to: "criticHidden2" }),
    criticOutput(scene, { rows, loss, player }),
    hiddenBackward(
      scene,
      tile("NT", rows),
      { network: "critic", rows, from: "gradient2", to: "gradient1" },
      "criticHidden1",
    ),
  ];
  const between = (stretch: string) => `${stretch} + 2u * batch * width4`;
  const penaltyKernels = (): Kernel[] => [
    penalty(scene),
    hiddenOfPenalty(scene, tile("NN", batch), {
      network: "critic",
      rows: batch,
      from: between("criticHidden1"),
      to: between("criticHidden2"),
    }),
  ];
  const criticStep = (step: number): Kernel[] => [
    ...(penaltyWeight > 0 ? [criticPoints(scene, step)] : []),
    ...critic(criticRows, "points", "critic"),
    ...(penaltyWeight > 0 ? penaltyKernels() : []),
    weightGradients(scene, tile("TN", criticRows), {
      network: "critic",
      rows: criticRows,
      biasRows: 2 * batch,
      points: "points",
      hidden1: "criticHidden1",
      hidden2: "criticHidden2",
      outputGradient: "logitGradient",
    }),
    adamStep(scene, "critic", step, criticRows),
  ];
  return [
    firstLayer(scene, { network: "generator", from: "latents", to: "generatorHidden1", rows: generatedRows }),
    hiddenForward(scene, tile("NN", generatedRows), {
      network: "generator",
      rows: generatedRows,
      from: "generatorHidden1",
      to: "generatorHidden2",
    }),
    generatorOutput(scene),
    ...Array.from({ length: criticSteps }, (_, step) => criticStep(step)).flat(),
    ...critic(batch, own.points, "generator"),
    throughPoints(scene),
    hiddenBackward(
      scene,
      tile("NT", batch),
      { network: "generator", rows: batch, from: "gradient2", to: "gradient1" },
      ownRows("generatorHidden1"),
    ),
    weightGradients(scene, tile("TN", batch), {
      network: "generator",
      rows: batch,
      biasRows: batch,
      points: own.latents,
      hidden1: ownRows("generatorHidden1"),
      hidden2: ownRows("generatorHidden2"),
      outputGradient: "pointGradient",
    }),
    adamStep(scene, "generator", criticSteps, batch),
  ];
}
