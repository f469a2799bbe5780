import { at } from "../../errors/at.ts";
import type { NodeOf } from "../../graph/kinds.ts";
import { nodeSize } from "../../graph/node.ts";
import { dims } from "../../graph/shape.ts";
import { shaderSources } from "../../kernels/sources.ts";
import type { GemmShape } from "./gemm_forms.ts";
import { batchHooks, blockHook, type GemmMap, isInFours, type LoadOperand } from "./gemm_map.ts";

export function matmulSizes(root: NodeOf<"matmul">): GemmShape {
  const { transposeA } = root.attributes;
  const [m, n] = dims(root.shape.slice(-2), 2);
  const k = at(root.inputs[0].shape, root.shape.length - (transposeA ? 2 : 1));
  return { batch: nodeSize(root) / (m * n), m, n, k };
}

export function matmulMap(root: NodeOf<"matmul">, load: LoadOperand): GemmMap {
  const sizes = matmulSizes(root);
  const { batch, m, n, k } = sizes;
  const { transposeA, transposeB } = root.attributes;
  const [a, b] = root.inputs;
  const left = matmulSide("a", transposeA, m, k);
  const right = matmulSide("b", !transposeB, n, k);
  const [loadA, loadB] = [load(a, left.inFours), load(b, right.inFours)];
  return {
    ...sizes,
    steps: batch * Math.ceil(k / 4),
    cStep: 1,
    multiplyAdds: batch * m * n * k,
    hooks: {
      ...walkHooks("Walk", "Walk(k)", "Walk(walk.k + 4u)"),
      Walk: "struct Walk {\n  k: u32,\n}",
      ALines: "struct ALines {\n  start: vec4u,\n}",
      BLines: "struct BLines {\n  start: vec4u,\n}",
      ...batchHooks,
      a_lines: `fn a_lines(batch: Batch, row: u32) -> ALines {\n  return ALines(${left.lines}(batch.index * (M * K), row, M));\n}`,
      b_lines: `fn b_lines(batch: Batch, column: u32) -> BLines {\n  return BLines(${right.lines}(batch.index * (K * N), column, N));\n}`,
      // A block's columns must be rows of A, and rows of B.
      a_block: blockHook("a", left.isSideBySide ? `transpose(${left.block})` : left.block),
      b_block: blockHook("b", right.isSideBySide ? right.block : `transpose(${right.block})`),
      k_extent: "fn k_extent(batch: Batch) -> u32 {\n  return K;\n}",
      c_row: "fn c_row(batch: u32, row: u32) -> u32 {\n  return batch * (M * N) + row * N;\n}",
    },
    include: {
      shader: "matmul",
      source: shaderSources.matmul,
      constants: { M: m, N: n, K: k },
      hooks: {
        load_a: loadA.scalar("load_a"),
        load_a4: loadA.vector("load_a4"),
        load_b: loadB.scalar("load_b"),
        load_b4: loadB.vector("load_b4"),
      },
    },
  };
}

function walkHooks(type: string, from: string, on: string) {
  return {
    walk_from: `fn walk_from(batch: Batch, k: u32) -> ${type} {\n  return ${from};\n}`,
    walk_on: `fn walk_on(walk: ${type}) -> ${type} {\n  return ${on};\n}`,
  };
}

/** One side of a matrix product, whose lines are rows of op(A) or columns of op(B), stored along K or across it. */
function matmulSide(side: "a" | "b", isAcross: boolean, lines: number, k: number) {
  const inFours = isInFours(isAcross ? lines : k);
  if (inFours) {
    return {
      inFours,
      isSideBySide: isAcross,
      lines: isAcross ? "lines_side_by_side" : "lines_along_k",
      block: `${side}_${isAcross ? "side_by_side" : "along_k"}(lines.start, walk.k)`,
    };
  }
  return {
    inFours,
    isSideBySide: false,
    lines: isAcross ? "lines_across_k" : "lines_along_k",
    block: `${side}_scalar(lines.start, walk.k, ${isAcross ? lines : 1}u)`,
  };
}
