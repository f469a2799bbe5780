import { at } from "../../errors/at.ts";
import { assertKeys, count as atLeastOne, whole } from "../../errors/checks.ts";
import { type HostRandom, hostRandom } from "../host_random.ts";
import { type Residency, residencyKeys } from "../images/image_tables.ts";
import { type ImageSource, imagesOfBytes } from "../images/images.ts";
import { assertWhole } from "../options.ts";

export interface TrianglesOptions extends Residency {
  /** 10,000 by default. */
  readonly count?: number;
  /** Pixels along each side; 28 by default, at least 8. */
  readonly size?: number;
  /** The same seed gives the same bytes; 1 by default. */
  readonly seed?: number;
}

export interface TriangleSource extends ImageSource {
  /** [count, 3, 2]: x and y of each corner in pixels, from the upper left corner of the image. */
  readonly vertices: Float32Array;
}

/** As in the paper's experiments. */
const minAngleDegrees = 20;
const scale = 0.75;
const subpixels = 8;

/**
 * The triangles of Lucic et al. 2018, "Are GANs created equal?", section 5: a manifold of known shape, on which precision
 * and recall can be measured. Three corners on a circle whose diameter is 3/4 of the side, neighbours at least 20 degrees
 * apart, turned at random, the mean of the corners in the middle of the image; white on black, with 8 x 8 subpixels.
 * (The authors' code turns by 2 pi degrees at most, keeps 10 degrees between corners, and draws black on white.)
 *
 * @throws OptionError for options out of range.
 */
export function triangles(options: TrianglesOptions = {}): TriangleSource {
  assertKeys<TrianglesOptions>("triangles", options, { count: atLeastOne, size: true, seed: whole, ...residencyKeys });
  const { count = 10_000, size = 28, seed = 1, ...residency } = options;
  assertWhole("triangles", "size", size, 8);
  const values = new Uint8Array(count * size * size);
  const vertices = new Float32Array(count * 6);
  for (let i = 0; i < count; i++) {
    const corners = randomCorners(hostRandom(seed, i), size);
    vertices.set(corners.flat(), 6 * i);
    fillTriangle(values.subarray(i * size * size, (i + 1) * size * size), size, corners);
  }
  return { ...imagesOfBytes({ ...residency, values, shape: [count, size, size], name: "triangles" }), vertices };
}

/** As f32. */
type Corner = readonly [x: number, y: number];

/** One in each third of the circle, half the least angle away from the third's ends. */
function randomCorners(random: HostRandom, size: number): Corner[] {
  const radius = (scale * size) / 2;
  const turn = random.uniform(0, 360);
  const corners = [0, 120, 240].map((third) => {
    const degrees = turn + third + random.uniform(minAngleDegrees / 2, 120 - minAngleDegrees / 2);
    const angle = (degrees * Math.PI) / 180;
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });
  const toMiddle = (axis: 0 | 1) => size / 2 - corners.reduce((sum, corner) => sum + corner[axis], 0) / 3;
  const [right, down] = [toMiddle(0), toMiddle(1)];
  return corners.map(([x, y]): Corner => [Math.fround(x + right), Math.fround(y + down)]);
}

/** Each pixel gets the share of its subpixels whose middle is inside. A line of subpixels is one interval of x. */
function fillTriangle(image: Uint8Array, size: number, corners: readonly Corner[]): void {
  const covered = new Uint16Array(size * size);
  for (let line = 0; line < size * subpixels; line++) {
    const [from, to] = crossing(corners, (line + 0.5) / subpixels);
    const row = Math.floor(line / subpixels) * size;
    const first = Math.max(0, Math.ceil(from * subpixels - 0.5));
    const end = Math.min(size * subpixels, Math.floor(to * subpixels + 0.5));
    for (let x = Math.floor(first / subpixels); x * subpixels < end; x++) {
      const inside = Math.min(end, (x + 1) * subpixels) - Math.max(first, x * subpixels);
      covered[row + x] = at(covered, row + x) + inside;
    }
  }
  for (let i = 0; i < image.length; i++) image[i] = Math.round((255 * at(covered, i)) / subpixels ** 2);
}

/** Where a horizontal line enters and leaves the triangle; the other way round where it misses it. */
function crossing(corners: readonly Corner[], y: number): [from: number, to: number] {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [ax, ay] = at(corners, corners.length - 1);
  for (const [bx, by] of corners) {
    if (ay > y !== by > y) {
      const x = ax + ((y - ay) * (bx - ax)) / (by - ay);
      from = Math.min(from, x);
      to = Math.max(to, x);
    }
    [ax, ay] = [bx, by];
  }
  return [from, to];
}
