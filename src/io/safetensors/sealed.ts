import { hashOf } from "../../cache/byte_cache.ts";
import { describe } from "../../errors/checks.ts";
import { DataError } from "../../errors/errors.ts";
import { readSafetensors, type SafetensorsFile } from "./read.ts";
import { layOut, type TensorDeclaration } from "./write.ts";

/** A kind of file of ours. Its version changes with what it holds; those of later versions are refused, not guessed at. */
export interface SealedFormat {
  /** What the metadata calls it. */
  readonly name: string;
  readonly version: number;
  /** What errors call it, and what such a file is for. */
  readonly noun: string;
}

export interface SealedTensor extends TensorDeclaration {
  readonly bytes: Uint8Array;
}

/** A file in pieces: to be written one after the other, so that it never lies in memory as one. */
export interface FileInPieces {
  /** Bytes of all pieces. */
  readonly size: number;
  readonly pieces: readonly Uint8Array[];
}

/** A safetensors file with a hash over all that it holds in its metadata. The pieces are views of the tensors' bytes. */
export async function sealedFile(
  { name, version }: SealedFormat,
  about: Readonly<Record<string, string>>,
  tensors: ReadonlyMap<string, SealedTensor>,
): Promise<FileInPieces> {
  const texts = { format: name, format_version: String(version), ...about };
  const placed = layOut([...tensors], texts).tensors.flatMap(({ name }) => tensors.get(name) ?? []);
  const contents = placed.map(({ bytes }) => bytes);
  const { header, size } = layOut([...tensors], {
    ...texts,
    sha256: await hashOf([...said(texts, tensors), ...contents]),
  });
  return { size, pieces: [header, ...contents] };
}

/**
 * @throws DataError for what is no safetensors file, of another format or a later version, or damaged in any byte.
 */
export async function openSealed(format: SealedFormat, file: ArrayBuffer | Uint8Array): Promise<SafetensorsFile> {
  const opened = readSafetensors(file);
  const { metadata } = opened;
  const refuse = (what: string) => new DataError(`${format.noun}: ${what}.`);
  if (metadata.get("format") !== format.name) {
    throw refuse(`the file's format is ${describe(metadata.get("format"))}, not "${format.name}"`);
  }
  const version = metadata.get("format_version");
  if (version !== String(format.version)) {
    const writer = describe(metadata.get("library_version"));
    throw refuse(
      `the file has version ${describe(version)} of the format, from saddlepoint ${writer}; read is ${format.version}`,
    );
  }
  if (!(await hasItsHash(opened))) throw refuse("the file is damaged: its hash is another one than was written");
  return opened;
}

/** Whether a file is as it was written in every byte. One that can't be read, or was cut off, is not. */
export async function isWhole(file: Uint8Array): Promise<boolean> {
  let opened: SafetensorsFile;
  try {
    opened = readSafetensors(file);
  } catch {
    return false;
  }
  return hasItsHash(opened);
}

async function hasItsHash({ metadata, tensors }: SafetensorsFile): Promise<boolean> {
  const contents = [...tensors.values()].map(({ bytes }) => bytes).sort((a, b) => a.byteOffset - b.byteOffset);
  const sha256 = await hashOf([...said(Object.fromEntries(metadata), tensors), ...contents]);
  return sha256 === metadata.get("sha256");
}

/** A text of the metadata that is JSON. @throws DataError where it is none. */
export function jsonOf({ noun }: SealedFormat, { metadata }: SafetensorsFile, key: string): unknown {
  try {
    return JSON.parse(metadata.get(key) ?? "null");
  } catch {
    throw new DataError(`${noun}: what the file says of "${key}" is no JSON.`);
  }
}

/** What the hash is taken over beside the tensors' bytes, in an order of its own. */
function said(
  texts: Readonly<Record<string, string>>,
  tensors: ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[] }>,
): string[] {
  const ofTexts = Object.entries(texts).flatMap(([key, text]) => (key === "sha256" ? [] : [`${key}=${text}`]));
  return [...ofTexts, ...Array.from(tensors, ([name, { dtype, shape }]) => `${name}:${dtype}[${shape}]`)].sort();
}
