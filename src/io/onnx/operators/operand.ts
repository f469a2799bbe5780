import { at } from "../../../errors/at.ts";
import { data } from "../../../graph/primitives/leaf.ts";
import { type Shape, sizeOf } from "../../../graph/shape.ts";
import { heldValues } from "../../../tensor/held_values.ts";
import { isTensor, Tensor } from "../../../tensor/tensor.ts";
import type { AttributeValue, OnnxTensor } from "../file/model.ts";
import { refusal } from "../file/read.ts";

/** What flows between operators: tensors, and the whole numbers of shapes and axes, which are known on the host. */
export type Operand = Tensor | Wholes;

export interface Wholes {
  readonly wholes: readonly number[];
  readonly shape: Shape;
}

/** One use of an operator. Images lie [N, C, H, W]. */
export interface Call {
  readonly op: string;
  readonly inputs: readonly (Operand | undefined)[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export function constantOf({ shape, values }: OnnxTensor): Operand {
  if (values instanceof Float32Array) return new Tensor(data(values, shape, "f32"));
  return { wholes: Array.from(values, Number), shape };
}

export function operand({ op, inputs }: Call, i: number): Operand {
  const given = inputs[i];
  if (given === undefined) throw refusal(`the operator ${op} lacks its input ${i}`);
  return given;
}

/** An input as a tensor; whole numbers as u32. */
export function tensor(call: Call, i = 0): Tensor {
  const given = operand(call, i);
  if (isTensor(given)) return given;
  const { wholes, shape } = given;
  if (!wholes.every((value) => value >= 0 && value < 2 ** 32)) {
    throw refusal(`the operator ${call.op} is given whole numbers that are negative or beyond 32 bits`);
  }
  return new Tensor(data(Uint32Array.from(wholes), shape, "u32"));
}

export const optional = (call: Call, i: number): Tensor | undefined =>
  call.inputs[i] === undefined ? undefined : tensor(call, i);

export function wholes(call: Call, i: number): readonly number[] {
  const given = operand(call, i);
  if (isTensor(given)) throw refusal(`the input ${i} of the operator ${call.op} must be a constant, or made of shapes`);
  return given.wholes;
}

/** The numbers of a constant of the file. */
export function constants(call: Call, i: number): readonly number[] {
  const values = heldValues(tensor(call, i).node);
  if (!values) throw refusal(`the input ${i} of the operator ${call.op} must be a constant of the file`);
  return Array.from(values);
}

export function number({ op, attributes }: Call, name: string, otherwise: number): number {
  const value = attributes[name] ?? otherwise;
  if (typeof value === "number") return value;
  throw refusal(`the attribute ${name} of the operator ${op} is no number`);
}

export function list({ op, attributes }: Call, name: string, otherwise: readonly number[]): readonly number[] {
  const value = attributes[name] ?? otherwise;
  if (typeof value === "object") return value;
  throw refusal(`the attribute ${name} of the operator ${op} is no list`);
}

/** Attributes that must be what this library writes, or be left out where that is the default. */
export function expectAttributes(
  { op, attributes }: Call,
  wanted: Readonly<Record<string, readonly (AttributeValue | undefined)[]>>,
): void {
  for (const [name, allowed] of Object.entries(wanted)) {
    const value = attributes[name];
    if (!allowed.includes(value)) {
      throw refusal(`the operator ${op} has ${name} ${JSON.stringify(value ?? "left out")}, which is not read`);
    }
  }
}

/** Windows of no picture are larger: what is has not been written by anybody. */
export const mostPixels = 4096;

/** Two numbers, rows and columns. */
export function pair(call: Call, name: string, otherwise: readonly number[] = [1, 1]): readonly [number, number] {
  const given = pixels(call, name, otherwise, 2);
  return [at(given, 0), at(given, 1)];
}

/** The pads of ONNX, top, left, bottom, right, in the library's order. */
export function pads(call: Call): readonly [top: number, bottom: number, left: number, right: number] {
  const given = pixels(call, "pads", [0, 0, 0, 0], 4);
  return [at(given, 0), at(given, 2), at(given, 1), at(given, 3)];
}

/** As many sizes or counts of pixels. */
export function pixels(call: Call, name: string, otherwise: readonly number[], count: number): readonly number[] {
  const given = list(call, name, otherwise);
  if (given.length === count && given.every((value) => value >= 0 && value <= mostPixels)) return given;
  throw refusal(
    `the attribute ${name} of the operator ${call.op} is [${given.slice(0, 8).join(", ")}]; ${count} numbers from 0 to ` +
      `${mostPixels} are read`,
  );
}

export const channelsLast = (images: Tensor): Tensor => images.permute([0, 2, 3, 1]);
export const channelsFirst = (images: Tensor): Tensor => images.permute([0, 3, 1, 2]);

/** A number for each channel, so that it broadcasts with `x` [N, C, ...]. */
export const perChannel = (values: Tensor, x: Tensor): Tensor =>
  values.reshape([sizeOf(values.shape), ...x.shape.slice(2).map(() => 1)]);
