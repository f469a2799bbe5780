import { at } from "../../errors/at.ts";
import { ofKind } from "../../graph/kinds.ts";
import { nodeSize } from "../../graph/node.ts";
import { specialise } from "../../kernels/specialise.ts";
import { elementsOfMany, manyElements, manyElementsOfFew, usualWorkgroup } from "../cost_model.ts";
import type { DeviceTraits } from "../device_traits.ts";
import type { Cluster } from "../schedule/cluster.ts";
import { identityIndex } from "../views/element_index.ts";
import type { KernelBindings } from "./bindings.ts";
import { type EmitContext, FunctionBody } from "./emit_expression.ts";
import { FourBody, isForFours } from "./emit_fours.ts";
import { emitGemm, gemmForm, gemmWorkgroupSize, storesRows } from "./emit_gemm.ts";
import { emitLines, linesWorkgroupSize } from "./emit_lines.ts";
import { emitReduction, readsInFours, reductionWorkgroupSize } from "./emit_reduction.ts";
import { emitSegmentHistogram, emitSegmentSums, segmentsWorkgroupSize } from "./emit_segments.ts";
import { storeOne } from "./emit_stores.ts";
import type { ClusterContext, EmittedPart } from "./kernel.ts";

/** Lanes of a workgroup that suit a cluster when it has a kernel of its own. */
export function workgroupSizeOf(cluster: Cluster, context: ClusterContext): number {
  const { kind, roots, size } = cluster;
  if (kind === "lines") return linesWorkgroupSize(cluster, context);
  if (kind === "gemm") return gemmWorkgroupSize(at(roots, 0), gemmForm(at(roots, 0), context));
  if (kind === "reduce") return reductionWorkgroupSize(at(ofKind(roots, "reduce"), 0), size, context.target);
  if (kind === "segmentSum" || kind === "segmentHistogram") return segmentsWorkgroupSize(context.target);
  return usualWorkgroup;
}

/**
 * Whether a kernel's elements are computed by fours: where four neighbours lie in one row of a product's result, and nothing
 * of them is recorded by itself.
 */
export function worksInFours({ kind, roots, members, size }: Cluster, context: ClusterContext): boolean {
  if (kind === "reduce") return readsInFours(ofKind(roots, "reduce"), context);
  if (size % 4 !== 0 || (kind !== "elementwise" && kind !== "gemm")) return false;
  const [root] = roots;
  if (root && !storesRows(root)) return false;
  if (!members.every((member) => isForFours(member, context))) return false;
  return [...roots, ...members].every((node) => context.targets(node).every(({ kind: to }) => to === "location"));
}

/** Writes the WGSL of one cluster: its loop, what is fused into it, and its stores. */
export class ClusterEmitter {
  readonly #expressions: EmitContext;

  constructor(
    readonly cluster: Cluster,
    readonly context: ClusterContext,
    readonly bindings: KernelBindings,
    readonly workgroupSize: number,
  ) {
    this.#expressions = {
      bindings,
      isStored: (node) => context.isStored(node),
      locate: (node) => context.locate(node),
    };
  }

  emit(): EmittedPart {
    return this[this.cluster.kind]();
  }

  elementwise(): EmittedPart {
    const { size } = this.cluster;
    const isByFours = worksInFours(this.cluster, this.context);
    const count = isByFours ? size / 4 : size;
    const items = itemsOf(count, this.workgroupSize, this.context.target);
    const element = isByFours
      ? `fn element(four: u32) {\n  let i = four * 4u;\n${this.#finishFours("i")}}`
      : `fn element(i: u32) {\n${this.#finish("i", () => "")}}`;
    const text = specialise("elementwise", {
      constants: { SIZE: count, ITEMS: items, WORKGROUP: this.workgroupSize },
      hooks: { element },
    });
    return { shader: "elementwise", text, workgroups: Math.ceil(count / (this.workgroupSize * items)) };
  }

  reduce(): EmittedPart {
    const roots = ofKind(this.cluster.roots, "reduce");
    const part = emitReduction(roots, {
      context: this.#expressions,
      target: this.context.target,
      workgroupSize: this.workgroupSize,
      finish: (values) => this.#finish("o", (k) => at(values, k)),
    });
    return { ...part, steps: nodeSize(at(roots, 0).inputs[0]) / part.workgroups };
  }

  lines(): EmittedPart {
    return emitLines(this.cluster, this.context, this.bindings, this.workgroupSize);
  }

  histogram(): EmittedPart {
    const root = at(ofKind(this.cluster.roots, "histogram"), 0);
    const [x] = root.inputs;
    const body = new FunctionBody(this.#expressions, "v");
    const value = body.value(x, identityIndex("i", nodeSize(x)));
    const text = specialise("histogram", {
      constants: { SIZE: nodeSize(x), BINS: nodeSize(root), WORKGROUP: this.workgroupSize },
      hooks: {
        bin: `fn bin(i: u32) -> u32 {\n${body.text}  return ${value};\n}`,
        finish: `fn finish(i: u32, count: u32) {\n${this.#finish("i", () => "count")}}`,
      },
    });
    return { shader: "histogram", text, workgroups: 1, workgroupMemory: 4 * nodeSize(root) };
  }

  segmentSum(): EmittedPart {
    const roots = ofKind(this.cluster.roots, "segmentSum");
    return emitSegmentSums(roots, this.#segments(), (values) => this.#finish("o", (k) => at(values, k)));
  }

  segmentHistogram(): EmittedPart {
    const root = at(ofKind(this.cluster.roots, "segmentHistogram"), 0);
    return emitSegmentHistogram(
      root,
      this.#segments(),
      this.#finish("i", () => "count"),
    );
  }

  #segments() {
    return { context: this.#expressions, target: this.context.target, workgroupSize: this.workgroupSize };
  }

  gemm(): EmittedPart {
    const root = at(this.cluster.roots, 0);
    return emitGemm(root, {
      context: this.#expressions,
      form: gemmForm(root, this.context),
      workgroupSize: this.workgroupSize,
      store: worksInFours(this.cluster, this.context)
        ? { isByFours: true, body: () => this.#finishFours("i", "values") }
        : { isByFours: false, body: () => this.#finish("i", () => "value") },
    });
  }

  /** Everything after a kernel's loop: the members, from the roots' values, and all stores. */
  #finish(index: string, rootValue: (k: number) => string): string {
    const body = new FunctionBody(this.#expressions, "w");
    this.cluster.roots.forEach((root, k) => {
      const value = rootValue(k);
      body.define(root, identityIndex(index, nodeSize(root)), value);
      storeOne(body, this.context, root, index, value);
    });
    this.#computeMembers(body, index);
    return body.text;
  }

  /** As `#finish`, for four elements from `index` on, a multiple of four. */
  #finishFours(index: string, rootValue = ""): string {
    const one = new FunctionBody(this.#expressions, "w");
    const body = new FourBody(one, index, this.cluster.size);
    for (const node of [...this.cluster.roots, ...this.cluster.members]) {
      const value = this.cluster.roots.includes(node) ? rootValue : body.compute(node);
      body.define(node, value);
      for (const target of this.context.targets(node)) {
        if (target.kind === "location") body.store(target.location, index, value);
      }
    }
    return one.text;
  }

  #computeMembers(body: FunctionBody, index: string): void {
    for (const member of this.cluster.members) {
      const own = identityIndex(index, nodeSize(member));
      const literalOrName = body.compute(member, own);
      body.define(member, own, literalOrName);
      storeOne(body, this.context, member, index, literalOrName);
    }
  }
}

/**
 * Elements of an invocation. A small workgroup, which a product asked for, does as much as a usual one, since each costs the same; a
 * CPU is kept busy by few, and takes the lanes of each through the code of all parts of a kernel.
 */
function itemsOf(count: number, workgroupSize: number, target: DeviceTraits): number {
  const lanes = Math.max(1, usualWorkgroup / workgroupSize);
  if (!target.isSoftware) return count >= manyElements ? elementsOfMany * lanes : 1;
  return count >= manyElementsOfFew ? elementsOfMany * lanes : lanes;
}
