/** The bundle of other engines; see `PeerModule`. */
import type { Peer, PeerModule } from "../comparison/peer.ts";
import { jaxPeer } from "./jax.ts";
import { tfjsPeer } from "./tfjs.ts";

const known: Readonly<Record<string, () => Promise<Peer>>> = {
  "jax-webgpu": () => jaxPeer("webgpu"),
  "jax-wasm": () => jaxPeer("wasm"),
  "tfjs-webgpu": () => tfjsPeer("webgpu"),
  "tfjs-wasm": () => tfjsPeer("wasm"),
};

export const createPeers: PeerModule["createPeers"] = async (names) => {
  const peers: Peer[] = [];
  for (const name of names) {
    const create = known[name];
    if (!create) throw new Error(`There is no engine "${name}"; these exist: ${Object.keys(known).join(", ")}.`);
    peers.push(await create());
  }
  return peers;
};
