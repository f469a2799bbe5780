import type { Device } from "../gpu/device.ts";
import { DataError, OptionError } from "../gpu/errors.ts";
import { freshId, type Node } from "../graph/node.ts";
import { type StateSlot, state as stateNode } from "../graph/primitives/leaf.ts";
import { byteSize, type DType, formatShape, type Shape, sizeOf, type TypedArray } from "../graph/shape.ts";

/**
 * A tensor that stays on the GPU from one run to the next: parameters, moments, counters, data sets. In a graph it is the
 * leaf `node`, which reads the value from before the run; a plan's updates give it the value for the next one.
 */
export class State implements StateSlot {
  readonly id = freshId();
  readonly node: Node;
  readonly buffer: GPUBuffer;
  readonly #device: Device;
  #destroyed = false;

  /** The content is zero until it is written. */
  constructor(
    device: Device,
    readonly label: string,
    readonly shape: Shape,
    readonly dtype: DType,
  ) {
    this.#device = device;
    this.buffer = device.createStorage(label, byteSize(shape, dtype));
    this.node = stateNode(this, shape, dtype);
  }

  /** @throws OptionError once it is destroyed, or on another GPU than its own. */
  assertUsable(device: Device = this.#device): void {
    const fault = this.#destroyed
      ? "was destroyed; make a new one"
      : device !== this.#device && "belongs to another engine; make one with engine.state() of this one";
    if (fault) throw new OptionError(`state "${this.label}": it ${fault}.`);
  }

  /** Replaces the content, before anything that is submitted later. */
  write(values: TypedArray): void {
    this.assertUsable();
    if (values.length !== sizeOf(this.shape)) {
      throw new DataError(
        `state "${this.label}": ${values.length} values given, but its shape ${formatShape(this.shape)} has ` +
          `${sizeOf(this.shape)} elements.`,
      );
    }
    this.#device.write(this.buffer, 0, values);
  }

  /** Replaces the elements from number `start` on, before anything that is submitted later. Bytes go in whole words. */
  writePart(start: number, values: TypedArray): void {
    this.assertUsable();
    const size = sizeOf(this.shape);
    const words = byteSize([start], this.dtype) === start * values.BYTES_PER_ELEMENT;
    if (!Number.isInteger(start) || start < 0 || start + values.length > size || !words) {
      throw new DataError(
        `state "${this.label}": ${values.length} values from element ${start} on don't go into its ${size} elements; ` +
          "the part must lie inside, and a part of bytes begin at a multiple of four.",
      );
    }
    this.#device.write(this.buffer, start * values.BYTES_PER_ELEMENT, values);
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    if (!this.#device.isLost) this.#device.destroyBuffer(this.buffer);
  }
}
