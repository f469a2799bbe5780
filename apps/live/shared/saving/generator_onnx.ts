/** From a generator's own file to an ONNX file. */
import type { gan } from "saddlepoint";
import { readSafetensors } from "saddlepoint/files";
import { exportOnnx } from "saddlepoint/onnx";

/** The generator that samples are drawn with: the mean of its parameters, where one is kept. @param saved by `saveGenerator` */
export function onnxOf({ config }: gan.Trainer, saved: Uint8Array): Uint8Array<ArrayBuffer> {
  const { tensors } = readSafetensors(saved);
  const under = (prefix: string): Record<string, Float32Array> =>
    Object.fromEntries(
      [...tensors].flatMap(([name, { values }]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), Float32Array.from(values() as Float32Array)]] : [],
      ),
    );
  return exportOnnx({ network: config.generator, parameters: under("parameters/"), buffers: under("buffers/") });
}
