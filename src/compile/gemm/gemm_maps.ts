import { fault } from "../../errors/at.ts";
import { isOfKind } from "../../graph/kinds.ts";
import type { Node } from "../../graph/node.ts";
import { convolutionCompiler } from "./convolution_compiler.ts";
import type { GemmShape } from "./gemm_forms.ts";
import type { GemmMap, LoadOperand } from "./gemm_map.ts";
import { matmulMap, matmulSizes } from "./matmul_map.ts";

/** The sizes of a node's product, whatever form its tiles take. */
export function gemmShape(root: Node): GemmShape {
  if (isOfKind(root, "convolution")) return convolutionCompiler().sizes(root);
  if (isOfKind(root, "matmul")) return matmulSizes(root);
  throw noProduct(root);
}

/** How a matrix product or a convolution becomes the tiled product of gemm.wgsl. */
export function gemmMap(root: Node, load: LoadOperand): GemmMap {
  if (isOfKind(root, "convolution")) return convolutionCompiler().map(root, load);
  if (isOfKind(root, "matmul")) return matmulMap(root, load);
  throw noProduct(root);
}

const noProduct = ({ op }: Node) => fault(`There is no product in ${op.name}`);
