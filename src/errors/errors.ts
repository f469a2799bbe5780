/** Base of every error that the library throws on purpose: its message says what was asked, what is wrong, what to do. */
export class SaddlepointError extends Error {
  override readonly name: string = "SaddlepointError";
}

/** Shapes or element types that an operation cannot combine. */
export class ShapeError extends SaddlepointError {
  override readonly name = "ShapeError";
}

/** An option that is missing, unknown, out of range, or contradicts another one. */
export class OptionError extends SaddlepointError {
  override readonly name = "OptionError";
}

/** A file or array whose content is not what its format promises. */
export class DataError extends SaddlepointError {
  override readonly name = "DataError";
}

/** There is no WebGPU here, or no adapter. */
export class NoWebGpuError extends SaddlepointError {
  override readonly name = "NoWebGpuError";
}

/** The GPU was taken away (driver reset, `device.destroy()`, sleep): everything that lived on it is gone. */
export class DeviceLostError extends SaddlepointError {
  override readonly name = "DeviceLostError";
}

/** More memory, or a larger binding, than this adapter offers. */
export class OutOfMemoryError extends SaddlepointError {
  override readonly name = "OutOfMemoryError";
}

/** A shader that does not compile, or a driver that computes wrong results. */
export class KernelError extends SaddlepointError {
  override readonly name = "KernelError";
}

/** A gradient that was asked for but does not exist. */
export class GradientError extends SaddlepointError {
  override readonly name = "GradientError";
}
