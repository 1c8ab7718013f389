import { CONFIG } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import type { ReadRequest } from '../listener/read-request.js';
import { PeerDoor } from '../peers/peer-door.js';
import { ProfessionalDoor } from '../professionals/professional-door.js';
import { ProjectionRepository } from '../projection/projection.repository.js';
import { Quota, type Taken } from '../quotas/quota.js';
import { decide } from './decide.js';
import type { Decision, ExamFound, Facts, LinkFacts, Question, TokenVerdict, Turn } from './facts.js';

export interface Caller {
  readonly link: LinkFacts;
  /** DER of the certificate shown in the handshake. */
  readonly certificate: Buffer | undefined;
}

export interface Admitted {
  readonly decision: Exclude<Decision, { kind: 'ask' }>;
  /** db FQDN of the list that the certificate speaks for; undefined for a stranger. */
  readonly peer: string | undefined;
  readonly facts: Facts;
  /** Gives the turns back; to be called once the answer is over. */
  release(): void;
}

/** Gathers what the decision asks for, in the order in which it asks, and nothing beyond. */
@Injectable()
export class Admission {
  private readonly peers: Quota;
  private readonly professionals: Quota;

  constructor(
    private readonly door: PeerDoor,
    private readonly tokens: ProfessionalDoor,
    private readonly exams: ProjectionRepository,
    @Inject(CONFIG) settings: Settings,
  ) {
    this.peers = new Quota({
      concurrent: settings.peerConcurrent,
      perSecond: settings.peerPerSecond,
      burst: settings.peerBurst,
    });
    this.professionals = new Quota({
      concurrent: settings.professionalConcurrent,
      perSecond: settings.professionalPerSecond,
      burst: settings.professionalBurst,
    });
  }

  async admit({ link, certificate }: Caller, request: ReadRequest): Promise<Admitted> {
    const { verdict, listing } = this.door.judge(certificate);
    const peer = verdict.ok && listing.usable ? listing.peer : undefined;
    const releases: (() => void)[] = [];
    const release = (): void => releases.splice(0).forEach((give) => give());
    const turnOf = (taken: Taken): Turn => {
      if ('release' in taken) releases.push(() => taken.release());
      return taken.turn;
    };
    let facts: Facts = {
      link,
      host: request.host,
      method: request.method,
      target: request.target,
      peer: verdict,
      listing,
      bearer: request.bearer !== undefined,
      accept: request.accept.ok ? 'readable' : 'unreadable',
      kos: request.kos,
    };
    const answers: Record<Question, () => Turn | Promise<TokenVerdict> | Promise<ExamFound>> = {
      peerTurn: () => turnOf(this.peers.take(peer ?? '')),
      token: () => this.tokens.check(request.bearer),
      professionalTurn: () => turnOf(this.professionals.take(facts.token?.ok ? facts.token.professional.id : '')),
      found: () => this.exams.find(link.id, facts.target.kind === 'images' ? facts.target.asked.study : ''),
    };
    try {
      for (;;) {
        const decision = decide(facts);
        if (decision.kind !== 'ask') return { decision, peer, facts, release };
        facts = { ...facts, [decision.question]: await answers[decision.question]() };
      }
    } catch (error) {
      release();
      throw error;
    }
  }
}
