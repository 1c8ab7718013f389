/** What the DMP's list says of an entry. */
export interface DmpEntry {
  readonly uniqueId: string;
  readonly entryUuid: string;
  readonly status: string;
  readonly patientId: string;
  readonly typeCode: string;
  readonly referenceIds: readonly string[];
  readonly confidentialityCodes: readonly string[];
  readonly authorInstitution: readonly string[];
  readonly hash: string;
  readonly clientStructure: string;
  /** uniqueId of the entry that took its place. */
  readonly replacedBy?: string;
}

export interface DmpSubmission {
  readonly at: string;
  readonly endpoint: string;
  readonly verdict: string;
  readonly codes: readonly string[];
  readonly contexts: readonly string[];
  readonly schema: string;
  readonly operation?: DmpOperation;
  /** Documents submitted, asked for or deleted. */
  readonly uniqueIds?: readonly string[];
  /** In whose name: Subject of the VIHF. */
  readonly subject?: string;
}

/** What a request asks the DMP for. */
export type DmpOperation = 'publish' | 'replace' | 'delete' | 'update' | 'query';

export interface DmpBehaviour {
  readonly kind: 'slow' | 'down' | 'refuse' | 'fault' | 'busy' | 'lose-answer' | 'cut-mid-answer' | 'html-503';
  readonly times?: number;
  readonly endpoint?: '/repository' | '/registry';
  readonly operation?: DmpOperation;
  readonly ms?: number;
  readonly code?: string;
}

/** The desk of the sandbox DMP, from the outside. */
export class DmpDesk {
  constructor(private readonly url: string) {}

  entries(): Promise<DmpEntry[]> {
    return this.get('/entries');
  }

  submissions(): Promise<DmpSubmission[]> {
    return this.get('/submissions');
  }

  /** The document as it was received. */
  async document(uniqueId: string): Promise<Buffer> {
    return Buffer.from(await (await this.ask(`/entries/${uniqueId}/document`)).arrayBuffer());
  }

  async metadata(uniqueId: string): Promise<string> {
    return (await this.ask(`/entries/${uniqueId}/metadata`)).text();
  }

  /** Somebody else changes the metadata (another entryUUID), or deletes the entry. */
  async changeByOthers(uniqueId: string, act: 'touch' | 'delete'): Promise<void> {
    await this.ask(`/entries/${uniqueId}/${act}`, { method: 'POST' });
  }

  async behave(behaviour: DmpBehaviour): Promise<void> {
    await this.ask('/faults', { method: 'POST', body: JSON.stringify(behaviour) });
  }

  async behaveWell(): Promise<void> {
    await this.ask('/faults', { method: 'DELETE' });
  }

  async reset(): Promise<void> {
    await this.behaveWell();
    await this.ask('/reset', { method: 'POST' });
  }

  private async get<T>(path: string): Promise<T> {
    return (await (await this.ask(path)).json()) as T;
  }

  private async ask(path: string, init?: RequestInit): Promise<Response> {
    const response = await fetch(`${this.url}${path}`, init);
    if (!response.ok) throw new Error(`DMP desk ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
}
