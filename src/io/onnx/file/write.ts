import { bytesField, floatField, message, textField, varintField, varintsField } from "../../protobuf/write.ts";
import {
  type AttributeValue,
  attributeTypes,
  dataTypes,
  fields,
  floatAttributes,
  type OnnxModel,
  type OnnxNode,
  type OnnxPort,
  type OnnxTensor,
  versions,
} from "./model.ts";

/** The bytes of an ONNX file. */
export function encodeModel({ name, nodes, tensors, inputs, outputs }: OnnxModel): Uint8Array<ArrayBuffer> {
  const { model, opset, graph } = fields;
  const body = message(
    ...nodes.map((node) => bytesField(graph.node, nodeMessage(node))),
    textField(graph.name, name),
    ...[...tensors].map(([key, tensor]) => bytesField(graph.initializer, tensorMessage(key, tensor))),
    ...inputs.map((port) => bytesField(graph.input, portMessage(port))),
    ...outputs.map((port) => bytesField(graph.output, portMessage(port))),
  );
  return message(
    varintField(model.irVersion, versions.ir),
    textField(model.producer, "saddlepoint"),
    bytesField(model.graph, body),
    bytesField(model.opset, message(textField(opset.domain, ""), varintField(opset.version, versions.opset))),
  );
}

function nodeMessage({ name, op, inputs, outputs, attributes }: OnnxNode): Uint8Array {
  const { node } = fields;
  return message(
    ...inputs.map((input) => textField(node.input, input)),
    ...outputs.map((output) => textField(node.output, output)),
    textField(node.name, name),
    textField(node.op, op),
    ...Object.entries(attributes).map(([key, value]) => bytesField(node.attribute, attributeMessage(key, value))),
  );
}

function attributeMessage(name: string, value: AttributeValue): Uint8Array {
  const { attribute } = fields;
  const [type, field] =
    typeof value === "string"
      ? [attributeTypes.text, textField(attribute.text, value)]
      : typeof value !== "number"
        ? [attributeTypes.ints, varintsField(attribute.ints, value)]
        : floatAttributes.has(name)
          ? [attributeTypes.float, floatField(attribute.float, value)]
          : [attributeTypes.int, varintField(attribute.int, value)];
  return message(textField(attribute.name, name), field, varintField(attribute.type, type));
}

function tensorMessage(name: string, { shape, values }: OnnxTensor): Uint8Array {
  const { tensor } = fields;
  const dtype = values instanceof Float32Array ? "float32" : "int64";
  return message(
    varintsField(tensor.dims, shape),
    varintField(tensor.dataType, dataTypes[dtype]),
    textField(tensor.name, name),
    bytesField(tensor.raw, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );
}

function portMessage({ name, dtype, shape }: OnnxPort): Uint8Array {
  const { valueInfo, type, tensorType, dim } = fields;
  const dims = shape.map((size) =>
    bytesField(
      fields.shape.dim,
      message(typeof size === "number" ? varintField(dim.value, size) : textField(dim.name, size)),
    ),
  );
  const tensor = message(
    varintField(tensorType.elementType, dataTypes[dtype]),
    bytesField(tensorType.shape, message(...dims)),
  );
  return message(textField(valueInfo.name, name), bytesField(valueInfo.type, message(bytesField(type.tensor, tensor))));
}
