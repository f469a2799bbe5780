import { hashOf } from "../../cache/byte_cache.ts";
import { describe, whole } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { concatenated } from "../../io/bytes.ts";
import { type FileInPieces, jsonOf, openSealed, type SealedTensor, sealedFile } from "../../io/safetensors/sealed.ts";
import { libraryVersion } from "./library_version.ts";
import type { Snapshot } from "./snapshot.ts";

const checkpointFormat = { name: "saddlepoint-checkpoint", version: 1, noun: "checkpoint" };
/** The rows of telemetry, beside the states, whose paths begin otherwise. */
const telemetryRows = "telemetry/rows";

/**
 * A snapshot as a file in the safetensors format: every state under its path, and as metadata what the run is, the step, the
 * samples that were made in its batches, controls, findings, and a hash over all that. Other programs read the parameters under `networks/NAME/parameters`.
 *
 * @param more texts of the metadata, by keys of their own.
 * @throws OptionError for what is no snapshot.
 */
export async function checkpointFile(
  snapshot: Snapshot,
  more: Readonly<Record<string, string>> = {},
): Promise<FileInPieces> {
  assertSnapshot(snapshot);
  const { step, configuration, controls, findings, examined, telemetry, states } = snapshot;
  const { from, columns, bytes } = telemetry;
  const rows = step - from;
  const width = bytes.byteLength / 4 / Math.max(1, rows);
  const tensors = new Map<string, SealedTensor>([
    [telemetryRows, { dtype: "F32", shape: [rows, width], bytes: new Uint8Array(bytes) }],
    ...states.map(({ path, dtype, shape, bytes }): [string, SealedTensor] => [
      path,
      { dtype: dtype === "u32" ? "U32" : "F32", shape, bytes: new Uint8Array(bytes) },
    ]),
  ]);
  const text = JSON.stringify(configuration);
  const about = {
    ...more,
    library_version: libraryVersion,
    step: String(step),
    // Batches of real samples, as is usual: one a turn, whatever a player takes of them.
    samples_seen: String(step * Number(configuration["batchSize"] ?? 0)),
    configuration: text,
    configuration_hash: await hashOf([text]),
    controls: JSON.stringify(controls),
    findings: JSON.stringify(findings),
    ...(examined !== undefined && { examined: JSON.stringify(examined) }),
    telemetry: JSON.stringify({ columns, from }),
  };
  return sealedFile(checkpointFormat, about, tensors);
}

function assertSnapshot(given: unknown): void {
  const { step, telemetry, states }: Readonly<Record<string, unknown>> = Object(given);
  const { from, bytes }: Readonly<Record<string, unknown>> = Object(telemetry);
  const isState = (state: unknown) => {
    const { path, shape, bytes }: Readonly<Record<string, unknown>> = Object(state);
    return typeof path === "string" && Array.isArray(shape) && bytes instanceof ArrayBuffer;
  };
  const isWhole = whole.is(step) && whole.is(from) && bytes instanceof ArrayBuffer;
  if (isWhole && Array.isArray(states) && states.every(isState)) return;
  throw new OptionError(
    `writeCheckpoint: got ${describe(given)}, which is no snapshot; give what trainer.snapshot() returned.`,
  );
}

/** The same as one array. */
export const writeCheckpoint = async (snapshot: Snapshot): Promise<Uint8Array<ArrayBuffer>> =>
  concatenated((await checkpointFile(snapshot)).pieces);

/**
 * The snapshot that a checkpoint holds, for `trainer.restore`.
 *
 * @throws DataError for what is no such file, is damaged in any byte, or comes from a later version of the library.
 */
export async function readCheckpoint(file: ArrayBuffer | Uint8Array): Promise<Snapshot> {
  const opened = await openSealed(checkpointFormat, file);
  const { tensors } = opened;
  const part = (key: string) => jsonOf(checkpointFormat, opened, key);
  const rows = tensors.get(telemetryRows);
  const states = [...tensors].filter(([path]) => path !== telemetryRows);
  // The hash is right, so these are the texts that were written; `restore` checks what they say.
  const read: { readonly [Part in keyof Snapshot]: unknown } = {
    step: part("step"),
    configuration: part("configuration"),
    controls: part("controls"),
    findings: part("findings"),
    // Files of earlier versions have none.
    ...(opened.metadata.has("examined") && { examined: part("examined") }),
    telemetry: { ...Object(part("telemetry")), bytes: ownBytes(rows?.bytes ?? new Uint8Array()) },
    states: states.map(([path, { dtype, shape, bytes }]) => ({
      path,
      dtype: dtype === "U32" ? "u32" : "f32",
      shape,
      bytes: ownBytes(bytes),
    })),
  };
  return read as Snapshot;
}

const ownBytes = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
