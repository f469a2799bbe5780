/**
 * WebGPU's flag values. The specification fixes them; naming them here keeps the library free of the global objects
 * (`GPUBufferUsage`, ...), which Node has only after an explicit assignment.
 */
export const BufferUsage = {
  mapRead: 0x0001,
  copySource: 0x0004,
  copyDestination: 0x0008,
  storage: 0x0080,
  queryResolve: 0x0200,
} as const;

export const mapModeRead = 0x0001;
export const shaderStageCompute = 0x4;

/** Bind groups address a buffer in steps of this many bytes (the specification's default limit). */
export const bindingAlignment = 256;

/** Most workgroups that one dimension of a dispatch may have. */
export const maxWorkgroupsPerDimension = 65535;
