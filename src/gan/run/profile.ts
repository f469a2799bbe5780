import type { Plan } from "../../compile/plan/plan.ts";
import type { State } from "../../compile/state.ts";
import { at } from "../../errors/at.ts";
import type { GameContext } from "../steps/context.ts";

/** Milliseconds of every kernel, by plan. All that training changes stays as it is. */
export async function profilePlans(
  { engine, carry }: GameContext,
  plans: readonly Plan[],
): Promise<Readonly<Record<string, Float64Array>>> {
  const states = [...carry.states.values()];
  const bytes = await engine.download(states);
  const profiles: [string, Float64Array][] = [];
  for (const plan of plans) profiles.push([plan.label, await plan.profile()]);
  for (const [i, state] of states.entries()) state.write(new (arrayOf(state))(at(bytes, i)));
  return Object.fromEntries(profiles);
}

const arrayOf = ({ dtype }: State) => (dtype === "u32" ? Uint32Array : Float32Array);
