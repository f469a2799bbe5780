/** What the choice of a kernel's form depends on, of the device that it runs on. */
export interface DeviceTraits {
  /** Whether lanes of a quad can read each other's registers: the WebGPU feature "subgroups". */
  readonly hasSubgroups: boolean;
  /** A CPU that plays the GPU: few threads, no use of workgroup memory, dear barriers. */
  readonly isSoftware: boolean;
  /** Bytes of workgroup memory that one kernel may have. */
  readonly maxWorkgroupMemory: number;
}

/** What every WebGPU device can do: 16 KiB of workgroup memory, no subgroups. */
export const leastDevice: DeviceTraits = { hasSubgroups: false, isSoftware: false, maxWorkgroupMemory: 16384 };
