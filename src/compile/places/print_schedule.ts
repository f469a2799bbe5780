import { collect, type Node } from "../../graph/node.ts";
import { isConstant, namesIn, printNode } from "../../graph/print_graph.ts";
import { formatShape } from "../../graph/shape.ts";
import { isAssembled } from "../assembled.ts";
import { type Cluster, computedBy } from "../schedule/cluster.ts";
import { isLeaf } from "../schedule/loads.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { sinksByNode } from "../sinks.ts";
import type { BufferReference, Location } from "./places.ts";

/**
 * A scheduled graph as a person would write it: what it is given, then each dispatch with its clusters, and for each of them what
 * it computes, a line a node; behind an arrow where that is stored, once memory is planned.
 */
export function printSchedule(schedule: Schedule, locate?: (node: Node) => Location): string {
  const order = collect(schedule.sinks.map(({ node }) => node));
  const nameOf = namesIn(order);
  const sinksOf = sinksByNode(schedule.sinks);
  const placesOf = (node: Node): string => {
    const kept = schedule.readElsewhere.has(node) ? [locate ? printLocation(locate(node)) : "memory"] : [];
    const wanted = (sinksOf.get(node) ?? []).flatMap((sink) => {
      if (sink.kind === "update") return [`state "${sink.state.label}"`];
      return sink.kind === "record" ? [`a row of "${sink.table.label}" from ${sink.column}`] : [];
    });
    const places = [...new Set([...kept, ...wanted])];
    return places.length === 0 ? "" : ` -> ${places.join(", ")}`;
  };
  const line = (node: Node) => `${nameOf(node)} = ${printNode(node, nameOf)}`;
  const linesOf = (cluster: Cluster): string[] => {
    const own = new Set(computedBy(cluster));
    const isOutside = (node: Node) => (isLeaf(node) || schedule.stored.materialised.has(node)) && !own.has(node);
    const lines = collect([...own], isOutside).map((node) => `    ${line(node)}${own.has(node) ? placesOf(node) : ""}`);
    return [`  ${cluster.kind} ${formatShape([cluster.size])}`, ...lines];
  };
  const given = order.filter((node) => isLeaf(node) && !isConstant(node)).map(line);
  const assembled = order.filter((node) => schedule.stored.materialised.has(node) && isAssembled(node));
  return [
    ...given,
    ...schedule.dispatches.flatMap((clusters, turn) => [`dispatch ${turn}`, ...clusters.flatMap(linesOf)]),
    ...assembled.map((node) => `${line(node)}${placesOf(node)}`),
  ].join("\n");
}

function printLocation({ buffer, offset, dtype }: Location): string {
  const half = dtype === "f16" ? " as f16" : "";
  return `${printBuffer(buffer)}${offset === 0 ? "" : ` + ${offset}`}${half}`;
}

function printBuffer(buffer: BufferReference): string {
  switch (buffer.kind) {
    case "arena":
      return `arena ${buffer.arena}`;
    case "output":
      return `output ${buffer.output}`;
    case "state":
      return `state "${buffer.state.label}"`;
    case "feed":
      return `feed ${buffer.feed}`;
  }
}
