/**
 * The text of a stylesheet. The query makes Vite hand over the text; the import attribute `with { type: "text" }`
 * makes esbuild do so. Both are needed, since tests run in the one and pages are bundled by the other.
 */
declare module "*.css?raw" {
  const text: string;
  export default text;
}
