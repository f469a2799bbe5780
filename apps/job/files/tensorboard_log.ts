/**
 * What a run measures as an event file of TensorBoard, that grows while it runs: losses, probes and metrics as scalars, exponents
 * of gradients as histograms of binary logarithms, and grids of images. Steps are counted from 0, as in telemetry.csv; metrics
 * and pictures stand at the number of steps that were done.
 */
import { type gan, io } from "saddlepoint";
import { eventFileHeader, imageEvent, scalarEvent, sessionStartEvent, telemetryEvents } from "saddlepoint/files";
import type { JobEntry } from "../job_entry.ts";
import { modeNumbers, numbersOf } from "./telemetry_lines.ts";

export interface TensorBoardLog {
  /** Of the file: those of one folder sort by when they were begun. */
  readonly name: string;
  /** What the file begins with. */
  readonly header: Uint8Array<ArrayBuffer>;
  /** What to append, for what the job told; empty for what has no measurements. */
  add(entry: JobEntry, seconds?: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * A file is begun at each start of a run: one that goes on from a checkpoint leaves the files before as they are, and TensorBoard
 * shows their steps up to where it goes on.
 *
 * @param start seconds since 1970, and the step that it goes on from
 */
export function tensorBoardLog(start: { readonly seconds?: number; readonly step?: number } = {}): TensorBoardLog {
  const { seconds = now(), step = 0 } = start;
  const digits = (value: number) => String(Math.floor(value)).padStart(10, "0");
  return {
    name: `events.out.tfevents.${digits(seconds)}.${digits(step)}.saddlepoint`,
    header: joined([eventFileHeader(seconds), sessionStartEvent({ step, seconds })]),
    add: async (entry, at = now()) => joined(await eventsOf(entry, at)),
  };
}

const now = (): number => Date.now() / 1000;

async function eventsOf(entry: JobEntry, seconds: number): Promise<Uint8Array[]> {
  if (entry.kind === "evaluation") {
    const { step, measurements } = entry.evaluation;
    return measurements.length > 0
      ? [scalarEvent({ step, seconds }, Object.fromEntries(measurements.flatMap(numbersOf)))]
      : [];
  }
  if (entry.kind !== "report") return [];
  const { report } = entry;
  const modes = modeNumbers(report);
  return [
    ...telemetryEvents(report.telemetry, { seconds: (step) => timeOf(step, report, seconds) }),
    ...(modes.length > 0 ? [scalarEvent({ step: report.step, seconds }, Object.fromEntries(modes))] : []),
    ...(await pictures(report, seconds)),
  ];
}

/** When a step was done, of those that a report tells of at once. */
function timeOf(step: number, { step: done, stepsPerSecond }: gan.TrainReport, seconds: number): number {
  const ago = (done - 1 - step) / stepsPerSecond;
  return Number.isFinite(ago) && ago > 0 ? seconds - ago : seconds;
}

/** The images of fixed latent vectors, or else those that were drawn. */
async function pictures({ grid, samples, step }: gan.TrainReport, seconds: number): Promise<Uint8Array[]> {
  const [tag, batch] = grid ? (["samples/fixed", grid] as const) : (["samples", samples] as const);
  if (batch?.shape.length !== 4) return [];
  const { pixels, width, height, channels } = io.imageGrid(batch.values, batch.shape);
  const png = await io.encodePng(pixels, width, height, channels);
  return [imageEvent({ step, seconds }, tag, png, { width, height, channels })];
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
