import { findDeclaration } from "./declarations.ts";
import type { ConstantName, HookName, ShaderName } from "./manifest.ts";
import { shaderSources } from "./sources.ts";

export interface Specialisation<Shader extends ShaderName> {
  readonly constants: Readonly<Record<ConstantName<Shader>, number>>;
  /** Whole declarations that take the place of the file's own. */
  readonly hooks: Readonly<Record<HookName<Shader>, string>>;
}

/** A file of functions that hooks of another one call: index maps, say. */
export interface Inclusion<Shader extends ShaderName> {
  readonly shader: Shader;
  /** The text of the file. */
  readonly source: string;
  readonly constants: Readonly<Record<ConstantName<Shader>, number>>;
  readonly hooks: Readonly<Record<HookName<Shader>, string>>;
}

/**
 * A shader file with its constants replaced by literals and its hooks by emitted code, without bindings and entry point:
 * the function `run(group, lane)` and all that it calls, but for the library. `include` puts another file's functions
 * before it.
 */
export function specialise<Shader extends keyof typeof shaderSources, Included extends ShaderName = never>(
  shader: Shader,
  parts: Specialisation<Shader>,
  include?: Inclusion<Included>,
): string {
  const own = fill(shaderSources[shader], parts.constants, parts.hooks);
  if (!include) return own;
  // Constants that both files declare are the same numbers: the first declaration stays.
  const included = fill(include.source, include.constants, include.hooks);
  return `${included}\n\n${withoutConstants(own, Object.keys(include.constants))}`;
}

/** The text of a file with other constants and hooks, of which it must give all. */
export function fill(
  file: string,
  constants: Readonly<Record<string, number>>,
  hooks: Readonly<Record<string, string>>,
): string {
  let source = file
    .replace(/@group\(0\)\s*@binding\(\d+\)\s*var<[^>]*>[^;]*;\s*/g, "")
    .replace(/@compute[\s\S]*$/, "")
    .trimEnd();
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
