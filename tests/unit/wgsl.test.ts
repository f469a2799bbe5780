import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { manifest } from "../../src/kernels/manifest.ts";
import { fill } from "../../src/kernels/specialise.ts";
import { minifyWgsl, stripWgsl, templateWgsl } from "../../tools/wgsl.mjs";

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

test.each([
  ["let a : u32 = b * ( c + d ) ;", "let a:u32=b*(c+d);"],
  ["return f(a, - b) - - c;", "return f(a,-b)- -c;"],
  ["x = a & & b;", "x=a& &b;"],
  ["var<workgroup> tile: array<vec4<f32>, 4> = x;", "var<workgroup> tile:array<vec4<f32>,4> =x;"],
  ["fn f(a: u32) -> vec4u {", "fn f(a:u32)-> vec4u{"],
  ["@compute @workgroup_size(64) fn main() {", "@compute@workgroup_size(64)fn main(){"],
  ["if (a < b && c >= d) { i += 1u; }", "if(a<b&&c>=d){i+=1u;}"],
])("minified, %s has the same tokens in less room", (source, expected) => {
  const tokens = (text: string) => text.match(/\w+|[-+*/%&|^<>=!]+|[^\s\w]/g);
  expect(minifyWgsl(source)).toBe(expected);
  expect(tokens(minifyWgsl(source))).toEqual(tokens(source));
});

const shaders = fileURLToPath(new URL("../../shaders", import.meta.url));

test.each(readdirSync(shaders))("%s specialises to the same code from what the package carries of it", (file) => {
  const source = readFileSync(`${shaders}/${file}`, "utf8");
  const { constants, hooks } = manifest[file.replace(".wgsl", "") as keyof typeof manifest];
  const sevens = Object.fromEntries(constants.map((name) => [name, 7]));
  const bodies = Object.fromEntries(
    Object.entries(hooks).map(([name, head]) => [name, `${head} {\n  /* ${name} */\n}`]),
  );
  const carried = templateWgsl(source);
  expect(carried.length).toBeLessThan(minifyWgsl(source).length);
  expect(minifyWgsl(fill(carried, sevens, bodies))).toBe(minifyWgsl(fill(source, sevens, bodies)));
});
