import { describe } from "../../errors/checks.ts";
import { DataError, ShapeError } from "../../errors/errors.ts";
import { type Attributes, freshId, isA, makeNode, type NoAttributes, type Node, type Primitive } from "../node.ts";
import {
  assertDType,
  assertShape,
  type DType,
  describeRange,
  formatShape,
  holds,
  type Shape,
  sizeOf,
  type TypedArray,
} from "../shape.ts";

/**
 * Leaves: values that come from outside the graph, and names for values.
 */

function leaf<A extends Attributes>(name: string): Primitive<A, readonly []> {
  return { name, lowering: { kind: "leaf" }, vjp: () => [], rebuild: (_, node) => node };
}

/** One value at every place of a shape. Compiles to a literal. */
export const constantPrimitive = leaf<{ readonly value: number }>("constant");

/** @throws ShapeError for a number that the type can't hold, or a shape that is none. `op` is what the user called. */
export function constant(value: number, shape: Shape = [], dtype: DType = "f32", op = "constant"): Node {
  assertDType(op, dtype);
  assertShape(op, shape);
  if (!holds(dtype, value)) {
    throw new ShapeError(`${op}: ${describe(value)} is none of its numbers: ${describeRange(dtype)}.`);
  }
  return makeNode(constantPrimitive, [], { value: dtype === "f32" ? Math.fround(value) : value }, shape, dtype);
}

/** A number that the user wrote as an operand. NaN is a mistake there. */
export function literal(op: string, value: number, dtype: DType = "f32"): Node {
  if (Number.isNaN(value)) throw new ShapeError(`${op}: the number that is given is NaN.`);
  return constant(value, [], dtype, op);
}

/** The value of a constant node, whatever its shape. */
export function constantValue(node: Node): number | undefined {
  return isA(node, constantPrimitive) ? node.attributes.value : undefined;
}

export function zerosLike(node: Node): Node {
  return constant(0, node.shape, node.dtype);
}

export function onesLike(node: Node): Node {
  return constant(1, node.shape, node.dtype);
}

/** A tensor whose elements the caller gives when the graph runs. */
export interface InputSlot {
  readonly id: number;
  readonly label: string;
}

export const inputPrimitive = leaf<{ readonly slot: InputSlot }>("input");

export function input(label: string, shape: Shape, dtype: DType = "f32"): Node {
  assertDType(label, dtype);
  assertShape(label, shape);
  return makeNode(inputPrimitive, [], { slot: { id: freshId(), label } }, shape, dtype);
}

/** A tensor whose elements the host holds; uploaded when a graph that uses it runs. */
export interface HostData {
  readonly id: number;
  readonly values: TypedArray;
}

export const dataPrimitive = leaf<{ readonly data: HostData }>("data");

/** Takes the values over: they must not change afterwards. */
export function data(values: TypedArray, shape: Shape, dtype: DType): Node {
  assertShape("tensor", shape);
  if (values.length !== sizeOf(shape)) {
    throw new DataError(
      `tensor: ${values.length} values don't fill the shape ${formatShape(shape)}, which has ${sizeOf(shape)} elements.`,
    );
  }
  return makeNode(dataPrimitive, [], { data: { id: freshId(), values } }, shape, dtype);
}

/** A named place on the GPU that outlives a run: parameters, moments, counters, data sets. */
export interface StateSlot {
  readonly id: number;
  readonly label: string;
}

export const statePrimitive = leaf<{ readonly slot: StateSlot }>("state");

export function state(slot: StateSlot, shape: Shape, dtype: DType): Node {
  assertDType(`state "${slot.label}"`, dtype);
  assertShape(`state "${slot.label}"`, shape);
  return makeNode(statePrimitive, [], { slot }, shape, dtype);
}

/** 0, 1, 2, ... as `u32`, along the only axis. */
const iotaPrimitive: Primitive<NoAttributes, readonly []> = {
  name: "iota",
  lowering: { kind: "indexed", cost: 0, wgsl: (index) => index },
  vjp: () => [],
  rebuild: (_, node) => node,
};

export function iota(length: number): Node {
  assertShape("iota", [length]);
  return makeNode(iotaPrimitive, [], {}, [length], "u32");
}

/**
 * The same value as a node of its own, so that `gradients` can ask for the derivative with respect to exactly this use.
 */
const variablePrimitive: Primitive<{ readonly variable: number }, readonly [x: Node]> = {
  name: "variable",
  lowering: { kind: "identity" },
  vjp: ({ dy }) => [dy],
  rebuild: ([x]) => x,
};

export function variable(x: Node): Node {
  return makeNode(variablePrimitive, [x], { variable: freshId() }, x.shape, x.dtype);
}

/** The same value, cut off from differentiation. The only cut there is. */
const detachPrimitive: Primitive<NoAttributes, readonly [x: Node]> = {
  name: "detach",
  lowering: { kind: "identity" },
  vjp: () => [null],
  rebuild: ([x]) => detach(x),
};

export function detach(x: Node): Node {
  return isA(x, constantPrimitive) ? x : makeNode(detachPrimitive, [x], {}, x.shape, x.dtype);
}

/**
 * A named site, where probes can be tapped. The value passes unchanged. At an activation, `derivative` holds the
 * activation's own slope at every element; it is computed only if a probe reads it.
 */
export interface SiteAttributes {
  readonly site: string;
  /** Of a copy, made to compute a value again: the site as it was named at first. */
  readonly original?: Node;
}

type SiteInputs = readonly [value: Node, ...derivative: Node[]];
export type Site = Node<SiteAttributes, SiteInputs>;

export const sitePrimitive: Primitive<SiteAttributes, SiteInputs> = {
  name: "site",
  lowering: { kind: "identity" },
  vjp: ({ inputs: [, derivative], dy }) => (derivative ? [dy, null] : [dy]),
  rebuild: (inputs, node) =>
    makeNode(sitePrimitive, inputs, { site: node.attributes.site, original: originalOf(node) }, node.shape, node.dtype),
};

/** The site that a site is a copy of, or itself. */
export function originalOf(node: Node): Node {
  return (isA(node, sitePrimitive) && node.attributes.original) || node;
}

export function site(value: Node, name: string, derivative?: Node): Node {
  if (derivative && derivative.shape.join() !== value.shape.join()) {
    throw new ShapeError(
      `site "${name}": the derivative has shape ${formatShape(derivative.shape)}, the value ${formatShape(value.shape)}.`,
    );
  }
  return makeNode(sitePrimitive, derivative ? [value, derivative] : [value], { site: name }, value.shape, value.dtype);
}

export const leafPrimitives = {
  constant: constantPrimitive,
  input: inputPrimitive,
  data: dataPrimitive,
  state: statePrimitive,
  iota: iotaPrimitive,
  variable: variablePrimitive,
  detach: detachPrimitive,
  site: sitePrimitive,
} as const;
