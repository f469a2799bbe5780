import { assertKeys, count, describe, list, needed, object, shape as shapeKind } from "../../errors/checks.ts";
import { OptionError, ShapeError } from "../../errors/errors.ts";
import { formatShape, type Shape, sizeOf } from "../../graph/shape.ts";
import { checkedWeights, parameterSpecs, type Weights } from "../../io/weights/weights.ts";
import { networkKind } from "../../nn/checks.ts";
import { libraryVersion } from "../run/library_version.ts";
import { withKernels } from "./compile_kernels.ts";
import { writeGenerator } from "./generator_file.ts";
import { describable } from "./save_generator.ts";

export interface GeneratorFileOptions extends Weights {
  /** Of one latent vector, whose numbers are standard normal. Default: what the network takes. */
  readonly latentShape?: Shape;
  /** Of a sample. Default: what the network makes. */
  readonly sampleShape?: Shape;
  /** How many classes its label is one of: needed by a network that takes a label, and by no other. */
  readonly classes?: number;
  /** One for each. */
  readonly classNames?: readonly string[];
  /**
   * From what the network makes to the data's own units: a number of a sample is the network's times `factor` plus `offset`. Each has
   * as many numbers as a sample. Default: samples as the network makes them.
   */
  readonly scale?: { readonly factor: Float32Array; readonly offset: Float32Array };
}

const where = "generatorFile";

/**
 * A generator as a file, of a network and its numbers, wherever they come from: what `trainer.saveGenerator()` writes of a trained
 * one, for `loadSampler` and `loadGenerator`. A network with layers of your own is written without how it is made.
 *
 * @throws OptionError for numbers of another network, or inputs beside a latent vector and a label; ShapeError for shapes of
 *   another size than the network's.
 */
export async function generatorFile(options: GeneratorFileOptions): Promise<Uint8Array<ArrayBuffer>> {
  assertKeys<GeneratorFileOptions>(where, options, {
    network: needed(networkKind),
    parameters: true,
    buffers: object,
    latentShape: shapeKind,
    sampleShape: shapeKind,
    classes: count,
    classNames: list,
    scale: object,
  });
  const { network, classes, classNames, scale } = options;
  const { parameters, buffers } = checkedWeights(where, options);
  const latentShape = sized("latentShape", options.latentShape, network.inputShape);
  const sampleShape = sized("sampleShape", options.sampleShape, network.outputShape);
  assertClasses(options);
  const shaped = (
    numbers: Readonly<Record<string, Float32Array>>,
    specs: ReadonlyMap<string, { readonly shape: Shape }>,
  ) => new Map([...specs].map(([path, { shape }]) => [path, { shape, values: numbers[path] ?? new Float32Array() }]));
  const parts = {
    about: {
      ...describable(network),
      latentShape,
      sampleShape,
      ...(classes !== undefined && { classes }),
      ...(classNames && { classNames }),
      step: 0,
      libraryVersion,
    },
    parameters: shaped(parameters, parameterSpecs(network)),
    buffers: shaped(buffers, new Map(Object.entries(network.buffers))),
    ...(scale && { scale: checkedScale(scale, sizeOf(sampleShape)) }),
  };
  return writeGenerator(withKernels(parts, network, false));
}

function sized(name: string, given: Shape | undefined, own: Shape): Shape {
  if (!given) return own;
  if (given.length > 0 && sizeOf(given) === sizeOf(own)) return [...given];
  throw new ShapeError(
    `${where}: the ${name} is ${formatShape(given)}, and the network's is ${formatShape(own)}; give one of as many numbers.`,
  );
}

function assertClasses({ network, classes, classNames }: GeneratorFileOptions): void {
  const strange = network.inputs.find((input) => input !== "label");
  if (strange !== undefined) {
    throw new OptionError(
      `${where}: the network takes "${strange}"; a generator's file has a latent vector and a label alone.`,
    );
  }
  const takesLabel = network.inputs.length > 0;
  if (takesLabel !== (classes !== undefined)) {
    throw new OptionError(
      `${where}: the network takes ${takesLabel ? "a label; say how many classes there are" : "no label; leave classes out"}.`,
    );
  }
  if (classNames && classNames.length !== classes) {
    throw new OptionError(`${where}: ${classNames.length} classNames for ${classes ?? 0} classes; give one for each.`);
  }
}

function checkedScale(scale: NonNullable<GeneratorFileOptions["scale"]>, size: number) {
  assertKeys<typeof scale>(`${where}, scale`, scale, { factor: true, offset: true });
  for (const part of ["factor", "offset"] as const) {
    const values: unknown = scale[part];
    if (values instanceof Float32Array && values.length === size) continue;
    throw new OptionError(
      `${where}: the ${part} of the scale is ${describe(values)}; give a Float32Array of ${size}, one for each number of a sample.`,
    );
  }
  return scale;
}
