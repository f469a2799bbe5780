import type { Runner } from "../core/workload.ts";
import type { Problem } from "./problem.ts";

/** Another engine. It throws what it can't do. */
export interface Peer {
  readonly name: string;
  prepare(problem: Problem): Promise<Runner>;
}

/** The bundle of the other engines. */
export interface PeerModule {
  /** In the order of the names. @throws Error for a name that it does not know, or an engine that does not start here. */
  createPeers(names: readonly string[]): Promise<Peer[]>;
}
