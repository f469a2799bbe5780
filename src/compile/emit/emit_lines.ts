import { fault } from "../../errors/at.ts";
import { isOfKind, type NodeOf, ofKind } from "../../graph/kinds.ts";
import { type Node, nodeSize } from "../../graph/node.ts";
import { constantValue } from "../../graph/primitives/leaf.ts";
import { specialise } from "../../kernels/specialise.ts";
import { fewLines, manyLines, smallWorkgroup, sumBlock, usualWorkgroup } from "../cost_model.ts";
import type { Cluster, LinesOfCluster } from "../schedule/cluster.ts";
import { elementCount, lineCount, lineIndex, readOfLines } from "../schedule/lines.ts";
import { identityIndex } from "../views/element_index.ts";
import type { KernelBindings } from "./bindings.ts";
import { type EmitContext, FunctionBody } from "./emit_expression.ts";
import { FourBody, isForFours, vectorTypes } from "./emit_fours.ts";
import { combine, neutral } from "./emit_reduction.ts";
import { storeOne } from "./emit_stores.ts";
import type { ClusterContext, EmittedPart } from "./kernel.ts";

/**
 * How an invocation goes along lines: four elements of one at a time; one by one, into four totals, which is the same order of
 * sums; along four lines that lie side by side; or along one. Lengths alone decide the order of a sum, as in reductions.
 */
type Way = "fours" | "ones of fours" | "beside" | "single";

export function wayAlong(cluster: Cluster, context: ClusterContext): Way {
  const lines = linesOf(cluster);
  const { extent, inner } = lines;
  if (inner === 1 && extent % 4 !== 0) return "single";
  const whole = lines.order.filter((node) => isOfKind(node, "reduce") || nodeSize(node) !== cluster.size);
  const isByFours = (node: Node) => isForFours(node, context, true);
  const isFine = (x: Node) => constantValue(x) !== undefined || context.isStored(x) || isByFours(x);
  const isInFours = whole.every((node) => (isOfKind(node, "reduce") ? isFine(node.inputs[0]) : isByFours(node)));
  const arePlain = (nodes: readonly Node[]) =>
    nodes.every((node) => context.targets(node).every(({ kind }) => kind === "location"));
  if (inner === 1)
    return isInFours && arePlain(whole.filter((node) => !isOfKind(node, "reduce"))) ? "fours" : "ones of fours";
  const ofLines = lines.order.filter((node) => !isOfKind(node, "reduce") && nodeSize(node) === cluster.size);
  const areAll = isInFours && ofLines.every(isByFours) && arePlain(lines.order);
  return inner % 4 === 0 && areAll ? "beside" : "single";
}

/** Lanes of a workgroup that suit a kernel along lines: few where there are few of these, to keep all cores busy. */
export function linesWorkgroupSize(cluster: Cluster, context: ClusterContext): number {
  const count = invocations(cluster, wayAlong(cluster, context));
  return count <= fewLines ? 4 : count <= manyLines ? smallWorkgroup : usualWorkgroup;
}

const invocations = ({ size }: Cluster, way: Way): number => (way === "beside" ? size / 4 : size);

function linesOf({ lines }: Cluster): LinesOfCluster {
  if (!lines) throw fault("There are no lines in a cluster that goes along some");
  return lines;
}

/** Reductions of lines, what is made of their totals, and what of these and the lines' elements, in as many loops as that takes. */
export function emitLines(
  cluster: Cluster,
  context: ClusterContext,
  bindings: KernelBindings,
  workgroupSize: number,
): EmittedPart {
  const way = wayAlong(cluster, context);
  const count = invocations(cluster, way);
  const line = new LineWriter(cluster, context, bindings, way).text();
  const taken = Math.min(workgroupSize, linesWorkgroupSize(cluster, context));
  const constants = { LINES: count, TAKEN: taken, WORKGROUP: workgroupSize };
  const text = specialise("lines", { constants, hooks: { line: `fn line(o: u32) {\n${line}}` } });
  const workgroups = Math.ceil(count / taken);
  return { shader: "lines", text, workgroups, steps: elementCount(linesOf(cluster)) / workgroups };
}

/** A reduction, the variable of its total, and what that begins with. */
interface Sum {
  readonly root: NodeOf<"reduce">;
  readonly sum: string;
  readonly none: string;
}

/** One function that goes along line `o`, or the o-th four of them. */
class LineWriter {
  readonly #lines: LinesOfCluster;
  readonly #expressions: EmitContext;
  /** What there is one of for each line, as far as it is known: variables with one value, or of four lines. */
  readonly #known = new Map<Node, string>();
  readonly #isByFours: boolean;
  #text = "";

  constructor(
    readonly cluster: Cluster,
    readonly context: ClusterContext,
    bindings: KernelBindings,
    readonly way: Way,
  ) {
    this.#lines = linesOf(cluster);
    this.#isByFours = way === "fours" || way === "beside";
    const { loopOf } = this.#lines;
    this.#expressions = {
      bindings,
      // What no other kernel reads is computed again in each loop.
      isStored: (node) => context.isStored(node) && (!loopOf.has(node) || this.#isKept(node)),
      locate: (node) => context.locate(node),
    };
  }

  text(): string {
    const { extent, inner, order, loopOf } = this.#lines;
    const four = inner / 4;
    const begin = {
      fours: `o * ${extent}u`,
      "ones of fours": `o * ${extent}u`,
      beside: `o / ${four}u * ${extent * inner}u + o % ${four}u * 4u`,
      single: `o / ${inner}u * ${extent * inner}u + o % ${inner}u`,
    }[this.way];
    this.#text = `  let start = ${begin};\n${this.way === "beside" ? "  let q = o * 4u;\n" : ""}`;
    const last = Math.max(...loopOf.values());
    for (let loop = 0; loop <= last; loop++) {
      this.#loop(
        loop,
        order.filter((node) => loopOf.get(node) === loop),
      );
    }
    return this.#text;
  }

  #loop(loop: number, nodes: readonly Node[]): void {
    const isOfLine = (node: Node) => !isOfKind(node, "reduce") && nodeSize(node) === this.cluster.size;
    const roots = ofKind(
      nodes.filter((node) => isOfKind(node, "reduce")),
      "reduce",
    );
    const whole = nodes.filter((node) => !isOfKind(node, "reduce") && !isOfLine(node));
    this.#readOnce(`h${loop}_`, [...whole, ...roots]);
    const sums = roots.map((root, k) => {
      const type = this.way === "single" ? root.dtype : vectorTypes[root.dtype];
      return { root, sum: `s${loop}_${k}`, none: `${type}(${neutral(root)})` };
    });
    this.#text += this.#around(this.#elements(loop, whole, sums), sums);
    this.#ofLines(loop, sums, nodes.filter(isOfLine));
  }

  /** What all elements of a line have in common is read before the loop. */
  #readOnce(prefix: string, nodes: readonly Node[]): void {
    const { loopOf } = this.#lines;
    const isKnown = (node: Node) => this.#known.has(node) || loopOf.has(node);
    const read = readOfLines(nodes, this.#lines, (node) => this.#expressions.isStored(node), isKnown);
    const body = this.#lineBody(prefix);
    for (const node of read) this.#known.set(node, body.value(node));
    this.#text += body.text();
  }

  /** Statements for element `i` of a line, or four from it on. */
  #elements(loop: number, whole: readonly Node[], sums: readonly Sum[]): string {
    const size = elementCount(this.#lines);
    const own = identityIndex("i", size);
    const one = new FunctionBody(this.#expressions, `e${loop}_`);
    const four = this.#isByFours ? new FourBody(one, "i", size) : undefined;
    const ofLine = lineIndex(this.#lines, "i");
    for (const [node, name] of this.#known) {
      if (four && this.way === "beside") four.defineAt(node, ofLine, name);
      else one.define(node, ofLine, name);
    }
    for (const node of whole) {
      if (four) {
        const values = four.compute(node);
        four.define(node, values);
        for (const target of this.context.targets(node)) {
          if (target.kind === "location") four.store(target.location, "i", values);
        }
      } else {
        const value = one.compute(node, own);
        one.define(node, own, value);
        storeOne(one, this.context, node, "i", value);
      }
    }
    for (const { root, sum } of sums) {
      const [x] = root.inputs;
      const value = four ? four.value(x) : one.value(x, own);
      const into = this.way === "ones of fours" ? `${sum}[e]` : sum;
      one.statement(`${into} = ${combine(root, four !== undefined, into, value)};`);
    }
    return one.text;
  }

  /** The loop around what is done for an element; long sums go block by block, as those of other reductions. */
  #around(body: string, sums: readonly Sum[]): string {
    const { extent, inner } = this.#lines;
    const loop = (variable: string, begin: string, end: string, text: string) =>
      `  for (var ${variable} = ${begin}; ${variable} < ${end}; ${variable}++) {\n${indented(text)}  }\n`;
    const steps = inner === 1 && this.way !== "single" ? extent / 4 : extent;
    const inside =
      this.way === "ones of fours"
        ? loop("e", "0u", "4u", `  let i = start + r * 4u + e;\n${body}`)
        : `  let i = start + r * ${this.way === "fours" ? 4 : inner}u;\n${body}`;
    const declared = (of: (sum: Sum) => string) => sums.map((sum) => `  ${of(sum)}\n`).join("");
    const begin = declared(({ sum, none }) => `var ${sum} = ${none};`);
    if (steps <= sumBlock || sums.length === 0) return `${begin}${loop("r", "0u", `${steps}u`, inside)}`;
    const isFour = this.way !== "single";
    const whole = declared(({ sum, none }) => `var w${sum} = ${none};`);
    const added = declared(({ root, sum }) => `w${sum} = ${combine(root, isFour, `w${sum}`, sum)};`);
    const block = `${begin}  let end = min(begin + ${sumBlock}u, ${steps}u);\n${loop("r", "begin", "end", inside)}${added}`;
    const named = declared(({ sum }) => `let ${sum} = w${sum};`);
    return `${whole}  for (var begin = 0u; begin < ${steps}u; begin += ${sumBlock}u) {\n${indented(block)}  }\n${named}`;
  }

  /** The totals, and what is made of them alone. */
  #ofLines(loop: number, sums: readonly Sum[], members: readonly Node[]): void {
    const body = this.#lineBody(`t${loop}_`);
    for (const { root, sum } of sums) {
      const both = (a: string, b: string) => `(${combine(root, false, `${sum}.${a}`, `${sum}.${b}`)})`;
      const isOfParts = this.way === "fours" || this.way === "ones of fours";
      const total = isOfParts ? body.let(combine(root, false, both("x", "y"), both("z", "w"))) : body.let(sum);
      body.define(root, total);
      this.#known.set(root, total);
      body.store(root, total);
    }
    for (const node of members) {
      const value = body.compute(node);
      body.define(node, value);
      this.#known.set(node, value);
      body.store(node, value);
    }
    this.#text += body.text();
  }

  /** Statements for what there is one of for each line. */
  #lineBody(prefix: string) {
    const count = lineCount(this.#lines);
    const own = identityIndex("o", count);
    const one = new FunctionBody(this.#expressions, prefix);
    const four = this.way === "beside" ? new FourBody(one, "q", count) : undefined;
    const define = (node: Node, name: string) => (four ? four.define(node, name) : one.define(node, own, name));
    for (const [node, name] of this.#known) define(node, name);
    return {
      define,
      let: (expression: string) => one.let(expression),
      text: () => one.text,
      value: (node: Node) => (four ? four.value(node) : one.value(node, own)),
      compute: (node: Node) => (four ? four.compute(node) : one.compute(node, own)),
      store: (node: Node, value: string) => {
        if (!four) return storeOne(one, this.context, node, "o", value);
        for (const target of this.context.targets(node)) {
          if (target.kind === "location") four.store(target.location, "q", value);
        }
      },
    };
  }

  #isKept(node: Node): boolean {
    return this.context.targets(node).some(({ kind }) => kind === "location");
  }
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, "  ");
