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

/**
 * A shader file with its constants replaced by literals, its hooks by emitted code, and its bindings by those that the
 * emitted code reads and writes.
 */
export function specialise<Shader extends ShaderName>(shader: Shader, parts: Specialisation<Shader>): string {
  let source = shaderSources[shader].replace(/@group\(0\)\s*@binding\(\d+\)\s*var<[^>]*>[^;]*;\s*/g, "");
  for (const [name, value] of Object.entries<number>(parts.constants)) {
    source = source.replace(new RegExp(`(const ${name}\\s*:\\s*u32\\s*=\\s*)[^;]+;`), `$1${value}u;`);
  }
  const hooks = Object.entries<string>(parts.hooks);
  for (const [name, declaration] of hooks) {
    const span = findDeclaration(source, name);
    if (span) source = source.slice(0, span.start) + declaration + source.slice(span.end);
  }
  const bindings = parts.bindings.map(
    ({ name, access, type }, index) => `@group(0) @binding(${index}) var<storage, ${access}> ${name}: ${type};`,
  );
  const library = libraryFor(hooks.map(([, declaration]) => declaration).join("\n"));
  return [bindings.join("\n"), library, source].filter(Boolean).join("\n\n");
}
