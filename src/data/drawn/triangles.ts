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
    vertices.set(randomCorners(hostRandom(seed, i), size), 6 * i);
    fillTriangle(values.subarray(i * size * size, (i + 1) * size * size), size, vertices.subarray(6 * i, 6 * i + 6));
  }
  return { ...imagesOfBytes({ ...residency, values, shape: [count, size, size], name: "triangles" }), vertices };
}

/** x and y of each corner: one in each third of the circle, half the least angle away from the third's ends. */
function randomCorners(random: HostRandom, size: number): number[] {
  const radius = (scale * size) / 2;
  const turn = random.uniform(0, 360);
  const corners = [0, 120, 240].map((third) => {
    const degrees = turn + third + random.uniform(minAngleDegrees / 2, 120 - minAngleDegrees / 2);
    const angle = (degrees * Math.PI) / 180;
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });
  const toMiddle = [0, 1].map((axis) => size / 2 - corners.reduce((sum, corner) => sum + at(corner, axis), 0) / 3);
  return corners.flatMap(([x, y]) => [x + at(toMiddle, 0), y + at(toMiddle, 1)]);
}

/** Each pixel gets the share of its subpixels whose middle is inside. A line of subpixels is one interval of x. */
function fillTriangle(image: Uint8Array, size: number, corners: Float32Array): void {
  const covered = new Uint16Array(size * size);
  for (let line = 0; line < size * subpixels; line++) {
    const [from, to] = crossing(corners, (line + 0.5) / subpixels);
    const row = Math.floor(line / subpixels) * size;
    const end = Math.min(size * subpixels - 1, Math.floor(to * subpixels - 0.5));
    for (let x = Math.max(0, Math.ceil(from * subpixels - 0.5)); x <= end; x++) {
      covered[row + Math.floor(x / subpixels)]!++;
    }
  }
  for (let i = 0; i < image.length; i++) image[i] = Math.round((255 * at(covered, i)) / subpixels ** 2);
}

/** Where a horizontal line enters and leaves the triangle; the other way round where it misses it. */
function crossing(corners: Float32Array, y: number): [from: number, to: number] {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let a = 0; a < 3; a++) {
    const b = (a + 1) % 3;
    const [ax, ay, bx, by] = [corners[2 * a], corners[2 * a + 1], corners[2 * b], corners[2 * b + 1]] as [
      number,
      number,
      number,
      number,
    ];
    if (ay > y === by > y) continue;
    const x = ax + ((y - ay) * (bx - ax)) / (by - ay);
    from = Math.min(from, x);
    to = Math.max(to, x);
  }
  return [from, to];
}
