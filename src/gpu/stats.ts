/**
 * What an engine has asked of WebGPU since its creation. Every counter only grows, but for those of what is there now, so
 * that a difference over a stretch of training says what that stretch cost. In the steady state `buffersCreated`,
 * `pipelinesCreated`, `bindGroupsCreated` and `liveBytes` stand still.
 */
export interface EngineStats {
  readonly buffersCreated: number;
  readonly buffersDestroyed: number;
  /** Buffers that exist now. */
  readonly liveBuffers: number;
  /** Bytes of the buffers that exist now. */
  readonly liveBytes: number;
  /** Of those bytes, what lies idle, to be used again by the next plan that needs as much. */
  readonly idleBytes: number;
  /** Of those bytes, what results are copied to on their way to the host. */
  readonly stagingBytes: number;
  /** Compiled graphs and pipelines that are kept to be used again; see the option `cacheBytes`. */
  readonly cacheEntries: number;
  /** What they are taken to weigh. */
  readonly cacheBytes: number;
  /** Those that had to go for others. */
  readonly cacheEvictions: number;
  readonly pipelinesCreated: number;
  readonly bindGroupsCreated: number;
  readonly submits: number;
  readonly dispatches: number;
  /** Copies from the GPU that were mapped for reading. */
  readonly readbacks: number;
  /** Times that a training step had to wait for a readback before it could be encoded. Zero unless a caller awaits one. */
  readonly stepsBlockedByReadback: number;
}

export type MutableStats = { -readonly [Name in keyof EngineStats]: EngineStats[Name] };

export function createStats(): MutableStats {
  return {
    buffersCreated: 0,
    buffersDestroyed: 0,
    liveBuffers: 0,
    liveBytes: 0,
    idleBytes: 0,
    stagingBytes: 0,
    cacheEntries: 0,
    cacheBytes: 0,
    cacheEvictions: 0,
    pipelinesCreated: 0,
    bindGroupsCreated: 0,
    submits: 0,
    dispatches: 0,
    readbacks: 0,
    stepsBlockedByReadback: 0,
  };
}
