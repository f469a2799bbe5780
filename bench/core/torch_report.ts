/** The report of bench/torch/bench.py, and how it stands beside this engine's. */
import { isMeasured, type Report } from "./report.ts";
import type { Spread } from "./statistics.ts";
import { digits, type Table } from "./table.ts";
import { type UnitName, units } from "./workload.ts";

export interface TorchReport {
  readonly runtime: string;
  readonly adapterName: string;
  readonly workloads: readonly {
    readonly group: string;
    readonly name: string;
    readonly variant: string;
    readonly unit: UnitName;
    readonly settings: readonly TorchSetting[];
  }[];
}

type TorchSetting = { readonly setting: string } & ({ readonly rate: Spread } | { readonly failure: string });

/** A row for each kernel or game of both: rates, and how many times as fast as each setting of PyTorch this engine is. */
export function joinedTable(ours: Report, torch: TorchReport): Table {
  const settings = [...new Set(torch.workloads.flatMap((workload) => workload.settings.map(({ setting }) => setting)))];
  const rows = torch.workloads.flatMap(({ group, name, variant, unit, settings: theirs }) => {
    const workload = ours.workloads.find((one) => one.group === group && one.name === name);
    const measured = workload?.variants.find((one) => one.name === variant);
    if (!measured || !isMeasured(measured)) return [];
    const cell = (setting: string) => {
      const their = theirs.find((one) => one.setting === setting);
      if (!their) return "";
      if ("failure" in their) return `failed: ${their.failure}`;
      return `${digits(their.rate.median)} (${digits(measured.rate.median / their.rate.median)} x)`;
    };
    const title = variant === "saddlepoint" ? name : `${name}, ${variant}`;
    return [[title, units[unit].label, digits(measured.rate.median), ...settings.map(cell)]];
  });
  return {
    title: `${ours.runtime} on ${ours.adapterName} beside ${torch.runtime} on ${torch.adapterName}; in brackets, the speed-up of Saddlepoint.`,
    header: ["workload", "unit", "Saddlepoint", ...settings],
    names: 2,
    rows,
    voids: [],
    notes: [],
  };
}
