/** What the tests of ONNX share: a network with numbers, evaluated by the float64 reference and by onnxruntime. */
import * as ort from "onnxruntime-web";
import { isParameterSpec } from "../../../../src/nn/layer.ts";
import { type Network, network } from "../../../../src/nn/network/network.ts";
import { Pass } from "../../../../src/nn/pass.ts";
import type { Tensor } from "../../../../src/tensor/tensor.ts";
import type { TensorTree } from "../../../../src/tensor/transforms.ts";
import { flatten } from "../../../../src/tensor/tree.ts";
import { labels, numbers, tensor, valuesOf } from "../../nn/harness.ts";
import type { LayerSample } from "../../nn/samples.ts";

type Shape = readonly number[];
type Arrays = Readonly<Record<string, Float32Array>>;

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

/** A network and the shapes of its side inputs: those of shape [] are labels. */
export interface Subject {
  readonly network: Network;
  readonly inputs?: Readonly<Record<string, Shape>>;
  /** The values of the main input are labels. */
  readonly isLabel?: boolean;
}

export const subjectOf = ({ layer, input, inputs = {}, labels: isLabel = false }: LayerSample): Subject => ({
  network: network(input, [layer]),
  inputs,
  isLabel,
});

/** Numbers for a network, by path: weights so small that signals keep their size, buffers that can be variances. */
export function numbersFor({ network: { parameters, buffers } }: Subject): {
  parameters: Arrays;
  buffers: Arrays;
  tree: TensorTree;
} {
  const { leaves, paths, rebuild } = flatten(parameters, isParameterSpec);
  const arrays = leaves.map(({ shape, fans }, i) => {
    const limit = Math.min(1, Math.sqrt(3 / fans.fanIn));
    return Float32Array.from(numbers(`${paths[i]}`, shape, -limit, limit));
  });
  return {
    parameters: Object.fromEntries(arrays.map((values, i) => [`${paths[i]}`, values])),
    buffers: Object.fromEntries(
      Object.entries(buffers).map(([path, { shape }]) => [path, Float32Array.from(numbers(path, shape, 0.5, 1.5))]),
    ),
    tree: rebuild(arrays.map((values, i) => tensor(values, leaves[i]?.shape ?? []))) as TensorTree,
  };
}

/** One input of a network, as tensor and as what onnxruntime takes. */
export interface Feed {
  readonly tensor: Tensor;
  readonly ort: ort.Tensor;
}

/** Inputs by the names that a file has for them. Labels go beyond the classes of the samples, of which there are 5. */
export function feedsFor(
  { network, inputs = {}, isLabel = false }: Subject,
  batch: number,
): Readonly<Record<string, Feed>> {
  const shapes = { latent: network.inputShape, ...inputs };
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const full = [batch, ...shape];
      if (shape.length > 0 || (name === "latent" && !isLabel)) {
        const values = Float32Array.from(numbers(`${name} of ${batch}`, full));
        return [name, { tensor: tensor(values, full), ort: new ort.Tensor("float32", values, full) }];
      }
      const classes = Array.from({ length: batch }, (_, i) => [3, 0, 7][i % 3] ?? 0);
      const given =
        name === "latent"
          ? new ort.Tensor("float32", Float32Array.from(classes), full)
          : new ort.Tensor("int64", BigInt64Array.from(classes, BigInt), full);
      return [name, { tensor: labels(classes), ort: given }];
    }),
  );
}

/** What the network gives by the float64 reference, in evaluation. */
export function expectedOf(
  { network }: Subject,
  { tree, buffers }: ReturnType<typeof numbersFor>,
  feeds: Readonly<Record<string, Feed>>,
) {
  const { latent, ...side } = feeds;
  if (!latent) throw new Error("There is no latent.");
  const held = Object.entries(network.buffers).map(
    ([path, { shape }]) => [path, tensor(buffers[path] ?? [], shape)] as const,
  );
  const pass = new Pass({ mode: "evaluation", buffers: Object.fromEntries(held) });
  const inputs = Object.fromEntries(Object.entries(side).map(([name, feed]) => [name, feed.tensor]));
  const y = network.apply(tree, latent.tensor, { scope: "test", pass, inputs });
  return { shape: y.shape, values: valuesOf(y) };
}

export const sessionOf = (file: Uint8Array): Promise<ort.InferenceSession> => ort.InferenceSession.create(file);

export async function runIn(session: ort.InferenceSession, feeds: Readonly<Record<string, Feed>>) {
  const given = Object.entries(feeds).map(([name, feed]) => [name, feed.ort] as const);
  const { samples } = await session.run(Object.fromEntries(given));
  if (!(samples?.data instanceof Float32Array)) throw new Error("There are no samples.");
  return { shape: samples.dims, values: samples.data };
}

/** The largest difference between two lists of one length. */
export const differenceOf = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length ? Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? Number.NaN)))) : Number.NaN;
