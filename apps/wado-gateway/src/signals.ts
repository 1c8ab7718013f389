import { Database, Listener } from '@drimbox/persistence';
import { errorFields, Lifecycle, Logger } from '@drimbox/service';
import { Injectable, type OnModuleInit } from '@nestjs/common';

const CHANNEL = 'wado_gateway';

/** What changed in the tables, told to every replica: an event of the bus reaches one of them only. */
export type Signal = { readonly what: 'exam'; readonly examId: string } | { readonly what: 'trust' };

/** `undefined`: the connection came (back), anything may have changed meanwhile. */
export type SignalListener = (signal: Signal | undefined) => void;

@Injectable()
export class Signals implements OnModuleInit {
  private readonly listeners = new Set<SignalListener>();

  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    const listener = new Listener(this.database, this.channel, (payload) => this.heard(payload));
    this.lifecycle.onDrain('work', 'signals', () => listener.close());
  }

  /** Call it once the change has committed. */
  tell(signal: Signal): void {
    const payload = signal.what === 'exam' ? signal.examId : '-';
    this.database
      .query('select pg_notify($1, $2)', [this.channel, payload])
      .catch((error: unknown) => this.logger.warn('signal.lost', errorFields(error)));
  }

  onSignal(listener: SignalListener): void {
    this.listeners.add(listener);
  }

  /** Of this schema: two gateways on one server are no replicas of one another. */
  private get channel(): string {
    return `${CHANNEL}_${this.database.schema}`;
  }

  private heard(payload: string): void {
    const signal: Signal | undefined =
      payload === '' ? undefined : payload === '-' ? { what: 'trust' } : { what: 'exam', examId: payload };
    for (const listener of this.listeners) listener(signal);
  }
}
