import { found } from "../../errors/at.ts";
import { assertKind, describe, object } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { type CheckedWeights, checkedNetwork, parameterSpecs, type Weights } from "../../io/weights/weights.ts";
import type { SavedState, Snapshot } from "./snapshot.ts";

const where = "withWeights";

/**
 * A snapshot with other weights in some of its networks, by name: to begin a training with weights that come from elsewhere.
 *
 *   trainer.restore(withWeights(await trainer.snapshot(), { generator: importWeights(file, generator, map) }));
 *
 * All else stays, such as moments of the optimiser: take the snapshot of a trainer that has not trained.
 *
 * @throws OptionError for what is no snapshot, a network that it has not, and numbers of another network.
 */
export function withWeights(snapshot: Snapshot, weights: Readonly<Record<string, Weights>>): Snapshot {
  const states: unknown = Object(snapshot).states;
  if (!Array.isArray(states)) {
    throw new OptionError(
      `${where}: got ${describe(snapshot)}, which is no snapshot; give what trainer.snapshot() returned.`,
    );
  }
  assertKind(where, "the weights", weights, object);
  const moved = new Map(
    Object.entries(weights).flatMap(([name, given]) =>
      bytesOf(snapshot.states, name, checkedNetwork(`${where}, ${name}`, given)),
    ),
  );
  return {
    ...snapshot,
    states: snapshot.states.map((state) => ({ ...state, bytes: moved.get(state.path) ?? state.bytes })),
  };
}

/** What stands for a network in a snapshot, by path. */
function bytesOf(
  states: readonly SavedState[],
  name: string,
  { network, parameters, buffers }: CheckedWeights & Pick<Weights, "network">,
): readonly (readonly [string, ArrayBuffer])[] {
  const flat = [...parameterSpecs(network).keys()].map((path) => found(new Map(Object.entries(parameters)), path));
  const size = Math.max(
    1,
    flat.reduce((sum, { length }) => sum + length, 0),
  );
  const all = new Float32Array(size);
  let at = 0;
  for (const values of flat) {
    all.set(values, at);
    at += values.length;
  }
  const given: (readonly [string, Float32Array<ArrayBuffer>])[] = [
    [`networks/${name}/parameters`, all],
    ...Object.entries(buffers).map(([path, values]) => [`networks/${name}/buffers/${path}`, values.slice()] as const),
  ];
  const shapes = new Map(states.map(({ path, shape }) => [path, shape.reduce((product, axis) => product * axis, 1)]));
  return given.map(([path, values]) => {
    if (shapes.get(path) === values.length) return [path, values.buffer] as const;
    throw new OptionError(
      `${where}, ${name}: the snapshot has ${shapes.has(path) ? `${shapes.get(path)} numbers` : "nothing"} under "${path}", and the ` +
        `network ${values.length}; give the network of that name.`,
    );
  });
}
