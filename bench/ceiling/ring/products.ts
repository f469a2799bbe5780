/** The products of the ring's lists: the hidden layers forward and back, and the gradients of all weights of a network. */
import { matrixFactors } from "../matrices.ts";
import { productKernel, type Tile, workgroupSize } from "../product.ts";
import type { Kernel } from "../wires.ts";
import type { NetworkName } from "./arena.ts";
import { declarations, type Scene } from "./kernels.ts";

export interface HiddenLayer {
  readonly network: NetworkName;
  readonly rows: number;
  /** Where rows of the width begin, as an expression of WGSL. */
  readonly from: string;
  readonly to: string;
}

/** The hidden layer with its activation. */
export function hiddenForward(scene: Scene, tile: Tile, layer: HiddenLayer): Kernel {
  const activation = layer.network === "generator" ? "relu" : "leakyRelu";
  return hidden(scene, "NN", tile, layer, ({ network }, at, value, column) => {
    return `arena[${at}] = ${activation}(${value} + arena[${network}Bias2 + ${column}]);`;
  });
}

/** Back to the first layer: `outputs` are what came out of its activation. */
export function hiddenBackward(scene: Scene, tile: Tile, layer: HiddenLayer, outputs: string): Kernel {
  const slope = layer.network === "generator" ? "slopeOfRelu" : "slopeOfLeakyRelu";
  return hidden(scene, "NT", tile, layer, ({ to }, at, value) => {
    return `arena[${at}] = ${value} * ${slope}(arena[${outputs} + ${at} - (${to})]);`;
  });
}

/** The penalty's way through the hidden layer: what it finds there are the activations, whose slopes it takes. */
export function hiddenOfPenalty(scene: Scene, tile: Tile, layer: HiddenLayer): Kernel {
  return hidden(
    scene,
    "NN",
    tile,
    layer,
    (_, at, value) => `arena[${at}] = ${value} * slopeOfLeakyRelu(arena[${at}]);`,
  );
}

function hidden(
  scene: Scene,
  form: "NN" | "NT",
  tile: Tile,
  layer: HiddenLayer,
  store: (layer: HiddenLayer, at: string, value: string, column: string) => string,
): Kernel {
  const { width, width4 } = scene.shape;
  const { network, rows, from, to } = layer;
  const [left, right] = matrixFactors(
    form,
    { m: rows, k: width, n: width },
    { variable: "arena", first: from },
    { variable: "arena", first: `${network}Weight2` },
  );
  return productKernel({
    rows,
    columns: width,
    tile,
    declarations: declarations(scene),
    left,
    right,
    turns: width4,
    store: ({ row, column4, value }) =>
      `{ let at = ${to} + ${row} * width4 + ${column4}; ${store(layer, "at", value, column4)} }`,
    bytes: 16 * (2 * rows * width4 + width * width4 + width4),
  });
}

export interface WeightGradients {
  readonly network: NetworkName;
  readonly rows: number;
  /** Rows from here on are those of the penalty, which has no gradient by biases. */
  readonly biasRows: number;
  /** The points, the activations of both hidden layers, and the gradients of the outputs. */
  readonly points: string;
  readonly hidden1: string;
  readonly hidden2: string;
  readonly outputGradient: string;
}

/**
 * The gradient of the hidden layer's weights as a product, and in workgroups before it those of the outer layers and of the
 * biases, which are sums over rows: an invocation has a column of four.
 */
export function weightGradients(scene: Scene, tile: Tile, options: WeightGradients): Kernel {
  const { width, width4, batch } = scene.shape;
  const { network, rows, biasRows, points, hidden1, hidden2, outputGradient } = options;
  const [left, right] = matrixFactors(
    "TN",
    { m: width, k: rows, n: width },
    { variable: "arena", first: hidden1 },
    { variable: "arena", first: "gradient2" },
  );
  const tasks = [
    firstWeights(points, rows, network),
    columnSums("gradient1", `${network}GradientBias1`, biasRows, batch),
    columnSums("gradient2", `${network}GradientBias2`, biasRows, batch),
    lastWeights(hidden2, outputGradient, rows, network),
  ];
  const code = `let i = group.x * ${workgroupSize(tile)}u + local;
let column = i % width4;
switch (i / width4) {
${tasks.map((task, which) => `case ${which}u: {\n${task}\n}`).join("\n")}
${outputBias(outputGradient, biasRows, network, tasks.length)}
default: {}
}`;
  return productKernel({
    rows: width,
    columns: width,
    tile,
    declarations: declarations(scene),
    left,
    right,
    turns: rows / 4,
    beside: { count: Math.ceil((tasks.length * width4 + 1) / workgroupSize(tile)), code },
    store: ({ row, column4, value }) => `arena[${network}GradientWeight2 + ${row} * width4 + ${column4}] = ${value};`,
    bytes: 16 * (4 * rows * width4 + rows + width * width4 + 6 * width4),
  });
}

/** [2, width]: points, transposed, times the gradients before the first activation. */
function firstWeights(points: string, rows: number, network: NetworkName): string {
  return `var x = vec4f(0);
var y = vec4f(0);
for (var r = 0u; r < ${rows}u; r += 2u) {
  let two = arena[${points} + r / 2u];
  let a = arena[gradient1 + r * width4 + column];
  let b = arena[gradient1 + (r + 1u) * width4 + column];
  x += two.x * a + two.z * b;
  y += two.y * a + two.w * b;
}
arena[${network}GradientWeight1 + column] = x;
arena[${network}GradientWeight1 + width4 + column] = y;`;
}

/**
 * A bias's gradient. Real and generated rows are summed apart: with Wasserstein's loss they may cancel exactly, and of a residue
 * that rounding left, Adam would make a full step.
 */
function columnSums(from: string, to: string, rows: number, batch: number): string {
  const halves = Array.from({ length: rows / batch }, (_, half) => half);
  return `${halves
    .map(
      (half) => `var sum${half} = vec4f(0);
for (var r = ${half * batch}u; r < ${(half + 1) * batch}u; r += 2u) {
  sum${half} += arena[${from} + r * width4 + column] + arena[${from} + (r + 1u) * width4 + column];
}`,
    )
    .join("\n")}
arena[${to} + column] = ${halves.map((half) => `sum${half}`).join(" + ")};`;
}

/** [width, outputs]: activations of the second layer, transposed, times the gradients of the outputs. */
function lastWeights(hidden2: string, outputGradient: string, rows: number, network: NetworkName): string {
  const row = (q: number) => `arena[${hidden2} + (r + ${q}u) * width4 + column]`;
  if (network === "critic") {
    return `var sum = vec4f(0);
for (var r = 0u; r < ${rows}u; r += 4u) {
  let e = arena[${outputGradient} + r / 4u];
  sum += e.x * ${row(0)} + e.y * ${row(1)} + e.z * ${row(2)} + e.w * ${row(3)};
}
arena[criticGradientWeight3 + column] = sum;`;
  }
  return `var x = vec4f(0);
var y = vec4f(0);
for (var r = 0u; r < ${rows}u; r += 2u) {
  let e = arena[${outputGradient} + r / 2u];
  let a = ${row(0)};
  let b = ${row(1)};
  x += e.x * a + e.z * b;
  y += e.y * a + e.w * b;
}
arena[generatorGradientWeight3 + 2u * column] = vec4f(x.x, y.x, x.y, y.y);
arena[generatorGradientWeight3 + 2u * column + 1u] = vec4f(x.z, y.z, x.w, y.w);`;
}

function outputBias(outputGradient: string, rows: number, network: NetworkName, which: number): string {
  const outputs = network === "critic" ? 1 : 2;
  const sum = network === "critic" ? "vec4f(total(sum), 0, 0, 0)" : "vec4f(sum.xy + sum.zw, 0, 0)";
  return `case ${which}u: {
if (column == 0u) {
  var sum = vec4f(0);
  for (var r = 0u; r < ${(rows * outputs) / 4}u; r++) { sum += arena[${outputGradient} + r]; }
  arena[${network}GradientBias3] = ${sum};
}
}`;
}
