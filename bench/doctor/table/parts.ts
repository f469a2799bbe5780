import { data, nn } from "saddlepoint";
import { normals } from "../../core/seeded.ts";

/** So many points and half as many that are held out; and what they were drawn from. */
export function few(count: number, centers: readonly (readonly [number, number])[], deviation: number) {
  const all = Math.round(1.5 * count);
  const [x, y] = [normals(all, 11, deviation), normals(all, 12, deviation)];
  const values = Array.from({ length: all }, (_, i) => {
    const [a, b] = centers[i % centers.length] ?? [0, 0];
    return [a + (x[i] ?? 0), b + (y[i] ?? 0)];
  });
  return {
    data: data.holdOut(data.points({ values }), { share: 1 / 3 }),
    fresh: data.disjointClusters({ centers, standardDeviation: deviation }),
  };
}

/** Networks that are told the class, or are not. */
export const conditional = (hears: boolean, judges: boolean, classes: number, slow = 1e-3, fast = 1e-3) => ({
  generator: nn.network(
    [4],
    [
      ...(hears ? [nn.concatInput({ classes })] : []),
      nn.linear(32, { initializer: "heNormal" }),
      nn.activation("relu"),
      nn.linear(32, { initializer: "heNormal" }),
      nn.activation("relu"),
      nn.linear(2),
    ],
  ),
  discriminator: nn.network(
    [2],
    [
      ...(judges ? [nn.concatInput({ classes })] : []),
      nn.linear(32, { initializer: "heNormal" }),
      nn.activation("leakyRelu"),
      nn.linear(32, { initializer: "heNormal" }),
      nn.activation("leakyRelu"),
      nn.linear(1),
    ],
  ),
  optimizer: {
    generator: { type: "adam", lr: slow, betas: [0.5, 0.999] },
    discriminator: { type: "adam", lr: fast, betas: [0.5, 0.999] },
  } as const,
  penalties: { type: "r1", weight: 0.1 } as const,
});
