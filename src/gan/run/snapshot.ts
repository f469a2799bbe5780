import type { State } from "../../compile/state.ts";
import { at } from "../../errors/at.ts";
import { describe, finite, object, unknownName, whole } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { type DType, type Shape, sizeOf } from "../../graph/shape.ts";
import type { Finding } from "../../probes/finding.ts";
import type { TelemetryRing } from "../../probes/telemetry.ts";
import { probeStates } from "../steps/context.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { Run } from "./run.ts";

/**
 * A run as it is after some step, on the host: restoring it continues the run bit for bit, reports and findings included. The
 * arrays are yours. It goes through `structuredClone`, `postMessage` and IndexedDB; `JSON.stringify` writes bytes as base64
 * texts, which `restore` takes too.
 */
export interface Snapshot {
  /** Generator steps done. */
  readonly step: number;
  /** What the run is, part by part. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Learning rates and weights as they stand. */
  readonly controls: Readonly<Record<string, number>>;
  /** All that lasts from step to step on the GPU, by its path. */
  readonly states: readonly SavedState[];
  /** What was measured in the steps from number `from` on, that findings look back on. */
  readonly telemetry: { readonly columns: string; readonly from: number; readonly bytes: ArrayBuffer };
  /** Those of the last report. */
  readonly findings: readonly Finding[];
  /** What diagnosis keeps of the steps before: see `Examiner.save`. Empty, or absent, where nothing is kept. */
  readonly examined?: string;
}

/** One of the states, row by row. */
export interface SavedState {
  readonly path: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly bytes: ArrayBuffer;
}

export interface RestoreOptions {
  /**
   * Parts of the configuration that may be others than the snapshot's, such as `["seed"]` or `["play"]`: to go on from its
   * state in another way. Default: none.
   */
  readonly except?: readonly string[];
}

/** A run whose snapshots can be told from those of others. */
export interface KnownRun extends Run {
  readonly fingerprint: Fingerprint;
}

/** Copies the run to the host in one submission: everything is of the moment after `step`. */
export async function takeSnapshot(
  { context, ring, fingerprint }: KnownRun,
  step: number,
  from: number,
  { findings, examined = "" }: Pick<Snapshot, "findings" | "examined">,
): Promise<Snapshot> {
  const { engine, carry, controls } = context;
  const states = [...carry.states];
  const held = Object.fromEntries(controls.names.map((name) => [name, controls.get(name)]));
  const ranges = states.map(([, { buffer, shape }]) => ({ buffer, offset: 0, size: 4 * sizeOf(shape) }));
  const parts = await engine.readRanges([...ranges, ...ring.ranges(from, step)]);
  const snapshot: Snapshot = {
    step,
    configuration: { ...fingerprint },
    controls: held,
    findings: structuredClone(findings),
    examined,
    states: states.map(([path, { dtype, shape }], i) => ({ path, dtype, shape: [...shape], bytes: at(parts, i) })),
    telemetry: { columns: columnsOf(ring), from, bytes: ring.numbers(from, parts.slice(states.length)).buffer },
  };
  // Not enumerable: structuredClone refuses functions.
  return Object.defineProperty(snapshot, "toJSON", { value: () => inBase64(snapshot) });
}

/** A snapshot that fits a run, ready to be written. */
export interface CheckedSnapshot {
  readonly step: number;
  readonly controls: readonly (readonly [name: string, value: number])[];
  readonly states: readonly (readonly [State, Float32Array | Uint32Array])[];
  /** Floats of the rows from step `from` on. */
  readonly from: number;
  readonly rows: Float32Array<ArrayBuffer>;
  readonly examined: string;
}

/** @throws OptionError for whatever is no snapshot of this run, before anything is written. */
export function checkSnapshot(
  { context, ring, fingerprint }: KnownRun,
  given: unknown,
  except: unknown,
): CheckedSnapshot {
  const refuse = (what: string) => new OptionError(`Trainer: restore() ${what}.`);
  if (!object.is(given) || !object.is(given["configuration"]) || !object.is(given["controls"])) {
    throw refuse(`got ${describe(given)}, which is no snapshot; give what trainer.snapshot() returned`);
  }
  const { step, configuration, controls, telemetry, states, findings, examined } = given as unknown as Snapshot;
  if (!whole.is(step) || step >= 2 ** 31) throw refuse(`got a snapshot of step ${describe(step)}, which is no step`);
  if (!Array.isArray(except)) throw refuse(`got except: ${describe(except)}; give an array of parts`);
  for (const part of except)
    if (!Object.hasOwn(fingerprint, part)) throw unknownName("Trainer", "part", part, fingerprint);
  const parts = Object.keys(fingerprint).filter(
    (part) => fingerprint[part] !== configuration[part] && !except.includes(part),
  );
  if (parts.length > 0) {
    const change = parts.map((part) => {
      const [here, there] = [String(fingerprint[part]), String(configuration[part])];
      return Math.max(here.length, there.length) > 60 ? part : `${part} (${there}; here ${here})`;
    });
    throw refuse(
      `got a snapshot of another run, which differs in ${change.join(", ")}; create the same trainer, or allow it by ` +
        `{ except: ${JSON.stringify(parts)} }`,
    );
  }
  const saved = new Map(Array.isArray(states) ? states.map((state) => [state?.path, state?.bytes]) : []);
  const values = [...context.carry.states].map(([path, state]) => {
    const size = 4 * sizeOf(state.shape);
    // A run of other probes has kept nothing for these.
    const given = saved.get(path) ?? (path.startsWith(probeStates) ? new ArrayBuffer(size) : undefined);
    const bytes = bytesOf(given);
    if (bytes?.byteLength !== size) {
      throw refuse(`found ${bytes?.byteLength ?? "no"} bytes of "${path}", which has ${size}`);
    }
    if (state.dtype === "u32") return [state, new Uint32Array(bytes)] as const;
    const floats = new Float32Array(bytes);
    const bad = floats.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw refuse(`found ${floats[bad]} at ${bad} of "${path}"; a run does not recover from that`);
    return [state, floats] as const;
  });
  const turns = values.find(([state]) => state === context.turns)?.[1][0];
  if (turns !== step) throw refuse(`got a snapshot of step ${step} whose game is at step ${turns}`);
  const held = context.controls.names.filter((name) => Object.hasOwn(controls, name) || except.length === 0);
  const moved = held.map((name) => {
    const value: unknown = controls[name];
    if (!finite.is(value))
      throw refuse(`found ${describe(value)} as the control "${name}"; it must be a finite number`);
    return [name, value] as const;
  });
  const checked = { step, controls: moved, states: values };
  // Rows with other columns, as of other probes, tell this trainer's diagnosis nothing. Where it was to go on in another way, what it
  // had found still counts.
  if (telemetry?.columns !== columnsOf(ring)) {
    const known = except.length > 0 && typeof examined === "string" ? examined : "";
    return { ...checked, from: step, rows: new Float32Array(), examined: known };
  }
  const bytes = bytesOf(telemetry.bytes);
  const { from } = telemetry;
  if (!whole.is(from) || bytes?.byteLength !== 4 * ring.width * (step - from)) {
    throw refuse(`found ${bytes?.byteLength ?? "no"} bytes of telemetry from step ${describe(from)} to ${step}`);
  }
  if (!Array.isArray(findings) || !findings.every((finding) => whole.is(finding?.sinceStep))) {
    throw refuse(`found ${describe(findings)} as findings`);
  }
  // Files of before have none: their runs are examined from there on.
  if (examined !== undefined && typeof examined !== "string")
    throw refuse(`found ${describe(examined)} as what was examined`);
  return { ...checked, from, rows: new Float32Array(bytes), examined: examined ?? "" };
}

const columnsOf = ({ columns, sparse }: TelemetryRing): string =>
  `${columns.map(({ name, size }) => `${name}:${size}`).join()} ${sparse.every}`;

function inBase64({ states, telemetry, ...rest }: Snapshot): unknown {
  const text = (bytes: ArrayBuffer) =>
    btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
  return {
    ...rest,
    states: states.map(({ bytes, ...state }) => ({ ...state, bytes: text(bytes) })),
    telemetry: { ...telemetry, bytes: text(telemetry.bytes) },
  };
}

/** The bytes of a saved state, a copy of its own: also where a snapshot has gone through JSON. Undefined for what has none. */
export function bytesOf(given: unknown): ArrayBuffer | undefined {
  if (given instanceof ArrayBuffer) return given.slice(0);
  if (typeof given !== "string") return undefined;
  try {
    return Uint8Array.from(atob(given), (letter) => letter.charCodeAt(0)).buffer;
  } catch {
    return undefined;
  }
}
