/** How the windows of a convolution lie over its images. */
export interface Conv2dGeometry {
  /** Rows, columns. */
  readonly stride: readonly [number, number];
  /** Zeros before the first and after the last row and column: top, bottom, left, right. */
  readonly padding: readonly [number, number, number, number];
  /** Distance of neighbouring taps, in rows and columns of the input. */
  readonly dilation: readonly [number, number];
  /** Channels and filters are cut into this many parts, which don't mix. */
  readonly groups: number;
}

/** Attributes of the convolution family. */
export interface ConvolutionAttributes extends Conv2dGeometry {
  /** Sizes that the operands alone don't tell: of the images, and of the kernel, as rows and columns. */
  readonly input: readonly [number, number];
  readonly kernel: readonly [number, number];
  /** Of a filter gradient: the sum over pixels is cut into this many, along a new first axis. The compiler sets it. */
  readonly splits?: number;
}
