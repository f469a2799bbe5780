/** What the kernels of the ring's lists share, and those that are no products. Each invocation that owns rows owns four of them. */
import { adam, leakySlope } from "../../comparison/problem.ts";
import { each, f32 } from "../wgsl_text.ts";
import type { Kernel } from "../wires.ts";
import { type Arena, type NetworkName, networkSize, type RingShape } from "./arena.ts";

export interface Scene {
  readonly shape: RingShape;
  readonly arena: Arena;
}

/** The arena, and of each iteration the rates of Adam: (learning rate / (1 - beta1^t), 1 / (1 - beta2^t)) for each update. */
export function declarations({ shape, arena }: Scene): string {
  return `@group(0) @binding(0) var<storage, read_write> arena: array<vec4f, ${arena.size}>;
@group(0) @binding(1) var<storage, read> rates: array<vec4f, ${shape.criticSteps + 1}>;
${arena.constants}
const width4 = ${shape.width4}u;
const batch = ${shape.batch}u;
fn softplus(x: vec4f) -> vec4f { return max(x, vec4f(0)) + log(1.0 + exp(-abs(x))); }
fn total(x: vec4f) -> f32 { return (x.x + x.y) + (x.z + x.w); }
fn relu(x: vec4f) -> vec4f { return max(x, vec4f(0)); }
fn leakyRelu(x: vec4f) -> vec4f { return max(x, ${leakySlope} * x); }
// Slopes at what came out of the activation.
fn slopeOfRelu(y: vec4f) -> vec4f { return select(vec4f(0), vec4f(1), y > vec4f(0)); }
fn slopeOfLeakyRelu(y: vec4f) -> vec4f { return select(vec4f(${leakySlope}), vec4f(1), y > vec4f(0)); }`;
}

/** An invocation `i` for each of `count` things. */
function kernel(scene: Scene, count: number, size: number, vec4s: number, body: string): Kernel {
  return {
    code: `${declarations(scene)}
@compute @workgroup_size(${size}) fn main(@builtin(global_invocation_id) id: vec3u) {
let i = id.x;
${count % size === 0 ? "" : `if (i >= ${count}u) { return; }`}
${body}
}`,
    workgroups: Math.ceil(count / size),
    bytes: 16 * vec4s,
  };
}

/** Few invocations a workgroup where each goes through four rows: there are hardly enough of them to share. */
const rowsGroup = 4;
const columnGroup = 32;
/** Rows of a column that an invocation of the first layer computes, with the column's weights at hand. */
const firstLayerRows = 16;

export interface FirstLayer {
  readonly network: NetworkName;
  /** Where the points begin, [rows, 2], and where the result goes, [rows, width]. */
  readonly from: string;
  readonly to: string;
  readonly rows: number;
}

/** The layer with two inputs, and its activation. */
export function firstLayer(scene: Scene, { network, from, to, rows }: FirstLayer): Kernel {
  const { width4 } = scene.shape;
  const activation = network === "generator" ? "relu" : "leakyRelu";
  return kernel(
    scene,
    (rows / firstLayerRows) * width4,
    columnGroup,
    rows / 2 + 3 * width4 + rows * width4,
    `let column = i % width4;
let row = (i / width4) * ${firstLayerRows}u;
let weightX = arena[${network}Weight1 + column];
let weightY = arena[${network}Weight1 + width4 + column];
let bias = arena[${network}Bias1 + column];
for (var r = row; r < row + ${firstLayerRows}u; r += 2u) {
  let two = arena[${from} + r / 2u];
  arena[${to} + r * width4 + column] = ${activation}(two.x * weightX + two.y * weightY + bias);
  arena[${to} + (r + 1u) * width4 + column] = ${activation}(two.z * weightX + two.w * weightY + bias);
}`,
  );
}

/** The generator's last layer, to points. Without a penalty, it lays them out for the critic, too. */
export function generatorOutput(scene: Scene): Kernel {
  const { generatedRows, width4, batch, penaltyWeight } = scene.shape;
  const forCritic = `
arena[points + i] = arena[realPoints + i % (batch / 2u)];
if (i < batch / 4u) {
  arena[points + batch / 2u + 2u * i] = points01;
  arena[points + batch / 2u + 2u * i + 1u] = points23;
}`;
  return kernel(
    scene,
    generatedRows / 4,
    rowsGroup,
    generatedRows * width4 + 2 * width4 + generatedRows / 2 + (penaltyWeight > 0 ? 0 : (3 * batch) / 2),
    `let hidden = generatorHidden2 + i * 4u * width4;
${each(4, (q) => `var x${q} = vec4f(0); var y${q} = vec4f(0);`)}
for (var c = 0u; c < width4; c++) {
  // Weights are [width, 2]: two rows a vec4.
  let a = arena[generatorWeight3 + 2u * c];
  let b = arena[generatorWeight3 + 2u * c + 1u];
  let weightX = vec4f(a.xz, b.xz);
  let weightY = vec4f(a.yw, b.yw);
  ${each(4, (q) => `let h${q} = arena[hidden + ${q}u * width4 + c]; x${q} += h${q} * weightX; y${q} += h${q} * weightY;`)}
}
let bias = arena[generatorBias3].xyxy;
let points01 = vec4f(total(x0), total(y0), total(x1), total(y1)) + bias;
let points23 = vec4f(total(x2), total(y2), total(x3), total(y3)) + bias;
arena[generated + 2u * i] = points01;
arena[generated + 2u * i + 1u] = points23;
${penaltyWeight > 0 ? "" : forCritic}`,
  );
}

/** The points of a critic step with a penalty: real, generated, and in between. */
export function criticPoints(scene: Scene, step: number): Kernel {
  const { batch } = scene.shape;
  return kernel(
    scene,
    batch / 2,
    16,
    batch / 2 + batch / 2 + batch / 4 + (3 * batch) / 2,
    `let real = arena[realPoints + i];
let fake = arena[generated + ${(step * batch) / 2}u + i];
let four = arena[mixShares + i / 2u];
let share = select(four.xxyy, four.zzww, i % 2u == 1u);
arena[points + i] = real;
arena[points + batch / 2u + i] = fake;
arena[points + batch + i] = real * share + fake * (1.0 - share);`,
  );
}

export interface CriticOutput {
  readonly rows: number;
  readonly loss: "non-saturating" | "wasserstein";
  readonly player: NetworkName;
}

/** Logits, the loss of each row, its gradient by the logit, and that before the activation of the second layer. */
export function criticOutput(scene: Scene, { rows, loss, player }: CriticOutput): Kernel {
  const { width4, batch } = scene.shape;
  // Real samples, and the generator's own, should have large logits.
  const sign = player === "generator" ? "-1.0" : "select(1.0, -1.0, row < batch)";
  // Of the critic's slope, which the penalty looks at, every logit in between has a gradient of one.
  const isBetween = player === "critic" && loss === "wasserstein" ? "row >= 2u * batch" : "false";
  const losses = {
    "non-saturating": `let lossGradient = vec4f(sign / ${batch}.0) / (1.0 + exp(-sign * logits));
arena[lossOfRow + i] = softplus(sign * logits);`,
    wasserstein: `let lossGradient = vec4f(select(sign / ${batch}.0, 1.0, ${isBetween}));
arena[lossOfRow + i] = sign * logits;`,
  };
  return kernel(
    scene,
    rows / 4,
    rowsGroup,
    2 * rows * width4 + width4 + rows / 2,
    `let row = i * 4u;
let hidden = criticHidden2 + row * width4;
let gradient = gradient2 + row * width4;
let sign = ${sign};
${each(4, (q) => `var sum${q} = vec4f(0);`)}
for (var c = 0u; c < width4; c++) {
  let weight = arena[criticWeight3 + c];
  ${each(4, (q) => `sum${q} += weight * arena[hidden + ${q}u * width4 + c];`)}
}
let logits = vec4f(total(sum0), total(sum1), total(sum2), total(sum3)) + arena[criticBias3].x;
${losses[loss]}
arena[logitGradient + i] = lossGradient;
for (var c = 0u; c < width4; c++) {
  let weight = arena[criticWeight3 + c];
  ${each(4, (q) => `arena[gradient + ${q}u * width4 + c] = weight * lossGradient[${q}] * slopeOfLeakyRelu(arena[hidden + ${q}u * width4 + c]);`)}
}`,
  );
}

/** Gradients of four rows by their points, from those before the first activation: `gradientX` and `gradientY`. */
const gradientByPoints = (first: string) => `let before = gradient1 + (${first} + i * 4u) * width4;
${each(4, (q) => `var x${q} = vec4f(0); var y${q} = vec4f(0);`)}
for (var c = 0u; c < width4; c++) {
  let weightX = arena[criticWeight1 + c];
  let weightY = arena[criticWeight1 + width4 + c];
  ${each(4, (q) => `let g${q} = arena[before + ${q}u * width4 + c]; x${q} += g${q} * weightX; y${q} += g${q} * weightY;`)}
}
let gradientX = vec4f(total(x0), total(x1), total(x2), total(x3));
let gradientY = vec4f(total(y0), total(y1), total(y2), total(y3));`;

/**
 * The penalty of WGAN-GP on the rows in between, and the way back from it. With e its derivative by the gradient at the points,
 * the weights' share of it is what the usual kernels sum, once e stands for the points, and e times the first layer's weights
 * and slopes for that layer's activations: so both are put there.
 */
export function penalty(scene: Scene): Kernel {
  const { batch, width4, penaltyWeight } = scene.shape;
  return kernel(
    scene,
    batch / 4,
    rowsGroup,
    3 * batch * width4 + 2 * width4 + batch / 4 + batch / 2,
    `${gradientByPoints("2u * batch")}
let norm = sqrt(gradientX * gradientX + gradientY * gradientY + 1e-12);
arena[lossOfRow + batch / 2u + i] = ${f32(penaltyWeight)} * (norm - 1.0) * (norm - 1.0);
let factor = ${f32((2 * penaltyWeight) / batch)} * (norm - 1.0) / norm;
let ex = factor * gradientX;
let ey = factor * gradientY;
arena[points + batch + 2u * i] = vec4f(ex.x, ey.x, ex.y, ey.y);
arena[points + batch + 2u * i + 1u] = vec4f(ex.z, ey.z, ex.w, ey.w);
let hidden = criticHidden1 + (2u * batch + i * 4u) * width4;
for (var c = 0u; c < width4; c++) {
  let weightX = arena[criticWeight1 + c];
  let weightY = arena[criticWeight1 + width4 + c];
  ${each(4, (q) => `let at${q} = hidden + ${q}u * width4 + c; arena[at${q}] = (ex[${q}] * weightX + ey[${q}] * weightY) * slopeOfLeakyRelu(arena[at${q}]);`)}
}`,
  );
}

/** From the critic's first layer through the generated points to the generator's last: its gradient before the second activation. */
export function throughPoints(scene: Scene): Kernel {
  const { batch, width4, criticSteps } = scene.shape;
  return kernel(
    scene,
    batch / 4,
    rowsGroup,
    3 * batch * width4 + 4 * width4 + batch / 2,
    `${gradientByPoints("0u")}
arena[pointGradient + 2u * i] = vec4f(gradientX.x, gradientY.x, gradientX.y, gradientY.y);
arena[pointGradient + 2u * i + 1u] = vec4f(gradientX.z, gradientY.z, gradientX.w, gradientY.w);
let hidden = generatorHidden2 + (${criticSteps * batch}u + i * 4u) * width4;
let gradient = gradient2 + i * 4u * width4;
for (var c = 0u; c < width4; c++) {
  let a = arena[generatorWeight3 + 2u * c];
  let b = arena[generatorWeight3 + 2u * c + 1u];
  let weightX = vec4f(a.xz, b.xz);
  let weightY = vec4f(a.yw, b.yw);
  ${each(4, (q) => `arena[gradient + ${q}u * width4 + c] = (gradientX[${q}] * weightX + gradientY[${q}] * weightY) * slopeOfRelu(arena[hidden + ${q}u * width4 + c]);`)}
}`,
  );
}

/** Adam (Kingma and Ba 2015) for all parameters of a network, and in one more invocation the player's loss. */
export function adamStep(scene: Scene, network: NetworkName, update: number, rows: number): Kernel {
  const size = networkSize(scene.shape, network);
  const { beta1, beta2, epsilon } = adam;
  return kernel(
    scene,
    size + 1,
    columnGroup,
    7 * size + rows / 4,
    `if (i == ${size}u) {
  var sum = vec4f(0);
  for (var r = 0u; r < ${rows / 4}u; r++) { sum += arena[lossOfRow + r]; }
  arena[losses][${network === "critic" ? 0 : 1}] = total(sum) / ${scene.shape.batch}.0;
  return;
}
let gradient = arena[${network}GradientWeight1 + i];
let mean = ${beta1} * arena[${network}MeanWeight1 + i] + ${1 - beta1} * gradient;
let square = ${beta2} * arena[${network}SquareWeight1 + i] + ${f32(1 - beta2)} * gradient * gradient;
let rate = rates[${update}];
arena[${network}MeanWeight1 + i] = mean;
arena[${network}SquareWeight1 + i] = square;
arena[${network}Weight1 + i] -= rate.x * mean / (sqrt(square * rate.y) + ${f32(epsilon)});`,
  );
}
