import { type Form, type MatrixSize, matrixFactors } from "./matrices.ts";
import { productKernel, type Tile } from "./product.ts";
import { tileName, tilesFor } from "./tiles.ts";
import { fastest } from "./tuner.ts";
import { storage } from "./wgsl_text.ts";
import type { Kernel, Wires } from "./wires.ts";
import type { Wiring } from "./wiring.ts";

/** A product of square matrices in one dispatch. */
export async function wireMatmul(wires: Wires, size: number, a: Float32Array, b: Float32Array): Promise<Wiring> {
  const shape = { m: size, k: size, n: size };
  const buffers = [wires.buffer(a), wires.buffer(b), wires.buffer(size * size)];
  const output = buffers[2] as GPUBuffer;
  const make = async (tile: Tile) => ({ list: [await wires.wire(plainProduct("NN", shape, tile), buffers)], output });
  const tile = await fastest(wires, tilesFor(wires.hasQuads, [size, size], "sum"), make);
  return { ...(await make(tile)), results: [{ buffer: output, size: size * size }], choice: tileName(tile), buffers };
}

/** A kernel of three bindings: left, right, and what it writes. */
export function plainProduct(form: Form, size: MatrixSize, tile: Tile): Kernel {
  const { m, k, n } = size;
  const [left, right] = matrixFactors(form, size, { variable: "a" }, { variable: "b" });
  return productKernel({
    rows: m,
    columns: n,
    tile,
    declarations: storage({
      a: { vec4s: (m * k) / 4 },
      b: { vec4s: (k * n) / 4 },
      c: { vec4s: (m * n) / 4, write: true },
    }),
    left,
    right,
    turns: k / 4,
    store: ({ row, column4, value }) => `c[${row} * ${n / 4}u + ${column4}] = ${value};`,
    bytes: 4 * (m * k + k * n + m * n),
  });
}
