/** Operations whose results are known: whole numbers that f32 holds exactly, and functions to within its rounding. */
import { grad, Random, Tensor } from "saddlepoint";

export interface KnownAnswer {
  readonly what: string;
  /** @param tensor puts numbers where the operation is to be done. */
  readonly make: (tensor: MakeTensor) => Tensor;
  readonly wanted: ArrayLike<number>;
  /** Largest difference, relative to a number above 1. */
  readonly within: number;
}

export type MakeTensor = (values: readonly number[], shape: readonly number[], dtype?: "f32" | "u32") => Tensor;

/** Small whole numbers of both signs, without a pattern that fits a tile. */
const wholes = (count: number, from: number) =>
  Array.from({ length: count }, (_, i) => ((((i + from) * 7919) % 101) % 9) - 4);

const [m, k, n] = [37, 67, 29];
const [a, b] = [wholes(m * k, 1), wholes(k * n, 2)];
const product = Array.from({ length: m * n }, (_, at) => {
  const [row, column] = [Math.floor(at / n), at % n];
  return a.slice(row * k, (row + 1) * k).reduce((sum, value, i) => sum + value * (b[i * n + column] ?? 0), 0);
});
/** Of half the sum of squares of the product, by its first factor. */
const gradient = Array.from({ length: m * k }, (_, at) => {
  const [row, i] = [Math.floor(at / k), at % k];
  return Array.from({ length: n }, (_column, j) => (product[row * n + j] ?? 0) * (b[i * n + j] ?? 0)).reduce(
    (sum, value) => sum + value,
    0,
  );
});

const [side, channels, filters, kernel] = [9, 3, 5, 3];
const [image, weights] = [wholes(side * side * channels, 3), wholes(kernel * kernel * filters * channels, 4)];
const outSide = side - kernel + 1;
const convolved = Array.from({ length: outSide * outSide * filters }, (_, at) => {
  const [y, x, filter] = [Math.floor(at / (outSide * filters)), Math.floor(at / filters) % outSide, at % filters];
  let sum = 0;
  for (let dy = 0; dy < kernel; dy++) {
    for (let dx = 0; dx < kernel; dx++) {
      for (let channel = 0; channel < channels; channel++) {
        const pixel = image[((y + dy) * side + x + dx) * channels + channel] ?? 0;
        sum += pixel * (weights[((filter * kernel + dy) * kernel + dx) * channels + channel] ?? 0);
      }
    }
  }
  return sum;
});

const many = 100_003;
const curve = Array.from({ length: 41 }, (_, i) => (i - 20) / 4);

export const knownAnswers: readonly KnownAnswer[] = [
  {
    what: "a matrix product",
    make: (tensor) => tensor(a, [m, k]).matmul(tensor(b, [k, n])),
    wanted: product,
    within: 0,
  },
  {
    what: "its gradient",
    make: (tensor) =>
      grad((x: Tensor) =>
        x
          .matmul(tensor(b, [k, n]))
          .square()
          .sum()
          .mul(0.5),
      )(tensor(a, [m, k])),
    wanted: gradient,
    within: 0,
  },
  {
    what: "a convolution",
    make: (tensor) =>
      tensor(image, [1, side, side, channels]).conv2d(tensor(weights, [filters, kernel, kernel, channels])),
    wanted: convolved,
    within: 0,
  },
  {
    what: "a sum of many numbers",
    make: (tensor) => tensor(wholes(many, 5), [many]).sum(),
    wanted: [wholes(many, 5).reduce((sum, value) => sum + value, 0)],
    within: 0,
  },
  {
    what: "the exponential function",
    make: (tensor) => tensor(curve, [curve.length]).exp(),
    wanted: curve.map(Math.exp),
    within: 1e-5,
  },
  {
    what: "the hyperbolic tangent",
    make: (tensor) => tensor(curve, [curve.length]).tanh(),
    wanted: curve.map(Math.tanh),
    within: 1e-5,
  },
  {
    what: "random numbers of a seed",
    make: (tensor) => new Random(tensor([7], [], "u32"), Tensor.scalar(0, "u32")).integers([6], 1_000_000),
    wanted: [954_597, 406_960, 6075, 390_199, 289_928, 338_612],
    within: 0,
  },
];

/** The first number that is not what it should be, in words; undefined where there is none. */
export function differenceFrom({ what, wanted, within }: KnownAnswer, found: ArrayLike<number>): string | undefined {
  for (let i = 0; i < wanted.length; i++) {
    const [right = Number.NaN, got = Number.NaN] = [wanted[i], found[i]];
    if (Math.abs(got - right) <= within * Math.max(1, Math.abs(right))) continue;
    return `${what} gives ${got} at place ${i}, where ${right} is right`;
  }
  return undefined;
}
