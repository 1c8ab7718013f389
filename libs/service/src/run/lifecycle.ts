import { errorFields } from '../log/fields.js';
import type { Logger } from '../log/logger.js';

/** How a service stops, in this order: take nothing more in, end what is in flight, leave the bus, close the pool. */
export const DRAIN_PHASES = ['intake', 'work', 'bus', 'store'] as const;
export type DrainPhase = (typeof DRAIN_PHASES)[number];

interface DrainStep {
  readonly phase: DrainPhase;
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

/** What modules do when the service starts and stops, and the ports they opened. */
export class Lifecycle {
  private readonly steps: DrainStep[] = [];
  private readonly openPorts: Record<string, number> = {};
  private readonly strategies: object[] = [];
  private draining = false;

  constructor(private readonly logger: Logger) {}

  get stopping(): boolean {
    return this.draining;
  }

  get ports(): Readonly<Record<string, number>> {
    return this.openPorts;
  }

  /** Transports to start once the service is up, as Nest microservices. */
  get transports(): readonly object[] {
    return this.strategies;
  }

  /** A port opened by a module (`hl7-main`: 2575), said in the ready line. Call it before the application is up. */
  addPort(name: string, port: number): void {
    this.openPorts[name] = port;
  }

  addTransport(strategy: object): void {
    this.strategies.push(strategy);
  }

  /** Runs when the service stops. A step that fails is logged and holds up nothing. */
  onDrain(phase: DrainPhase, name: string, run: () => Promise<void> | void): void {
    this.steps.push({ phase, name, run });
  }

  async drain(): Promise<void> {
    this.draining = true;
    for (const phase of DRAIN_PHASES) {
      await Promise.all(this.steps.filter((step) => step.phase === phase).map((step) => this.runStep(step)));
    }
  }

  private async runStep({ phase, name, run }: DrainStep): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.logger.error('drain.failed', { ...errorFields(error), phase, detail: name });
    }
  }
}
