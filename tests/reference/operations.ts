/** Every elementwise operation, for tests that go over them. */
export * from "../../src/graph/primitives/elementwise_arithmetic.ts";
export * from "../../src/graph/primitives/elementwise_bits.ts";
export * from "../../src/graph/primitives/elementwise_choice.ts";
export * from "../../src/graph/primitives/elementwise_functions.ts";
