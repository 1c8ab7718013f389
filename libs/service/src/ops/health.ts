export type CheckState = { ok: true } | { ok: false; reason: string };

export interface HealthCheck {
  readonly name: string;
  /**
   * `live`: failing means the process must be restarted. `ready`: failing means no new work is to be sent here.
   * `note`: shown beside readiness, decides nothing (NATS down does not stop a reception that the outbox keeps).
   */
  readonly kind: 'live' | 'ready' | 'note';
  readonly check: () => CheckState | Promise<CheckState>;
}

export interface HealthReport {
  readonly ok: boolean;
  readonly checks: Record<string, string>;
}

const CHECK_MILLISECONDS = 2_000;

/** What orchestrators ask: is it alive, may it receive work. Modules add their own named checks. */
export class Health {
  private readonly checks: HealthCheck[] = [];
  /** Raised once the service has started, lowered first when it is told to stop. */
  serving = false;

  register(check: HealthCheck): void {
    this.checks.push(check);
  }

  live(): Promise<HealthReport> {
    return this.report(['live']);
  }

  async ready(): Promise<HealthReport> {
    const { ok, checks } = await this.report(['ready', 'note']);
    return { ok: ok && this.serving, checks: { serving: this.serving ? 'ok' : 'no', ...checks } };
  }

  private async report(kinds: HealthCheck['kind'][]): Promise<HealthReport> {
    const asked = this.checks.filter(({ kind }) => kinds.includes(kind));
    const states = await Promise.all(asked.map((check) => bounded(check)));
    return {
      ok: states.every((state, index) => state.ok || asked[index]?.kind === 'note'),
      checks: Object.fromEntries(states.map((state, index) => [asked[index]!.name, state.ok ? 'ok' : state.reason])),
    };
  }
}

async function bounded({ check }: HealthCheck): Promise<CheckState> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckState>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, reason: 'no answer in time' }), CHECK_MILLISECONDS);
  });
  try {
    return await Promise.race([Promise.resolve(check()), late]);
  } catch (error) {
    // The class only: this body is answered to anyone on the ops port.
    return { ok: false, reason: error instanceof Error ? error.name : 'failed' };
  } finally {
    clearTimeout(timer);
  }
}
