// Generated from shaders/*.wgsl by tools/manifest.mjs. Do not edit; run: npm run manifest

/** What each shader declares: its specialisable constants, hooks, bindings, functions and workgroup memory. */
export const manifest = {
  elementwise: {
    constants: ["SIZE", "ITEMS", "WORKGROUP"],
    hooks: { element: "fn element(i: u32)" },
    bindings: [{ name: "result", binding: 0, access: "read_write", type: "array<f32>" }],
    functions: ["element", "main"],
    workgroupSize: ["WORKGROUP"],
  },
  functions: {
    constants: [],
    hooks: {},
    bindings: [],
    functions: [
      "infinity",
      "not_a_number",
      "is_nan",
      "exp_f32",
      "log_near",
      "log_f32",
      "tanh_f32",
      "sigmoid_f32",
      "softplus_f32",
      "pow_f32",
      "erf_f32",
      "reduce_angle",
      "sin_near",
      "cos_near",
      "sin_f32",
      "cos_f32",
      "multiply_wide",
      "philox",
      "uniform_f32",
      "normal_f32",
      "integers_u32",
      "shuffle_u32",
      "unpack_byte",
      "main",
    ],
    workgroupSize: ["1"],
  },
  histogram: {
    constants: ["SIZE", "BINS", "WORKGROUP"],
    hooks: { bin: "fn bin(i: u32) -> u32", finish: "fn finish(i: u32, count: u32)" },
    bindings: [
      { name: "x", binding: 0, access: "read", type: "array<u32>" },
      { name: "result", binding: 1, access: "read_write", type: "array<u32>" },
    ],
    functions: ["bin", "finish", "main"],
    workgroupMemory: [{ name: "counts", type: "array<atomic<u32>, BINS>" }],
    workgroupSize: ["WORKGROUP"],
  },
  matmul: {
    constants: ["BATCH", "M", "N", "K", "WORKGROUP"],
    hooks: {
      load_a: "fn load_a(i: u32) -> f32",
      load_b: "fn load_b(i: u32) -> f32",
      load_a4: "fn load_a4(i: u32) -> vec4f",
      load_b4: "fn load_b4(i: u32) -> vec4f",
      store: "fn store(i: u32, value: f32)",
      a_start: "fn a_start(base: u32, row: u32) -> vec4u",
      b_start: "fn b_start(base: u32, column: u32) -> vec4u",
      a_block: "fn a_block(start: vec4u, k: u32) -> mat4x4f",
      b_block: "fn b_block(start: vec4u, k: u32) -> mat4x4f",
    },
    bindings: [
      { name: "a", binding: 0, access: "read", type: "array<f32>" },
      { name: "b", binding: 1, access: "read", type: "array<f32>" },
      { name: "c", binding: 2, access: "read_write", type: "array<f32>" },
    ],
    functions: [
      "load_a",
      "load_b",
      "load_a4",
      "load_b4",
      "store",
      "lines_along_k",
      "lines_side_by_side",
      "lines_across_k",
      "a_along_k",
      "b_along_k",
      "a_side_by_side",
      "b_side_by_side",
      "a_scalar",
      "a_line",
      "b_scalar",
      "b_line",
      "a_start",
      "b_start",
      "a_block",
      "b_block",
      "store_block",
      "main",
    ],
    workgroupSize: ["WORKGROUP"],
  },
  reduce: {
    constants: ["OUTER", "REDUCE", "INNER", "WORKGROUP"],
    hooks: {
      Accumulator: "struct Accumulator",
      initial: "fn initial() -> Accumulator",
      fold: "fn fold(total: Accumulator, i: u32) -> Accumulator",
      finish: "fn finish(o: u32, total: Accumulator)",
    },
    bindings: [
      { name: "x", binding: 0, access: "read", type: "array<f32>" },
      { name: "result", binding: 1, access: "read_write", type: "array<f32>" },
    ],
    functions: ["initial", "fold", "finish", "main"],
    structs: ["Accumulator"],
    workgroupSize: ["WORKGROUP"],
  },
  reduce_tree: {
    constants: ["OUTER", "REDUCE", "INNER", "WORKGROUP"],
    hooks: {
      Accumulator: "struct Accumulator",
      initial: "fn initial() -> Accumulator",
      fold: "fn fold(total: Accumulator, i: u32) -> Accumulator",
      merge: "fn merge(a: Accumulator, b: Accumulator) -> Accumulator",
      finish: "fn finish(o: u32, total: Accumulator)",
    },
    bindings: [
      { name: "x", binding: 0, access: "read", type: "array<f32>" },
      { name: "result", binding: 1, access: "read_write", type: "array<f32>" },
    ],
    functions: ["initial", "fold", "merge", "finish", "main"],
    structs: ["Accumulator"],
    workgroupMemory: [{ name: "shares", type: "array<Accumulator, WORKGROUP>" }],
    workgroupSize: ["WORKGROUP"],
  },
} as const;

export type ShaderName = keyof typeof manifest;

/** A constant that specialising may replace. */
export type ConstantName<Shader extends ShaderName> = (typeof manifest)[Shader]["constants"][number];

/** A declaration that fusion may replace. */
export type HookName<Shader extends ShaderName> = keyof (typeof manifest)[Shader]["hooks"];

export type BindingName<Shader extends ShaderName> = (typeof manifest)[Shader]["bindings"][number]["name"];
