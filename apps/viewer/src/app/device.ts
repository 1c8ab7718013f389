/** What this device is given to work with, in bytes. */
export interface Budget {
  /** Compressed frames kept. */
  readonly compressed: number;
  /** Decoded images kept for scrolling. */
  readonly decoded: number;
  /** Largest volume. */
  readonly volume: number;
  /** A finger is the only pointer. */
  readonly touch: boolean;
}

const MIB = 1024 * 1024;

/** `gibibytes`: memory of the device as the browser tells it (at most 8), undefined when it does not. `touch`: a phone or tablet. */
export function budgetOf(gibibytes: number | undefined, touch: boolean): Budget {
  if (touch) return { compressed: 160 * MIB, decoded: 48 * MIB, volume: 160 * MIB, touch };
  const known = gibibytes ?? 4;
  if (known >= 8) return { compressed: 640 * MIB, decoded: 128 * MIB, volume: 1024 * MIB, touch };
  if (known >= 4) return { compressed: 384 * MIB, decoded: 96 * MIB, volume: 512 * MIB, touch };
  return { compressed: 192 * MIB, decoded: 64 * MIB, volume: 192 * MIB, touch };
}

export function thisDevice(): Budget {
  const memory = (navigator as { deviceMemory?: number }).deviceMemory;
  return budgetOf(memory, matchMedia('(pointer: coarse)').matches && !matchMedia('(pointer: fine)').matches);
}
