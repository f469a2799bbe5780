import { type Node, nodeSize } from "../graph/node.ts";
import { constantValue } from "../graph/primitives/leaf.ts";
import { type DType, rowMajorStrides, sizeOf } from "../graph/shape.ts";
import type { KernelBindings } from "./bindings.ts";
import {
  coalesce,
  formatIndex,
  type IndexExpression,
  identityIndex,
  indexKey,
  isIdentity,
  throughView,
} from "./index_expression.ts";
import type { Location } from "./memory.ts";

/** What the expressions of one kernel share. */
export interface EmitContext {
  readonly bindings: KernelBindings;
  isStored(node: Node): boolean;
  locate(node: Node): Location;
}

/**
 * The body of one WGSL function: statements that compute nodes at an index. Each (node, index) is computed once. Views
 * only change the index; elementwise nodes become expressions; stored nodes become loads.
 */
export class FunctionBody {
  readonly #lines: string[] = [];
  readonly #known = new Map<string, string>();
  #count = 0;

  constructor(
    readonly context: EmitContext,
    /** Keeps the names of several bodies of a kernel apart. */
    readonly prefix: string,
  ) {}

  get text(): string {
    return this.#lines.map((line) => `  ${line}\n`).join("");
  }

  statement(line: string): void {
    this.#lines.push(line);
  }

  /** Declares that the variable `name` holds the node's value at this index. */
  define(node: Node, index: IndexExpression, name: string): void {
    this.#known.set(this.#key(node, index), name);
  }

  /** A variable or literal with the node's value at this index. */
  value(node: Node, index: IndexExpression): string {
    const literal = constantValue(node);
    if (literal !== undefined) return formatLiteral(literal, node.dtype);
    const key = this.#key(node, index);
    const known = this.#known.get(key);
    if (known) return known;
    const name = this.context.isStored(node) ? this.#load(node, index) : this.compute(node, index);
    this.#known.set(key, name);
    return name;
  }

  /** As `value`, but from the node's inputs even if the node is stored. */
  compute(node: Node, index: IndexExpression): string {
    const { lowering } = node.op;
    switch (lowering.kind) {
      case "elementwise":
        return this.let(
          lowering.wgsl(
            node.inputs.map((input) => this.value(input, index)),
            node,
          ),
        );
      case "indexed": {
        const scalars = node.inputs.map((input) => this.value(input, identityIndex("0u", 1)));
        return this.let(lowering.wgsl(this.flat(index), scalars, node));
      }
      case "view": {
        const run = storedSlice(node, this.context);
        if (run) return this.#loadFrom(run, node, index);
        const view = lowering.view(node);
        const contiguous = view.offset === 0 && view.strides.join() === rowMajorStrides(node.shape).join();
        const inner = contiguous
          ? index
          : throughView(this.asIdentity(index, node), node.shape, view.strides, view.offset);
        return this.value(node.inputs[0] as Node, inner);
      }
      case "pad":
        return this.#pad(node, index);
      case "concat":
        return this.#concat(node, index);
      case "gather":
        return this.#gather(node, index);
      default:
        throw new Error(`emit: ${node.op.name} has no expression; it should have been lowered or stored.`);
    }
  }

  /** Stores a variable as element `index` of a location. */
  store(location: Location, index: string, value: string): void {
    const stored = location.dtype === "bool" ? `select(0u, 1u, ${value})` : value;
    this.statement(this.context.bindings.store(location, index, stored));
  }

  #key(node: Node, index: IndexExpression): string {
    return `${node.id}@${nodeSize(node) === 1 ? "" : indexKey(index)}`;
  }

  /** Names the value of an expression. */
  let(expression: string): string {
    const name = `${this.prefix}${this.#count++}`;
    this.statement(`let ${name} = ${expression};`);
    return name;
  }

  /** The index as one number: a variable or a literal. */
  flat(index: IndexExpression): string {
    if (isIdentity(index)) return index.base;
    const text = formatIndex(index);
    return /^\d+u$/.test(text) ? text : this.let(text);
  }

  /** The index as the identity of one variable, over all elements of the node. */
  asIdentity(index: IndexExpression, node: Node): IndexExpression {
    const size = nodeSize(node);
    if (size === 1) return identityIndex("0u", 1);
    return isIdentity(index) ? identityIndex(index.base, size) : identityIndex(this.flat(index), size);
  }

  #load(node: Node, index: IndexExpression): string {
    return this.#loadFrom(this.context.locate(node), node, index);
  }

  #loadFrom(location: Location, node: Node, index: IndexExpression): string {
    const at = nodeSize(node) === 1 ? "0u" : this.flat(index);
    const { bindings } = this.context;
    if (location.dtype === "u8") return this.let(`unpack_byte(${bindings.load(location, `${at} / 4u`)}, ${at})`);
    const element = bindings.load(location, at);
    return this.let(location.dtype === "bool" ? `(${element} != 0u)` : element);
  }

  #pad(node: Node, index: IndexExpression): string {
    const x = node.inputs[0] as Node;
    const before = node.attributes["before"] as readonly number[];
    const flat = this.flat(this.asIdentity(index, node));
    const outer = rowMajorStrides(node.shape);
    const strides = rowMajorStrides(x.shape);
    const inside: string[] = [];
    const terms: string[] = [];
    node.shape.forEach((size, axis) => {
      if (size === 1) return;
      const c = this.let(coordinate(flat, outer[axis] as number, size, axis === 0));
      const shifted = before[axis] === 0 ? c : this.let(`${c} - ${before[axis]}u`);
      // One comparison for both ends: below the start, the unsigned difference wraps to a large number.
      if (x.shape[axis] !== size) inside.push(`(${shifted} < ${x.shape[axis]}u)`);
      if (x.shape[axis] !== 1) terms.push(`${shifted} * ${strides[axis]}u`);
    });
    const clamped = this.let(`min(${terms.join(" + ") || "0u"}, ${nodeSize(x) - 1}u)`);
    const value = this.value(x, identityIndex(clamped, nodeSize(x)));
    return this.let(`select(${formatLiteral(0, node.dtype)}, ${value}, ${inside.join(" && ")})`);
  }

  #concat(node: Node, index: IndexExpression): string {
    const axis = node.attributes["axis"] as number;
    const flat = this.flat(this.asIdentity(index, node));
    const inner = sizeOf(node.shape.slice(axis + 1));
    const length = node.shape[axis] as number;
    const outer = this.let(`${flat} / ${length * inner}u`);
    const along = this.let(`(${flat} / ${inner}u) % ${length}u`);
    const rest = this.let(`${flat} % ${inner}u`);
    let start = 0;
    let chosen = "";
    node.inputs.forEach((part) => {
      const size = part.shape[axis] as number;
      const at = this.let(
        `min((${outer} * ${size}u + (${along} - ${start}u)) * ${inner}u + ${rest}, ${nodeSize(part) - 1}u)`,
      );
      const value = this.value(part, identityIndex(at, nodeSize(part)));
      chosen = chosen ? this.let(`select(${chosen}, ${value}, ${along} >= ${start}u)`) : value;
      start += size;
    });
    return chosen;
  }

  #gather(node: Node, index: IndexExpression): string {
    const [table, indices] = node.inputs as [Node, Node];
    const width = sizeOf(table.shape.slice(1));
    const flat = this.flat(this.asIdentity(index, node));
    const position = width === 1 ? flat : this.let(`${flat} / ${width}u`);
    const row = this.value(indices, identityIndex(position, nodeSize(indices)));
    const clamped = `min(${row}, ${(table.shape[0] as number) - 1}u)`;
    const source = this.let(width === 1 ? clamped : `${clamped} * ${width}u + ${flat} % ${width}u`);
    return this.value(table, identityIndex(source, nodeSize(table)));
  }
}

/** Where a node lies if it is stored, or a contiguous stretch of something stored. */
export function storedRun(node: Node, context: EmitContext): Location | undefined {
  return context.isStored(node) ? context.locate(node) : viewedRun(node, context);
}

/**
 * A stretch of something larger that is stored: a layer's weights within all parameters, say. It needs no index
 * arithmetic, only another place to bind.
 */
export function storedSlice(node: Node, context: EmitContext): Location | undefined {
  return node.op.name === "slice" ? viewedRun(node, context) : undefined;
}

function viewedRun(node: Node, context: EmitContext): Location | undefined {
  if (node.op.lowering.kind !== "view") return undefined;
  const { strides, offset } = node.op.lowering.view(node);
  const { shape, strides: steps } = coalesce({ base: "", shape: node.shape, strides, offset });
  if (shape.length > 1 || (steps[0] ?? 1) !== 1) return undefined;
  const inner = storedRun(node.inputs[0] as Node, context);
  if (!inner || inner.dtype === "u8") return undefined;
  return { ...inner, offset: inner.offset + offset, size: nodeSize(node) };
}

function coordinate(flat: string, below: number, size: number, isFirst: boolean): string {
  const quotient = below === 1 ? flat : `${flat} / ${below}u`;
  return isFirst ? quotient : `${below === 1 ? flat : `(${quotient})`} % ${size}u`;
}

export function plus(index: string, offset: number): string {
  return offset === 0 ? index : `${index} + ${offset}u`;
}

export function formatLiteral(value: number, dtype: DType): string {
  if (dtype === "bool") return value === 0 ? "false" : "true";
  if (dtype === "i32") return value < 0 ? `i32(${value})` : `${value}i`;
  if (dtype !== "f32") return `${value}u`;
  if (Number.isNaN(value)) return "not_a_number()";
  if (!Number.isFinite(value)) return value > 0 ? "infinity()" : "(-infinity())";
  const rounded = Math.fround(value);
  return rounded < 0 || Object.is(rounded, -0) ? `(${rounded === 0 ? "-0.0" : rounded}f)` : `${rounded}f`;
}
