import { setTimeout as sleep } from 'node:timers/promises';
import { shuffled } from '../long/random.js';
import { type Victim, victimsOf } from '../long/victims.js';
import type { Mesh } from '../mesh/mesh.js';
import { installBus } from '../stack/services.js';

/** Something that happens to the mesh while messages flow; over when the mesh is whole again. */
export interface Disturbance {
  readonly name: string;
  happen(): Promise<void>;
}

/** Epoch milliseconds between which PostgreSQL surely did not run. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

const DOWN_MS = { kill: 1000, outage: 4000 } as const;
/** Two losses of the store and one outage. */
const WORSE = 3;
const POSTGRES = 'PostgreSQL';

/** `kill -9` of each process in turn, and what is worse: a longer outage of the database, the loss of the broker's store. */
export class Disturber {
  readonly outages: Outage[] = [];
  private readonly victims: readonly Victim[];

  constructor(
    private readonly mesh: Mesh,
    private readonly random: () => number,
  ) {
    this.victims = victimsOf(mesh);
  }

  /** About `count`: every process as often as the others; the store lost after one and two thirds, the outage between. */
  plan(count: number): Disturbance[] {
    const plan: Disturbance[] = [];
    while (plan.length < count - WORSE)
      plan.push(...shuffled(this.victims, this.random).map((victim) => this.kill(victim)));
    plan.length = Math.max(0, Math.min(plan.length, count - WORSE));
    plan.splice(Math.floor((2 * plan.length) / 3), 0, this.storeLoss());
    plan.splice(Math.floor(plan.length / 2), 0, this.outage());
    plan.splice(Math.floor(plan.length / 3), 0, this.storeLoss());
    return plan;
  }

  /** Until the next one: 1 to 5 s. */
  pause(): Promise<void> {
    return sleep(1000 + 4000 * this.random());
  }

  /** A DMP that works and is not heard (promise P11); while it is dead itself, nobody can tell it so. */
  async loseAnswers(): Promise<boolean> {
    const kind = this.random() < 0.5 ? 'lose-answer' : 'cut-mid-answer';
    const operation = (['publish', 'replace', 'delete'] as const)[Math.floor(3 * this.random())] ?? 'publish';
    const times = 1 + Math.floor(2 * this.random());
    return this.mesh.behave({ kind, operation, times }).then(
      () => true,
      () => false,
    );
  }

  private kill(victim: Victim): Disturbance {
    const down = DOWN_MS.kill * this.random();
    const happen = (): Promise<void> => (victim.name === POSTGRES ? this.postgresDown(down) : killed(victim, down));
    return { name: victim.name, happen };
  }

  private outage(): Disturbance {
    const down = DOWN_MS.outage / 2 + (DOWN_MS.outage / 2) * this.random();
    return { name: 'PostgreSQL outage', happen: () => this.postgresDown(down) };
  }

  private async postgresDown(milliseconds: number): Promise<void> {
    const { server } = this.mesh.stack.database;
    await server.kill9();
    const from = Date.now();
    await sleep(milliseconds);
    this.outages.push({ from, to: Date.now() });
    await server.restart();
  }

  private storeLoss(): Disturbance {
    const { broker, around } = this.mesh.stack;
    return {
      name: 'JetStream store lost',
      happen: async () => {
        await broker.server.kill9();
        broker.server.deleteStore();
        await broker.server.restart();
        await installBus(around);
      },
    };
  }
}

async function killed(victim: Victim, milliseconds: number): Promise<void> {
  await victim.kill9();
  await sleep(milliseconds);
  await victim.restart();
}
