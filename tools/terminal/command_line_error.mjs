/** A mistake on the command line; its message says what exists and what to do. */
export class CommandLineError extends Error {
  /** @override */
  name = "CommandLineError";
}
