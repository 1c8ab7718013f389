import { randomUUID } from 'node:crypto';
import { getDocumentsRequest, readEntries, type RegistryEntry, type ReturnType } from '../iti18/get-documents.js';
import { provideAndRegisterMessage } from '../iti41/request.js';
import { awaitsReplacedEntry } from '../iti41/replaced-entry.js';
import type { FrozenSubmission } from '../iti41/submission.js';
import type { Deletion } from '../iti57/deletion.js';
import { updateDocumentSetMessage } from '../iti57/request.js';
import { RS } from '../metadata/namespaces.js';
import { readRegistryResponse } from '../registry-response/registry-response.js';
import { ACTIONS, soapEnvelope } from '../soap/envelope.js';
import { plainBody, type HttpBody } from '../soap/mtom.js';
import { readSoapAnswer } from '../soap/read.js';
import type { ParsedElement } from '../xml/parse.js';
import { XdsError } from '../xds-errors.js';
import { TlsAgents, type AgentProvider, type ClientTls } from './agents.js';
import { exchange, type ExchangeLimits } from './exchange.js';
import { fromFailure, fromFault, fromStatus, unknown, type Failed } from './outcome.js';

export interface DmpClientOptions {
  /** https URLs of the repository (ITI-41) and of the registry (ITI-18, ITI-57). */
  readonly repositoryUrl: string;
  readonly registryUrl: string;
  readonly connectMs?: number;
  /** From the connection to the last byte of the answer. */
  readonly answerMs?: number;
  readonly maxResponseBytes?: number;
  /** Simultaneous connections per certificate pair. */
  readonly connections?: number;
  readonly agents?: AgentProvider;
}

/** What is new at each send. */
export interface SendOptions {
  /** A VIHF just made by `buildVihf`. */
  readonly vihf: string;
  readonly tls: ClientTls;
}

/** `warnings`: codes the registry added to its success. */
type SubmitOutcome = { outcome: 'accepted'; warnings: readonly string[] } | Failed;
export type ProvideAndRegisterOutcome = SubmitOutcome;
export type DeleteOutcome = SubmitOutcome;
export type FindOutcome =
  { outcome: 'found'; entries: readonly [RegistryEntry, ...RegistryEntry[]] } | { outcome: 'absent' } | Failed;

const DEFAULTS = { connectMs: 10_000, answerMs: 60_000, maxResponseBytes: 4 * 1024 * 1024, connections: 8 } as const;

function httpsUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw new XdsError('invalid-url', 'A DMP endpoint is an https URL without credentials');
  return url;
}

interface ReadAnswer {
  readonly content: ParsedElement;
  /** HTTP 2xx. */
  readonly ok: boolean;
}

/** The answer to a submission (ITI-41, ITI-57): rs:RegistryResponse. */
function submitOutcome(answer: ReadAnswer | Failed): SubmitOutcome {
  if (!('content' in answer)) return answer;
  const { content } = answer;
  const response =
    content.namespace === RS && content.name === 'RegistryResponse' ? readRegistryResponse(content) : undefined;
  if (!response) return unknown('no-registry-response');
  if (response.status === 'Failure') return fromFailure(response);
  // Part of a submission that succeeds as a whole or not at all (ITI TF-2 §3.41.4.2): not to be trusted.
  if (response.status === 'PartialSuccess') return unknown('partial-success');
  if (!answer.ok) return unknown('success-under-http-error');
  return { outcome: 'accepted', warnings: response.errors.map((error) => error.code) };
}

/** The DMP as a document source sees it. Every method resolves to an outcome; what the network does is never thrown. */
export class DmpClient {
  private readonly repository: URL;
  private readonly registry: URL;
  private readonly limits: ExchangeLimits;
  private readonly agents: AgentProvider;

  /** @throws XdsError `invalid-url`. */
  constructor(options: DmpClientOptions) {
    const { connections, ...limits } = { ...DEFAULTS, ...options };
    this.repository = httpsUrl(options.repositoryUrl);
    this.registry = httpsUrl(options.registryUrl);
    this.limits = limits;
    this.agents = options.agents ?? new TlsAgents({ connectMs: limits.connectMs, connections });
  }

  /**
   * ITI-41: send a frozen submission. A retry passes the same `frozen` and a fresh VIHF; a replacement frozen with
   * REPLACED_ENTRY passes what `withReplacedEntry` makes of its metadata.
   * @throws XdsError `replaced-entry-missing`.
   */
  async provideAndRegister(
    frozen: Pick<FrozenSubmission, 'kos' | 'metadataXml' | 'signatureXml'>,
    send: SendOptions,
  ): Promise<ProvideAndRegisterOutcome> {
    if (awaitsReplacedEntry(frozen.metadataXml))
      throw new XdsError('replaced-entry-missing', 'The metadata of a replacement names no replaced entry yet');
    const uuid = randomUUID();
    const message = provideAndRegisterMessage(frozen, { to: this.repository.href, vihf: send.vihf, uuid });
    return submitOutcome(await this.ask(this.repository, message, uuid, send.tls));
  }

  /**
   * ITI-57 (TD3.3c): delete an entry. On `unknown`, and before a retry, look by `findByUniqueId`: `Deleted` is success,
   * and the entryUUID may be another.
   */
  async deleteEntry(deletion: Pick<Deletion, 'metadataXml'>, send: SendOptions): Promise<DeleteOutcome> {
    const uuid = randomUUID();
    const message = updateDocumentSetMessage(deletion, { to: this.registry.href, vihf: send.vihf, uuid });
    return submitOutcome(await this.ask(this.registry, message, uuid, send.tls));
  }

  /** ITI-18 GetDocuments: what the registry holds under this uniqueId, whatever its status. */
  async findByUniqueId(
    uniqueId: string,
    send: SendOptions & { readonly returnType?: ReturnType },
  ): Promise<FindOutcome> {
    const uuid = randomUUID();
    const action = ACTIONS.registryStoredQuery;
    const header = { to: this.registry.href, action, messageId: `urn:uuid:${uuid}`, vihf: send.vihf };
    const envelope = soapEnvelope(header, getDocumentsRequest(uniqueId, send.returnType ?? 'LeafClass'));
    const answer = await this.ask(this.registry, plainBody(envelope, action), uuid, send.tls);
    if (!('content' in answer)) return answer;
    const entries = readEntries(answer.content);
    const response = entries && readRegistryResponse(answer.content);
    if (!entries || !response) return unknown('no-query-response');
    if (response.status === 'Failure') return fromFailure(response);
    // Nothing found by a query that only half succeeded proves nothing.
    if (response.status === 'PartialSuccess') return unknown('partial-success');
    if (!answer.ok) return unknown('success-under-http-error');
    // Somebody else's entry must never be replaced or deleted for ours.
    if (entries.some((entry) => entry.uniqueId !== undefined && entry.uniqueId !== uniqueId))
      return unknown('other-document');
    const [first, ...others] = entries;
    return first ? { outcome: 'found', entries: [first, ...others] } : { outcome: 'absent' };
  }

  /** Let requests end, then close every connection. */
  async close(): Promise<void> {
    await this.agents.close();
  }

  private async ask(url: URL, message: HttpBody, uuid: string, tls: ClientTls): Promise<ReadAnswer | Failed> {
    const http = await exchange(url, message, this.agents.agentFor(tls), this.limits);
    if ('outcome' in http) return http;
    const answer = readSoapAnswer(http.contentType, http.body, `urn:uuid:${uuid}`);
    if (answer.kind === 'fault') return fromFault(answer.fault);
    if (answer.kind === 'unreadable') return fromStatus(http.status, answer);
    // A refusal may come with any HTTP status, a success only with 2xx.
    return { content: answer.content, ok: http.status >= 200 && http.status < 300 };
  }
}
