/** The generated data sets that the examples offer by name. */
import { data } from "saddlepoint";

export interface DataSet {
  /** For headings, for example "Ring of 8 Gaussians". */
  readonly title: string;
  create(): data.DataSource;
}

export const dataSets = {
  ring: { title: "Ring of 8 Gaussians", create: () => data.gaussianRing() },
  grid: { title: "Grid of 25 Gaussians", create: () => data.gaussianGrid() },
  spiral: { title: "Two spirals", create: () => data.spiral() },
  moons: { title: "Two moons", create: () => data.twoMoons() },
  line: { title: "A line", create: () => data.line() },
  clusters: { title: "Three clusters", create: () => data.disjointClusters() },
} as const satisfies Record<string, DataSet>;

export interface GeneratedImages {
  readonly title: string;
  /** @param size pixels along each side */
  create(size: number): data.ImageSource;
}

/** The generated sets of images. */
export const imageSets = {
  glyphs: { title: "Signs in one to four pen strokes", create: (size) => data.glyphs({ size }) },
  triangles: { title: "Triangles of all forms", create: (size) => data.triangles({ size }) },
} as const satisfies Record<string, GeneratedImages>;

export type DataSetName = keyof typeof dataSets;
export type ImageSetName = keyof typeof imageSets;

export const dataSetNames = Object.keys(dataSets) as DataSetName[];
