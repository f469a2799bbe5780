import type { ByteCache } from "../cache/byte_cache.ts";
import type { FormChoices } from "../compile/gemm/form_choices.ts";
import { type TuneMode, tuneModes } from "../compile/plan/tuning.ts";
import { callback, flag, type Kinds, object, positive } from "../errors/checks.ts";
import { type DeviceSource, deviceKinds } from "../gpu/adapter.ts";

export interface EngineOptions extends DeviceSource {
  /**
   * Checks every shader's messages and every submission, and, on a page that imports `saddlepoint/verify`, what each pass of the
   * compiler leaves to the next. Slow; for tests and for finding a fault.
   */
  readonly debug?: boolean;
  /** Where warnings go; the console by default. */
  readonly onWarning?: (message: string) => void;
  /**
   * Whether matrix products and convolutions are timed on this adapter, to find their fastest form; `off` by default,
   * which takes a good guess. Choices are kept per adapter in `cache`.
   */
  readonly tune?: TuneMode;
  /** Choices to begin with, such as another engine's `formChoices`; those that this adapter can't have are left out. */
  readonly formChoices?: FormChoices;
  /** Where choices are kept: by default IndexedDB in a page, a file elsewhere. */
  readonly cache?: ByteCache;
  /** Whether to compare a few known answers with the CPU at creation; true by default. */
  readonly selfTest?: boolean;
  /**
   * How many bytes the engine may keep of what it could make again: compiled graphs, pipelines, idle buffers. What was not
   * used for longest goes first. At least 0; default 128 MiB.
   */
  readonly cacheBytes?: number;
  /** Seconds that the driver may take to compile one kernel, before what waits for it rejects with a `KernelError`. Default 60. */
  readonly compileSeconds?: number;
}

export const engineKinds: Kinds<EngineOptions> = {
  ...deviceKinds,
  debug: flag,
  onWarning: callback,
  tune: { is: (value) => Object.hasOwn(tuneModes, String(value)), says: Object.keys(tuneModes).join(", ") },
  formChoices: object,
  cache: object,
  selfTest: flag,
  // Infinity, too.
  cacheBytes: { is: (value) => typeof value === "number" && value >= 0, says: "a number of at least 0" },
  compileSeconds: positive,
};
