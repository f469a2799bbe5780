/** What tests of recovery share: a GPU whose device can be taken away, and runs that are compared bit for bit. */
import { expect } from "vitest";
import { Engine } from "../../../src/engine/engine.ts";
import type { EngineOptions } from "../../../src/engine/engine_options.ts";
import type { TrainOptions, TrainReport } from "../../../src/gan/run/report.ts";
import type { Snapshot } from "../../../src/gan/run/snapshot.ts";

export interface Losable {
  readonly gpu: GPU;
  /** Of all devices that were given, the last one. */
  readonly device: GPUDevice | undefined;
  /** How many were given. */
  readonly given: number;
  /** Takes the present device away, as a driver would. */
  lose(): void;
  /** Is told of each device that is given. */
  onGiven: ((device: GPUDevice) => void) | undefined;
}

export function losable(): Losable {
  const devices: GPUDevice[] = [];
  const made: Losable = {
    gpu: {
      requestAdapter: async (options?: GPURequestAdapterOptions) => {
        const adapter = await navigator.gpu.requestAdapter(options);
        const request = adapter?.requestDevice.bind(adapter);
        return (
          adapter &&
          Object.assign(adapter, {
            requestDevice: async (descriptor?: GPUDeviceDescriptor) => {
              const device = await request?.(descriptor);
              if (device) devices.push(device);
              if (device) made.onGiven?.(device);
              return device;
            },
          })
        );
      },
    } as unknown as GPU,
    get device() {
      return devices.at(-1);
    },
    get given() {
      return devices.length;
    },
    lose: () => devices.at(-1)?.destroy(),
    onGiven: undefined,
  };
  return made;
}

export const engineOn = ({ gpu }: Losable, options: EngineOptions = {}): Promise<Engine> =>
  Engine.create({ gpu, debug: true, onWarning: () => undefined, ...options });

/** Of a trainer, what tests of recovery use. */
export interface Recovered {
  train(options: TrainOptions): AsyncGenerator<TrainReport<string>>;
  snapshot(): Promise<Snapshot>;
}

/** What must be equal of two reports. */
export const told = ({ stepsPerSecond, secondsLeft, deviceLosses, ...rest }: TrainReport<string>) => rest;

/** All that a run tells, and what is there at its end. */
export async function ranThrough(
  trainer: Recovered,
  options: TrainOptions,
  onReport: (report: TrainReport<string>) => unknown = () => undefined,
) {
  const reports: ReturnType<typeof told>[] = [];
  let losses = 0;
  for await (const report of trainer.train(options)) {
    reports.push(told(report));
    losses = report.deviceLosses;
    await onReport(report);
  }
  return { reports, losses, end: await trainer.snapshot() };
}

type Ran = Awaited<ReturnType<typeof ranThrough>>;

export function expectSame(actual: Ran, expected: Ran): void {
  expect(actual.reports.map(({ step }) => step)).toEqual(expected.reports.map(({ step }) => step));
  for (const [i, report] of actual.reports.entries()) expect(report).toStrictEqual(expected.reports[i]);
  expect(actual.end).toStrictEqual(expected.end);
}

/** Time runs faster, so that a short run has many snapshots. Returns what ends that. */
export function hurryTime(factor: number): () => void {
  const real = performance.now.bind(performance);
  performance.now = () => factor * real();
  return () => {
    performance.now = real;
  };
}

export const sleep = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
