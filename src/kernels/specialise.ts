import type { Access } from "../gpu/pipelines.ts";
import { findDeclaration } from "./declarations.ts";
import { libraryFor } from "./functions.ts";
import type { ConstantName, HookName, ShaderName } from "./manifest.ts";
import { shaderSources } from "./sources.ts";

/** One storage binding of a specialised kernel, in the order of its index. */
export interface BindingDeclaration {
  readonly name: string;
  readonly access: Access;
  /** WGSL type of the whole buffer, such as `array<f32, 64>`. */
  readonly type: string;
}

export interface Specialisation<Shader extends ShaderName> {
  readonly constants: Readonly<Record<ConstantName<Shader>, number>>;
  /** Whole declarations that take the place of the file's own. */
  readonly hooks: Readonly<Record<HookName<Shader>, string>>;
  readonly bindings: readonly BindingDeclaration[];
}

/** A file of functions that hooks of another one call: index maps, say. */
export interface Inclusion<Shader extends ShaderName> {
  readonly shader: Shader;
  readonly constants: Readonly<Record<ConstantName<Shader>, number>>;
  readonly hooks: Readonly<Record<HookName<Shader>, string>>;
}

/**
 * A shader file with its constants replaced by literals, its hooks by emitted code, and its bindings by those that the
 * emitted code reads and writes. `include` puts another file's functions before it.
 */
export function specialise<Shader extends ShaderName, Included extends ShaderName = never>(
  shader: Shader,
  parts: Specialisation<Shader>,
  include?: Inclusion<Included>,
): string {
  const bindings = parts.bindings.map(
    ({ name, access, type }, index) => `@group(0) @binding(${index}) var<storage, ${access}> ${name}: ${type};`,
  );
  const included = include
    ? fill(include.shader, include.constants, include.hooks).replace(/@compute[\s\S]*$/, "")
    : "";
  const own = fill(shader, parts.constants, parts.hooks);
  // Constants that both files declare are the same numbers: the first declaration stays.
  const main = include ? withoutConstants(own, Object.keys(include.constants)) : own;
  const library = libraryFor(
    [...Object.values<string>(parts.hooks), ...Object.values<string>(include?.hooks ?? {})].join("\n"),
  );
  return [bindings.join("\n"), library, included, main].filter(Boolean).join("\n\n");
}

function fill(
  shader: ShaderName,
  constants: Readonly<Record<string, number>>,
  hooks: Readonly<Record<string, string>>,
): string {
  let source = shaderSources[shader].replace(/@group\(0\)\s*@binding\(\d+\)\s*var<[^>]*>[^;]*;\s*/g, "");
  for (const [name, value] of Object.entries(constants)) {
    source = source.replace(new RegExp(`(const ${name}\\s*:\\s*u32\\s*=\\s*)[^;]+;`), `$1${value}u;`);
  }
  for (const [name, declaration] of Object.entries(hooks)) {
    const span = findDeclaration(source, name);
    if (span) source = source.slice(0, span.start) + declaration + source.slice(span.end);
  }
  return source;
}

function withoutConstants(source: string, names: readonly string[]): string {
  return names.reduce((text, name) => text.replace(new RegExp(`const ${name}\\s*:[^;]+;\\s*`), ""), source);
}
