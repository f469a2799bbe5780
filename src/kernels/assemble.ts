import { at } from "../errors/at.ts";
import type { Access } from "../gpu/pipelines.ts";
import { libraryFor } from "./functions.ts";
import { withoutUnused } from "./without_unused.ts";

/** One storage binding of a kernel, in the order of its index. */
export interface BindingDeclaration {
  readonly name: string;
  readonly access: Access;
  /** WGSL type of the whole buffer, such as `array<f32, 64>`. */
  readonly type: string;
}

/** A specialised shader: declarations around a function `run(group: u32, lane: u32)`, for workgroups 0 to workgroups - 1. */
export interface PartText {
  readonly text: string;
  readonly workgroups: number;
}

/**
 * The four lanes of a quad do the same, which is all that its operations need; but the language knows uniformity of whole
 * subgroups alone, and quads of one may have different tiles.
 */
const quadDirectives = "enable subgroups;\ndiagnostic(off, subgroup_uniformity);";

/**
 * A complete kernel. Parts that don't depend on each other share one dispatch: the first workgroups run the first part, the
 * next ones the second, and so on. Which part a workgroup runs is the same for all of its lanes, so barriers stay legal.
 */
export function assembleKernel(
  parts: readonly PartText[],
  bindings: readonly BindingDeclaration[],
  workgroupSize: number,
): string {
  const declared = bindings.map(
    ({ name, access, type }, index) => `@group(0) @binding(${index}) var<storage, ${access}> ${name}: ${type};`,
  );
  const isSingle = parts.length === 1;
  const texts = parts.map(({ text }, k) => {
    const used = withoutUnused(text, "run");
    return isSingle ? used : withSuffix(used, k);
  });
  const library = libraryFor(texts.join("\n"));
  const halves = bindings.some(({ type }) => /f16|vec4h/.test(type)) ? "enable f16;" : "";
  const enables = /\b(subgroup|quad)[A-Z]/.test(texts.join("\n")) ? quadDirectives : "";
  return [halves, enables, declared.join("\n"), library, ...texts, entryPoint(parts, workgroupSize)]
    .filter(Boolean)
    .join("\n\n");
}

function entryPoint(parts: readonly PartText[], workgroupSize: number): string {
  const body = parts.length === 1 ? "  run(group, lane);" : `  ${chooseByGroup(parts)}`;
  return `@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = id.y * groups.x + id.x;
${body}
}
`;
}

function chooseByGroup(parts: readonly PartText[]): string {
  let first = 0;
  const branches = parts.map(({ workgroups }, k) => {
    const from = first === 0 ? "group" : `group - ${first}u`;
    first += workgroups;
    const condition = k === parts.length - 1 ? "" : `if (group < ${first}u) `;
    return `${condition}{\n    run_${k}(${from}, lane);\n  }`;
  });
  return branches.join(" else ");
}

/** Every name that the text declares for the whole module, with the part's number behind it. */
function withSuffix(text: string, part: number): string {
  const names = new Set(
    [...text.matchAll(/^(?:fn|struct|const|alias|var<workgroup>)\s+(\w+)/gm)].map((match) => at(match, 1)),
  );
  return text.replace(/\b[A-Za-z_]\w*\b/g, (name) => (names.has(name) ? `${name}_${part}` : name));
}
