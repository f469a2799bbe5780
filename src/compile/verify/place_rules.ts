import { bindingAlignment } from "../../gpu/constants.ts";
import type { Node } from "../../graph/node.ts";
import { piecesOf } from "../assembled.ts";
import type { Location, Places } from "../places/places.ts";
import { computedBy } from "../schedule/cluster.ts";
import { mayOverwrite } from "../schedule/overwriting.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { broken } from "./broken_rule.ts";

/** A value in an arena: the bytes that it takes, and the dispatches that it lives for. */
interface Lodger {
  readonly node: Node;
  readonly arena: number;
  readonly start: number;
  readonly end: number;
  readonly first: number;
  readonly last: number;
}

/** What holds of the places of values. @throws SaddlepointError at the first rule that doesn't. */
export function verifyPlaces(schedule: Schedule, { locate, arenas, outputs }: Places): void {
  for (const node of schedule.readElsewhere) {
    const { buffer, offset, size, dtype } = locate(node);
    const width = dtype === "f16" ? 2 : 4;
    const bytes =
      buffer.kind === "arena" ? arenas[buffer.arena] : buffer.kind === "output" ? outputs[buffer.output] : undefined;
    const rule = "a place lies inside its buffer, and begins where a binding can";
    if (bytes !== undefined && (offset + size) * width > bytes)
      throw broken(rule, node, `it ends beyond ${bytes} bytes`);
    const whole = piecesOf(node);
    let next = offset;
    for (const piece of whole) {
      const place = locate(piece);
      const isInside = keyOf(place) === keyOf(locate(node)) && place.offset === next;
      if (!isInside) throw broken("a piece lies in its whole", piece, `%${node.id} begins at ${offset}`);
      next += place.size;
    }
  }
  const lodgers = lodgersOf(schedule, locate);
  for (const { node, start } of lodgers) {
    if (start % bindingAlignment !== 0) {
      throw broken(
        "a place lies inside its buffer, and begins where a binding can",
        node,
        `it begins at byte ${start}`,
      );
    }
  }
  verifyApart(lodgers, schedule);
}

/** The values that share arenas: from the first dispatch that writes one, or a piece of it, to the last that reads it. */
function lodgersOf(
  { dispatches, clusterOf, stored, readElsewhere, reads }: Schedule,
  locate: Places["locate"],
): Lodger[] {
  const homes = new Map<Node, Node>();
  for (const whole of stored.materialised) for (const piece of piecesOf(whole)) homes.set(piece, whole);
  const lives = new Map<Node, number[]>();
  const note = (node: Node, turn: number) => {
    const home = homes.get(node) ?? node;
    const turns = lives.get(home);
    if (turns) turns.push(turn);
    else lives.set(home, [turn]);
  };
  dispatches.forEach((clusters, turn) => {
    for (const cluster of clusters) {
      for (const node of reads(cluster)) note(node, turn);
      for (const node of computedBy(cluster))
        if (clusterOf.get(node) === cluster && readElsewhere.has(node)) note(node, turn);
    }
  });
  return [...lives].flatMap(([node, turns]) => {
    const { buffer, offset, size, dtype } = locate(node);
    if (buffer.kind !== "arena") return [];
    const width = dtype === "f16" ? 2 : 4;
    const [first, last] = [Math.min(...turns), Math.max(...turns)];
    return [{ node, arena: buffer.arena, start: offset * width, end: (offset + size) * width, first, last }];
  });
}

function verifyApart(lodgers: readonly Lodger[], schedule: Schedule): void {
  let alive: Lodger[] = [];
  for (const next of [...lodgers].sort((a, b) => a.first - b.first)) {
    alive = alive.filter(({ last }) => last >= next.first);
    for (const other of alive) {
      if (other.arena !== next.arena || other.end <= next.start || next.end <= other.start) continue;
      if (!takesPlace(next, other, schedule)) {
        const rule = "nothing that lives at once overlaps, unless one takes the other's place";
        throw broken(
          rule,
          next.node,
          `%${other.node.id} lies in bytes ${other.start} to ${other.end} of arena ${other.arena}`,
        );
      }
    }
    alive.push(next);
  }
}

/** Whether the cluster that writes a value is the last that reads the other, and the only one then. */
function takesPlace(heir: Lodger, old: Lodger, { dispatches, clusterOf, stored, reads }: Schedule): boolean {
  const writer = clusterOf.get(heir.node);
  if (!writer || old.first >= heir.first || old.last !== heir.first) return false;
  if (heir.start !== old.start || heir.end !== old.end) return false;
  const beside = (dispatches[heir.first] ?? []).filter((cluster) => cluster !== writer);
  const isRead = beside.some((cluster) => [old.node, ...piecesOf(old.node)].some((node) => reads(cluster).has(node)));
  return !isRead && mayOverwrite(writer, heir.node, old.node, stored.loads);
}

function keyOf({ buffer }: Location): string {
  return buffer.kind === "state" ? `state ${buffer.state.id}` : JSON.stringify(buffer);
}
