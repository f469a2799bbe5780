import type { Plan } from "../compile/plan/plan.ts";
import { at } from "../errors/at.ts";
import { DeviceLostError } from "../errors/errors.ts";
import { data, input } from "../graph/primitives/leaf.ts";
import { heldValues } from "../tensor/held_values.ts";
import { assertTensors, type Evaluator, isTensor, Tensor } from "../tensor/tensor.ts";
import type { TensorTree } from "../tensor/transforms.ts";
import { flatten } from "../tensor/tree.ts";

/** How a plan of named outputs is made. */
type MakePlan = (description: {
  readonly label: string;
  readonly outputs: Readonly<Record<string, Tensor>>;
}) => Promise<Plan>;

/** A function of tensors as a plan, which is given back when the runs that have begun are over. */
interface Traced<Result> {
  run(args: readonly Tensor[]): Promise<Result>;
  dispose(): void;
}

/** Plans that a compiled function keeps. */
const mostTraces = 32;

/** `f`, traced once for each combination of argument shapes and then replayed; see `Engine.compile`. */
export function compiledFunction<Args extends readonly Tensor[], Result extends TensorTree>(
  f: (...args: Args) => Result,
  evaluator: Evaluator,
  makePlan: MakePlan,
): (...args: Args) => Promise<Result> {
  const label = f.name || "function";
  /** In order of use. */
  const traces = new Map<string, Promise<Traced<Result>>>();
  const call = async (args: Args): Promise<Result> => {
    assertTensors(label, Object.fromEntries(args.map((given, i) => [`argument ${i}`, given])));
    const key = args.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join();
    const traced = traces.get(key) ?? trace(label, f, args, evaluator, makePlan);
    traces.delete(key);
    traces.set(key, traced);
    traced.catch(() => traces.delete(key));
    const [oldest] = traces;
    if (oldest && traces.size > mostTraces) {
      traces.delete(oldest[0]);
      oldest[1].then(({ dispose }) => dispose()).catch(() => undefined);
    }
    return (await traced).run(args);
  };
  return (...args) =>
    call(args).catch((error: unknown) => {
      if (!(error instanceof DeviceLostError)) throw error;
      // All went with the device. The engine may have another one by now.
      traces.clear();
      return call(args);
    });
}

async function trace<Args extends readonly Tensor[], Result extends TensorTree>(
  label: string,
  f: (...args: Args) => Result,
  args: Args,
  evaluator: Evaluator,
  makePlan: MakePlan,
): Promise<Traced<Result>> {
  const placeholders = args.map(({ shape, dtype }, i) => new Tensor(input(`argument ${i}`, shape, dtype), evaluator));
  const { leaves, withLeaves } = flatten(f(...flatten(args, isTensor).withLeaves(placeholders)), isTensor);
  const plan = await makePlan({ label, outputs: Object.fromEntries(leaves.entries()) });
  const positions = placeholders.map(({ node }) => plan.graph.feeds.indexOf(node));
  const run = async (given: readonly Tensor[]): Promise<Result> => {
    const values = await Promise.all(given.map((tensor) => heldValues(tensor.node) ?? tensor.data()));
    values.forEach((array, i) => {
      if (at(positions, i) >= 0) plan.feed(at(positions, i), array);
    });
    const results = await plan.runAndRead();
    const tensors = results.map((array, i) => {
      const { shape, dtype } = at(leaves, i);
      return new Tensor(data(array, shape, dtype), evaluator);
    });
    return withLeaves(tensors);
  };
  let runs = 0;
  let isWanted = true;
  const endIfUnused = () => {
    if (!isWanted && runs === 0) plan.dispose();
  };
  return {
    run: (given) => {
      runs++;
      return run(given).finally(() => {
        runs--;
        endIfUnused();
      });
    },
    dispose: () => {
      isWanted = false;
      endIfUnused();
    },
  };
}
