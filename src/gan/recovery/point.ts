import { at } from "../../errors/at.ts";
import type { Device } from "../../gpu/device.ts";
import { Readback } from "../../gpu/readback.ts";
import { sizeOf } from "../../graph/shape.ts";
import { ringRows } from "../../probes/telemetry.ts";
import type { CheckedSnapshot } from "../run/snapshot.ts";
import type { TrainerParts, TrainerState } from "../trainer/state.ts";

/** A run as it was after some step, on the host. */
export interface Point {
  readonly step: number;
  /** In the order of what lasts of the run. */
  readonly states: readonly (Float32Array | Uint32Array)[];
  /** Rows of telemetry from step `from` on. */
  readonly from: number;
  readonly rows: Float32Array;
}

/** What points are read through, by device: apart from all other reads, which find their buffers as they left them. */
const readbacks = new WeakMap<Device, Readback>();

function readbackOf(device: Device): Readback {
  const readback = readbacks.get(device) ?? new Readback(device);
  readbacks.set(device, readback);
  return readback;
}

/** Copies a run to the host in one submission, at once: everything is of the step that it is at now. */
export async function takePoint({ context, ring, loop, ringFrom }: TrainerState): Promise<Point> {
  const step = loop.index;
  const from = Math.max(ringFrom, step - ringRows);
  const states = [...context.carry.states.values()];
  const ranges = states.map(({ buffer, shape }) => ({ buffer, offset: 0, size: 4 * sizeOf(shape) }));
  const parts = await readbackOf(loop.device).submitAndRead("snapshot", [...ranges, ...ring.ranges(from, step)]);
  return {
    step,
    states: states.map(({ dtype }, i) => new (dtype === "u32" ? Uint32Array : Float32Array)(at(parts, i))),
    from,
    rows: ring.numbers(from, parts.slice(states.length)),
  };
}

/** Larger ones are read through buffers that are made anew each time. */
const mostReservedBytes = 64 * 2 ** 20;

/** Makes the buffers that a run's points are read through, so that none is made later. */
export function reservePoint({ context, ring, loop }: TrainerParts): void {
  const sizes = [...context.carry.states.values()].map(({ shape }) => 4 * sizeOf(shape));
  const bytes = sizes.reduce((sum, size) => sum + size, 4 * ring.width * ringRows);
  if (bytes <= mostReservedBytes) readbackOf(loop.device).reserve(bytes, 1);
}

export const pointOf = ({ step, states, from, rows }: CheckedSnapshot): Point => ({
  step,
  states: states.map(([, values]) => values),
  from,
  rows,
});

/** Puts a run back to a point, where there is one: a run that has been made anew is at its first step. */
export function putBack({ context, ring, loop }: TrainerParts, point: Point | undefined): void {
  if (!point) return;
  [...context.carry.states.values()].forEach((state, i) => {
    state.write(at(point.states, i));
  });
  ring.write(point.from, point.rows);
  loop.index = point.step;
}
