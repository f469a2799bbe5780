/** Bytes of an element, by the names of safetensors. Those of less than a byte (F4, F6) are not read. */
export const elementBytes = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

export type ElementType = keyof typeof elementBytes;

export const isElementType = (name: string): name is ElementType => Object.hasOwn(elementBytes, name);
