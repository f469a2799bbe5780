import type { Node } from "../../graph/node.ts";
import type { HookName } from "../../kernels/manifest.ts";
import type { Inclusion } from "../../kernels/specialise.ts";
import type { GemmShape } from "./gemm_forms.ts";

/** The hooks of gemm.wgsl that say where elements lie: all but what tiles look like, and what becomes of an element. */
type MapHooks = Omit<Readonly<Record<HookName<"gemm">, string>>, "run" | "store" | "store_whole">;

/** How an operation becomes the tiled product of gemm.wgsl. */
export interface GemmMap extends GemmShape {
  /** Steps of four k in all batches together: those of a stride's phases differ. */
  readonly steps: number;
  /** How far neighbours of a row of C lie apart. */
  readonly cStep: number;
  /** Products that the operation itself has, without those by padding of tiles. */
  readonly multiplyAdds: number;
  readonly hooks: MapHooks;
  readonly include: Inclusion<"matmul"> | Inclusion<"conv2d">;
}

/** The functions that load an operand: one element, and four neighbours. */
export interface OperandLoads {
  scalar(name: string): string;
  vector(name: string): string;
}

/** Gives the loads of an operand. `inFours` says whether the index map asks for neighbours from multiples of four. */
export type LoadOperand = (node: Node, inFours: boolean) => OperandLoads;

export const isInFours = (count: number): boolean => count % 4 === 0;

/** Where nothing has to be known of a batch but which it is. */
export const batchHooks = {
  Batch: "struct Batch {\n  index: u32,\n}",
  batch_at: "fn batch_at(index: u32) -> Batch {\n  return Batch(index);\n}",
};

export function blockHook(side: "a" | "b", block: string): string {
  return `fn ${side}_block(lines: ${side.toUpperCase()}Lines, walk: Walk) -> mat4x4f {\n  return ${block};\n}`;
}
