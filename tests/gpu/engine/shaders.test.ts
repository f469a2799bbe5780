/// <reference types="vite/types/importMeta.d.ts" />
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const shaders = import.meta.glob<string>("../../../shaders/*.wgsl", { eager: true, import: "default" });
const library = shaders["../../../shaders/functions.wgsl"]!;

let device: GPUDevice;

beforeAll(async () => {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error("This browser has no WebGPU adapter.");
  device = await adapter.requestDevice();
});

afterAll(() => device.destroy());

/** Compiles the code as the browser does, and insists on silence: not even a warning. */
async function compile(code: string): Promise<GPUComputePipeline> {
  const module = device.createShaderModule({ code });
  const { messages } = await module.getCompilationInfo();
  expect(messages.map(({ type, lineNum, message }) => `${type} in line ${lineNum}: ${message}`)).toEqual([]);
  return device.createComputePipelineAsync({ layout: "auto", compute: { module, entryPoint: "main" } });
}

test.each(Object.keys(shaders))("%s compiles as it stands", async (path) => {
  await compile(shaders[path]!);
});

/** What a library function may return here, with the 32-bit words that an element of its array takes. */
const wordsOf = { f32: 1, vec2u: 2, vec4u: 4 } as const;

/**
 * The value of a WGSL expression at every element of its inputs, each of which it names by its key.
 *
 * @returns the bits of the results, in order
 */
async function evaluate(
  type: keyof typeof wordsOf,
  expression: string,
  inputs: Readonly<Record<string, Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>>,
): Promise<ArrayBuffer> {
  const operands = Object.entries(inputs);
  const length = operands[0]![1].length;
  const arrays = operands.map(([name, values], index) => {
    const element = values instanceof Float32Array ? "f32" : "u32";
    return `@group(0) @binding(${index + 1}) var<storage, read> ${name}_array: array<${element}>;`;
  });
  const pipeline = await compile(`
    ${library.slice(0, library.lastIndexOf("@compute"))}
    @group(0) @binding(0) var<storage, read_write> result: array<${type}>;
    ${arrays.join("\n")}
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3u) {
      if (id.x < arrayLength(&result)) {
        ${operands.map(([name]) => `let ${name} = ${name}_array[id.x];`).join("\n")}
        result[id.x] = ${expression};
      }
    }`);

  const { STORAGE, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
  const size = 4 * wordsOf[type] * length;
  const result = device.createBuffer({ size, usage: STORAGE | COPY_SRC });
  const readable = device.createBuffer({ size, usage: MAP_READ | COPY_DST });
  const buffers = operands.map(([, values]) => {
    const buffer = device.createBuffer({ size: values.byteLength, usage: STORAGE | COPY_DST });
    device.queue.writeBuffer(buffer, 0, values);
    return buffer;
  });

  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [result, ...buffers].map((buffer, binding) => ({ binding, resource: { buffer } })),
    }),
  );
  pass.dispatchWorkgroups(Math.ceil(length / 64));
  pass.end();
  encoder.copyBufferToBuffer(result, 0, readable, 0, size);
  device.queue.submit([encoder.finish()]);
  await readable.mapAsync(GPUMapMode.READ);
  const bits = readable.getMappedRange().slice(0);
  for (const buffer of [result, readable, ...buffers]) buffer.destroy();
  return bits;
}

const smallestNormal = 2 ** -126;

/** Both signs of awkward values, of magnitudes from 1e-30 to 1e4, and of an even grid up to 100, and infinity. */
function samples(): Float32Array<ArrayBuffer> {
  const magnitudes = [0, smallestNormal, 0.35, 1, 15, 87.3, 88, 88.7225, 88.72283, 88.72284, 89, 103, 104, 200, 1e4];
  for (let decade = -30; decade < 4; decade += 1 / 64) magnitudes.push(10 ** decade);
  for (let x = 0; x < 100; x += 1 / 128 + 1e-6) magnitudes.push(x);
  magnitudes.push(Number.POSITIVE_INFINITY);
  return Float32Array.from(magnitudes.flatMap((x) => [x, -x]));
}

/**
 * The relative error. A GPU may flush denormals to zero, so below the smallest normal number any of them will do;
 * Infinity and NaN must be met exactly.
 */
function errorOf(actual: number, expected: number): number {
  const rounded = Math.fround(expected);
  const error = Math.abs(actual - expected);
  if (Object.is(actual, rounded)) return 0;
  if (!Number.isFinite(rounded) || !Number.isFinite(actual)) return Number.POSITIVE_INFINITY;
  if (Math.abs(expected) < smallestNormal) return error < smallestNormal ? 0 : Number.POSITIVE_INFINITY;
  return error / Math.abs(expected);
}

/** Reports the worst element rather than the first. */
function expectClose(
  actual: Float32Array,
  reference: (...operands: number[]) => number,
  inputs: readonly Float32Array[],
  tolerance: number,
): void {
  const worst = { error: 0, message: "" };
  for (const [index, value] of actual.entries()) {
    const operands = inputs.map((input) => input[index]!);
    const expected = reference(...operands);
    const error = errorOf(value, expected);
    if (error <= worst.error) continue;
    worst.error = error;
    worst.message = `at (${operands.join(", ")}): ${value}, not ${expected}`;
  }
  expect(worst.error, worst.message).toBeLessThan(tolerance);
}

/** erf(x) = 2/√π exp(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!: all terms have one sign, so nothing cancels. Abramowitz, Stegun 7.1.6. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

function sigmoid(x: number): number {
  return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

describe.each([
  { name: "exp_f32", reference: Math.exp },
  { name: "log_f32", reference: Math.log },
  { name: "tanh_f32", reference: Math.tanh },
  { name: "sigmoid_f32", reference: sigmoid },
  { name: "softplus_f32", reference: softplus },
  { name: "erf_f32", reference: erf },
  { name: "sin_f32", reference: Math.sin },
  { name: "cos_f32", reference: Math.cos },
])("$name", ({ name, reference }) => {
  test("agrees with float64", async () => {
    const x = samples();
    expectClose(new Float32Array(await evaluate("f32", `${name}(x)`, { x })), reference, [x], 1e-6);
  });

  // A run that has diverged must not look healthy.
  test("passes NaN on", async () => {
    const x = Float32Array.of(Number.NaN);
    expect([...new Float32Array(await evaluate("f32", `${name}(x)`, { x }))]).toEqual([Number.NaN]);
  });
});

describe("pow_f32", () => {
  const power = async (pairs: readonly (readonly [number, number])[]) => {
    const x = Float32Array.from(pairs, ([base]) => base);
    const y = Float32Array.from(pairs, ([, exponent]) => exponent);
    return { x, y, result: new Float32Array(await evaluate("f32", "pow_f32(x, y)", { x, y })) };
  };

  test("agrees with float64", async () => {
    const bases = [1e-3, 0.1, 0.3, 0.5, 0.9, 1, 1.1, 1.5, 2, Math.E, 3, 7, 10, 100].flatMap((x) => [x, -x]);
    const exponents = [1 / 3, 2 / 3, 33, -33, ...Array.from({ length: 65 }, (_, index) => index / 4 - 8)];
    const { x, y, result } = await power(
      bases.flatMap((base) => exponents.map((exponent) => [base, exponent] as const)),
    );
    // The built-in power is 2 to the y log2(x), and rounds that product.
    expectClose(result, Math.pow, [x, y], 4e-6);
  });

  test("has C's values at its edges, and passes NaN on", async () => {
    const edges: readonly (readonly [base: number, exponent: number, power: number])[] = [
      [0, 0, 1],
      [-3, 0, 1],
      [0, 2, 0],
      [0, 0.5, 0],
      [0, -1, Number.POSITIVE_INFINITY],
      [0, -0.5, Number.POSITIVE_INFINITY],
      [-8, 1 / 3, Number.NaN],
      [10, 50, Number.POSITIVE_INFINITY],
      [-10, 51, Number.NEGATIVE_INFINITY],
      [10, -50, 0],
      [Number.NaN, 2, Number.NaN],
      [-3, Number.NaN, Number.NaN],
    ];
    const { result } = await power(edges.map(([base, exponent]) => [base, exponent]));
    expect([...result]).toEqual(edges.map(([, , expected]) => expected));
  });
});

/** Awkward words first, then arbitrary but fixed ones: a linear congruential generator, Numerical Recipes' constants. */
function words(length: number, seed: number): Uint32Array<ArrayBuffer> {
  const result = Uint32Array.of(0, 1, 0xffff, 0x10000, 0x10001, 0x7fffffff, 0x80000000, 0xffffffff, ...Array(length));
  for (let index = 8; index < result.length; index++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    result[index] = seed;
  }
  return result;
}

test("multiply_wide gives both halves of the product", async () => {
  const awkward = words(0, 0);
  const a = Uint32Array.of(...[...awkward].flatMap((word) => Array<number>(8).fill(word)), ...words(500, 1));
  const b = Uint32Array.of(
    ...Array(8)
      .fill([...awkward])
      .flat(),
    ...words(500, 2),
  );
  const product = new BigUint64Array(await evaluate("vec2u", "multiply_wide(a, b)", { a, b }));
  expect([...product]).toEqual(Array.from(a, (word, index) => BigInt(word) * BigInt(b[index]!)));
});

/** Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011, figure 4 and table 2. */
function philox(counter: readonly number[], key: readonly [number, number]): number[] {
  const word = (value: bigint) => value & 0xffffffffn;
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const p = 0xd2511f53n * c0;
    const q = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(q >> 32n) ^ c1 ^ k0, word(q), (p >> 32n) ^ c3 ^ k1, word(p)];
    [k0, k1] = [word(k0 + 0x9e3779b9n), word(k1 + 0xbb67ae85n)];
  }
  return [c0, c1, c2, c3].map(Number);
}

describe("philox", () => {
  // From kat_vectors of the authors' library, Random123.
  test("in JavaScript gives the published vectors", () => {
    expect(philox([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    const ones = 0xffffffff;
    expect(philox([ones, ones, ones, ones], [ones, ones])).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
    expect(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
      0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
    ]);
  });

  test("on the GPU gives the same bits", async () => {
    const [a, b, c, d, seed] = [1, 2, 3, 4, 5].map((stream) => words(200, stream)) as [
      Uint32Array<ArrayBuffer>,
      Uint32Array<ArrayBuffer>,
      Uint32Array<ArrayBuffer>,
      Uint32Array<ArrayBuffer>,
      Uint32Array<ArrayBuffer>,
    ];
    const bits = await evaluate("vec4u", "philox(vec4u(a, b, c, d), seed)", { a, b, c, d, seed });
    const expected = Array.from(a, (_, i) => philox([a[i]!, b[i]!, c[i]!, d[i]!], [seed[i]!, 0]));
    expect([...new Uint32Array(bits)]).toEqual(expected.flat());
  });
});
