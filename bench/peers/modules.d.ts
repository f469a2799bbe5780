/** What the benchmark uses of other engines, which are installed only for it (see tools/bench/peers.mjs). */

declare module "@jax-js/jax" {
  /** Every use of an array takes it; `ref` keeps it for another. */
  interface JaxArray {
    readonly ref: JaxArray;
    readonly shape: number[];
    add(other: JaxArray | number): JaxArray;
    sub(other: JaxArray | number): JaxArray;
    mul(other: JaxArray | number): JaxArray;
    div(other: JaxArray | number): JaxArray;
    neg(): JaxArray;
    sum(axis?: number | number[], options?: { keepdims?: boolean }): JaxArray;
    mean(axis?: number | number[], options?: { keepdims?: boolean }): JaxArray;
    reshape(shape: number[]): JaxArray;
    data(): Promise<Float32Array>;
    dispose(): void;
  }
  type Tree = JaxArray | readonly Tree[];
  type Device = "webgpu" | "wasm";

  function init(...devices: Device[]): Promise<Device[]>;
  function defaultDevice(device: Device): Device;
  function blockUntilReady<T>(tree: T): Promise<T>;
  function jit<Args extends readonly Tree[], Result extends Tree>(
    f: (...args: Args) => Result,
  ): (...args: Args) => Result;
  function grad<X extends Tree>(f: (x: X) => JaxArray): (x: X) => X;
  function valueAndGrad<X extends Tree>(f: (x: X) => JaxArray): (x: X) => [JaxArray, X];
  function valueAndGrad<X extends Tree>(
    f: (x: X) => [JaxArray, JaxArray],
    options: { hasAux: true },
  ): (x: X) => [[JaxArray, JaxArray], X];

  const numpy: {
    array(values: Float32Array, options?: { shape?: number[]; device?: Device }): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
    concatenate(parts: JaxArray[], axis?: number): JaxArray;
    abs(x: JaxArray): JaxArray;
    exp(x: JaxArray): JaxArray;
    sqrt(x: JaxArray): JaxArray;
    square(x: JaxArray): JaxArray;
    tanh(x: JaxArray): JaxArray;
  };
  const nn: {
    relu(x: JaxArray): JaxArray;
    leakyRelu(x: JaxArray, slope: number): JaxArray;
    softmax(x: JaxArray, axis?: number): JaxArray;
    softplus(x: JaxArray): JaxArray;
  };
  const lax: {
    stopGradient(x: JaxArray): JaxArray;
    convGeneralDilated(
      x: JaxArray,
      filters: JaxArray,
      strides: number[],
      padding: [number, number][],
      options?: { lhsDilation?: number[] },
    ): JaxArray;
    convTranspose(
      x: JaxArray,
      filters: JaxArray,
      strides: number[],
      padding: [number, number][],
      options?: { transposeKernel?: boolean },
    ): JaxArray;
  };
}

declare module "@tensorflow/tfjs-core" {
  interface Tensor {
    readonly shape: number[];
    readonly size: number;
    add(other: Tensor | number): Tensor;
    sub(other: Tensor | number): Tensor;
    mul(other: Tensor | number): Tensor;
    neg(): Tensor;
    abs(): Tensor;
    relu(): Tensor;
    tanh(): Tensor;
    sqrt(): Tensor;
    square(): Tensor;
    sum(axis?: number): Tensor;
    mean(axis?: number): Tensor;
    reshape(shape: number[]): Tensor;
    flatten(): Tensor;
    slice(begin: number[], size: number[]): Tensor;
    softplus(): Tensor;
    data(): Promise<Float32Array>;
    dispose(): void;
  }
  interface Variable extends Tensor {
    readonly name: string;
  }
  interface Optimizer {
    applyGradients(gradients: Record<string, Tensor>): void;
    dispose(): void;
  }
  function setBackend(name: string): Promise<boolean>;
  function ready(): Promise<void>;
  function tensor(values: Float32Array, shape?: number[]): Tensor;
  function variable(value: Tensor): Variable;
  function tidy<T>(f: () => T): T;
  function dispose(tensors: Tensor | readonly Tensor[]): void;
  function matMul(a: Tensor, b: Tensor): Tensor;
  function conv2d(x: Tensor, filters: Tensor, strides: number, padding: number): Tensor;
  function conv2dTranspose(x: Tensor, filters: Tensor, outputShape: number[], strides: number, padding: number): Tensor;
  function moments(x: Tensor, axes: number[]): { mean: Tensor; variance: Tensor };
  function batchNorm(x: Tensor, mean: Tensor, variance: Tensor, offset: Tensor, scale: Tensor, epsilon: number): Tensor;
  function leakyRelu(x: Tensor, slope: number): Tensor;
  function softplus(x: Tensor): Tensor;
  function softmax(x: Tensor): Tensor;
  function grad(f: (x: Tensor) => Tensor): (x: Tensor, dy?: Tensor) => Tensor;
  function grads(f: (...x: Tensor[]) => Tensor): (x: Tensor[], dy?: Tensor) => Tensor[];
  function valueAndGrads(
    f: (...x: Tensor[]) => Tensor,
  ): (x: Tensor[], dy?: Tensor) => { value: Tensor; grads: Tensor[] };
  function variableGrads(f: () => Tensor, variables: Variable[]): { value: Tensor; grads: Record<string, Tensor> };
  const train: { adam(rate: number, beta1: number, beta2: number, epsilon: number): Optimizer };
}

declare module "@tensorflow/tfjs-backend-webgpu" {}

declare module "@tensorflow/tfjs-backend-wasm" {
  function setWasmPaths(prefix: string): void;
}

/** Gives tensors their methods. */
declare module "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js" {}

/** Tells it the gradients of its operations. */
declare module "@tensorflow/tfjs-core/dist/register_all_gradients.js" {}
