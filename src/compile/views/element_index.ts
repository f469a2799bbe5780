import { at } from "../../errors/at.ts";
import { isOfKind, type NodeOf } from "../../graph/kinds.ts";
import type { Node } from "../../graph/node.ts";
import { rowMajorStrides, type Shape, sizeOf } from "../../graph/shape.ts";

/**
 * One coordinate of an element: `(variable / below) % size`. A `u32` variable is divided into coordinates, and what comes
 * of views with offsets is a variable again, so that no number is put together to be taken apart at once.
 */
export interface Coordinate {
  /** The variable's name. */
  readonly of: string;
  /** The variable is smaller than this. */
  readonly extent: number;
  readonly below: number;
  readonly size: number;
  /** What the variable is at four neighbouring elements: one number, four that follow a multiple of four, or anything. */
  readonly atFour: AtFour;
}

export type AtFour = "same" | "run" | "apart";

/** Which element of a tensor: its coordinates, outermost first. Those of axes of size one are left out. */
export type ElementIndex = readonly Coordinate[];

/** Declares a variable for an expression of indices and returns its name; equal expressions have one variable. */
export type NameIndex = (expression: string) => string;

/** A variable as a single coordinate. */
export function variable(name: string, size: number, atFour: AtFour): Coordinate {
  return { of: name, extent: size, below: 1, size, atFour };
}

/** The variable that counts through `size` elements; where it is the first of four, it is a multiple of four. */
export function identityIndex(name: string, size: number): ElementIndex {
  return size === 1 ? [] : [variable(name, size, "run")];
}

/** The same element by its coordinates over another shape of as many elements. */
export function reshaped(index: ElementIndex, shape: Shape, name: NameIndex): (Coordinate | undefined)[] {
  const from = merged(index);
  const result: (Coordinate | undefined)[] = [];
  let [i, axis] = [0, 0];
  while (axis < shape.length) {
    if (shape[axis] === 1) {
      result.push(undefined);
      axis++;
      continue;
    }
    // The fewest coordinates that are as many elements as the fewest axes.
    const [start, first] = [i, axis];
    let [elements, wanted] = [at(from, i++).size, at(shape, axis++)];
    while (elements !== wanted) {
      if (elements < wanted) elements *= at(from, i++).size;
      else wanted *= at(shape, axis++);
    }
    result.push(...divided(single(from.slice(start, i), name), shape.slice(first, axis)));
  }
  return result;
}

/** The same element with as few coordinates as possible: pieces of a variable that follow each other are one. */
export function merged(index: ElementIndex): ElementIndex {
  const result: Coordinate[] = [];
  for (const coordinate of index) {
    const last = result.at(-1);
    if (last && last.of === coordinate.of && last.below === coordinate.below * coordinate.size) {
      result[result.length - 1] = { ...coordinate, size: last.size * coordinate.size };
    } else {
      result.push(coordinate);
    }
  }
  return result;
}

/** Several coordinates as one. */
function single(index: ElementIndex, name: NameIndex): Coordinate {
  if (index.length === 1) return at(index, 0);
  return variable(name(formatIndex(index, name)), sizeOf(index.map(({ size }) => size)), indexAtFour(index));
}

/** One coordinate as one for each axis of a shape, none for those of size one. */
function divided({ of, extent, below, atFour }: Coordinate, shape: Shape): (Coordinate | undefined)[] {
  const inner = rowMajorStrides(shape);
  return shape.map((size, axis) =>
    size === 1 ? undefined : { of, extent, below: below * at(inner, axis), size, atFour },
  );
}

/** What a coordinate is at four neighbouring elements. */
function coordinateAtFour({ below, size, extent, atFour }: Coordinate): AtFour {
  if (atFour !== "run") return atFour;
  if (below % 4 === 0) return "same";
  return below === 1 && (size % 4 === 0 || size === extent) ? "run" : "apart";
}

/** What the element's place in memory is at four neighbouring elements. */
export function indexAtFour(index: ElementIndex): AtFour {
  const coordinates = merged(index);
  const each = coordinates.map(coordinateAtFour);
  if (each.every((atFour) => atFour === "same")) return "same";
  const last = coordinates.at(-1);
  const isRun =
    each.at(-1) === "run" && last && last.size % 4 === 0 && each.slice(0, -1).every((atFour) => atFour === "same");
  return isRun ? "run" : "apart";
}

/** Which element of its input an element of a view is. */
export function throughView(node: NodeOf<"view">, index: ElementIndex, name: NameIndex): ElementIndex {
  const { lowering } = node.op;
  if (lowering.isReshape) return index;
  const axes = lowering.view(node);
  const coordinates = reshaped(index, node.shape, name);
  return node.inputs[0].shape.flatMap((size, k) => {
    if (size === 1) return [];
    const { axis, start = 0, isReversed = false } = at(axes, k);
    const coordinate = coordinates[axis];
    if (!coordinate) return [variable(`${start}u`, size, "same")];
    if (!isReversed && start === 0 && coordinate.size === size) return [coordinate];
    return [moved(coordinate, isReversed ? { from: start } : { by: start }, size, name)];
  });
}

/** Where an element of a pad comes from, if it comes from anywhere. */
export interface PaddedIndex {
  readonly inner: ElementIndex;
  /** WGSL of the condition that it does. */
  readonly inside: string;
  /** Whether that is the same for four neighbours. */
  readonly isSameAtFour: boolean;
}

export function throughPad(node: NodeOf<"pad">, index: ElementIndex, name: NameIndex): PaddedIndex {
  const [x] = node.inputs;
  const { before } = node.attributes;
  const inside: string[] = [];
  let isSameAtFour = true;
  const inner = reshaped(index, node.shape, name).map((coordinate, axis) => {
    const size = at(x.shape, axis);
    if (!coordinate || size === node.shape[axis]) return coordinate;
    const shifted = moved(coordinate, { by: -at(before, axis) }, at(node.shape, axis), name);
    // One comparison for both ends: below the start, the unsigned difference wraps to a large number.
    inside.push(`(${shifted.of} < ${size}u)`);
    const isInFours = shifted.atFour === "same" || (shifted.atFour === "run" && size % 4 === 0);
    isSameAtFour &&= isInFours;
    if (size === 1) return undefined;
    return variable(name(`min(${shifted.of}, ${size - 1}u)`), size, isInFours ? shifted.atFour : "apart");
  });
  return { inner: present(inner), inside: inside.join(" & "), isSameAtFour };
}

export function present(coordinates: readonly (Coordinate | undefined)[]): ElementIndex {
  return coordinates.filter((coordinate) => coordinate !== undefined);
}

/** A coordinate plus a number, or a number minus the coordinate; its values are below `size`. */
export function moved(
  coordinate: Coordinate,
  move: { readonly by: number } | { readonly from: number },
  size: number,
  name: NameIndex,
): Coordinate {
  const text = formatCoordinate(coordinate, name);
  const atFour = coordinateAtFour(coordinate);
  if ("from" in move) return variable(name(`${move.from}u - ${text}`), size, atFour === "same" ? "same" : "apart");
  const { by } = move;
  const value = by === 0 ? text : name(`${text} ${by < 0 ? "-" : "+"} ${Math.abs(by)}u`);
  return variable(value, size, atFour === "run" && by % 4 !== 0 ? "apart" : atFour);
}

/** Where a view's elements begin in its input, if they lie there one after the other. */
export function contiguousStart(node: Node): number | undefined {
  if (!isOfKind(node, "view")) return undefined;
  const { lowering } = node.op;
  if (lowering.isReshape) return 0;
  const from = node.inputs[0].shape;
  const strides = rowMajorStrides(from);
  let start = 0;
  // How far the view's neighbours along each of its axes lie apart in the input.
  const steps = node.shape.map(() => 0);
  lowering.view(node).forEach((viewed, k) => {
    const stride = at(strides, k);
    start += (viewed.start ?? 0) * stride;
    if (from[k] !== 1) steps[viewed.axis] = viewed.isReversed ? -stride : stride;
  });
  const own = rowMajorStrides(node.shape);
  return node.shape.every((size, axis) => size === 1 || steps[axis] === own[axis]) ? start : undefined;
}

/** WGSL of the element's place in row-major order. */
export function formatIndex(index: ElementIndex, name: NameIndex): string {
  const coordinates = merged(index);
  const inner = rowMajorStrides(coordinates.map(({ size }) => size));
  const terms: string[] = [];
  let constant = 0;
  coordinates.forEach((coordinate, axis) => {
    const text = formatCoordinate(coordinate, name);
    const below = at(inner, axis);
    if (/^\d+u$/.test(text)) constant += Number.parseInt(text, 10) * below;
    else terms.push(below === 1 ? text : `${text} * ${below}u`);
  });
  if (constant > 0 || terms.length === 0) terms.push(`${constant}u`);
  return terms.join(" + ");
}

/** WGSL of a coordinate: a variable or a literal. Remainders use the quotient that the coordinate outside has anyway. */
export function formatCoordinate({ of, extent, below, size }: Coordinate, name: NameIndex): string {
  const quotient = (by: number) =>
    by === 1 ? of : name(isPowerOfTwo(by) ? `${of} >> ${Math.log2(by)}u` : `${of} / ${by}u`);
  if (below * size >= extent) return quotient(below);
  if (isPowerOfTwo(size)) return name(`${quotient(below)} & ${size - 1}u`);
  return name(`${quotient(below)} - ${quotient(below * size)} * ${size}u`);
}

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));

export function indexKey(index: ElementIndex): string {
  return merged(index)
    .map(({ of, below, size }) => `${of}/${below}%${size}`)
    .join();
}
