import { rowMajorStrides, type Shape } from "../graph/shape.ts";

/**
 * Where a kernel reads: an affine function of one u32 variable. The variable is split into coordinates over `shape`
 * (row-major), and the index is `offset + sum(coordinate * stride)`. Views compose on it without touching memory.
 */
export interface IndexExpression {
  /** Name of a u32 variable, or a literal. */
  readonly base: string;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** The variable itself, over `size` elements. */
export function identityIndex(base: string, size: number): IndexExpression {
  return { base, shape: [size], strides: [1], offset: 0 };
}

/**
 * The same function with the fewest axes: axes of one vanish, and neighbours merge where the outer stride continues the
 * inner one.
 */
export function coalesce(index: IndexExpression): IndexExpression {
  const shape: number[] = [];
  const strides: number[] = [];
  index.shape.forEach((size, axis) => {
    if (size === 1) return;
    const stride = index.strides[axis] as number;
    const last = shape.length - 1;
    if (last >= 0 && strides[last] === stride * size) {
      shape[last] = (shape[last] as number) * size;
      strides[last] = stride;
    } else {
      shape.push(size);
      strides.push(stride);
    }
  });
  return { ...index, shape, strides };
}

export function isIdentity(index: IndexExpression): boolean {
  const { shape, strides, offset } = coalesce(index);
  return offset === 0 && (shape.length === 0 || (shape.length === 1 && strides[0] === 1));
}

/**
 * The index into a view's input, where `index` is the identity over the view's elements.
 */
export function throughView(
  index: IndexExpression,
  shape: Shape,
  strides: readonly number[],
  offset: number,
): IndexExpression {
  return coalesce({ base: index.base, shape, strides, offset });
}

/** WGSL of the index as a u32. Negative strides wrap around, which u32 arithmetic defines. */
export function formatIndex(index: IndexExpression): string {
  const { base, shape, strides, offset } = coalesce(index);
  const inner = rowMajorStrides(shape);
  const terms: string[] = offset !== 0 ? [`${offset}u`] : [];
  let text = "";
  shape.forEach((size, axis) => {
    const stride = strides[axis] as number;
    if (stride === 0) return;
    const below = inner[axis] as number;
    const quotient = below === 1 ? base : `${base} / ${below}u`;
    const coordinate = axis === 0 ? quotient : `${below === 1 ? base : `(${quotient})`} % ${size}u`;
    const isPlain = axis === 0 && below === 1;
    const factor = Math.abs(stride);
    const term = factor === 1 ? coordinate : `${isPlain ? coordinate : `(${coordinate})`} * ${factor}u`;
    if (stride > 0) terms.push(term);
    else text += ` - ${factor === 1 && !isPlain ? `(${term})` : term}`;
  });
  return `${terms.join(" + ") || "0u"}${text}`;
}

export function indexKey(index: IndexExpression): string {
  return `${index.base}:${index.shape.join("x")}:${index.strides.join()}+${index.offset}`;
}
