/** What training compiles, without a GPU: the kernels of every step of a configuration. */
import "../../../src/public/extras/mixed.ts";
import { type DeviceTraits, leastDevice } from "../../../src/compile/device_traits.ts";
import type { Kernel } from "../../../src/compile/emit/kernel.ts";
import { compileGraph } from "../../../src/compile/plan/compile_graph.ts";
import type { Sink } from "../../../src/compile/sinks.ts";
import { verifier } from "../../../src/compile/verify/verify.ts";
import { sampler } from "../../../src/data/sampler.ts";
import { Engine } from "../../../src/engine/engine.ts";
import type { PlanDescription } from "../../../src/engine/plan_description.ts";
import { compileSteps, createContext } from "../../../src/gan/steps/compile_steps.ts";
import { resolveConfig, setUpGan } from "../../../src/gan/trainer/config.ts";
import { byName } from "../../../src/gan/trainer/names.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import type { DType, Shape } from "../../../src/graph/shape.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { fakeState } from "./graphs.ts";

export interface CompiledKernel extends Kernel {
  /** The plan that it is of. */
  readonly plan: string;
}

/** An engine whose plans are compiled and never run; `kernels` are those of all of them. */
function compilingEngine(maxBindings: number, target = leastDevice): { engine: Engine; kernels: CompiledKernel[] } {
  const kernels: CompiledKernel[] = [];
  const size = 2 ** 30;
  const engine = {
    features: new Set<string>(["shader-f16"]),
    limits: { maxStorageBufferBindingSize: size, maxBufferSize: size },
    adapterName: "none",
    stats: () => ({ liveBytes: 0 }),
    tensor: Engine.prototype.tensor,
    state: (label: string, shape: Shape, dtype?: DType) => {
      const nothing = () => undefined;
      return Object.assign(fakeState(label, shape, dtype).state, { write: nothing, writePart: nothing });
    },
    read: ({ node }: { node: Tensor["node"] }) => new Tensor(node),
    plan: async ({ label = "plan", fuse = true, halfPrecision, signal, ...description }: PlanDescription) => {
      signal?.throwIfAborted();
      const { updates = [], records = [], outputs = {} } = description;
      const sinks: Sink[] = [
        ...Object.values(outputs).map(({ node }): Sink => ({ kind: "output", node })),
        ...records.map(({ value, ...record }): Sink => ({ kind: "record", node: value.node, ...record })),
        ...updates.map(([state, { node }]): Sink => ({ kind: "update", node, state })),
      ];
      const except = (halfPrecision?.except ?? []).map(({ node }) => node);
      const graph = compileGraph(sinks, {
        maxBindings,
        target,
        fuse,
        verify: verifier,
        ...(halfPrecision && { halfPrecision: { except } }),
      });
      kernels.push(...graph.kernels.map((kernel) => ({ ...kernel, plan: label })));
      return { graph, dispose: () => undefined };
    },
  };
  return { engine: Object.create(Engine.prototype, Object.getOwnPropertyDescriptors(engine)) as Engine, kernels };
}

/** The kernels of all steps that training takes. */
export async function kernelsOfSteps(config: TrainerConfig, maxBindings = 10): Promise<readonly CompiledKernel[]> {
  const { engine, kernels } = compilingEngine(maxBindings);
  const { game, run } = setUpGan(engine, resolveConfig(engine, config, byName));
  await compileSteps(createContext(engine, game, run), { fromStart: true });
  return kernels;
}

/** Those that a trainer waits for before its first step, on a device. */
export async function kernelsOfFirstStep(config: TrainerConfig, target: DeviceTraits): Promise<readonly Kernel[]> {
  const { engine, kernels } = compilingEngine(10, target);
  const { game, run } = setUpGan(engine, resolveConfig(engine, config, byName));
  const { plans } = await compileSteps(createContext(engine, game, run));
  plans.dispose();
  return [...kernels];
}

/** A game of two-layer networks: widths of the generator's latents, hidden units and samples, and of the critic's units. */
export function smallNetworks(
  [latent, hidden, sample, critic]: readonly [number, number, number, number],
  batchSize: number,
) {
  return {
    generator: mlp([latent, hidden, sample]),
    discriminator: mlp([sample, critic, 1]),
    data: sampler({
      name: "noise",
      sampleShape: [sample],
      sample: (random, size) => random.normal([size, sample]),
    }),
    batchSize,
  } satisfies TrainerConfig;
}
