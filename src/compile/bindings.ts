import { bindingAlignment } from "../gpu/constants.ts";
import type { Access } from "../gpu/pipelines.ts";
import type { DType } from "../graph/shape.ts";
import type { BindingDeclaration } from "../kernels/assemble.ts";
import type { BufferReference, Location } from "./memory.ts";

/** A storage binding of a kernel: a stretch of a buffer. Offsets and sizes in bytes. */
export interface KernelBinding {
  readonly name: string;
  readonly buffer: BufferReference;
  readonly offset: number;
  readonly size: number;
  readonly access: Access;
  readonly type: string;
}

/** How code names an element: `name[index + offset]`. */
export interface Reference {
  readonly name: string;
  readonly offset: number;
}

const elementTypes: Readonly<Record<DType, string>> = { f32: "f32", i32: "i32", u32: "u32", bool: "u32", u8: "u32" };

/**
 * Collects the bindings of one kernel. WebGPU forbids a buffer that is bound read-only and writable in one dispatch, and
 * writable bindings that overlap; so a buffer that the kernel writes is bound once, as a whole if it is used in several
 * places. What lies at a multiple of the binding alignment is bound there, so that equal layers share a pipeline.
 */
export class KernelBindings {
  readonly list: KernelBinding[] = [];
  readonly #byKey = new Map<string, KernelBinding>();

  constructor(
    readonly written: readonly Location[],
    /** All places that the kernel reads. */
    readonly read: readonly Location[],
    /** Bytes of a buffer. */
    readonly sizeOf: (buffer: BufferReference) => number,
    /** Binds every buffer once, as a whole: for kernels that would bind too many stretches of a few buffers. */
    readonly areWhole = false,
  ) {}

  /** The name of a location's buffer in the kernel, and what to add to an index into the location. */
  refer(location: Location, vector = false): Reference {
    const isHere = (other: Location) => sameBuffer(other.buffer, location.buffer);
    const isWritten = this.written.some(isHere);
    const isOnlyPlace = [...this.written, ...this.read]
      .filter(isHere)
      .every((other) => other.offset === location.offset && other.size === location.size);
    // u8 data is packed in words, which the code that unpacks it indexes itself.
    const byteOffset = location.dtype === "u8" ? 0 : location.offset * 4;
    const isWhole = this.areWhole || (isWritten && !isOnlyPlace);
    const start = isWhole ? 0 : Math.floor(byteOffset / bindingAlignment) * bindingAlignment;
    const end = isWhole ? this.sizeOf(location.buffer) : byteOffset + byteLength(location);
    const offset = (byteOffset - start) / 4;
    const key = `${bufferKey(location.buffer)}@${start}:${isWritten ? "" : end}${vector ? "v" : ""}`;
    const known = this.#byKey.get(key);
    if (known) return { name: known.name, offset };
    const words = Math.ceil((end - start) / 4);
    const type = vector ? `array<vec4f, ${Math.ceil(words / 4)}>` : `array<${elementTypes[location.dtype]}, ${words}>`;
    const binding: KernelBinding = {
      name: `b${this.list.length}`,
      buffer: location.buffer,
      offset: start,
      size: vector ? Math.ceil(words / 4) * 16 : words * 4,
      access: isWritten ? "read_write" : "read",
      type,
    };
    this.list.push(binding);
    this.#byKey.set(key, binding);
    return { name: binding.name, offset };
  }

  /** Whether four neighbours can be loaded at once: the location starts at a multiple of 16 bytes and isn't written. */
  canLoadVectors(location: Location): boolean {
    return (
      location.dtype === "f32" &&
      location.offset % 4 === 0 &&
      !this.written.some((other) => sameBuffer(other.buffer, location.buffer))
    );
  }

  declarations(): BindingDeclaration[] {
    return this.list.map(({ name, access, type }) => ({ name, access, type }));
  }
}

export function bufferKey(buffer: BufferReference): string {
  switch (buffer.kind) {
    case "slot":
      return `slot${buffer.slot}`;
    case "state":
      return `state${buffer.state.id}`;
    case "feed":
      return `feed${buffer.feed}`;
  }
}

export function sameBuffer(a: BufferReference, b: BufferReference): boolean {
  return bufferKey(a) === bufferKey(b);
}

function byteLength(location: Location): number {
  return location.dtype === "u8" ? Math.ceil(location.size / 4) * 4 : location.size * 4;
}
