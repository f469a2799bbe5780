import type { Engine } from "../../src/engine/engine.ts";
import type { CertifiedSection } from "./certificate.ts";
import { sections } from "./sections.ts";

export interface CertificateReport {
  readonly adapter: string;
  readonly sections: readonly CertifiedSection[];
  readonly isPassed: boolean;
}

export async function certify(engine: Engine, progress: (what: string) => void = () => {}): Promise<CertificateReport> {
  const certified: CertifiedSection[] = [];
  for (const { title, about, certify: run } of sections) {
    progress(title);
    certified.push({ title, about, certificates: await run(engine) });
  }
  const isPassed = certified.every(({ certificates }) => certificates.every((certificate) => certificate.isPassed));
  return { adapter: engine.adapterName, sections: certified, isPassed };
}
