/** A shader file is imported as its text; the bundler and the test runner both load it that way. */
declare module "*.wgsl" {
  const source: string;
  export default source;
}
