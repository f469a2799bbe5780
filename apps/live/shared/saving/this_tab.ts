/** Which run a tab trains: what is there again after a reload or a crash of that tab, and in no other one. */

export interface RunOfTab {
  readonly name: string;
  /** Of the settings in the address, which may leave some out. */
  readonly addressKey: string;
}

const keyOf = (page: string) => `saddlepoint/live/${page}`;

/** Without storage nothing is remembered, and nothing is amiss. */
export function rememberRun(page: string, run: RunOfTab): void {
  try {
    sessionStorage.setItem(keyOf(page), JSON.stringify(run));
  } catch {
    // As in a private window of some browsers.
  }
}

export function rememberedRun(page: string): RunOfTab | undefined {
  try {
    const { name, addressKey } = Object(JSON.parse(sessionStorage.getItem(keyOf(page)) ?? "null"));
    return typeof name === "string" && typeof addressKey === "string" ? { name, addressKey } : undefined;
  } catch {
    return undefined;
  }
}
