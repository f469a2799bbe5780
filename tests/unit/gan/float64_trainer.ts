/** A trainer in float64: the very graphs that the compiler would get, evaluated by the reference. */
import "../../../src/public/extras/engine.ts";
import type { State } from "../../../src/compile/state.ts";
import { Engine } from "../../../src/engine/engine.ts";
import type { PlanDescription } from "../../../src/engine/plan_description.ts";
import { buildStep } from "../../../src/gan/steps/build_step.ts";
import { createContext } from "../../../src/gan/steps/compile_steps.ts";
import { streams } from "../../../src/gan/steps/context.ts";
import { keyOf, type StepSpec, stepsOfTurn } from "../../../src/gan/steps/turn.ts";
import { resolveConfig, setUpGan } from "../../../src/gan/trainer/config.ts";
import { byName } from "../../../src/gan/trainer/names.ts";
import { setUp } from "../../../src/gan/trainer/setup.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { type DType, type Shape, sizeOf } from "../../../src/graph/shape.ts";
import { TelemetryLayout } from "../../../src/probes/telemetry.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { evaluate } from "../../reference/reference.ts";
import type { Values } from "../../reference/replayed_game.ts";
import { createRng } from "../../reference/rng.ts";
import { slotOf } from "../../reference/slots.ts";
import { fakeState } from "../compile/graphs.ts";

type Slots = Map<number, Float64Array>;

/** An engine whose states are numbers on the host, and whose plans are run by the reference. */
export function engineOfNumbers(): { engine: Engine; slots: Slots } {
  const slots: Slots = new Map();
  const size = 2 ** 30;
  const numbersOf = (state: State) => slots.get(slotOf(state.node).id) as Float64Array;
  const parts = {
    features: new Set(["shader-f16"]),
    limits: { maxStorageBufferBindingSize: size, maxBufferSize: size },
    adapterName: "none",
    stats: () => ({ liveBytes: 0 }),
    tensor: Engine.prototype.tensor,
    state: (label: string, shape: Shape, dtype?: DType) => {
      const { state } = fakeState(label, shape, dtype);
      slots.set(slotOf(state.node).id, new Float64Array(sizeOf(shape)));
      const write = (values: ArrayLike<number>) => slots.set(slotOf(state.node).id, Float64Array.from(values));
      return Object.assign(state, { write, destroy: () => undefined });
    },
    read: ({ node }: State) => new Tensor(node),
    plan: async ({ updates = [], records = [] }: PlanDescription) => ({
      run: async () => {
        const values = [...updates.map(([, value]) => value), ...records.map(({ value }) => value)];
        const found = evaluate(
          values.map(({ node }) => node),
          { states: slots },
        );
        records.forEach(({ table, row, column }, i) => {
          const [rows = 1, width = 1] = table.shape;
          const place = (numbersOf(row)[0] ?? 0) % rows;
          numbersOf(table).set(found[updates.length + i] as Float64Array, place * width + column);
        });
        updates.forEach(([state], i) => {
          slots.set(slotOf(state.node).id, found[i] as Float64Array);
        });
      },
      dispose: () => undefined,
    }),
    loop: (entries: (index: number) => readonly { plan: { run(): Promise<void> }; times: number }[]) => {
      let index = 0;
      return {
        run: async (iterations: number) => {
          for (let i = 0; i < iterations; i++) {
            for (const { plan, times } of entries(index++)) for (let k = 0; k < times; k++) await plan.run();
          }
        },
        finished: async () => undefined,
      };
    },
    download: async (states: readonly State[]) => states.map((state) => Float32Array.from(numbersOf(state)).buffer),
  };
  return { engine: Object.create(Engine.prototype, Object.getOwnPropertyDescriptors(parts)) as Engine, slots };
}

export function float64Trainer(config: Parameters<typeof setUp>[1] | TrainerConfig) {
  const { engine, slots } = engineOfNumbers();
  const isTable = (given: typeof config): given is Parameters<typeof setUp>[1] => "networks" in given;
  const { game, run } = isTable(config)
    ? setUp(engine, config, byName)
    : setUpGan(engine, resolveConfig(engine, config, byName));
  const context = createContext(engine, game, run);
  const rng = createRng("first parameters");
  for (const { arena } of Object.values(context.networks)) {
    arena.state.write(Float32Array.from({ length: arena.size }, () => rng.between(-0.7, 0.7)));
  }
  const layout = new TelemetryLayout();
  const steps = new Map<string, { step: ReturnType<typeof buildStep>; records: ReturnType<TelemetryLayout["take"]> }>();
  const built = (spec: StepSpec) => {
    const known = steps.get(keyOf(spec)) ?? { step: buildStep(context, layout, spec), records: layout.take() };
    steps.set(keyOf(spec), known);
    return known;
  };
  const row = new Map<string, number>();

  function take(spec: StepSpec): void {
    const { step, records } = built(spec);
    const roots = [...step.updates.map(([, value]) => value), ...records.map(({ value }) => value)];
    const found = evaluate(
      roots.map(({ node }) => node),
      { states: slots },
    );
    step.updates.forEach(([state], i) => {
      slots.set(slotOf(state.node).id, found[i] as Float64Array);
    });
    records.forEach(({ column }, i) => {
      const { name } = layout.columns.find(({ offset }) => offset === column) as { name: string };
      row.set(name, found[step.updates.length + i]![0] as number);
    });
  }

  return {
    game,
    controls: context.controls,
    /** All that lasts, by its path. */
    values: (): Values =>
      new Map(
        [...context.carry.states].map(([path, state]) => [path, slots.get(slotOf(state.node).id) as Float64Array]),
      ),
    /** Gives the networks the first parameters of a seed, as a trainer on a GPU does. */
    initialise: async (): Promise<void> => {
      const held = Object.values(context.networks);
      await Promise.all(held.map((network, place) => network.initialise(run.seed, streams.ofNetwork(place))));
    },
    /** Puts all loss scales to a number. */
    scaleLosses: (scale: number): void => {
      for (const [path, state] of context.carry.states)
        if (path.endsWith("/lossScale")) slots.set(slotOf(state.node).id, Float64Array.of(scale, 1));
    },
    /** Takes the steps of a turn. What the last one of each player measured, by column. */
    turn: (index: number): ReadonlyMap<string, number> => {
      row.clear();
      for (const { spec, times } of stepsOfTurn(game, run, index)) {
        for (let i = 0; i < times; i++) take(spec);
      }
      return new Map(row);
    },
  };
}
