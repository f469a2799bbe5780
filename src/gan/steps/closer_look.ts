import type { Plan } from "../../compile/plan/plan.ts";
import type { State } from "../../compile/state.ts";
import { at, named } from "../../errors/at.ts";
import { type TelemetryColumn, TelemetryLayout } from "../../probes/telemetry.ts";
import { perPlayer } from "../play/game.ts";
import { buildStep } from "./build_step.ts";
import type { GameContext } from "./context.ts";
import { keyOf, type StepSpec, stepsOfTurn } from "./turn.ts";

/** What a closer look at a turn measured, by the names of the columns. */
export type Looked = ReadonlyMap<string, Float32Array>;

/** What closer looks have added to the rows of steps. */
export interface Closer {
  readonly look: CloserLook;
  /** Columns that the ring has not, behind those that it has. */
  columns: readonly TelemetryColumn[];
}

/**
 * Steps that are computed again, where every probe looks at every element and nothing is moved. They draw what the turn drew: the same
 * batch, the same latent vectors, from counts of their own. The parameters are those of now: a step that was not finite
 * has left them as they were, as far as it was not.
 */
export class CloserLook {
  readonly #context: GameContext;
  readonly #plans = new Map<
    string,
    Promise<{ readonly plan: Plan; readonly layout: TelemetryLayout; readonly table: State }>
  >();

  constructor(context: GameContext) {
    const { engine, game } = context;
    const count = (what: string) => engine.state(`${what} seen again`, [], "u32");
    this.#context = {
      ...context,
      turns: count("turns"),
      run: { ...context.run, probeEvery: 1, probesExactly: true, siteProbes: [], probesTerms: false },
      replayed: perPlayer(game.order, (player) => count(`${player} steps`)),
    };
  }

  async at(turn: number): Promise<Looked> {
    const { engine, game, run, turns, replayed = {} } = this.#context;
    const specs = stepsOfTurn(game, run, turn).map(({ spec }) => spec);
    const found = new Map<string, Float32Array>();
    for (const spec of specs.filter(({ probed }) => probed)) {
      const { plan, layout, table } = await this.#planOf(spec);
      turns.write([turn]);
      for (const [player, steps] of Object.entries(replayed)) {
        const { stepsPerTurn } = named(game.players, player);
        steps.write([(turn + 1) * stepsPerTurn - 1]);
      }
      await plan.run(1);
      const values = new Float32Array(at(await engine.download([table]), 0));
      for (const { name, offset, size } of layout.columns) found.set(name, values.slice(offset, offset + size));
    }
    return found;
  }

  dispose(): void {
    const { turns, replayed = {} } = this.#context;
    for (const state of [turns, ...Object.values(replayed)]) state.destroy();
    for (const made of this.#plans.values()) {
      made.then(
        ({ plan, table }) => {
          plan.dispose();
          table.destroy();
        },
        () => undefined,
      );
    }
    this.#plans.clear();
  }

  #planOf(spec: StepSpec) {
    const key = keyOf(spec);
    const known = this.#plans.get(key);
    if (known) return known;
    const made = this.#compile(spec);
    this.#plans.set(key, made);
    return made;
  }

  async #compile(spec: StepSpec) {
    const context = this.#context;
    const { engine, run } = context;
    const layout = new TelemetryLayout();
    const { precise } = buildStep(context, layout, spec);
    const values = layout.take();
    const table = engine.state("telemetry of a closer look", [1, layout.width]);
    const plan = await engine.plan({
      label: `${spec.movers.join(" and ")} step, seen again`,
      ...(run.precision === "mixed" && { halfPrecision: { except: precise } }),
      records: values.map(({ column, value }) => ({ table, row: context.turns, column, value })),
    });
    return { plan, layout, table };
  }
}
