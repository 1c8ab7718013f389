/** When to say that the user is there, and when to warn. Pure: times in milliseconds. */
export interface IdlePlan {
  readonly tell: boolean;
  /** Seconds left when the end is near. */
  readonly warn: number | undefined;
}

const TELL_EVERY = 60_000;
const WARN_BEFORE = 60_000;

/** `active`: last gesture; `told`: last time the portal was told. */
export function idlePlan(now: number, active: number, told: number, idleSeconds: number): IdlePlan {
  const left = told + idleSeconds * 1000 - now;
  const every = Math.min(TELL_EVERY, (idleSeconds * 1000) / 3);
  return {
    tell: active > told && now - told >= every,
    warn: left <= Math.min(WARN_BEFORE, (idleSeconds * 1000) / 2) ? Math.max(0, Math.ceil(left / 1000)) : undefined,
  };
}

/** Keeps the session of somebody who works alive, and warns somebody who does not. */
export function keepAlive(
  idleSeconds: number,
  tell: () => Promise<void>,
  warn: (seconds?: number) => void,
): () => void {
  let active = 0;
  let told = Date.now();
  const gesture = (): void => {
    active = Date.now();
  };
  for (const event of ['pointerdown', 'pointermove', 'keydown', 'wheel']) {
    addEventListener(event, gesture, { passive: true, capture: true });
  }
  const timer = setInterval(() => {
    const plan = idlePlan(Date.now(), active, told, idleSeconds);
    warn(plan.warn);
    if (!plan.tell) return;
    told = Date.now();
    void tell().catch(() => undefined);
  }, 1000);
  return () => clearInterval(timer);
}
