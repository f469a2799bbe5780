import { ShapeError } from "../../errors/errors.ts";
import { inType } from "../arithmetic.ts";
import { makeNode, type Node, type Primitive } from "../node.ts";
import { assertDType, type DType, rangeOf } from "../shape.ts";
import { constant, constantValue } from "./leaf.ts";

/** Casts between element types. From f32 to integers it truncates towards zero; to bool it asks for "not zero". */
export interface CastAttributes {
  readonly to: DType;
}

/** The f32 nearest to the ends of each type, inside, and the upper end itself. */
const ends = {
  u32: { least: 0, most: 4294967040, end: "4294967295u" },
  i32: { least: -2147483648, most: 2147483520, end: "2147483647i" },
} as const;

/** What an element, and four of them, are in WGSL. Bytes are unpacked into words. */
const scalars: Readonly<Record<DType, string>> = { f32: "f32", i32: "i32", u32: "u32", bool: "bool", u8: "u32" };
const vectors: Readonly<Record<DType, string>> = {
  f32: "vec4f",
  i32: "vec4i",
  u32: "vec4u",
  bool: "vec4<bool>",
  u8: "vec4u",
};

const castPrimitive: Primitive<CastAttributes, readonly [Node]> = {
  name: "cast",
  lowering: {
    kind: "elementwise",
    cost: 1,
    onVectors: true,
    wgsl: ([x], { attributes: { to }, inputs }, isFour = false) => {
      const from = inputs[0].dtype;
      const types = isFour ? vectors : scalars;
      if (to === "bool") return `(${x} != ${types[from]}(0))`;
      if (from !== "f32" || (to !== "u32" && to !== "i32")) return `${types[to]}(${x})`;
      // Drivers differ in what becomes of numbers out of range.
      const { least, most, end } = ends[to];
      const [low, high, last] = isFour
        ? [`vec4f(${least}.0)`, `vec4f(${most}.0)`, `${types[to]}(${end})`]
        : [`${least}.0`, `${most}.0`, end];
      return `select(${types[to]}(clamp(${x}, ${low}, ${high})), ${last}, ${x} > ${high})`;
    },
  },
  vjp: ({ inputs: [x], dy }) => [x.dtype === "f32" ? dy : null],
  rebuild: ([x], node) => cast(x, node.attributes.to),
};

export function cast(x: Node, to: DType): Node {
  assertDType("cast", to);
  if (x.dtype === to) return x;
  if (to === "u8") throw new ShapeError("cast: u8 is a storage type for data; cast to f32, i32, u32 or bool.");
  const value = constantValue(x);
  if (value !== undefined) {
    return constant(convert(value, x.dtype, to), x.shape, to);
  }
  return makeNode(castPrimitive, [x], { to }, x.shape, to);
}

/** A constant in another type, as WGSL converts: between integers the same bits, from f32 held within the range. */
function convert(value: number, from: DType, to: DType): number {
  if (to === "bool") return Number(value !== 0);
  if (to === "f32" || from !== "f32") return inType(to, value);
  const [least, most] = rangeOf(to);
  return Math.min(Math.max(Math.trunc(value) || 0, least), most);
}

export const castPrimitives = { cast: castPrimitive } as const;
