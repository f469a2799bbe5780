import type { probes } from "saddlepoint";

/** A run as it is kept: all that diagnosis saw, and what was seen of it apart from that. */
export interface Recording extends RecordingHead {
  readonly rows: readonly probes.TelemetryRow[];
  readonly snapshots: readonly Snapshot[];
}

interface RecordingHead {
  readonly name: string;
  readonly seed: number;
  readonly steps: number;
  readonly columns: readonly probes.TelemetryColumn[];
  /** What the trainer told its rules. */
  readonly facts: probes.RunFacts;
  /** What the trainer found while it ran: what a replay must find again. */
  readonly live: readonly { readonly ailment: string; readonly sinceStep: number }[];
  readonly networks: readonly NetworkSketch[];
}

/** As much of a network as is needed to compute it anew from its parameters. */
export interface NetworkSketch {
  readonly name: string;
  /** In the order of the layers: the kind of each, such as `linear` or `relu`. */
  readonly layers: readonly string[];
  readonly ranges: readonly { readonly name: string; readonly shape: readonly number[]; readonly offset: number }[];
}

/** What was looked at between two stretches of training. All arrays are f32, samples in a row. */
export interface Snapshot {
  readonly step: number;
  /** Fresh real samples, generated ones, and those of latent vectors that stay the same. */
  readonly real: Float32Array;
  readonly fake: Float32Array;
  readonly same: Float32Array;
  /** The discriminator's outputs for these. */
  readonly realLogits: Float32Array;
  readonly fakeLogits: Float32Array;
  /** Its outputs for samples that it is trained on, where these are not all; else empty. */
  readonly trainLogits: Float32Array;
  /** Change of its output as samples move by a unit along random directions: at real, and at generated samples. */
  readonly realSlopes: Float32Array;
  readonly fakeSlopes: Float32Array;
  /** Labels that the generated samples were asked for; empty where there are none. */
  readonly asked: Float32Array;
  readonly generator: Float32Array;
  readonly discriminator: Float32Array;
}

const arrays = [
  "real",
  "fake",
  "same",
  "realLogits",
  "fakeLogits",
  "trainLogits",
  "realSlopes",
  "fakeSlopes",
  "asked",
  "generator",
  "discriminator",
] as const satisfies readonly (keyof Snapshot)[];

/** Bytes of a file: the length of a head as u32, the head as JSON, then all numbers as f32. */
export function encode({ rows, snapshots, ...head }: Recording): Uint8Array<ArrayBuffer> {
  const width = Math.max(0, ...rows.map(({ values }) => values.length));
  const sizes = snapshots.map((snapshot) => arrays.map((name) => snapshot[name].length));
  const text = JSON.stringify({
    ...head,
    width,
    stepsOfRows: rows.map(({ step }) => step),
    stepsOfSnapshots: snapshots.map(({ step }) => step),
    sizes,
  });
  // Numbers begin at a multiple of four bytes.
  const json = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 4) * 4));
  const count = rows.length * width + sizes.flat().reduce((sum, size) => sum + size, 0);
  const file = new Uint8Array(4 + json.length + count * 4);
  new DataView(file.buffer).setUint32(0, json.length, true);
  file.set(json, 4);
  const numbers = new Float32Array(file.buffer, 4 + json.length);
  // Rows that were not looked at closer end early: what they lack was not measured.
  numbers.fill(Number.NaN, 0, rows.length * width);
  for (const [i, { values }] of rows.entries()) numbers.set(values, i * width);
  let at = rows.length * width;
  for (const snapshot of snapshots) {
    for (const name of arrays) {
      numbers.set(snapshot[name], at);
      at += snapshot[name].length;
    }
  }
  return file;
}

/** What `encode` gave. @throws SyntaxError for what is no such file. */
export function decode(file: Uint8Array): Recording {
  const bytes = file.slice();
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const { width, stepsOfRows, stepsOfSnapshots, sizes, ...head } = JSON.parse(
    new TextDecoder().decode(bytes.subarray(4, 4 + length)),
  ) as FileHead;
  const numbers = new Float32Array(bytes.buffer, 4 + length);
  const rows = stepsOfRows.map((step, i) => ({ step, values: numbers.subarray(i * width, (i + 1) * width) }));
  let at = rows.length * width;
  const snapshots = stepsOfSnapshots.map((step, i) => {
    const taken = arrays.map((name, k) => {
      const size = sizes[i]?.[k] ?? 0;
      at += size;
      return [name, numbers.subarray(at - size, at)] as const;
    });
    return { step, ...(Object.fromEntries(taken) as Record<(typeof arrays)[number], Float32Array>) };
  });
  return { ...head, rows, snapshots };
}

interface FileHead extends RecordingHead {
  readonly width: number;
  readonly stepsOfRows: readonly number[];
  readonly stepsOfSnapshots: readonly number[];
  readonly sizes: readonly (readonly number[])[];
}
