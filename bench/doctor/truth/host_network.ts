/** Fully connected networks in float64 on the host: what layers do, and what comes back through them, apart from the engine. */
import type { NetworkSketch } from "../record/recording.ts";

/** What one layer behind the input did to a batch. */
export interface LayerState {
  readonly kind: string;
  /** Units of a sample. */
  readonly units: number;
  /** [n, units]. */
  readonly values: Float64Array;
  /** Derivative of an activation at what it was given, [n, units]; undefined of a linear layer. */
  readonly slopes?: Float64Array;
}

type Elementwise = readonly [value: (x: number) => number, slope: (x: number) => number];

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const activations: Readonly<Record<string, Elementwise>> = {
  relu: [(x) => Math.max(x, 0), (x) => (x > 0 ? 1 : 0)],
  leakyRelu: [(x) => (x > 0 ? x : 0.2 * x), (x) => (x > 0 ? 1 : 0.2)],
  tanh: [Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
  sigmoid: [sigmoid, (x) => sigmoid(x) * sigmoid(-x)],
  elu: [(x) => (x > 0 ? x : Math.expm1(x)), (x) => (x > 0 ? 1 : Math.exp(x))],
  silu: [(x) => x * sigmoid(x), (x) => sigmoid(x) * (1 + x * sigmoid(-x))],
};

/** The layers' states for a batch of inputs in a row; undefined where a layer is none of those that are known here. */
export function forward(
  { layers, ranges }: NetworkSketch,
  parameters: Float32Array,
  inputs: ArrayLike<number>,
): LayerState[] | undefined {
  if (!layers.every((kind) => kind === "linear" || Object.hasOwn(activations, kind))) return undefined;
  const states: LayerState[] = [];
  let given = Float64Array.from(inputs);
  let width = rangeOf(ranges, layers.indexOf("linear"), "weight")?.shape[0] ?? 1;
  for (const [place, kind] of layers.entries()) {
    if (kind === "linear") {
      const weight = rangeOf(ranges, place, "weight");
      const bias = rangeOf(ranges, place, "bias");
      const units = weight?.shape[1] ?? 0;
      const n = given.length / width;
      const values = new Float64Array(n * units);
      for (let i = 0; i < n; i++) {
        for (let u = 0; u < units; u++) {
          let sum = bias ? (parameters[bias.offset + u] ?? 0) : 0;
          for (let k = 0; k < width; k++) {
            sum += (given[i * width + k] ?? 0) * (parameters[(weight?.offset ?? 0) + k * units + u] ?? 0);
          }
          values[i * units + u] = sum;
        }
      }
      states.push({ kind, units, values });
      [given, width] = [values, units];
    } else {
      const [value, slope] = activations[kind] as Elementwise;
      const state = { kind, units: width, values: given.map(value), slopes: given.map(slope) };
      states.push(state);
      given = state.values;
    }
  }
  return states;
}

/**
 * Root mean square of the derivative at each linear layer's output, from the last to the first, of a network whose outputs are
 * pulled at by `pull` [n, units of the last layer].
 */
export function backward(
  { layers, ranges }: NetworkSketch,
  parameters: Float32Array,
  states: readonly LayerState[],
  pull: Float64Array,
): number[] {
  const sizes: number[] = [];
  let gradient = pull;
  for (let place = layers.length - 1; place >= 0; place--) {
    const state = states[place];
    if (!state) continue;
    const { slopes, units } = state;
    if (slopes) {
      gradient = gradient.map((value, i) => value * (slopes[i] ?? 0));
      continue;
    }
    sizes.push(rootMeanSquare(gradient));
    const weight = rangeOf(ranges, place, "weight");
    const [width = 0] = weight?.shape ?? [];
    const n = gradient.length / units;
    const before = new Float64Array(n * width);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < width; k++) {
        let sum = 0;
        for (let u = 0; u < units; u++) {
          sum += (gradient[i * units + u] ?? 0) * (parameters[(weight?.offset ?? 0) + k * units + u] ?? 0);
        }
        before[i * width + k] = sum;
      }
    }
    gradient = before;
  }
  return sizes;
}

export const rootMeanSquare = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] ?? 0) ** 2;
  return Math.sqrt(sum / Math.max(1, values.length));
};

/**
 * Shares of an activation's elements that are flat, and of its units that are so for every sample: each the largest of so many equal
 * parts of the samples.
 */
export function flatness({ slopes = new Float64Array(), units }: LayerState, flat: number, parts = 1) {
  const n = slopes.length / units / parts;
  const shares = Array.from({ length: parts }, (_, part) => {
    let [elements, dead] = [0, 0];
    for (let u = 0; u < units; u++) {
      let isDead = true;
      for (let i = part * n; i < (part + 1) * n; i++) {
        const isFlat = Math.abs(slopes[i * units + u] ?? 0) < flat;
        elements += isFlat ? 1 : 0;
        isDead &&= isFlat;
      }
      dead += isDead ? 1 : 0;
    }
    return { elements: elements / Math.max(1, n * units), units: dead / units };
  });
  return {
    elements: Math.max(...shares.map(({ elements }) => elements)),
    units: Math.max(...shares.map(({ units }) => units)),
  };
}

const rangeOf = (ranges: NetworkSketch["ranges"], place: number, what: string) =>
  ranges.find(({ name }) => name.endsWith(`/${place}/${what}`));
