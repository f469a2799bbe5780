/**
 * Writes src/kernels/manifest.ts: what each shader declares, as types, so that a kernel that names a constant, a hook
 * or a binding which its shader lacks does not compile, and the library at run time carries no parser.
 */
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
// @ts-expect-error The bare name has the types but, in Node, leads to CommonJS under an ES module's name.
import * as parser from "wgsl_reflect/wgsl_reflect.module.js";
import { stripWgsl } from "./wgsl.mjs";

const { TokenTypes, WgslParser, WgslReflect } = /** @type {typeof import("wgsl_reflect")} */ (parser);

// The parser still takes "block", the attribute of an old draft, for a keyword; WGSL has it as an ordinary name.
Reflect.deleteProperty(TokenTypes.keywords, "block");

const repository = fileURLToPath(new URL("..", import.meta.url));
const shaders = join(repository, "shaders");
export const manifestPath = join(repository, "src", "kernels", "manifest.ts");

/**
 * @typedef {object} Shader
 * @property {string[]} constants names of the u32 `const` declarations with a literal value, for the emitter to replace
 * @property {Record<string, string>} hooks from a name to the head of its declaration, "fn load_a(i: u32) -> f32"
 * @property {{ name: string, binding: number, access: string, type: string }[]} bindings all in group 0; the type is
 *   without the length of an array, which is a default like the value of a constant
 * @property {string[]} functions names, hooks and the entry point among them
 * @property {string[]} [structs]
 * @property {string[]} [overrides]
 * @property {{ name: string, type: string }[]} [workgroupMemory] types as written, in terms of the constants
 * @property {string[]} workgroupSize as written
 */

/**
 * @param {string} name of the file, for messages
 * @param {string} source
 * @returns {Shader}
 * @throws where the file does not parse or breaks a rule that the emitter relies on
 */
export function describeShader(name, source) {
  const fail = (/** @type {string} */ problem) => new Error(`${name}: ${problem}`);
  const { declarations, reflection } = parse(source, fail);
  const constants = declarations.filter(({ astNodeType }) => astNodeType === "const");
  const memory = declarations.filter((node) => node.astNodeType === "var" && node.storage === "workgroup");
  const textOf = (/** @type {Declaration} */ { start, end }) => source.slice(start, end);

  return {
    constants: constants.filter((node) => literal.test(textOf(node))).map((node) => node.name),
    hooks: hooksOf(source, reflection, fail),
    bindings: bindingsOf(reflection, fail),
    functions: reflection.functions.map((each) => each.name),
    ...optional("structs", names(reflection.structs)),
    ...optional("overrides", names(reflection.overrides)),
    ...optional(
      "workgroupMemory",
      memory.map((node) => ({ name: node.name, type: oneLine(textOf(node)).replace(/^.*?: *|;$/g, "") })),
    ),
    workgroupSize: workgroupSizeOf(reflection, fail),
  };
}

/** What specialising can replace: shapes, strides, tile sizes. All else is derived from them or a true constant. */
const literal = /:\s*u32\s*=\s*(?:\d+|0[xX][\da-fA-F]+)u?\s*;$/;

/**
 * What the parser knows of a node at module scope; its own types leave these to subclasses.
 *
 * @typedef {{ astNodeType: string, name: string, storage: string, start: number, end: number }} Declaration
 * @typedef {import("wgsl_reflect").WgslReflect} Reflection
 * @typedef {(problem: string) => Error} Fail
 */

/**
 * @param {string} source
 * @param {Fail} fail
 * @returns {{ declarations: Declaration[], reflection: Reflection }}
 */
function parse(source, fail) {
  try {
    const declarations = /** @type {Declaration[]} */ (/** @type {unknown} */ (new WgslParser().parse(source)));
    return { declarations, reflection: new WgslReflect(source) };
  } catch (error) {
    throw fail(`wgsl_reflect cannot parse it. ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * @param {string} source
 * @param {Reflection} reflection
 * @param {Fail} fail
 */
function hooksOf(source, { functions, structs }, fail) {
  /** @type {Record<string, string>} */
  const hooks = {};
  const lines = source.split("\n");
  lines.forEach((line, index) => {
    if (!/^\s*\/\/ *hook\b/i.test(line)) return;
    const number = index + 1;
    if (!/^\/\/ hook: \S/.test(line)) throw fail(`line ${number} must read "// hook: " and what the hook is for.`);
    const declared = [...functions, ...structs].find(({ startLine }) => startLine === number + 1);
    if (!declared) throw fail(`the hook comment on line ${number} is not followed by a function or a struct.`);
    hooks[declared.name] = oneLine(lines.slice(number).join("\n").split("{", 1)[0] ?? "");
  });
  return hooks;
}

/**
 * @param {Reflection} reflection
 * @param {Fail} fail
 */
function bindingsOf({ uniforms, storage, textures, samplers }, fail) {
  const other = [...textures, ...samplers][0];
  if (other) throw fail(`"${other.name}" is a texture or a sampler; kernels bind buffers only.`);
  const bound = [...storage, ...uniforms].sort((a, b) => a.binding - b.binding);
  for (const [index, { name, group, binding }] of bound.entries()) {
    if (group !== 0) throw fail(`"${name}" is in bind group ${group}; kernels have only group 0.`);
    const previous = bound[index - 1];
    if (previous?.binding === binding) throw fail(`"${previous.name}" and "${name}" share binding ${binding}.`);
  }
  return bound.map(({ name, binding, access, type, format, isArray }) => ({
    name,
    binding,
    access: uniforms.some((uniform) => uniform.name === name) ? "uniform" : access,
    type: isArray && format ? `array<${format.getTypeName()}>` : type.getTypeName(),
  }));
}

/**
 * @param {Reflection} reflection
 * @param {Fail} fail
 * @returns {string[]}
 */
function workgroupSizeOf({ entry, functions }, fail) {
  const entries = names([...entry.compute, ...entry.vertex, ...entry.fragment]);
  if (entries.length !== 1 || entry.compute[0]?.name !== "main") {
    const found = entries.length === 0 ? "none" : entries.join(", ");
    throw fail(`it needs exactly one entry point, @compute fn main; found: ${found}.`);
  }
  const main = functions.find(({ name }) => name === "main");
  const size = main?.attributes?.find(({ name }) => name === "workgroup_size")?.value;
  if (size === undefined || size === null) throw fail("main has no @workgroup_size.");
  return [size].flat();
}

/** @param {readonly { name: string }[]} declared */
function names(declared) {
  return declared.map(({ name }) => name);
}

/**
 * @template {string} Key
 * @template Item
 * @param {Key} key
 * @param {Item[]} items
 * @returns {{ [key in Key]?: Item[] }}
 */
function optional(key, items) {
  return /** @type {{ [key in Key]?: Item[] }} */ (items.length > 0 ? { [key]: items } : {});
}

/** @param {string} source */
function oneLine(source) {
  return stripWgsl(source).replace(/\s+/g, " ").replace(/\( /g, "(").replace(/,? \)/g, ")");
}

/**
 * The text of manifest.ts, made anew from the shaders.
 *
 * @returns {Promise<string>}
 */
export async function generateManifest() {
  const files = (await readdir(shaders)).filter((file) => file.endsWith(".wgsl")).sort();
  /** @type {Record<string, Shader>} */
  const manifest = {};
  for (const file of files) {
    const source = await readFile(join(shaders, file), "utf8");
    manifest[basename(file, ".wgsl")] = describeShader(`shaders/${file}`, source);
  }
  return formatted(
    manifestPath,
    `
    // Generated from shaders/*.wgsl by tools/manifest.mjs. Do not edit; run: npm run manifest

    /** What each shader declares: its specialisable constants, hooks, bindings, functions and workgroup memory. */
    export const manifest = ${JSON.stringify(manifest)} as const;

    export type ShaderName = keyof typeof manifest;

    /** A constant that specialising may replace. */
    export type ConstantName<Shader extends ShaderName> = (typeof manifest)[Shader]["constants"][number];

    /** A declaration that fusion may replace. */
    export type HookName<Shader extends ShaderName> = keyof (typeof manifest)[Shader]["hooks"];

    export type BindingName<Shader extends ShaderName> = (typeof manifest)[Shader]["bindings"][number]["name"];
  `,
  );
}

/**
 * @param {string} path where it will lie
 * @param {string} source
 * @returns {Promise<string>}
 */
export async function formatted(path, source) {
  const packageFile = createRequire(import.meta.url).resolve("@biomejs/biome/package.json");
  const biome = join(dirname(packageFile), "bin", "biome");
  const options = ["format", `--stdin-file-path=${relative(repository, path)}`];
  const running = promisify(execFile)(process.execPath, [biome, ...options], { cwd: repository });
  running.child.stdin?.end(source);
  return (await running).stdout;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const text = await generateManifest();
    await mkdir(dirname(manifestPath), { recursive: true });
    await writeFile(manifestPath, text);
    console.log(`Wrote ${relative(process.cwd(), manifestPath)}.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
