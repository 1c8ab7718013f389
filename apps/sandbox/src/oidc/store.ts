import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Kept {
  readonly payload: AdapterPayload;
  readonly until: number;
}

/** All that a test provider knows, in memory: gone when it stops. The desk looks into it. */
export class OidcStore {
  private readonly models = new Map<string, Map<string, Kept>>();

  /** The live records of one model of oidc-provider (`Session`, `AccessToken`, `Client`…). */
  all(model: string): { readonly id: string; readonly payload: AdapterPayload }[] {
    return [...this.records(model)]
      .filter(([, { until }]) => until > Date.now())
      .map(([id, { payload }]) => ({ id, payload }));
  }

  put(model: string, id: string, payload: AdapterPayload, seconds = Infinity): void {
    this.records(model).set(id, { payload, until: Date.now() + seconds * 1000 });
  }

  readonly adapter = (model: string): Adapter => {
    const find = (id: string): AdapterPayload | undefined => {
      const kept = this.records(model).get(id);
      return kept && kept.until > Date.now() ? kept.payload : undefined;
    };
    const first = (matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined =>
      this.all(model).find(({ payload }) => matches(payload))?.payload;
    return {
      upsert: async (id, payload, expiresIn) => this.put(model, id, payload, expiresIn ?? Infinity),
      find: async (id) => find(id),
      findByUid: async (uid) => first((payload) => payload.uid === uid),
      findByUserCode: async (code) => first((payload) => payload.userCode === code),
      consume: async (id) => {
        const payload = find(id);
        if (payload) payload['consumed'] = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => void this.records(model).delete(id),
      revokeByGrantId: async (grantId) => this.revokeGrant(grantId),
    };
  };

  /** Ends every token and code of a grant. */
  revokeGrant(grantId: string): void {
    for (const [model, records] of this.models)
      for (const [id, { payload }] of records)
        if (model !== 'Session' && payload.grantId === grantId) records.delete(id);
    this.records('Grant').delete(grantId);
  }

  private records(model: string): Map<string, Kept> {
    const known = this.models.get(model);
    if (known) return known;
    const made = new Map<string, Kept>();
    this.models.set(model, made);
    return made;
  }
}
