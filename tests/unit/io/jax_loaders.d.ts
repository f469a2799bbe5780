/** What is used of the reader of jax-js. Its own types name Float16Array, which the library's targets don't have. */
declare module "@jax-js/loaders" {
  export const safetensors: {
    parse(file: Uint8Array<ArrayBuffer>): {
      readonly tensors: Readonly<Record<string, JaxTensor>>;
      readonly metadata?: Readonly<Record<string, string>>;
    };
  };

  interface JaxTensor {
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly data: Float32Array | Int32Array | Uint32Array | Uint8Array | BigInt64Array;
  }
}
