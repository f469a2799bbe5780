import { type Extra, partOf } from "../../errors/extra.ts";
import type { NodeOf } from "../../graph/kinds.ts";
import type { Node } from "../../graph/node.ts";
import type { DeviceTraits } from "../device_traits.ts";
import type { GemmShape } from "./gemm_forms.ts";
import type { GemmMap, LoadOperand } from "./gemm_map.ts";

/** What compiles the convolution family. */
export interface ConvolutionCompiler {
  /** By other operations, where a convolution's own kernel would be badly used; undefined if it is best as it is. */
  byOthers(node: NodeOf<"convolution">, target: DeviceTraits): Node | undefined;
  sizes(root: NodeOf<"convolution">): GemmShape;
  map(root: NodeOf<"convolution">, load: LoadOperand): GemmMap;
}

export const extraConvolutions: Extra<ConvolutionCompiler> = { entry: "images" };

export const convolutionCompiler = (): ConvolutionCompiler => partOf(extraConvolutions, "A graph with convolutions");
