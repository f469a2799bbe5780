/** A gate that training stops at: closed by `pause`, opened by `resume`. */
export class Pause {
  #closed: { readonly opened: Promise<void>; readonly open: () => void } | undefined;

  get isPaused(): boolean {
    return this.#closed !== undefined;
  }

  pause(): void {
    if (this.#closed) return;
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#closed = { opened, open };
  }

  resume(): void {
    this.#closed?.open();
    this.#closed = undefined;
  }

  /** Waits for `resume`. An abort ends the wait. */
  async passed(signal?: AbortSignal): Promise<void> {
    if (!this.#closed || signal?.aborted) return;
    let stop = () => {};
    const aborted = new Promise<void>((resolve) => {
      stop = resolve;
    });
    signal?.addEventListener("abort", stop);
    try {
      await Promise.race([this.#closed.opened, aborted]);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }
}
