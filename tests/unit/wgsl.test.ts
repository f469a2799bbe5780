import { expect, test } from "vitest";
import { stripWgsl } from "../../tools/wgsl.mjs";

test("stripping a shader removes comments, indentation and blank lines", () => {
  const source = `// A header.
    const N: u32 = 4u;  // specialised

    /* A block /* with another inside */ still a comment */
    fn half(x: f32) -> f32 {
      return x / 2.0;
    }
  `;
  expect(stripWgsl(source)).toBe("const N: u32 = 4u;\nfn half(x: f32) -> f32 {\nreturn x / 2.0;\n}");
});

test("a comment between two words still separates them", () => {
  expect(stripWgsl("var/* a */x = 1;")).toBe("var x = 1;");
});
