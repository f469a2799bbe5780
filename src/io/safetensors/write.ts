import { assertKind, describe, object } from "../../errors/checks.ts";
import { OptionError, ShapeError } from "../../errors/errors.ts";
import { elementBytes } from "../numbers/element_types.ts";
import { metadataKey, mostHeaderBytes, shown } from "./header.ts";

/** A tensor to write: its numbers row by row, in the type that they are written in. */
export interface TensorToWrite {
  /** [] is a scalar. */
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint32Array | Uint8Array;
}

/** Where what is written goes. */
export interface SafetensorsLayout {
  /** The length and the text, up to where the data begins: a multiple of 8 bytes. */
  readonly header: Uint8Array<ArrayBuffer>;
  /** One after the other, without a gap. `offset` in bytes from the start of the file. */
  readonly tensors: readonly { readonly name: string; readonly offset: number; readonly size: number }[];
  /** Bytes of the whole file. */
  readonly size: number;
}

/** What a layout needs to know of a tensor. */
export interface TensorDeclaration {
  readonly dtype: "F32" | "I32" | "U32" | "U8";
  readonly shape: readonly number[];
}

/** The type that an array is written in; none for one that is not written. */
export function dtypeOf(values: TensorToWrite["values"]): TensorDeclaration["dtype"];
export function dtypeOf(values: unknown): TensorDeclaration["dtype"] | undefined;
export function dtypeOf(values: unknown): TensorDeclaration["dtype"] | undefined {
  if (values instanceof Float32Array) return "F32";
  if (values instanceof Int32Array) return "I32";
  if (values instanceof Uint32Array) return "U32";
  return values instanceof Uint8Array ? "U8" : undefined;
}

/**
 * A file in the safetensors format (Hugging Face): all tensors by name, and texts about them.
 *
 * @throws OptionError for values of another type, or a name or text that has no UTF-8; ShapeError where values don't fill
 *   their shape.
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, TensorToWrite>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  assertKind("writeSafetensors", "the tensors", tensors, object);
  assertKind("writeSafetensors", "the metadata", metadata, object);
  const given = new Map(Object.entries(tensors));
  const declared = [...given].map(([name, tensor]) => [name, declarationOf(name, tensor)] as const);
  const layout = layOut(declared, metadata);
  const file = new Uint8Array(layout.size);
  file.set(layout.header);
  for (const { name, offset } of layout.tensors) {
    const values = given.get(name)?.values;
    if (values) file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
  }
  return file;
}

function declarationOf(name: string, tensor: TensorToWrite): TensorDeclaration {
  assertKind("writeSafetensors", shown(name), tensor, object);
  const { shape, values } = tensor;
  const dtype = dtypeOf(values);
  if (!dtype) {
    throw new OptionError(
      `writeSafetensors: the values of ${shown(name)} are ${describe(values)}; give a Float32Array, Int32Array, Uint32Array or ` +
        "Uint8Array.",
    );
  }
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!isShape || shape.reduce((product, size) => product * size, 1) !== values.length) {
    throw new ShapeError(
      `writeSafetensors: ${shown(name)} has ${values.length} values, which don't fill the shape ${describe(shape)}.`,
    );
  }
  return { dtype, shape };
}

/**
 * Where tensors stand in a file: the widest types first, then by name, so that every one begins at a multiple of its width.
 * For files that are written in stretches.
 */
export function layOut(
  tensors: readonly (readonly [name: string, declaration: TensorDeclaration])[],
  metadata: Readonly<Record<string, string>>,
): SafetensorsLayout {
  for (const text of [...tensors.map(([name]) => name), ...Object.entries(metadata).flat()]) assertText(text);
  const width = ({ dtype }: TensorDeclaration) => elementBytes[dtype];
  const sorted = [...tensors].sort(([a, x], [b, y]) => width(y) - width(x) || (a < b ? -1 : 1));
  let end = 0;
  const placed = sorted.map(([name, declaration]) => {
    const begin = end;
    end += declaration.shape.reduce((product, size) => product * size, width(declaration));
    return { name, declaration, begin, end };
  });
  const members = placed.map(({ name, declaration: { dtype, shape }, begin, end }) => {
    if (name === metadataKey) throw new OptionError(`writeSafetensors: "${metadataKey}" can't be a tensor's name.`);
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`;
  });
  const texts = Object.entries(metadata).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  if (texts.length > 0) members.unshift(`"${metadataKey}":{${texts.join()}}`);
  const text = new TextEncoder().encode(`{${members.join()}}`);
  const length = 8 * Math.ceil(text.length / 8);
  if (length > mostHeaderBytes) {
    throw new OptionError(
      `writeSafetensors: names and texts take ${length} bytes; the format allows ${mostHeaderBytes}.`,
    );
  }
  const header = new Uint8Array(8 + length).fill(0x20, 8);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, 8);
  const offset = header.length;
  return {
    header,
    tensors: placed.map(({ name, begin, end }) => ({ name, offset: offset + begin, size: end - begin })),
    size: offset + end,
  };
}

function assertText(text: unknown): void {
  if (typeof text !== "string" || /\p{Surrogate}/u.test(text)) {
    throw new OptionError(
      `writeSafetensors: ${describe(text)} can't be a name or a text of a file; give a string of whole letters.`,
    );
  }
}
