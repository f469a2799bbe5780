import { describe } from "../../errors/checks.ts";
import { DataError } from "../../errors/errors.ts";
import type { ElementType } from "../numbers/element_types.ts";
import { valuesOf } from "../numbers/values.ts";
import { type Header, mostHeaderBytes, parseHeader, refusal, shown, type TensorEntry } from "./header.ts";

/** One tensor of a file. */
export interface SafeTensor {
  readonly dtype: ElementType;
  /** Row-major; [] is a scalar. */
  readonly shape: readonly number[];
  /** Its little-endian bytes, where they lie in the file: a view, no copy. */
  readonly bytes: Uint8Array;
  /**
   * Its numbers, in an array of your own: floats of every width as f32, whole numbers as i32 or u32.
   *
   * @throws DataError for whole numbers beyond 32 bits, and for types that have no numbers here (F8).
   */
  values(): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
}

export interface SafetensorsFile {
  readonly metadata: ReadonlyMap<string, string>;
  /** By name, in the order of the header. */
  readonly tensors: ReadonlyMap<string, SafeTensor>;
}

/**
 * Reads a file of the safetensors format (Hugging Face), as far as it is right in every byte: what overlaps, leaves a hole, is
 * too short or too long is refused, and nothing is allocated that a file only declares.
 *
 * @param file the whole file; tensors are views of it.
 * @throws DataError for anything but such a file, with what is wrong.
 */
export function readSafetensors(file: ArrayBuffer | Uint8Array): SafetensorsFile {
  const bytes = file instanceof ArrayBuffer ? new Uint8Array(file) : file;
  if (!(bytes instanceof Uint8Array))
    throw new DataError(`safetensors: got ${describe(file)}; give the bytes of a file.`);
  const { header, data } = partsOf(bytes);
  assertTiled(header, data.byteLength);
  const tensors = [...header.tensors].map(([name, entry]) => [name, tensorOf(name, entry, data)] as const);
  return { metadata: header.metadata, tensors: new Map(tensors) };
}

function partsOf(bytes: Uint8Array): { readonly header: Header; readonly data: Uint8Array } {
  if (bytes.byteLength < 8) {
    throw refusal(`the file has ${bytes.byteLength} bytes; its first 8 should be the length of its header`);
  }
  // As BigInt: a length of 2^64 - 1 must not be rounded before it is compared.
  const declared = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (declared > BigInt(mostHeaderBytes)) {
    throw refusal(`the file declares a header of ${declared} bytes; the format allows ${mostHeaderBytes}`);
  }
  const dataStart = 8 + Number(declared);
  if (dataStart > bytes.byteLength) {
    throw refusal(`the file declares a header of ${declared} bytes, of which it has ${bytes.byteLength - 8}`);
  }
  return { header: parseHeader(textOf(bytes.subarray(8, dataStart))), data: bytes.subarray(dataStart) };
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refusal("the header is not UTF-8 text");
  }
}

/** The tensors lie side by side, from the first byte of the data to its last. */
function assertTiled({ tensors }: Header, dataBytes: number): void {
  const placed = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let reached = 0;
  for (const [name, { begin, end }] of placed) {
    if (begin < reached)
      throw refusal(`tensor ${shown(name)} begins at byte ${begin} of the data, inside of another one`);
    if (begin > reached)
      throw refusal(`no tensor has the bytes ${reached} to ${begin} of the data, before ${shown(name)}`);
    reached = end;
  }
  if (reached > dataBytes) throw refusal(`the tensors take ${reached} bytes, of which the file has ${dataBytes}`);
  if (reached < dataBytes) throw refusal(`the file has ${dataBytes - reached} bytes behind its last tensor`);
}

function tensorOf(name: string, { dtype, shape, begin, end }: TensorEntry, data: Uint8Array): SafeTensor {
  const bytes = data.subarray(begin, end);
  return {
    dtype,
    shape: Object.freeze(shape),
    bytes,
    values: () => valuesOf(dtype, bytes, `safetensors: tensor ${shown(name)}`),
  };
}
