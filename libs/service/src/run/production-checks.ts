/** Told apart by the name of their issuer: every authority of the sandbox has it in its name. */
export const SANDBOX_ISSUER = /sandbox/i;

export type ProductionCheck = () => string[];

/** What must not be found in production. Modules add theirs; each returns its faults in plain words. */
export class ProductionChecks {
  private readonly checks: ProductionCheck[] = [];

  add(check: ProductionCheck): void {
    this.checks.push(check);
  }

  faults(): string[] {
    return this.checks.flatMap((check) => check());
  }
}
