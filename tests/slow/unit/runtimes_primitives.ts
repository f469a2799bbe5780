/**
 * Every primitive with its first and second derivative, matrix products of odd shapes, and functions at the edges of f32,
 * against the float64 reference: in a form that runs without a test runner, in any runtime. Deno and Firefox compile WGSL
 * with naga, Chrome and Node with Tint, so each shader gets a second opinion.
 */
import { gradients } from "../../../src/autodiff/gradients.ts";
import type { EngineOptions } from "../../../src/engine/engine_options.ts";
import type { Node } from "../../../src/graph/node.ts";
import { data } from "../../../src/graph/primitives/leaf.ts";
import { matmul } from "../../../src/graph/primitives/matmul.ts";
import { Engine } from "../../../src/public/extras/engine.ts";
import { casesOf, type EdgeCase, edgeCases, primitiveNames } from "../../reference/cases.ts";
import { derivatives, total } from "../../reference/derivatives.ts";
import { asData, operand } from "../../reference/operands.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng } from "../../reference/rng.ts";
import { wrongElements } from "../../reference/tolerance.ts";

export interface Opinion {
  readonly adapter: string;
  readonly checks: number;
  /** What is wrong, in words. */
  readonly failures: readonly string[];
}

const casesPerPrimitive = 4;
/** Of m, k and n: on both sides of every tile size, and thin. */
const oddShapes = [
  [37, 129, 65],
  [1, 257, 3],
  [130, 1, 33],
  [64, 64, 64],
  [65, 31, 1],
] as const;

export async function judge(options: EngineOptions): Promise<Opinion> {
  const warnings: string[] = [];
  const engine = await Engine.create({ ...options, debug: true, onWarning: (message) => warnings.push(message) });
  const isWarned = warnings.length;
  const failures: string[] = [];
  let checks = 0;
  const check = async (name: string, wrong: () => Promise<string | undefined>) => {
    checks++;
    const problem = await wrong().catch((error: unknown) => String(error));
    if (problem !== undefined) failures.push(`${name}: ${problem}`);
  };
  const againstReference = (roots: readonly Node[]) => async () => {
    const wrong = wrongElements(roots, await engine.evaluate(roots));
    return wrong[0] && `${wrong.length} elements are wrong, first ${JSON.stringify(wrong[0])}`;
  };

  for (const name of primitiveNames.filter((name) => name !== "input" && name !== "state")) {
    const cases = casesOf(name, casesPerPrimitive);
    await check(name, againstReference(cases.map(({ inputs, build }) => build(inputs.map(asData)))));
    const slopes = cases.flatMap(({ inputs, differentiable, build }, index) => {
      if (differentiable.length === 0) return [];
      const nodes = inputs.map(asData);
      const targets = differentiable.map((position) => nodes[position] as Node);
      const { first, second } = derivatives(build(nodes), targets, createRng(`${name} ${index} weights`));
      return [...first, ...second];
    });
    if (slopes.length > 0) await check(`derivatives of ${name}`, againstReference(slopes));
  }

  for (const [m, k, n] of oddShapes) {
    const rng = createRng(`matmul ${m} ${k} ${n}`);
    const draw = () => rng.between(-1, 1);
    const a = asData(operand(rng, [m, k], draw));
    const b = asData(operand(rng, [k, n], draw));
    const product = matmul(a, b, false, false);
    await check(`matmul ${m}x${k}x${n}`, againstReference([product, ...gradients(total(product), [a, b])]));
  }

  const edges: readonly (readonly [string, EdgeCase])[] = Object.entries(edgeCases);
  for (const [name, { f, values, absolute = 0 }] of edges) {
    const y = f(data(Float32Array.from(values), [values.length], "f32"));
    await check(`edges of ${name}`, async () => {
      const [actual] = await engine.evaluate([y]);
      const [expected] = evaluate([y]);
      const wrong = values.flatMap((x, i) => {
        const [given, right] = [actual?.[i] as number, Math.fround(expected?.[i] as number)];
        const allowed = Number.isFinite(right) ? 1e-5 * Math.abs(right) + absolute + 2 ** -126 : 0;
        const isRight = Object.is(given, right) || given === right || Math.abs(given - right) <= allowed;
        return isRight ? [] : [`f(${x}) is ${given}, not ${right}`];
      });
      return wrong.length > 0 ? wrong.slice(0, 4).join("; ") : undefined;
    });
  }

  failures.push(...warnings.slice(isWarned));
  const adapter = engine.adapterName;
  engine.destroy();
  return { adapter, checks, failures };
}
