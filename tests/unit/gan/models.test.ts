/** Models that are told the class of each image. */
import { describe, expect, test } from "vitest";
import { models } from "../../../src/gan/models/registry.ts";
import { resnet } from "../../../src/gan/models/resnet.ts";
import type { Network } from "../../../src/nn/network/network.ts";

const kindsOf = ({ layers }: Network) => layers.map(({ kind }) => kind);
const size = { imageSize: 32, width: 4, latent: 6 };

describe.each(Object.entries(models))("%s", (_, create) => {
  test("takes labels in both networks where there are classes, and none where there are not", () => {
    const { generator, discriminator } = create({ ...size, classes: 10 });
    expect([generator.inputs, discriminator.inputs]).toEqual([["label"], ["label"]]);
    expect(kindsOf(discriminator).at(-1)).toBe("projection");
    const plain = create(size);
    expect([plain.generator.inputs, plain.discriminator.inputs]).toEqual([[], []]);
    expect(generator.outputShape).toEqual(plain.generator.outputShape);
    expect(discriminator.outputShape).toEqual(plain.discriminator.outputShape);
    expect(() => create({ ...size, classes: 0 })).toThrow("classes is 0; give a whole number of at least 1.");
  });
});

test("the projection of the residual model has spectral norm in both parts", () => {
  const { discriminator } = resnet({ ...size, classes: 10 });
  expect(Object.keys(discriminator.buffers).slice(-2)).toEqual(["6/linear/u", "6/embedding/u"]);
});
