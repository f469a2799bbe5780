/** No convolution of DCGAN multiplies by an inserted zero, forward or backward, first or second order. */
import { expect, test } from "vitest";
import { compileGraph } from "../../../src/compile/plan/compile_graph.ts";
import { grad, type Tensor } from "../../../src/index.ts";
import { leaf, output } from "./graphs.ts";

const batch = 8;
const smallTiles = { name: "4x4", sharing: "none", rows: 4, columns: 4 } as const;
const stride = { stride: 2, padding: 1 } as const;

/** DCGAN's convolutions for 28 x 28 images, half as wide. */
const critic = (images: Tensor, [first, second]: readonly Tensor[]) =>
  images.conv2d(first!, stride).leakyRelu(0.2).conv2d(second!, stride).leakyRelu(0.2).tanh().sum();
const criticFilters = [leaf("d1", [16, 4, 4, 1]), leaf("d2", [32, 4, 4, 16])];

const generate = (features: Tensor, [first, second]: readonly Tensor[]) =>
  features.convTranspose2d(first!, stride).relu().convTranspose2d(second!, stride).tanh();
const generatorFilters = [leaf("g1", [32, 4, 4, 16]), leaf("g2", [16, 4, 4, 1])];

const images = leaf("images", [batch, 28, 28, 1]);
const features = leaf("features", [batch, 7, 7, 32]);

const graphs: Readonly<Record<string, readonly Tensor[]>> = {
  "the critic and its gradient": grad((w: Tensor[]) => critic(images, w))(criticFilters),
  "the generator and its gradient": grad((w: Tensor[]) => critic(generate(features, w), criticFilters))(
    generatorFilters,
  ),
  "the gradient of a gradient penalty": grad((w: Tensor[]) =>
    grad((x: Tensor) => critic(x, w))(images)
      .square()
      .sum(),
  )(criticFilters),
};

test.each(Object.entries(graphs))("%s", (_, results) => {
  const { kernels } = compileGraph(results.map(output), { maxBindings: 10, chooseForm: () => smallTiles });
  const parts = kernels.flatMap((kernel) => kernel.parts).filter(({ multiplyAdds }) => multiplyAdds > 0);
  expect(parts.length).toBeGreaterThanOrEqual(5);
  for (const { label, form, multiplyAdds, executedMultiplyAdds } of parts) {
    // With a zero between the pixels of a stride of two, three of four products would be in vain. Beyond the operation's own
    // there are only those of tiles that the result doesn't fill.
    expect(executedMultiplyAdds, `${label}, ${form}`).toBeLessThan(1.35 * multiplyAdds);
    expect(executedMultiplyAdds, `${label}, ${form}`).toBeGreaterThanOrEqual(multiplyAdds);
  }
});

test("with tiles that fill the result, the products are the operation's own", () => {
  const x = leaf("x", [4, 16, 16, 16]);
  const w = leaf("w", [32, 4, 4, 16]);
  const y = (images: Tensor) => images.conv2d(w, stride);
  const dx = grad((images: Tensor) => y(images).square().sum())(x);
  const { kernels } = compileGraph([output(dx)], { maxBindings: 10, chooseForm: () => smallTiles });
  const parts = kernels.flatMap((kernel) => kernel.parts).filter(({ multiplyAdds }) => multiplyAdds > 0);
  expect(parts.length).toBe(2);
  for (const { multiplyAdds, executedMultiplyAdds } of parts) expect(executedMultiplyAdds).toBe(multiplyAdds);
});
