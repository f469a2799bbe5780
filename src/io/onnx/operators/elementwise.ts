import type { Tensor } from "../../../tensor/tensor.ts";
import { type Call, expectAttributes, number, tensor } from "./operand.ts";

type Operator = (call: Call) => Tensor;

const unary =
  (f: (x: Tensor) => Tensor): Operator =>
  (call) =>
    f(tensor(call));

const binary =
  (f: (a: Tensor, b: Tensor) => Tensor): Operator =>
  (call) =>
    f(tensor(call, 0), tensor(call, 1));

/** What acts on each number by itself. */
export const elementwise: Readonly<Record<string, Operator>> = {
  Abs: unary((x) => x.abs()),
  Erf: unary((x) => x.erf()),
  Exp: unary((x) => x.exp()),
  Neg: unary((x) => x.neg()),
  Relu: unary((x) => x.relu()),
  Sigmoid: unary((x) => x.sigmoid()),
  Softplus: unary((x) => x.softplus()),
  Sqrt: unary((x) => x.sqrt()),
  Tanh: unary((x) => x.tanh()),
  Add: binary((a, b) => a.add(b)),
  Sub: binary((a, b) => a.sub(b)),
  Mul: binary((a, b) => a.mul(b)),
  Div: binary((a, b) => a.div(b)),
  Equal: binary((a, b) => a.equal(b)),
  Elu: (call) => tensor(call).elu(number(call, "alpha", 1)),
  LeakyRelu: (call) => tensor(call).leakyRelu(number(call, "alpha", 0.01)),
  Selu: (call) => {
    expectAttributes(call, { alpha: [undefined], gamma: [undefined] });
    return tensor(call).selu();
  },
  Softmax: (call) => tensor(call).softmax(number(call, "axis", -1)),
};
