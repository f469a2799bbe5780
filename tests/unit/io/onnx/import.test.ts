/** What we write, we read: it makes what the network makes. What is no such file is refused with a sentence. */
import { describe, expect, test } from "vitest";
import { DataError, OptionError, SaddlepointError, ShapeError } from "../../../../src/errors/errors.ts";
import { exportOnnx } from "../../../../src/io/onnx/export.ts";
import type { OnnxModel } from "../../../../src/io/onnx/file/model.ts";
import { encodeModel } from "../../../../src/io/onnx/file/write.ts";
import { importOnnx } from "../../../../src/io/onnx/import.ts";
import { bytesField, message, textField, varintField } from "../../../../src/io/protobuf/write.ts";
import * as nn from "../../../../src/public/nn.ts";
import { createRng } from "../../../reference/rng.ts";
import { draw, labels, valuesOf } from "../../nn/harness.ts";
import { layerSamples } from "../../nn/samples.ts";
import { differenceOf, expectedOf, feedsFor, numbersFor, type Subject, subjectOf } from "./runtime.ts";
import { modelSubjects, variantSubjects } from "./subjects.ts";

const fileOf = (subject: Subject): Uint8Array<ArrayBuffer> => {
  const { parameters, buffers } = numbersFor(subject);
  return exportOnnx({ network: subject.network, parameters, buffers });
};

describe("a file that was written", () => {
  const all = [
    ...layerSamples.map(([name, sample]) => [`the layer ${name}`, subjectOf(sample)] as const),
    ...variantSubjects,
    // The models' discriminators have no layer that is not among the others.
    ...modelSubjects.filter(([name]) => !name.includes("discriminator")),
  ];
  test.each(all)("%s", (_, subject) => {
    const imported = importOnnx(fileOf(subject));
    const feeds = feedsFor(subject, 2);
    const given = Object.entries(feeds).map(([name, { tensor }]) => {
      const isFloat = imported.inputs.find((input) => input.name === name)?.dtype === "float32";
      return [name, isFloat ? tensor.cast("f32") : tensor] as const;
    });
    const y = imported.apply(Object.fromEntries(given));
    const expected = expectedOf(subject, numbersFor(subject), feeds);
    expect(y.shape).toEqual(expected.shape);
    expect(differenceOf(valuesOf(y), expected.values)).toBeLessThan(1e-5);
  });

  test("says what goes in and comes out", () => {
    const { name, inputs, outputs } = importOnnx(fileOf(conditional));
    expect(name).toBe("generator");
    expect(inputs).toEqual([
      { name: "latent", dtype: "float32", shape: ["N", 3] },
      { name: "label", dtype: "int64", shape: ["N"] },
    ]);
    expect(outputs).toEqual([{ name: "samples", dtype: "float32", shape: ["N", 4, 4, 2] }]);
  });
});

/** Small, with most of what a generator has. */
const conditional: Subject = {
  network: nn.network(
    [3],
    [
      nn.concatInput({ classes: 4 }),
      nn.linear(16),
      nn.reshape([2, 2, 4]),
      nn.conditionalBatchNorm(4),
      nn.activation("relu"),
      nn.residual([nn.upsampleNearest(2), nn.conv2d(2, { kernel: 3, padding: "same" })], {
        shortcut: [nn.convTranspose2d(2, { kernel: 4, stride: 2, padding: 1 })],
      }),
      nn.maxPool(3, { stride: 1, padding: 1 }),
      nn.groupNorm(2),
      nn.resizeBilinear([4, 4]),
      nn.activation("tanh"),
    ],
  ),
  inputs: { label: [] },
};

describe("apply refuses", () => {
  const imported = importOnnx(fileOf(conditional));
  const latent = draw("latent", [2, 3]);
  const label = labels([1, 2]);
  test("inputs that are missing, strange, or of another kind or shape", () => {
    expect(() => imported.apply({ latent })).toThrow(OptionError);
    expect(() => imported.apply({ latent, label, lable: label })).toThrow(/no input "lable".* Did you mean "label"/);
    expect(() => imported.apply({ latent, label: draw("label", [2]) })).toThrow(
      /"label" is f32\[2\], and must be u32\[N\]/,
    );
    expect(() => imported.apply({ latent: draw("latent", [2, 4]), label })).toThrow(ShapeError);
    expect(() => imported.apply({ latent, label: labels([1, 2, 3]) })).toThrow(DataError);
  });
});

describe("a file is refused", () => {
  const model: OnnxModel = {
    name: "small",
    nodes: [{ name: "a", op: "Relu", inputs: ["x"], outputs: ["y"], attributes: {} }],
    tensors: new Map(),
    inputs: [{ name: "x", dtype: "float32", shape: ["N", 2] }],
    outputs: [{ name: "y", dtype: "float32", shape: ["N", 2] }],
  };
  const [node] = model.nodes;
  if (!node) throw new Error("There is no node.");
  const opset = (version: number) => bytesField(8, message(textField(1, ""), varintField(2, version)));
  const cases: Readonly<Record<string, readonly [file: Uint8Array, says: RegExp]>> = {
    "that is empty": [new Uint8Array(), /opset \(none\); 17 is read/],
    "of another opset": [message(opset(18)), /opset 18; 17 is read/],
    "without a graph": [message(opset(17)), /no graph/],
    "with an operator that is not read": [
      encodeModel({ ...model, nodes: [{ ...node, op: "LSTM" }] }),
      /the operator "LSTM"; these are read: Abs, Add, /,
    ],
    "with a value from nowhere": [
      encodeModel({ ...model, nodes: [{ ...node, inputs: ["z"] }] }),
      /Relu takes the value "z", which nothing before it makes/,
    ],
    "with a value that is made twice": [encodeModel({ ...model, nodes: [node, node] }), /two values "y"/],
    "without an output": [encodeModel({ ...model, outputs: [] }), /0 outputs; one is read/],
    "whose constant is too short": [
      encodeModel({ ...model, tensors: new Map([["w", { shape: [3], values: new Float32Array(2) }]]) }),
      /the constant "w" of shape \[3\] has 8 bytes/,
    ],
  };
  test.each(Object.entries(cases))("%s", (_, [file, says]) => {
    expect(() => importOnnx(file)).toThrow(DataError);
    expect(() => importOnnx(file)).toThrow(says);
  });

  test("for attributes that nobody reads alike", () => {
    const nodes = [{ ...node, op: "Resize", inputs: ["x", "", "x"], attributes: { mode: "cubic" } }];
    const apply = () => importOnnx(encodeModel({ ...model, nodes })).apply({ x: draw("x", [2, 2]) });
    expect(apply).toThrow(DataError);
  });

  test.each(["a text", undefined, null, 1, [1, 2], {}])("that is %s", (file) => {
    expect(() => importOnnx(file as never)).toThrow(DataError);
  });
});

test("2,000 damaged files give a network or a sentence, and so do the networks", () => {
  const rng = createRng("damaged files");
  const below = (end: number) => Math.min(end - 1, Math.floor(rng.between(0, end)));
  const whole = fileOf(conditional);
  const inputs = { latent: draw("latent", [2, 3]), label: labels([1, 2]) };
  const wrong: string[] = [];
  let [refused, applied] = [0, 0];
  for (let i = 0; i < 2000; i++) {
    const start = below(whole.length);
    const damaged = i % 4 === 0 ? whole.slice(0, start) : whole.slice();
    const changes = i % 4 === 0 ? 0 : 1 + below(3);
    for (let k = 0; k < changes; k++) damaged[below(damaged.length)] = [0, 0xff, 0x80, below(256)][below(4)] ?? 0;
    try {
      const network = importOnnx(damaged);
      try {
        network.apply(inputs);
        applied++;
      } catch (error) {
        if (!(error instanceof SaddlepointError)) wrong.push(`${i}, applied: ${String(error)}`);
      }
    } catch (error) {
      if (error instanceof DataError) refused++;
      else wrong.push(`${i}: ${String(error)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(refused).toBeGreaterThan(600);
  expect(applied).toBeGreaterThan(100);
});
