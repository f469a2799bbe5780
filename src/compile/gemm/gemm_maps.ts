import type { Node } from "../../graph/node.ts";
import { convolutionCompiler } from "./convolution_compiler.ts";
import type { GemmShape } from "./gemm_forms.ts";
import type { GemmMap, LoadOperand } from "./gemm_map.ts";
import { matmulMap, matmulSizes } from "./matmul_map.ts";

/** The sizes of a node's product, whatever form its tiles take. */
export function gemmShape(root: Node): GemmShape {
  const { lowering } = root.op;
  return lowering.kind === "convolution" ? convolutionCompiler().sizes(root, lowering.map) : matmulSizes(root);
}

/** How a matrix product or a convolution becomes the tiled product of gemm.wgsl. */
export function gemmMap(root: Node, load: LoadOperand): GemmMap {
  const { lowering } = root.op;
  return lowering.kind === "convolution" ? convolutionCompiler().map(root, lowering.map, load) : matmulMap(root, load);
}
