/** A plot with the words below it. */
export interface Figure {
  readonly svg: string;
  readonly caption: string;
  /** CSS pixels below which the plot can't be read: a narrower card scrolls it. */
  readonly leastWidth?: number;
  /** Whether it takes the room of two plots where there is some. */
  readonly isWide?: boolean;
}
