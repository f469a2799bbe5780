import { bindingAlignment } from "../../gpu/constants.ts";
import type { Access } from "../../gpu/pipelines.ts";
import type { BindingDeclaration } from "../../kernels/assemble.ts";
import { fewestHalves } from "../cost_model.ts";
import type { BufferReference, Location, StorageType } from "../places/places.ts";

/** A storage binding of a kernel: a stretch of a buffer. Offsets and sizes in bytes. */
export interface KernelBinding {
  readonly name: string;
  readonly buffer: BufferReference;
  readonly offset: number;
  readonly size: number;
  /** `read_write` for all bindings of a buffer that the kernel writes anywhere. */
  readonly access: Access;
  readonly type: string;
  /** Bytes that the kernel uses in this very stretch; all of what it gathers from, but only the row that it records. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** The places that a kernel uses. */
export interface KernelPlaces {
  readonly written: readonly Location[];
  readonly read: readonly Location[];
  /** Those that it may read, or writes, four elements at a time where they lie in fours. */
  readonly fours: readonly Location[];
}

/**
 * How a kernel binds the places of a buffer: each by itself, so that equal layers share a pipeline; together where that costs
 * nothing, of what is small or only read; or every buffer once, from its first place to its last.
 */
export type BindingManner = "apart" | "together" | "once";

export const bindingManners = ["apart", "together", "once"] as const satisfies readonly BindingManner[];

type ElementType = "f32" | "i32" | "u32" | "f16";

/** Bytes `start` to `end` of a buffer, bound once. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly type: ElementType;
  readonly isVector: boolean;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

const elementTypes: Readonly<Record<StorageType, ElementType>> = {
  f16: "f16",
  f32: "f32",
  i32: "i32",
  u32: "u32",
  bool: "u32",
  u8: "u32",
};

/**
 * Collects the bindings of one kernel. What lies at a multiple of the binding alignment is bound there, so that equal
 * layers share a pipeline. WebGPU forbids a buffer that is bound read-only and writable in one dispatch, and writable
 * bindings that overlap: so a buffer that the kernel writes anywhere is bound writable everywhere, and places in it that
 * overlap are bound as one stretch.
 */
export class KernelBindings {
  readonly list: KernelBinding[] = [];
  readonly #byKey = new Map<string, KernelBinding>();
  /** Stretches of the buffers in which not every place can have a binding of its own. */
  readonly #stretches = new Map<string, readonly Stretch[]>();
  readonly #written: ReadonlySet<string>;

  constructor({ written, read, fours: wanted }: KernelPlaces, manner: BindingManner = "apart") {
    // What decides how a place is stored decides also how its stretch is declared.
    const fours = wanted.filter(liesInFours);
    this.#written = new Set(written.map(({ buffer }) => bufferKey(buffer)));
    for (const buffer of new Set([...written, ...read].map((place) => bufferKey(place.buffer)))) {
      const isHere = (place: Location) => bufferKey(place.buffer) === buffer;
      const own = { written: written.filter(isHere), read: read.filter(isHere), fours: fours.filter(isHere) };
      const isOne = manner === "once" || (manner === "together" && bindsTogether(own));
      if (isOne || own.written.length > 0) this.#stretches.set(buffer, mergePlaces(own, isOne));
    }
  }

  /** An expression for element `index` of a location, as the location's element type in WGSL. */
  load(location: Location, index: string): string {
    const { binding, isVector, type, offset } = this.#bind(location, false);
    const at = offset === 0 ? index : `${index} + ${offset}u`;
    const of = /^\w+$/.test(at) ? at : `(${at})`;
    const element = isVector ? `${binding.name}[${of} / 4u][${of} % 4u]` : `${binding.name}[${at}]`;
    const wanted = elementTypes[location.dtype];
    if (wanted === "f16") return `f32(${element})`;
    return type === wanted ? element : `bitcast<${wanted}>(${element})`;
  }

  /** A statement that stores a value of the location's element type. */
  store(location: Location, index: string, value: string): string {
    const { binding, type, offset } = this.#bind(location, false);
    const own = location.dtype === "f16" ? `f16(${value})` : value;
    const stored = type === elementTypes[location.dtype] ? own : `bitcast<${type}>(${value})`;
    return `${binding.name}[${offset === 0 ? index : `${index} + ${offset}u`}] = ${stored};`;
  }

  /** Whether four neighbours can be loaded at once: the location starts at a multiple of 16 bytes, and nobody writes single elements there. */
  canLoadVectors(location: Location): boolean {
    return liesInFours(location) && this.#stretchOf(location, true).isVector;
  }

  /** An expression for elements `index` to `index + 3` as `vec4f`, `index` a multiple of four. Only where `canLoadVectors`. */
  loadFour(location: Location, index: string): string {
    const { binding, offset } = this.#bind(location, true);
    const four = `${binding.name}[${index} / 4u${offset === 0 ? "" : ` + ${offset / 4}u`}]`;
    return location.dtype === "f16" ? `vec4f(${four})` : four;
  }

  /** Whether four neighbours can be stored at once: nobody writes single elements of that stretch. */
  canStoreFours(location: Location): boolean {
    return this.canLoadVectors(location) && this.#stretchOf(location, false).isVector;
  }

  /** A statement that stores a `vec4f` from `index` on, a multiple of four. Only where `canStoreFours`. */
  storeFour(location: Location, index: string, value: string): string {
    const { binding, offset } = this.#bind(location, false);
    const at = `${index} / 4u${offset === 0 ? "" : ` + ${offset / 4}u`}`;
    return `${binding.name}[${at}] = ${location.dtype === "f16" ? `vec4h(${value})` : value};`;
  }

  declarations(): BindingDeclaration[] {
    return this.list.map(({ name, access, type }) => ({ name, access, type }));
  }

  #bind(location: Location, asVectors: boolean) {
    const stretch = this.#stretchOf(location, asVectors);
    const { start, end, type, isVector, bytesRead, bytesWritten } = stretch;
    const buffer = bufferKey(location.buffer);
    const key = `${buffer}@${start}:${end}${isVector ? "v" : ""}`;
    let binding = this.#byKey.get(key);
    if (!binding) {
      const bytes = bytesOf(location);
      const elements = Math.ceil((end - start) / bytes);
      const fours = Math.ceil(elements / 4);
      binding = {
        name: `b${this.list.length}`,
        buffer: location.buffer,
        offset: start,
        size: isVector ? fours * 4 * bytes : Math.ceil((elements * bytes) / 4) * 4,
        access: this.#written.has(buffer) ? "read_write" : "read",
        type: isVector ? `array<${type === "f16" ? "vec4h" : "vec4f"}, ${fours}>` : `array<${type}, ${elements}>`,
        bytesRead,
        bytesWritten,
      };
      this.list.push(binding);
      this.#byKey.set(key, binding);
    }
    return { binding, isVector, type, offset: (startOf(location) - start) / bytesOf(location) };
  }

  #stretchOf(location: Location, asVectors: boolean): Stretch {
    const start = startOf(location);
    const shared = this.#stretches.get(bufferKey(location.buffer));
    const found = shared?.find((stretch) => stretch.start <= start && start < stretch.end);
    if (found) return found;
    const [type, end] = [elementTypes[location.dtype], endOf(location)];
    return { start: alignDown(start), end, type, isVector: asVectors, bytesRead: end - start, bytesWritten: 0 };
  }
}

/** Whether places lose nothing by being one: four neighbours that are only read can be loaded at once all the same. */
function bindsTogether({ written, read }: KernelPlaces): boolean {
  const places = [...written, ...read];
  return places.every(({ size }) => size < fewestHalves) || (written.length === 0 && isOfOneType(places));
}

const isOfOneType = (places: readonly Location[]): boolean => new Set(places.map(({ dtype }) => dtype)).size === 1;

/** Whether a place consists of whole vectors of four, if its size allows it. */
function liesInFours({ dtype, offset }: Location): boolean {
  return (dtype === "f32" || dtype === "f16") && offset % 4 === 0;
}

/** Stretches that don't overlap and cover the places of one buffer; a single one if `isOne`. */
function mergePlaces({ written, read, fours }: KernelPlaces, isOne: boolean): Stretch[] {
  const spans: { start: number; end: number }[] = [];
  const places = [...written, ...read];
  for (const place of places.sort((a, b) => startOf(a) - startOf(b))) {
    const [start, end] = [alignDown(startOf(place)), endOf(place)];
    const last = spans.at(-1);
    if (last && (isOne || start < last.end)) last.end = Math.max(last.end, end);
    else spans.push({ start, end });
  }
  return spans.map(({ start, end }) => {
    const isInside = (place: Location) => start <= startOf(place) && startOf(place) < end;
    const inside = places.filter(isInside);
    const types = new Set(inside.map(({ dtype }) => elementTypes[dtype]));
    const [only] = types;
    const bytesWritten = usedBytes(written.filter(isInside));
    return {
      start,
      end,
      type: types.size === 1 && only ? only : "u32",
      isVector:
        (types.has("f32") || types.has("f16")) &&
        types.size === 1 &&
        fours.some(isInside) &&
        written.filter(isInside).every((place) => fours.includes(place)),
      bytesRead: Math.min(end - start, usedBytes(read.filter(isInside))),
      bytesWritten: Math.min(end - start, bytesWritten),
    };
  });
}

function usedBytes(places: readonly Location[]): number {
  return places.reduce((sum, place) => sum + (place.used ? 4 * place.used : endOf(place) - startOf(place)), 0);
}

export function bufferKey(buffer: BufferReference): string {
  switch (buffer.kind) {
    case "arena":
      return `arena${buffer.arena}`;
    case "output":
      return `output${buffer.output}`;
    case "state":
      return `state${buffer.state.id}`;
    case "feed":
      return `feed${buffer.feed}`;
  }
}

/** First byte of a location. Bytes of u8 data are packed in words, which the code that unpacks them indexes itself. */
function startOf(location: Location): number {
  return location.dtype === "u8" ? 0 : location.offset * bytesOf(location);
}

function endOf(location: Location): number {
  return (
    startOf(location) + (location.dtype === "u8" ? Math.ceil(location.size / 4) * 4 : location.size * bytesOf(location))
  );
}

function bytesOf({ dtype }: Location): number {
  return dtype === "f16" ? 2 : 4;
}

function alignDown(bytes: number): number {
  return Math.floor(bytes / bindingAlignment) * bindingAlignment;
}
