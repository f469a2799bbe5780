/** Files of safetensors, between this library and others: the reader of jax-js, and what the format's own writer writes. */
import { safetensors } from "@jax-js/loaders";
import { describe, expect, test } from "vitest";
import { generatorFile } from "../../../src/gan/generator/generator_of_weights.ts";
import { checkpointFile, readCheckpoint } from "../../../src/gan/run/checkpoint.ts";
import type { Snapshot } from "../../../src/gan/run/snapshot.ts";
import { concatenated } from "../../../src/io/bytes.ts";
import { readSafetensors } from "../../../src/io/safetensors/read.ts";
import { writeSafetensors } from "../../../src/io/safetensors/write.ts";
import { mlp } from "../../../src/nn/network/network.ts";

const tensors = {
  "0/weight": { shape: [2, 3], values: Float32Array.of(1, -2, 3.5, 4, 5e-42, 3e38) },
  whole: { shape: [2], values: Int32Array.of(-1, 2 ** 31 - 1) },
  natural: { shape: [1, 1], values: Uint32Array.of(2 ** 32 - 1) },
  bytes: { shape: [5], values: Uint8Array.of(1, 2, 3, 4, 255) },
  scalar: { shape: [], values: Float32Array.of(7) },
  empty: { shape: [0, 4], values: new Float32Array() },
  "names: “quoted” \\ and\nbroken": { shape: [1], values: Float32Array.of(0.25) },
};

describe("another reader reads ours", () => {
  test("tensors of every type, with their names and texts", () => {
    const read = safetensors.parse(writeSafetensors(tensors, { format: "pt", note: "ä “b” \n" }));
    expect(read.metadata).toEqual({ format: "pt", note: "ä “b” \n" });
    expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, { shape, values }] of Object.entries(tensors)) {
      expect(read.tensors[name]?.shape, name).toEqual(shape);
      expect(read.tensors[name]?.data, name).toEqual(values);
    }
  });

  test("the checkpoint of a run", async () => {
    const snapshot: Snapshot = {
      step: 3,
      configuration: { seed: "1" },
      controls: { generatorLearningRate: 1e-3 },
      states: [
        { path: "networks/generator/parameters", dtype: "f32", shape: [3], bytes: Float32Array.of(1, 2, 3).buffer },
        { path: "turns", dtype: "u32", shape: [], bytes: Uint32Array.of(3).buffer },
      ],
      telemetry: { columns: "loss/generator:1 1", from: 1, bytes: Float32Array.of(0.5, 0.25).buffer },
      findings: [],
    };
    const file = concatenated((await checkpointFile(snapshot)).pieces);
    const read = safetensors.parse(file);
    expect(read.tensors["networks/generator/parameters"]?.data).toEqual(Float32Array.of(1, 2, 3));
    expect(read.tensors["turns"]).toMatchObject({ dtype: "U32", shape: [], data: Uint32Array.of(3) });
    expect(read.tensors["telemetry/rows"]).toMatchObject({ shape: [2, 1], data: Float32Array.of(0.5, 0.25) });
    expect(read.metadata).toMatchObject({ format: "saddlepoint-checkpoint", step: "3" });
    expect((await readCheckpoint(file)).states).toHaveLength(2);
  });

  test("a generator alone", async () => {
    const network = mlp([2, 3, 2]);
    const parameters = Float32Array.from({ length: network.parameterCount }, (_, i) => i);
    const read = safetensors.parse(await generatorFile({ network, parameters }));
    expect(read.tensors["parameters/0/weight"]).toMatchObject({ shape: [2, 3], data: parameters.slice(0, 6) });
    expect(read.tensors["parameters/2/bias"]).toMatchObject({ shape: [2], data: parameters.slice(-2) });
  });
});

/**
 * What Hugging Face's own writer makes of three tensors, byte by byte: `safetensors.torch.save_file` puts the widest types first and
 * then goes by name, writes the keys in this order, and fills the header up with spaces.
 */
function ofItsWriter(): Uint8Array<ArrayBuffer> {
  const header =
    '{"__metadata__":{"format":"pt"},' +
    '"bn.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]},' +
    '"conv.bias":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},' +
    '"conv.weight":{"dtype":"F32","shape":[2,1,1,2],"data_offsets":[16,32]}}';
  const text = new TextEncoder().encode(header.padEnd(8 * Math.ceil(header.length / 8)));
  const file = new Uint8Array(8 + text.length + 32);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  const start = 8 + text.length;
  view.setBigInt64(start, 1234n, true);
  for (const [i, value] of [0.5, -0.5, 1, 2, 3, 4].entries()) view.setFloat32(start + 8 + 4 * i, value, true);
  return file;
}

test("this one reads what the format's own writer writes, as the other reader does", () => {
  const file = ofItsWriter();
  const [own, other] = [readSafetensors(file), safetensors.parse(file)];
  expect(Object.fromEntries(own.metadata)).toEqual(other.metadata);
  expect([...own.tensors.keys()]).toEqual(Object.keys(other.tensors));
  for (const [name, { dtype, shape, values }] of own.tensors) {
    expect({ dtype, shape }, name).toEqual({ dtype: other.tensors[name]?.dtype, shape: other.tensors[name]?.shape });
    expect(Array.from(values()), name).toEqual(
      Array.from<number | bigint, number>(other.tensors[name]?.data ?? [], Number),
    );
  }
  expect(own.tensors.get("conv.weight")?.values()).toEqual(Float32Array.of(1, 2, 3, 4));
  expect(own.tensors.get("bn.num_batches_tracked")?.values()).toEqual(Int32Array.of(1234));
});
