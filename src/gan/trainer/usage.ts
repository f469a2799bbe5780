import { OptionError } from "../../errors/errors.ts";

/** What a trainer is at, and whether it may be asked for something. */
export class Usage {
  /** What moves the states now, and must not be disturbed. */
  #busy: "train" | "profile" | undefined;
  #isDisposed = false;

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    this.#isDisposed = true;
  }

  assertUsable(): void {
    if (!this.#isDisposed) return;
    throw new OptionError(
      `Trainer: it was disposed${this.#busy ? ` while ${this.#busy}() ran` : ""}; create a new one with Trainer.create().`,
    );
  }

  /** Of what would change the states under a loop that runs. */
  assertIdle(method: string): void {
    this.assertUsable();
    if (!this.#busy) return;
    const what = method === this.#busy ? "" : `${method}() must wait: `;
    throw new OptionError(`Trainer: ${what}${this.#busy}() is running already; end that loop first.`);
  }

  begin(method: "train" | "profile"): void {
    this.assertIdle(method);
    this.#busy = method;
  }

  end(): void {
    this.#busy = undefined;
  }

  /** What fails because the trainer was disposed meanwhile says that. */
  async whileUsable<Result>(work: () => Promise<Result>): Promise<Result> {
    this.assertUsable();
    try {
      return await work();
    } catch (error) {
      this.assertUsable();
      throw error;
    }
  }
}
