/** One new part of each kind, with every file that adding it touches: those that docs/adding.md says. */

/** The text of a file with the part, from that without. */
export type Edit = (text: string) => string;

export interface Recipe {
  /** What the rows of docs/adding.md call it. */
  readonly kind: string;
  /** A word in the part's name, which whatever fails without one of the touches names. */
  readonly name: RegExp;
  /** New files as texts, others as what becomes of them. */
  readonly touches: Readonly<Record<string, string | Edit>>;
  /** Scripts of package.json that generate a file, and which. */
  readonly generates?: Readonly<Record<string, string>>;
}

/** Puts lines behind one that is there once. */
const behind =
  (line: string, added: string): Edit =>
  (text) => {
    const [before, after, ...others] = text.split(`${line}\n`);
    if (before === undefined || after === undefined || others.length > 0) {
      throw new Error(`This line must be there once, to add "${added}" behind it: ${line}`);
    }
    return `${before}${line}\n${added}\n${after}`;
  };

/** Replaces what is there once. */
const instead =
  (old: string, by: string): Edit =>
  (text) => {
    const [before, after, ...others] = text.split(old);
    if (before === undefined || after === undefined || others.length > 0) {
      throw new Error(`This must be there once, to become "${by}": ${old}`);
    }
    return `${before}${by}${after}`;
  };

const both =
  (...edits: readonly Edit[]): Edit =>
  (text) =>
    edits.reduce((changed, edit) => edit(changed), text);

/** A name more in a row of the table of choices, and in the count of its kind. */
const inChoices =
  (row: string, name: string, noun = row): Edit =>
  (text) => {
    const line = text.split("\n").find((each) => each.startsWith(`| ${row} |`));
    if (line === undefined) throw new Error(`The page has no row of ${row}.`);
    const named = text.replace(line, line.replace(` |`, ` | \`${name}\`,`));
    return named.replace(new RegExp(`(\\d+) ${noun}\\b`), (_, count) => `${Number(count) + 1} ${noun}`);
  };

export const recipes: readonly Recipe[] = [
  {
    kind: "a loss",
    name: /slack/,
    touches: {
      "src/gan/losses/slack.ts": `import { defineLoss } from "./loss.ts";

/** A hinge loss whose margin is an option. */
export const slack = defineLoss({
  name: "slack",
  options: {
    /** How far from zero a sample stops to teach. From 0 to 10, default 1. */
    margin: { default: 1, low: 0, high: 10 },
  },
  create: ({ margin }) => ({
    output: "logit",
    discriminator: (real, fake) => real.neg().add(margin).relu().mean().add(fake.add(margin).relu().mean()),
    generator: (fake) => fake.mean().neg(),
    logGain: (fake) => fake.mul(0),
    comparedWith: "minimax",
  }),
});
`,
      "src/gan/losses/all.ts": behind(
        'export { relativisticAverage } from "./relativistic_average.ts";',
        'export { slack } from "./slack.ts";',
      ),
      "tests/reference/losses/closed_forms.ts": behind(
        "  ...batchForms,",
        `  slack: perSample({
    real: (a) => exact(Math.max(0, 1 - a)),
    realSlope: (a) => exact(a < 1 ? -1 : 0),
    fake: (a) => exact(Math.max(0, 1 + a)),
    fakeSlope: (a) => exact(a > -1 ? 1 : 0),
    ...linearGenerator,
  }),`,
      ),
      "docs/choices.md": inChoices("losses", "slack"),
    },
    generates: { "option-texts": "apps/job/options/option_texts.ts" },
  },
  {
    kind: "a penalty",
    name: /steepness/,
    touches: {
      "src/gan/penalties/steepness.ts": `import { squaredInputGradients } from "./input_gradient.ts";
import { definePenalty } from "./penalty.ts";

/** (weight / 2) mean_i |grad D(x_i)|^2 on real samples. */
export const steepnessPenalty = definePenalty({
  name: "steepness",
  defaultWeight: 1,
  options: {},
  bindsGradient: true,
  term: ({ critic, real, weight }) => squaredInputGradients(critic, real).mean().mul(weight).mul(0.5),
});
`,
      "src/gan/penalties/all.ts": behind(
        'export { r2Penalty } from "./r2.ts";',
        'export { steepnessPenalty } from "./steepness.ts";',
      ),
      "tests/reference/penalties/closed_forms.ts": behind(
        "  r2: { term: zeroCentred },",
        "  steepness: { term: zeroCentred },",
      ),
      "docs/choices.md": inChoices("penalties", "steepness"),
    },
  },
  {
    kind: "a trick",
    name: /faded/,
    touches: {
      "src/gan/tricks/faded.ts": `import { defineTrick } from "./trick.ts";

/** All that the discriminator sees, at half its size. */
export const fadedTrick = defineTrick({ name: "faded", options: {}, view: (x) => x.mul(0.5) });
`,
      "src/gan/tricks/all.ts": behind(
        'export { diffAugmentTrick } from "./diff_augment.ts";',
        'export { fadedTrick } from "./faded.ts";',
      ),
      "tests/gpu/gan/tricks.test.ts": behind("  pac: undefined,", "  faded: undefined,"),
      "docs/choices.md": inChoices("tricks", "faded"),
    },
  },
  {
    kind: "a rule of play",
    name: /inUnison|in_unison/,
    touches: {
      "src/gan/play/in_unison.ts": `import { definePlay } from "./play.ts";
import { atOnce } from "./turns.ts";

/** All move along their gradients at the same point. */
export const inUnison = definePlay({
  name: "inUnison",
  options: {},
  isJoint: true,
  step: (game, players) => atOnce(game, players),
});
`,
      "src/gan/play/all.ts": behind(
        'export { symplectic } from "./symplectic.ts";',
        'export { inUnison } from "./in_unison.ts";',
      ),
      "docs/choices.md": inChoices("rules of play", "inUnison"),
    },
  },
  {
    kind: "an optimiser",
    name: /sign_?sgd/i,
    touches: {
      "src/optim/sign_sgd.ts": `import type { Optimizer, OptimizerEntry } from "./optimizer.ts";

/** theta <- theta - lr sign(g). */
export const signSgd = (): Optimizer => ({
  name: "signSgd",
  slots: [],
  step: ({ parameters, gradient, learningRate }) => ({
    parameters: parameters.sub(gradient.sign().mul(learningRate)),
    slots: [],
  }),
});

export interface SignSgdConfig {
  /** Learning rate, at least 0, default 0.001. */
  readonly lr?: number;
}

export const signSgdEntry: OptimizerEntry<SignSgdConfig, "signSgd"> = {
  name: "signSgd",
  lr: 1e-3,
  kinds: {},
  create: signSgd,
};
`,
      "src/optim/all.ts": behind(
        'export { sgdEntry } from "./sgd.ts";',
        'export { signSgdEntry } from "./sign_sgd.ts";',
      ),
      "src/public/optim.ts": behind(
        'export { type SgdOptions, sgd } from "../optim/sgd.ts";',
        'export { signSgd } from "../optim/sign_sgd.ts";',
      ),
      "apps/job/options/optimizer_options.ts": behind(
        "  optimisticSgd: { options: clipping },",
        "  signSgd: { options: clipping },",
      ),
      "tests/unit/optim/independent.ts": both(
        behind(
          "  adam: adam(() => 0),",
          `  signSgd: ({ lr }, theta, g) => {
    theta.forEach((value, i) => {
      theta[i] = value - lr * Math.sign(Number(g[i]));
    });
  },`,
        ),
        behind('  { type: "optimisticSgd", lr: 0.05 },', '  { type: "signSgd", lr: 0.05 },'),
      ),
      "docs/choices.md": inChoices("optimisers", "signSgd"),
    },
  },
  {
    kind: "a set of samples that is drawn",
    name: /checkers/,
    touches: {
      "src/data/drawn/checkers.ts": `import { assertKeys, positive } from "../../errors/checks.ts";
import { sampler } from "../sampler.ts";
import type { DataSource } from "../source.ts";

export interface CheckersOptions {
  /** Half the length of a side; 1 by default. */
  readonly radius?: number;
}

/** Uniform in a square around the origin. Samples f32 [size, 2]. */
export function checkers(options: CheckersOptions = {}): DataSource {
  assertKeys<CheckersOptions>("checkers", options, { radius: positive });
  const { radius = 1 } = options;
  return sampler({
    name: "checkers",
    sampleShape: [2],
    sample: (random, size) => random.uniform([size, 2]).mul(2).sub(1).mul(radius),
  });
}
`,
      "src/data/drawn/all.ts": behind(
        'export { type SpiralOptions, spiral } from "./spiral.ts";',
        'export { type CheckersOptions, checkers } from "./checkers.ts";',
      ),
      "docs/data.md": instead("`twoMoons`", "`twoMoons`, `checkers`"),
    },
  },
  {
    kind: "a probe at sites",
    name: /loudness/,
    touches: {
      "src/probes/loudness.ts": `import { defineSiteProbe } from "./site_probe.ts";

/** The largest magnitude of a site's value. */
export const loudness = defineSiteProbe({
  name: "loudness",
  columns: { largest: 1 },
  measure: ({ value }) => ({ largest: value.abs().max() }),
});
`,
      "src/probes/record_sites.ts": both(
        behind('import { halfUnderflow } from "./half_underflow.ts";', 'import { loudness } from "./loudness.ts";'),
        instead("probes: own.map(ofPlayer)", "probes: [ofPlayer(loudness), ...own.map(ofPlayer)]"),
      ),
      "src/probes/site_probe.ts": instead(
        '"balance cells classes direction factor gradient gradientNorm heldOut loss ',
        '"balance cells classes direction factor gradient gradientNorm heldOut loudness loss ',
      ),
      "tests/unit/probes/probe.test.ts": both(
        behind('      "saturation/discriminator/0/relu/dead",', '      "loudness/generator/0/linear/largest",'),
        behind('      "signs/generator/0/linear/corner x 2",', '      "loudness/discriminator/0/relu/largest",'),
        instead("(Gradient|NonFinite|Signs)", "(Gradient|NonFinite|Loudness|Signs)"),
      ),
    },
  },
  {
    kind: "a rule of diagnosis",
    name: /never_?mind/i,
    touches: {
      "src/probes/rules/never_mind.ts": `import type { Rule } from "./rule.ts";

/** Finds nothing. */
export const neverMind: Rule = { name: "never-mind", severity: "info", watch: () => [] };
`,
      "src/probes/rules/all.ts": behind(
        'export { nonFiniteValuesFound } from "./non_finite_values.ts";',
        'export { neverMind } from "./never_mind.ts";',
      ),
    },
  },
  {
    kind: "a layer",
    name: /halved/,
    touches: {
      "src/nn/layers/halved.ts": `import type { Layer } from "../layer.ts";
import { made } from "../made.ts";
import { functionLayer } from "./function_layer.ts";

/** Halves its input. */
export const halved = (): Layer => made(functionLayer("halved", (x) => x.mul(0.5)), "halved");
`,
      "src/nn/layers/all.ts": both(
        behind(
          'import { groupNorm, instanceNorm, layerNorm } from "./group_norm.ts";',
          'import { halved } from "./halved.ts";',
        ),
        behind("  groupNorm,", "  halved,"),
      ),
      "src/public/nn.ts": behind(
        'export { type LinearOptions, linear } from "../nn/layers/linear.ts";',
        'export { halved } from "../nn/layers/halved.ts";',
      ),
      "src/io/onnx/layers/pointwise.ts": behind(
        "  dropout: (_, x) => x,",
        '  halved: (site, x) => node(site, "Mul", [x, scalar(site, 0.5)]),',
      ),
      "tests/unit/nn/samples.ts": behind(
        '  activation: { layer: nn.activation("tanh"), ...pointwise([5]) },',
        "  halved: { layer: nn.halved(), ...pointwise([5]) },",
      ),
    },
  },
  {
    kind: "a primitive",
    name: /cubed/,
    touches: {
      "src/graph/primitives/elementwise_functions.ts": both(
        behind(
          "/** Roots, powers, exponentials and the like, of f32. */",
          `
const cubedPrimitive = elementwise<Unary>("cubed", {
  cost: 2,
  onVectors: true,
  wgsl: (x) => \`(\${x} * \${x} * \${x})\`,
  vjp: ({ inputs: [x], dy }) => [mul(dy, mul(constant(3, x.shape), mul(x, x)))],
});

export const cubed = (x: Node): Node => apply(cubedPrimitive, x);`,
        ),
        behind("export const functionPrimitives = {", "  cubed: cubedPrimitive,"),
      ),
      "tests/reference/reference.ts": behind("  exp: unary(Math.exp),", "  cubed: unary((x) => x ** 3),"),
      "tests/reference/cases.ts": behind("  exp: unary(ops.exp),", "  cubed: unary(ops.cubed),"),
    },
  },
  {
    kind: "a kind of lowering",
    name: /mirrored/,
    touches: {
      "src/graph/node.ts": both(
        behind('  | Formed<"pad", A, I>', '  | Formed<"mirrored", A, I>'),
        behind("export interface Forms {", "  readonly mirrored: Node<Attributes, readonly [x: Node]>;"),
      ),
      "src/graph/kinds.ts": behind('  pad: "index",', '  mirrored: "index",'),
      "src/compile/emit/emit_expression.ts": both(
        instead("  type ElementIndex,\n", "  type ElementIndex,\n  identityIndex,\n"),
        behind(
          '    if (isOfKind(node, "pad")) return this.#pad(node, index);',
          `    if (isOfKind(node, "mirrored")) {
      const size = nodeSize(node);
      const place = this.nameIndex(\`\${size - 1}u - \${this.flat(index)}\`);
      return this.value(node.inputs[0], identityIndex(place, size));
    }`,
        ),
      ),
      "src/graph/primitives/mirrored.ts": `import { makeNode, type NoAttributes, type Node, type Primitive } from "../node.ts";

/** The elements in the opposite order. */
const mirroredPrimitive: Primitive<NoAttributes, readonly [x: Node]> = {
  name: "mirrored",
  lowering: { kind: "mirrored" },
  vjp: ({ dy }) => [mirrored(dy)],
  rebuild: ([x]) => mirrored(x),
};

export const mirrored = (x: Node): Node => makeNode(mirroredPrimitive, [x], {}, x.shape, x.dtype);

export const mirroredPrimitives = { mirrored: mirroredPrimitive } as const;
`,
      "src/graph/primitives/registry.ts": both(
        behind(
          'import { matmulPrimitives } from "./matmul.ts";',
          'import { mirroredPrimitives } from "./mirrored.ts";',
        ),
        behind("  ...matmulPrimitives,", "  ...mirroredPrimitives,"),
      ),
      "tests/reference/reference.ts": behind(
        "  exp: unary(Math.exp),",
        "  mirrored: (_, [x]) => Float64Array.from(x).reverse(),",
      ),
      "tests/reference/cases.ts": both(
        behind(
          'import { matmul } from "../../src/graph/primitives/matmul.ts";',
          'import { mirrored } from "../../src/graph/primitives/mirrored.ts";',
        ),
        behind("  exp: unary(ops.exp),", "  mirrored: unary(mirrored),"),
      ),
      "tests/unit/compile/golden_cases.ts": both(
        behind(
          'import { conv2d, conv2dFilterGrad, conv2dInputGrad } from "../../../src/graph/primitives/conv2d.ts";',
          'import { mirrored } from "../../../src/graph/primitives/mirrored.ts";',
        ),
        behind(
          "export const goldenCases: Readonly<Record<LoweringKind, Cases>> = {",
          '  mirrored: { elements: of(() => new Tensor(mirrored(leaf("x", [6]).node))) },',
        ),
      ),
    },
    generates: { golden: "tests/unit/compile/golden/mirrored/elements.wgsl" },
  },
];
