import { describe } from "../../../errors/checks.ts";
import { DataError } from "../../../errors/errors.ts";
import { sizeOf } from "../../../graph/shape.ts";
import { readFields } from "../../protobuf/read.ts";
import {
  type AttributeValue,
  attributeTypes,
  dataTypes,
  fields,
  type OnnxModel,
  type OnnxNode,
  type OnnxPort,
  type OnnxTensor,
  type OnnxType,
  versions,
} from "./model.ts";

/** One message: its fields by number, each as often as it stands there. */
type Message = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

export const refusal = (what: string): DataError => new DataError(`onnx: ${what}.`);

/**
 * What an ONNX file holds, as far as `OnnxModel` has a place for it: what has none is refused, and so is a value that is used
 * before it is made. Nothing is allocated that a file only declares.
 *
 * @throws DataError for anything but such a file, with what is wrong.
 */
export function decodeModel(file: unknown): OnnxModel {
  if (!(file instanceof Uint8Array)) throw refusal(`got ${describe(file)}; give the bytes of a file as a Uint8Array`);
  const whole = messageOf(file);
  const own = all(whole, fields.model.opset).map(messageOf);
  const opset = own.find((each) => text(each, fields.opset.domain) === "");
  const version = opset && integer(opset, fields.opset.version);
  if (version !== versions.opset) {
    throw refusal(`the file is of opset ${version ?? "(none)"}; ${versions.opset} is read: export it as that`);
  }
  const body = all(whole, fields.model.graph).map(messageOf)[0];
  if (!body) throw refusal("the file has no graph");
  const tensors = new Map(all(body, fields.graph.initializer).map(messageOf).map(tensorOf));
  const ports = (field: number) => all(body, field).map(messageOf).map(portOf);
  const model: OnnxModel = {
    name: text(body, fields.graph.name),
    nodes: all(body, fields.graph.node).map(messageOf).map(nodeOf),
    tensors,
    // Files of before IR 4 list their constants among the inputs.
    inputs: ports(fields.graph.input).filter(({ name }) => !tensors.has(name)),
    outputs: ports(fields.graph.output),
  };
  assertOrdered(model);
  return model;
}

/** @throws DataError for a value that nothing before makes, or that two make. */
function assertOrdered({ nodes, tensors, inputs, outputs }: OnnxModel): void {
  const known = new Set(tensors.keys());
  const add = (name: string) => {
    if (name === "" || known.has(name)) throw refusal(`there are two values ${quoted(name)}, or one without a name`);
    known.add(name);
  };
  const need = (name: string, by: string) => {
    if (!known.has(name)) throw refusal(`${by} takes the value ${quoted(name)}, which nothing before it makes`);
  };
  for (const { name } of inputs) add(name);
  for (const { op, inputs: taken, outputs: made } of nodes) {
    for (const name of taken) if (name !== "") need(name, op);
    if (made.length !== 1) throw refusal(`an operator ${quoted(op)} makes ${made.length} values; one is read`);
    made.forEach(add);
  }
  if (outputs.length !== 1) throw refusal(`the file has ${outputs.length} outputs; one is read`);
  for (const { name } of outputs) need(name, "the output");
}

function nodeOf(node: Message): OnnxNode {
  const own = fields.node;
  const domain = text(node, own.domain);
  const op = text(node, own.op);
  if (domain !== "" && domain !== "ai.onnx")
    throw refusal(`it has the operator ${quoted(op)} of ${quoted(domain)}, not of ONNX`);
  return {
    name: text(node, own.name),
    op,
    inputs: texts(node, own.input),
    outputs: texts(node, own.output),
    attributes: Object.fromEntries(
      all(node, own.attribute)
        .map(messageOf)
        .map((each) => attributeOf(each, op)),
    ),
  };
}

function attributeOf(given: Message, op: string): readonly [string, AttributeValue] {
  const own = fields.attribute;
  const name = text(given, own.name);
  const type = integer(given, own.type);
  if (type === attributeTypes.int) return [name, integer(given, own.int)];
  if (type === attributeTypes.float) return [name, float(given, own.float)];
  if (type === attributeTypes.text) return [name, text(given, own.text)];
  if (type === attributeTypes.ints) return [name, integers(given, own.ints)];
  throw refusal(`the attribute ${quoted(name)} of ${quoted(op)} is of type ${type}, which is not read`);
}

function tensorOf(given: Message): readonly [string, OnnxTensor] {
  const own = fields.tensor;
  const name = text(given, own.name);
  const shape = integers(given, own.dims);
  const type = typeOf(integer(given, own.dataType), `the constant ${quoted(name)}`);
  const [raw] = all(given, own.raw);
  if (!(raw instanceof Uint8Array)) throw refusal(`the constant ${quoted(name)} has no raw data, which alone is read`);
  const width = type === "float32" ? 4 : 8;
  if (!shape.every((size) => Number.isSafeInteger(size) && size > 0) || sizeOf(shape) * width !== raw.byteLength) {
    throw refusal(`the constant ${quoted(name)} of shape ${describe(shape)} has ${raw.byteLength} bytes`);
  }
  // A copy: bytes in a file lie anywhere, numbers at multiples of their width.
  const { buffer } = raw.slice();
  return [name, { shape, values: type === "float32" ? new Float32Array(buffer) : new BigInt64Array(buffer) }];
}

function portOf(given: Message): OnnxPort {
  const name = text(given, fields.valueInfo.name);
  const only = (message: Message | undefined, field: number) => message && all(message, field).map(messageOf)[0];
  const tensor = only(only(given, fields.valueInfo.type), fields.type.tensor);
  const shape = only(tensor, fields.tensorType.shape);
  if (!tensor || !shape) throw refusal(`${quoted(name)} is no tensor with a shape`);
  const dims = all(shape, fields.shape.dim).map(messageOf);
  return {
    name,
    dtype: typeOf(integer(tensor, fields.tensorType.elementType), quoted(name)),
    shape: dims.map((dim) =>
      dim.has(fields.dim.value) ? integer(dim, fields.dim.value) : text(dim, fields.dim.name) || "?",
    ),
  };
}

function typeOf(number: number, what: string): OnnxType {
  if (number === dataTypes.float32) return "float32";
  if (number === dataTypes.int64) return "int64";
  throw refusal(`${what} is of the type ${number}; 1 (float) and 7 (int64) are read`);
}

export const quoted = (name: string): string => JSON.stringify(name.slice(0, 60));

function messageOf(bytes: bigint | Uint8Array): Message {
  if (!(bytes instanceof Uint8Array)) throw refusal("a number stands where a message should");
  const message = new Map<number, (bigint | Uint8Array)[]>();
  for (const { field, value } of readFields(bytes)) {
    const known = message.get(field);
    if (known) known.push(value);
    else message.set(field, [value]);
  }
  return message;
}

const all = (message: Message, field: number): readonly (bigint | Uint8Array)[] => message.get(field) ?? [];

/** The last of a field that stands there more than once, as the format has it. */
const last = (message: Message, field: number) => all(message, field).at(-1);

const text = (message: Message, field: number): string => textOf(last(message, field) ?? new Uint8Array());
const texts = (message: Message, field: number): readonly string[] => all(message, field).map(textOf);

function textOf(bytes: bigint | Uint8Array): string {
  if (!(bytes instanceof Uint8Array)) throw refusal("a number stands where a text should");
  return new TextDecoder().decode(bytes);
}

function integer(message: Message, field: number): number {
  const value = last(message, field) ?? 0n;
  if (typeof value !== "bigint") throw refusal("bytes stand where a whole number should");
  return wholeOf(value);
}

function wholeOf(value: bigint): number {
  const signed = Number(BigInt.asIntN(64, value));
  if (!Number.isSafeInteger(signed)) throw refusal(`the number ${value} is beyond 2^53`);
  return signed;
}

/** Packed or one by one: both are valid. */
const integers = (message: Message, field: number): readonly number[] =>
  all(message, field).flatMap((value) => (typeof value === "bigint" ? [wholeOf(value)] : packed(value)));

function packed(bytes: Uint8Array): number[] {
  const values: number[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    if (shift > 63n) throw refusal("a list has a number of more than ten bytes");
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    values.push(wholeOf(BigInt.asUintN(64, value)));
    [value, shift] = [0n, 0n];
  }
  if (shift > 0n) throw refusal("a list ends in the midst of a number");
  return values;
}

function float(message: Message, field: number): number {
  const bytes = last(message, field);
  if (!(bytes instanceof Uint8Array) || bytes.byteLength !== 4)
    throw refusal("there are no four bytes where a float should be");
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
}
