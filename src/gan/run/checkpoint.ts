import { hashOf } from "../../cache/byte_cache.ts";
import { found } from "../../errors/at.ts";
import { describe } from "../../errors/checks.ts";
import { DataError } from "../../errors/errors.ts";
import { concatenated } from "../../io/bytes.ts";
import { readSafetensors, type SafetensorsFile } from "../../io/safetensors/read.ts";
import { layOut, type TensorDeclaration } from "../../io/safetensors/write.ts";
import { libraryVersion } from "./library_version.ts";
import type { Snapshot } from "./snapshot.ts";

/** Changes with what checkpoints hold. Those of later versions are refused, not guessed at. */
const formatVersion = 1;
const format = "saddlepoint-checkpoint";
/** The rows of telemetry, beside the states, whose paths begin otherwise. */
const telemetryRows = "telemetry/rows";

/** A file in pieces: to be written one after the other, so that it never lies in memory as one. */
export interface CheckpointFile {
  /** Bytes of all pieces. */
  readonly size: number;
  readonly pieces: readonly Uint8Array[];
}

/**
 * A snapshot as a file in the safetensors format: every state under its path, and as metadata what the run is, the step, the
 * controls, the findings, and a hash over all that. Other programs read the parameters under `networks/NAME/parameters`.
 */
export async function checkpointFile(snapshot: Snapshot): Promise<CheckpointFile> {
  const { step, configuration, controls, findings, telemetry, states } = snapshot;
  const width = telemetry.bytes.byteLength / 4 / Math.max(1, step - telemetry.from);
  const rows = { dtype: "F32", shape: [step - telemetry.from, width] } as const;
  const bytes = new Map([
    [telemetryRows, telemetry.bytes],
    ...states.map((state) => [state.path, state.bytes] as const),
  ]);
  const declared: (readonly [string, TensorDeclaration])[] = states.map(({ path, dtype, shape }) => [
    path,
    { dtype: dtype === "u32" ? "U32" : "F32", shape },
  ]);
  const texts = {
    format,
    format_version: String(formatVersion),
    library_version: libraryVersion,
    step: String(step),
    configuration: JSON.stringify(configuration),
    controls: JSON.stringify(controls),
    findings: JSON.stringify(findings),
    telemetry: JSON.stringify({ columns: telemetry.columns, from: telemetry.from }),
  };
  const tensors = [...declared, [telemetryRows, rows] as const];
  const places = layOut(tensors, texts).tensors.map(({ name }) => name);
  const contents = places.map((name) => new Uint8Array(found(bytes, name)));
  const sha256 = await hashOf([...sealed(texts, tensors), ...contents]);
  const { header, size } = layOut(tensors, { ...texts, sha256 });
  return { size, pieces: [header, ...contents] };
}

/** The same as one array. */
export const writeCheckpoint = async (snapshot: Snapshot): Promise<Uint8Array<ArrayBuffer>> =>
  concatenated((await checkpointFile(snapshot)).pieces);

/** What a hash is taken over beside the tensors' bytes, in an order of its own. */
function sealed(
  texts: Readonly<Record<string, string>>,
  tensors: Iterable<readonly [name: string, tensor: { readonly dtype: string; readonly shape: readonly number[] }]>,
): string[] {
  const ofTexts = Object.entries(texts).flatMap(([key, text]) => (key === "sha256" ? [] : [`${key}=${text}`]));
  return [...ofTexts, ...Array.from(tensors, ([name, { dtype, shape }]) => `${name}:${dtype}[${shape}]`)].sort();
}

/**
 * The snapshot that a checkpoint holds, for `trainer.restore`.
 *
 * @throws DataError for what is no such file, is damaged in any byte, or comes from a later version of the library.
 */
export async function readCheckpoint(file: ArrayBuffer | Uint8Array): Promise<Snapshot> {
  const { metadata, tensors } = readSafetensors(file);
  if (metadata.get("format") !== format) {
    throw refusal("this is a file of tensors, but not of a run; load parameters from it by their names");
  }
  const version = metadata.get("format_version");
  if (version !== String(formatVersion)) {
    throw refusal(
      `it has version ${describe(version)} of the format, from saddlepoint ${describe(metadata.get("library_version"))}; this ` +
        `library reads version ${formatVersion}`,
    );
  }
  await assertWhole({ metadata, tensors });
  const part = (key: string): unknown => JSON.parse(metadata.get(key) ?? "null");
  const rows = tensors.get(telemetryRows);
  // The hash is right, so the texts are those that were written; restore() checks what they say.
  const read = {
    step: Number(metadata.get("step")),
    configuration: part("configuration"),
    controls: part("controls"),
    findings: part("findings"),
    telemetry: { ...Object(part("telemetry")), bytes: ownBytes(rows?.bytes ?? new Uint8Array()) },
    states: [...tensors]
      .filter(([path]) => path !== telemetryRows)
      .map(([path, { dtype, shape, bytes }]) => ({
        path,
        dtype: dtype === "U32" ? "u32" : "f32",
        shape,
        bytes: ownBytes(bytes),
      })),
  };
  return read as Snapshot;
}

async function assertWhole({ metadata, tensors }: SafetensorsFile): Promise<void> {
  const contents = [...tensors.values()]
    .sort((a, b) => a.bytes.byteOffset - b.bytes.byteOffset)
    .map(({ bytes }) => bytes);
  const sha256 = await hashOf([...sealed(Object.fromEntries(metadata), tensors), ...contents]);
  if (sha256 !== metadata.get("sha256")) throw refusal("it is damaged: its hash is another one than was written");
}

const ownBytes = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

const refusal = (what: string): DataError => new DataError(`checkpoint: ${what}.`);
