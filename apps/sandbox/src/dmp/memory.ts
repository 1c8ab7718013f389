import { LIMITS } from './dmp-rules.js';

/** Identifiers already seen, the oldest forgotten beyond LIMITS.rememberedIds. */
export class Memory {
  private readonly ids = new Set<string>();

  /** False when the identifier was seen before. */
  add(id: string): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    if (this.ids.size > LIMITS.rememberedIds) this.ids.delete(this.ids.values().next().value!);
    return true;
  }

  clear(): void {
    this.ids.clear();
  }
}
