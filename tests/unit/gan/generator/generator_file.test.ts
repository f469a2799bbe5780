import { describe, expect, test } from "vitest";
import { DataError } from "../../../../src/errors/errors.ts";
import { type GeneratorParts, readGenerator, writeGenerator } from "../../../../src/gan/generator/generator_file.ts";
import { concatenated } from "../../../../src/io/bytes.ts";
import { readSafetensors } from "../../../../src/io/safetensors/read.ts";
import { sealedFile } from "../../../../src/io/safetensors/sealed.ts";
import { createRng } from "../../../reference/rng.ts";

const parts: GeneratorParts = {
  about: {
    architecture: { inputShape: [2], layers: [{ layer: "linear", given: [2] }] },
    latentShape: [2],
    sampleShape: [2],
    classes: 3,
    classNames: ["a", "b", "c"],
    step: 7,
    libraryVersion: "0.1.0",
  },
  parameters: new Map([
    ["0/weight", { shape: [2, 2], values: Float32Array.of(1, 2, 3, -0) }],
    ["0/bias", { shape: [2], values: Float32Array.of(5, Number.NaN) }],
  ]),
  buffers: new Map([["1/mean", { shape: [2], values: Float32Array.of(7, 8) }]]),
  scale: { factor: Float32Array.of(9, 10), offset: Float32Array.of(11, 12) },
};

const inOrder = ({ parameters, buffers, ...rest }: GeneratorParts) => ({
  ...rest,
  parameters: Object.fromEntries(parameters),
  buffers: Object.fromEntries(buffers),
});

describe("a generator's file", () => {
  test("is read as it was written", async () => {
    expect(inOrder(await readGenerator(await writeGenerator(parts)))).toEqual(inOrder(parts));
    const { scale: _, ...plain } = parts;
    expect(inOrder(await readGenerator(await writeGenerator(plain)))).toEqual(inOrder(plain));
  });

  test("has its numbers where other programs find them", async () => {
    const { tensors, metadata } = readSafetensors(await writeGenerator(parts));
    expect([...tensors.keys()].sort()).toEqual([
      ...["buffers/1/mean", "parameters/0/bias", "parameters/0/weight", "scale/factor", "scale/offset"],
    ]);
    expect(metadata.get("format")).toBe("saddlepoint-generator");
  });

  test("is refused where a byte of it is another one, or is missing", async () => {
    const whole = await writeGenerator(parts);
    const rng = createRng("generator");
    for (let i = 0; i < whole.length; i += 3) {
      const changed = whole.slice();
      changed[i] = (whole[i] ?? 0) ^ (1 << rng.integer(0, 7));
      await expect(readGenerator(changed)).rejects.toThrow(DataError);
      await expect(readGenerator(whole.slice(0, i))).rejects.toThrow(DataError);
    }
  });

  test.each([
    ["no word of what it takes", {}, /does not say what the generator takes and makes/],
    ["shapes that are none", { generator: '{"latentShape":[0],"sampleShape":[2]}' }, /does not say what the generator/],
    ["classes that are none", { generator: '{"latentShape":[1],"sampleShape":[2],"classes":-1}' }, /does not say what/],
    ["a text that is no JSON", { generator: "{" }, /"generator" is no JSON/],
  ])("with %s is refused, though its hash is right", async (_, texts, says) => {
    const format = { name: "saddlepoint-generator", version: 1, noun: "generator" };
    const { pieces } = await sealedFile(format, texts as Readonly<Record<string, string>>, new Map());
    await expect(readGenerator(concatenated(pieces))).rejects.toThrow(DataError);
    await expect(readGenerator(concatenated(pieces))).rejects.toThrow(says);
  });

  test("with numbers of another type is refused", async () => {
    const format = { name: "saddlepoint-generator", version: 1, noun: "generator" };
    const about = { generator: JSON.stringify(parts.about) };
    const whole = { dtype: "U32", shape: [1], bytes: new Uint8Array(4) } as const;
    const { pieces } = await sealedFile(format, about, new Map([["parameters/0/weight", whole]]));
    await expect(readGenerator(concatenated(pieces))).rejects.toThrow(
      /"parameters\/0\/weight" is U32 in the place of F32/,
    );
  });
});
