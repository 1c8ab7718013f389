import type { ErrorCode, Failure, PacsLink, RetrievePurpose } from '@drimbox/contracts';
import {
  type Association,
  FIND_CONTEXT,
  MOVE_CONTEXT,
  openAssociation,
  type PeerFailure,
  type Result,
  type RetrieveAnswer,
  type RetrieveQuery,
  Tag,
} from '@drimbox/dicom';
import { Injectable } from '@nestjs/common';
import { LinkDoor } from '../links/link-door.js';
import { failureOf, Peers } from '../links/peer.js';
import type { Expectation } from './expectations.js';
import type { ObjectReceiver } from './object-receiver.js';
import { contextsOfGet } from './contexts-of-get.js';
import { StoreDesk } from './store-desk.js';
import { keysOf, levelOf, type Wanted } from './wanted.js';

export interface Asker {
  readonly purpose: RetrievePurpose;
  readonly flow: string;
  readonly signal: AbortSignal;
  /** The request is about to leave: the wait for the link's turn is over. */
  readonly onAsked?: () => void;
  /** How many objects there will be, as the PACS counts them down. */
  readonly onExpected?: (instances: number) => void;
}

/** What a PACS answered to one C-MOVE or C-GET; whether everything came is for the receiver to say. */
export interface Pulled {
  readonly failure?: Failure;
  readonly failedInstances: readonly string[];
  /** Objects the PACS says it could not send. */
  readonly failed: number;
  /** Those it says were taken with a warning: they may have come whole. */
  readonly warned: number;
  /** Instances of the series, or of the study, as the PACS counts them: asked once the objects have come. */
  readonly held?: number;
}

const NOTHING = { failedInstances: [], failed: 0, warned: 0 } as const;

/** One retrieval from one PACS over one association, within the limits of its link. */
@Injectable()
export class Puller {
  constructor(
    private readonly door: LinkDoor,
    private readonly desk: StoreDesk,
    private readonly peers: Peers,
  ) {}

  async pull(link: PacsLink, wanted: Wanted, receiver: ObjectReceiver, asker: Asker): Promise<Pulled> {
    const used = await this.door.use(
      link,
      { ...asker, label: wanted.series },
      () => this.retrieve(link, wanted, receiver, asker),
      ({ answer }) => (answer.ok ? undefined : answer.failure.kind),
    );
    if (!used.ok) return { failure: used.failure, ...NOTHING };
    const { answer, held } = used.value;
    const counted = held === undefined ? {} : { held };
    if (!answer.ok) return { failure: retrieveFailure(answer.failure), ...NOTHING, ...counted };
    const { failed, warning, failedInstances } = answer.value;
    return { failedInstances, failed, warned: warning, ...counted };
  }

  private async retrieve(
    link: PacsLink,
    wanted: Wanted,
    receiver: ObjectReceiver,
    asker: Asker,
  ): Promise<{ answer: Result<RetrieveAnswer>; held?: number }> {
    const peer = this.peers.of(link);
    const contexts =
      link.retrieveBy === 'move' ? [MOVE_CONTEXT, FIND_CONTEXT] : await contextsOfGet(peer, link, wanted, asker.signal);
    const opened = await openAssociation(peer, contexts, { signal: asker.signal });
    if (!opened.ok) return { answer: opened };
    const association = opened.value;
    const expectation = this.desk.expect(link, wanted, receiver);
    try {
      const answer = await this.ask(association, link, wanted, expectation, asker);
      const held = answer.ok ? await countHeld(association, wanted, asker.signal) : undefined;
      return { answer, ...(held !== undefined && { held }) };
    } finally {
      this.desk.forget(expectation);
      await association.release();
    }
  }

  private ask(
    association: Association,
    link: PacsLink,
    wanted: Wanted,
    expectation: Expectation,
    { signal, onAsked, onExpected }: Asker,
  ): Promise<Result<RetrieveAnswer>> {
    const query: RetrieveQuery = {
      level: levelOf(wanted),
      keys: keysOf(wanted),
      messageId: expectation.messageId,
      silence: link.silenceSeconds * 1000,
      lastSign: () => expectation.lastSign,
      signal,
      onProgress: ({ remaining, completed, failed, warning }) => {
        expectation.lastSign = performance.now();
        if (remaining !== undefined) onExpected?.(remaining + completed + failed + warning);
      },
    };
    onAsked?.();
    return link.retrieveBy === 'move'
      ? association.move({ ...query, destination: link.callingAe })
      : association.get(query, this.desk.handlerOf(link, expectation));
  }
}

/**
 * How many instances the PACS holds (PS3.4 §C.3.4): some say that everything was sent and have left some out. Asked after
 * the objects so that it delays none. Undefined where the PACS does not count; 0 where it knows no such series or study.
 */
async function countHeld(association: Association, wanted: Wanted, signal: AbortSignal): Promise<number | undefined> {
  const level = levelOf(wanted);
  if (level === 'IMAGE') return undefined;
  const count = level === 'SERIES' ? Tag.NumberOfSeriesRelatedInstances : Tag.NumberOfStudyRelatedInstances;
  const found = await association.find({ level, keys: { ...keysOf(wanted), [count]: '' }, maxAnswers: 10, signal });
  if (!found.ok) return undefined;
  const own = found.value.find(
    (answer) =>
      answer.getString(level === 'SERIES' ? Tag.SeriesInstanceUID : Tag.StudyInstanceUID) ===
      (wanted.series ?? wanted.study),
  );
  return own ? own.getInt(count) : 0;
}

/** A refusal of C-MOVE is not that of a C-FIND: the rest is said alike. */
function retrieveFailure(failure: PeerFailure): Failure {
  const { code, detail } = failureOf(failure);
  const codes: Partial<Record<PeerFailure['kind'], ErrorCode>> = { refused: 'DRIM-314', cancelled: 'DRIM-315' };
  return { code: codes[failure.kind] ?? code, detail };
}
