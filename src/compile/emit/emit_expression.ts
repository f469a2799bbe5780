import { at, fault } from "../../errors/at.ts";
import { isOfKind, type NodeOf } from "../../graph/kinds.ts";
import { isA, type Node, nodeSize } from "../../graph/node.ts";
import { constantValue } from "../../graph/primitives/leaf.ts";
import { slicePrimitive } from "../../graph/primitives/slice_pad.ts";
import { type DType, sizeOf } from "../../graph/shape.ts";
import type { Location } from "../places/places.ts";
import {
  contiguousStart,
  type ElementIndex,
  formatCoordinate,
  formatIndex,
  indexKey,
  type NameIndex,
  present,
  reshaped,
  throughPad,
  throughView,
  variable,
} from "../views/element_index.ts";
import type { KernelBindings } from "./bindings.ts";

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
  readonly #indices = new Map<string, string>();
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
  define(node: Node, index: ElementIndex, name: string): void {
    this.#known.set(this.#key(node, index), name);
  }

  /** A variable or literal with the node's value at this index. */
  value(node: Node, index: ElementIndex): string {
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
  compute(node: Node, index: ElementIndex): string {
    if (isOfKind(node, "elementwise")) {
      const inputs = node.inputs.map((input) => this.value(input, index));
      return this.let(node.op.lowering.wgsl(inputs, node));
    }
    if (isOfKind(node, "indexed")) {
      const scalars = node.inputs.map((input) => this.value(input, []));
      return this.let(node.op.lowering.wgsl(this.flat(index), scalars, node));
    }
    if (isOfKind(node, "view")) {
      const run = storedSlice(node, this.context);
      if (run) return this.#loadFrom(run, node, index);
      return this.value(node.inputs[0], throughView(node, index, this.nameIndex));
    }
    if (isOfKind(node, "pad")) return this.#pad(node, index);
    if (isOfKind(node, "concat")) return this.#concat(node, index);
    if (isOfKind(node, "gather")) return this.#gather(node, index);
    throw fault(`There is no expression of ${node.op.name}`);
  }

  /** Stores a variable as element `index` of a location. */
  store(location: Location, index: string, value: string): void {
    const stored = location.dtype === "bool" ? `select(0u, 1u, ${value})` : value;
    this.statement(this.context.bindings.store(location, index, stored));
  }

  #key(node: Node, index: ElementIndex): string {
    return `${node.id}@${nodeSize(node) === 1 ? "" : indexKey(index)}`;
  }

  /** Names the value of an expression. */
  let(expression: string): string {
    const name = `${this.prefix}${this.#count++}`;
    this.statement(`let ${name} = ${expression};`);
    return name;
  }

  /** Names an index; equal ones have one name. */
  readonly nameIndex: NameIndex = (expression) => {
    const known = this.#indices.get(expression);
    if (known) return known;
    const name = this.let(expression);
    this.#indices.set(expression, name);
    return name;
  };

  /** The element's place in row-major order: a variable or a literal. */
  flat(index: ElementIndex): string {
    const text = formatIndex(index, this.nameIndex);
    return /^\w+$/.test(text) ? text : this.nameIndex(text);
  }

  #load(node: Node, index: ElementIndex): string {
    return this.#loadFrom(this.context.locate(node), node, index);
  }

  #loadFrom(location: Location, node: Node, index: ElementIndex): string {
    const place = nodeSize(node) === 1 ? "0u" : this.flat(index);
    const { bindings } = this.context;
    if (location.dtype === "u8") return this.let(`unpack_byte(${bindings.load(location, `${place} / 4u`)}, ${place})`);
    const element = bindings.load(location, place);
    return this.let(location.dtype === "bool" ? `(${element} != 0u)` : element);
  }

  #pad(node: NodeOf<"pad">, index: ElementIndex): string {
    const { inner, inside } = throughPad(node, index, this.nameIndex);
    const value = this.value(node.inputs[0], inner);
    return this.let(`select(${formatLiteral(0, node.dtype)}, ${value}, ${inside})`);
  }

  #concat(node: NodeOf<"concat">, index: ElementIndex): string {
    const { axis } = node.attributes;
    const coordinates = reshaped(index, node.shape, this.nameIndex);
    const along = coordinates[axis];
    if (!along) throw fault("A concatenation along an axis of one has no parts");
    const place = formatCoordinate(along, this.nameIndex);
    let start = 0;
    let chosen = "";
    for (const part of node.inputs) {
      const size = at(part.shape, axis);
      const before = start === 0 ? place : this.nameIndex(`${place} - ${start}u`);
      const within = variable(this.nameIndex(`min(${before}, ${size - 1}u)`), size, "apart");
      const value = this.value(part, present(coordinates.with(axis, size === 1 ? undefined : within)));
      chosen = chosen ? this.let(`select(${chosen}, ${value}, ${place} >= ${start}u)`) : value;
      start += size;
    }
    return chosen;
  }

  #gather(node: NodeOf<"gather">, index: ElementIndex): string {
    const [table, indices] = node.inputs;
    const rows = at(table.shape, 0);
    const width = sizeOf(table.shape.slice(1));
    const [place, within] = reshaped(index, [nodeSize(indices), width], this.nameIndex);
    const row = this.value(indices, present([place]));
    const clamped = variable(this.let(`min(${row}, ${rows - 1}u)`), rows, "apart");
    return this.value(table, present([rows === 1 ? undefined : clamped, within]));
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
  return isA(node, slicePrimitive) ? viewedRun(node, context) : undefined;
}

function viewedRun(node: Node, context: EmitContext): Location | undefined {
  const start = contiguousStart(node);
  if (start === undefined) return undefined;
  const inner = storedRun(at(node.inputs, 0), context);
  if (!inner || inner.dtype === "u8") return undefined;
  return { ...inner, offset: inner.offset + start, size: nodeSize(node) };
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
