/** `nn`: networks as pure functions of their parameters. */
export { type ActivationName, activation, activations } from "../nn/activations.ts";
export {
  type Fans,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  type InitializerName,
  lecunNormal,
  lecunUniform,
  normal,
  ones,
  orthogonal,
  uniform,
  zeros,
} from "../nn/initializers.ts";
export type { ApplyContext, Layer, ParameterSpec } from "../nn/layer.ts";
export { type LinearOptions, linear } from "../nn/linear.ts";
export { type ApplyOptions, type MlpOptions, mlp, type Network, network } from "../nn/network.ts";
export { ParameterArena, type ParameterRange } from "../nn/parameter_arena.ts";
export { type Buffers, type Mode, Pass, type PassOptions } from "../nn/pass.ts";
export { sequential } from "../nn/sequential.ts";
