import { at } from "../../errors/at.ts";
import { count as atLeastOne, callback, describe, instanceOf, messageOf, positive } from "../../errors/checks.ts";
import { DataError, OptionError } from "../../errors/errors.ts";
import type { ChannelCount, Colour, DecodedImage, ImageDecoder, ImageSize } from "../formats/decode_image.ts";
import { type DecodeLane, openLane } from "../formats/decode_lane.ts";
import { fileKind } from "../formats/file_kind.ts";
import { type OwnFile, readBytes } from "../formats/image_file.ts";
import { pictureSize } from "../formats/picture_size.ts";
import { assertPoint, assertWhole } from "../options.ts";

export interface LoadOptions {
  /** Pixels of each image: the side of a square, or [height, width]. Needed unless `sizes` is "same". */
  readonly size?: number | ImageSize;
  /** 3 for colour, the default; 1 for grey; 4 for colour and alpha, 0 where an image is transparent. */
  readonly channels?: ChannelCount;
  /** What transparent parts let through where there is no channel for alpha; black, [0, 0, 0], by default. */
  readonly background?: Colour;
  /** Files that declare more pixels are bad, and not decoded; 2^26 by default, as many as 8192 x 8192. */
  readonly maxPixels?: number;
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

/** For `assertKeys`. */
export const loadKeys = {
  size: true,
  channels: true,
  background: true,
  maxPixels: atLeastOne,
  sizes: true,
  onBad: true,
  decode: callback,
  timeoutMilliseconds: positive,
  signal: instanceOf("an AbortSignal", AbortSignal),
  concurrency: atLeastOne,
  progress: callback,
} as const;

type Optional = "size" | "decode" | "signal" | "progress";

/** Options with every choice made. */
export interface ResolvedLoad extends Required<Omit<LoadOptions, Optional>>, Pick<LoadOptions, Optional> {
  readonly size?: ImageSize;
}

/** An image, or why there is none. */
export type Loaded = DecodedImage | { readonly reason: string };

/** Loads every file, several at a time; the results are in the order of the files. */
export async function loadImages(name: string, list: readonly OwnFile[], options: ResolvedLoad): Promise<Loaded[]> {
  const { signal, onBad, concurrency, progress, size } = options;
  const results: Loaded[] = [];
  let [next, done, isFailed] = [0, 0, false];
  const runLane = async () => {
    let lane = openLaneFor(name, options);
    try {
      while (next < list.length && !isFailed) {
        signal?.throwIfAborted();
        const index = next++;
        const result = await loadOne(lane, at(list, index), options);
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
  results.forEach((result, i) => {
    if (onBad !== "error" || !("reason" in result)) return;
    throw new DataError(
      `${name}: the file "${list[i]?.name}" can't be used: ${result.reason}. Take it out, or give onBad: "skip".`,
    );
  });
  return results;
}

/** One file, within the time; `isStuck` if the lane may still be at work on it. */
async function loadOne(
  lane: DecodeLane,
  file: OwnFile,
  options: ResolvedLoad,
): Promise<{ readonly loaded: Loaded; readonly isStuck: boolean }> {
  const { timeoutMilliseconds, signal } = options;
  const late = AbortSignal.timeout(Math.min(timeoutMilliseconds, 2 ** 31 - 1));
  const ends = signal ? AbortSignal.any([late, signal]) : late;
  const work = readBytes(file, ends).then((bytes) => decode(lane, bytes, options));
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

async function decode(lane: DecodeLane, bytes: Uint8Array, options: ResolvedLoad): Promise<Loaded> {
  const { size, sizes, channels, background, maxPixels } = options;
  if (bytes.length === 0) return { reason: "it is empty" };
  const declared = pictureSize(bytes);
  if (declared && declared[0] * declared[1] > maxPixels) {
    return { reason: `it has ${declared.join(" x ")} pixels, and at most ${maxPixels} are decoded (\`maxPixels\`)` };
  }
  const wanted = sizes === "resize" ? size : undefined;
  try {
    return checked(await lane.decode(bytes, wanted, channels, background), wanted, channels);
  } catch (error) {
    const kind = fileKind(bytes);
    return { reason: `it doesn't decode (${messageOf(error)})${kind ? `; it looks like ${kind}` : ""}` };
  }
}

/** What a given decoder returns is held to what it was asked for. */
function checked(image: DecodedImage, wanted: ImageSize | undefined, channels: number): Loaded {
  const { height, width, values } = (image ?? {}) as DecodedImage;
  if (!ArrayBuffer.isView(values)) {
    return { reason: `the decoder gave ${describe(image)} instead of { values, height, width } with bytes` };
  }
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
export function checkedLoadOptions(name: string, options: LoadOptions): ResolvedLoad {
  const { sizes = "resize", onBad = "error", channels = 3, background = [0, 0, 0], maxPixels = 2 ** 26 } = options;
  const { timeoutMilliseconds = 20_000, concurrency = defaultConcurrency(), decode, progress, signal } = options;
  const oneOf = (option: string, value: unknown, known: readonly unknown[]) => {
    if (known.includes(value)) return;
    throw new OptionError(
      `${name}: ${option} is ${describe(value)}; give ${known.map((each) => describe(each)).join(" or ")}.`,
    );
  };
  oneOf("sizes", sizes, ["resize", "same"]);
  oneOf("onBad", onBad, ["error", "skip"]);
  oneOf("channels", channels, [1, 3, 4]);
  if (options.size === undefined && sizes !== "same") {
    throw new OptionError(`${name}: give the \`size\` of the images, or sizes: "same" to take the files' own.`);
  }
  const size = typeof options.size === "number" ? ([options.size, options.size] as const) : options.size;
  if (size !== undefined) {
    assertPoint(name, "size", size, 2);
    for (const side of size) assertWhole(name, "size", side);
  }
  assertPoint(name, "background", background, 3);
  return {
    ...{ sizes, onBad, channels, maxPixels, timeoutMilliseconds, concurrency },
    background: [...background],
    ...(size && { size: [size[0], size[1]] as const }),
    ...(decode && { decode }),
    ...(progress && { progress }),
    ...(signal && { signal }),
  };
}

const defaultConcurrency = () => Math.max(1, Math.min(8, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1));
