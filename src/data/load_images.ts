import { DataError, OptionError } from "../gpu/errors.ts";
import type { DecodedImage, ImageDecoder, ImageSize } from "./decode_image.ts";
import { type DecodeLane, openLane } from "./decode_lane.ts";
import { fileKind } from "./file_kind.ts";
import { fileName, type ImageFile, readBytes } from "./image_file.ts";
import { assertPositive, assertWhole } from "./options.ts";

export interface LoadOptions {
  /** Pixels of each image: the side of a square, or [height, width]. Needed unless `sizes` is "same". */
  readonly size?: number | ImageSize;
  /** 3 for colour, the default, or 1 for grey. */
  readonly channels?: 1 | 3;
  /**
   * "resize", the default: the shorter side is scaled to `size`, and the rest cropped on both sides alike. "same": nothing
   * is scaled, and an image of another size than `size`, or than the first good one, is bad.
   */
  readonly sizes?: "resize" | "same";
  /** Whether a file that can't be used ends the loading, the default, or is left out and listed in `skipped`. */
  readonly onBad?: "error" | "skip";
  /** Decodes instead of the browser: where there is none, as in Node, or for other formats. */
  readonly decode?: ImageDecoder;
  /** Milliseconds after which reading or decoding one file counts as failed; 20,000 by default. */
  readonly timeoutMilliseconds?: number;
  /** Ends the loading; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Images decoded at the same time; by default one for each CPU core but one, at most 8. */
  readonly concurrency?: number;
  /** Called after each file. */
  readonly progress?: (done: number, total: number) => void;
}

/** An image, or why there is none. */
export type Loaded = DecodedImage | { readonly reason: string };

/** Loads every file, several at a time; the results are in the order of the files. */
export async function loadImages(name: string, list: readonly ImageFile[], options: LoadOptions): Promise<Loaded[]> {
  const { signal, onBad = "error", concurrency = defaultConcurrency(), progress } = options;
  const results: Loaded[] = [];
  const size = imageSize(options.size);
  let [next, done, isFailed] = [0, 0, false];
  const runLane = async () => {
    let lane = openLaneFor(name, options);
    try {
      while (next < list.length && !isFailed) {
        signal?.throwIfAborted();
        const index = next++;
        const result = await loadOne(lane, list[index] as ImageFile, size, options);
        if (result.isStuck) {
          lane.close();
          lane = openLaneFor(name, options);
        }
        results[index] = result.loaded;
        isFailed ||= onBad === "error" && "reason" in result.loaded;
        progress?.(++done, list.length);
      }
    } finally {
      lane.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, list.length) }, runLane));
  if (options.sizes === "same") holdToOneSize(results, size);
  const failed = onBad === "error" ? results.findIndex((result) => "reason" in result) : -1;
  if (failed >= 0) {
    const { reason } = results[failed] as { readonly reason: string };
    throw new DataError(
      `${name}: the file "${fileName(list[failed] as ImageFile)}" can't be used: ${reason}. Take it out, or give onBad: "skip".`,
    );
  }
  return results;
}

/** One file, within the time; `isStuck` if the lane may still be at work on it. */
async function loadOne(
  lane: DecodeLane,
  file: ImageFile,
  size: ImageSize | undefined,
  options: LoadOptions,
): Promise<{ readonly loaded: Loaded; readonly isStuck: boolean }> {
  const { channels = 3, sizes = "resize", timeoutMilliseconds = 20_000, signal } = options;
  const wanted = sizes === "resize" ? size : undefined;
  const late = AbortSignal.timeout(timeoutMilliseconds);
  const ends = signal ? AbortSignal.any([late, signal]) : late;
  const work = readBytes(file, ends).then((bytes) => decode(lane, bytes, wanted, channels));
  try {
    return { loaded: await unlessAborted(work, ends), isStuck: false };
  } catch (error) {
    signal?.throwIfAborted();
    const reason = late.aborted ? `it takes more than ${timeoutMilliseconds} ms` : messageOf(error);
    return { loaded: { reason }, isStuck: late.aborted };
  }
}

/** The promise's result; rejects as soon as the signal aborts. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

async function decode(
  lane: DecodeLane,
  bytes: Uint8Array,
  wanted: ImageSize | undefined,
  channels: 1 | 3,
): Promise<Loaded> {
  if (bytes.length === 0) return { reason: "it is empty" };
  try {
    return checked(await lane.decode(bytes, wanted, channels), wanted, channels);
  } catch (error) {
    const kind = fileKind(bytes);
    return { reason: `it doesn't decode (${messageOf(error)})${kind ? `; it looks like ${kind}` : ""}` };
  }
}

/** What a given decoder returns is held to what it was asked for. */
function checked(image: DecodedImage, wanted: ImageSize | undefined, channels: number): Loaded {
  const { height, width, values } = image;
  if (values.length !== height * width * channels || values.length === 0) {
    return { reason: `the decoder gave ${values.length} bytes for ${height} x ${width} x ${channels} pixels` };
  }
  if (wanted && (height !== wanted[0] || width !== wanted[1])) {
    return { reason: `the decoder gave ${height} x ${width} pixels instead of ${wanted[0]} x ${wanted[1]}` };
  }
  return image;
}

/** Makes images of another size than the wanted one, or the first one's, bad. */
function holdToOneSize(results: Loaded[], size: ImageSize | undefined): void {
  const first = results.find((result) => "values" in result) as DecodedImage | undefined;
  const [height, width] = size ?? [first?.height, first?.width];
  results.forEach((result, i) => {
    if ("reason" in result || (result.height === height && result.width === width)) return;
    const others = size ? "size asks for" : "the first image has";
    results[i] = {
      reason: `it has ${result.height} x ${result.width} pixels, where ${others} ${height} x ${width}; sizes: "resize" scales them`,
    };
  });
}

function openLaneFor(name: string, { decode }: LoadOptions): DecodeLane {
  const lane = openLane(decode);
  if (lane) return lane;
  throw new OptionError(
    `${name}: there is no image decoder in this runtime; load the files in a page or a worker of one, or give \`decode\`.`,
  );
}

/** @throws OptionError for options that are out of range or missing. */
export function assertLoadOptions(name: string, options: LoadOptions): void {
  const { size, sizes, channels = 3, timeoutMilliseconds, concurrency } = options;
  if (size === undefined && sizes !== "same") {
    throw new OptionError(`${name}: give the \`size\` of the images, or sizes: "same" to take the files' own.`);
  }
  imageSize(size)?.forEach((side) => {
    assertWhole(name, "size", side);
  });
  if (channels !== 1 && channels !== 3) {
    throw new OptionError(`${name}: channels is ${String(channels)}; give 3 for colour or 1 for grey.`);
  }
  if (timeoutMilliseconds !== undefined) assertPositive(name, "timeoutMilliseconds", timeoutMilliseconds);
  if (concurrency !== undefined) assertWhole(name, "concurrency", concurrency);
}

function imageSize(size: number | ImageSize | undefined): ImageSize | undefined {
  return typeof size === "number" ? [size, size] : size;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const defaultConcurrency = () => Math.max(1, Math.min(8, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1));
