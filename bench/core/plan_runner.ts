import type { Plan } from "saddlepoint";
import type { Facts, Runner } from "./workload.ts";

/** A plan with one output as a runner, whose answer is the output at the given places. */
export function planRunner(plan: Plan, at: readonly number[]): Runner {
  return {
    run: (times) => plan.run(times),
    answer: async () => {
      const [values] = await plan.read();
      return at.map((place) => values?.[place] ?? Number.NaN);
    },
    facts: async () => planFacts([{ plan, times: 1 }]),
    dispose: () => plan.dispose(),
  };
}

/**
 * What a run of plans, each so many times, dispatches and moves, and the bytes that they hold between kernels, beside the least
 * that they would need for the values that are alive at once.
 */
export function planFacts(plans: readonly { readonly plan: Plan; readonly times: number }[]): Facts {
  const explained = plans.map(({ plan, times }) => ({ times, plan, ...plan.explain() }));
  const total = (pick: (one: (typeof explained)[number]) => number) =>
    explained.reduce((sum, one) => sum + pick(one), 0);
  return {
    dispatches: total(({ plan, times }) => times * plan.dispatchCount),
    "MB moved": total(({ reads, writes, times }) => times * (reads.bytes + writes.bytes)) / 1e6,
    "MB between kernels": total(({ arenaBytes }) => arenaBytes) / 1e6,
    "least possible MB": total(({ arenaBytesLowerBound }) => arenaBytesLowerBound) / 1e6,
  };
}
