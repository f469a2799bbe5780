/** A generator's file as other programs take it. */
import { OptionError } from "saddlepoint";
import type { GeneratorCard } from "saddlepoint/generator";
import { exportOnnx, importOnnx, type OnnxOptions, type OnnxPort } from "saddlepoint/onnx";
import { readGenerator } from "../../../src/gan/generator/generator_file.ts";
import { layers } from "../../../src/nn/layers/all.ts";
import { networkOf } from "../../../src/nn/network/architecture.ts";

/** What goes into a generator, or comes out of it. */
export type Port = Pick<OnnxPort, "name" | "dtype" | "shape">;

export interface Exported {
  readonly bytes: Uint8Array;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** What a generator's file says of it. @throws DataError for what is no such file, or damaged. */
export async function cardOf(file: Uint8Array): Promise<GeneratorCard> {
  return (await readGenerator(file)).about;
}

/** The file as it is, which is one of safetensors. */
export async function asSafetensors(file: Uint8Array): Promise<Exported> {
  const { latentShape, sampleShape, classes } = await cardOf(file);
  const floats = (name: string, shape: readonly number[]): Port => ({ name, dtype: "float32", shape: ["N", ...shape] });
  const label: Port = { name: "label", dtype: "int64", shape: ["N"] };
  return {
    bytes: file,
    inputs: [floats("latent", latentShape), ...(classes === undefined ? [] : [label])],
    outputs: [floats("samples", sampleShape)],
  };
}

/** Its samples are in the data's own units, as `loadGenerator` draws them. */
export async function asOnnx(file: Uint8Array, layout: NonNullable<OnnxOptions["layout"]>): Promise<Exported> {
  const { about, parameters, buffers, scale } = await readGenerator(file);
  if (about.architecture === undefined) {
    throw new OptionError(
      "The generator has layers of its user's own, which are not in its file; write it with exportOnnx, where the network is.",
    );
  }
  const arrays = (all: typeof parameters) => Object.fromEntries([...all].map(([path, { values }]) => [path, values]));
  const bytes = exportOnnx({
    network: networkOf(about.architecture, layers),
    parameters: arrays(parameters),
    buffers: arrays(buffers),
    layout,
    ...(scale && { scale }),
  });
  // Read again, as whoever gets it will.
  const { inputs, outputs } = importOnnx(bytes);
  return { bytes, inputs, outputs };
}
