import type { Plan } from "saddlepoint";
import type { Runner } from "./workload.ts";

/** A plan with one output as a runner, whose answer is the output at the given places. */
export function planRunner(plan: Plan, at: readonly number[]): Runner {
  return {
    run: (times) => plan.run(times),
    answer: async () => {
      const [values] = await plan.read();
      return at.map((place) => values?.[place] ?? Number.NaN);
    },
    facts: async () => ({ dispatches: plan.dispatchCount }),
    dispose: () => plan.dispose(),
  };
}
