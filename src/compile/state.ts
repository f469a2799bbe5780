import { DataError, OptionError } from "../errors/errors.ts";
import type { Device } from "../gpu/device.ts";
import { type Numbers, toElements } from "../graph/elements.ts";
import { freshId, type Node } from "../graph/node.ts";
import { type StateSlot, state as stateNode } from "../graph/primitives/leaf.ts";
import { byteSize, type DType, formatShape, type Shape, sizeOf } from "../graph/shape.ts";

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
    shape: Shape,
    readonly dtype: DType,
  ) {
    this.#device = device;
    this.node = stateNode(this, shape, dtype);
    this.buffer = device.createStorage(label, byteSize(this.shape, dtype));
  }

  /** @throws OptionError once it is destroyed, or on another GPU than its own; DeviceLostError where that is gone. */
  assertUsable(device: Device = this.#device): void {
    this.#device.assertAlive();
    const fault = this.#destroyed
      ? "was destroyed; make a new one"
      : device !== this.#device && "belongs to another engine; make one with engine.state() of this one";
    if (fault) throw new OptionError(`state "${this.label}": it ${fault}.`);
  }

  get shape(): Shape {
    return this.node.shape;
  }

  /**
   * Replaces the content, before anything that is submitted later. Numbers are converted by value from any typed or plain
   * array, which is the caller's again at once.
   *
   * @throws DataError for another number of values, or numbers that the type can't hold.
   */
  write(values: Numbers): void {
    this.assertUsable();
    const elements = toElements(`state "${this.label}"`, values, this.dtype);
    if (elements.length !== sizeOf(this.shape)) {
      throw new DataError(
        `state "${this.label}": ${elements.length} values given, but its shape ${formatShape(this.shape)} has ` +
          `${sizeOf(this.shape)} elements.`,
      );
    }
    this.#device.write(this.buffer, 0, elements);
  }

  /** Replaces the elements from number `start` on, before anything that is submitted later. Bytes go in whole words. */
  writePart(start: number, values: Numbers): void {
    this.assertUsable();
    const elements = toElements(`state "${this.label}"`, values, this.dtype);
    const size = sizeOf(this.shape);
    const isPlace = Number.isInteger(start);
    const offset = isPlace ? start * elements.BYTES_PER_ELEMENT : 0;
    if (!isPlace || start < 0 || start + elements.length > size || offset % 4 !== 0) {
      throw new DataError(
        `state "${this.label}": ${elements.length} values from element ${start} on don't go into its ${size} elements; ` +
          "the part must lie inside, and a part of bytes begin at a multiple of four.",
      );
    }
    this.#device.write(this.buffer, offset, elements);
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    if (!this.#device.isLost) this.#device.destroyBuffer(this.buffer);
  }
}
