import { Metrics } from '@drimbox/service';
import { Injectable } from '@nestjs/common';

@Injectable()
export class ReceptionMetrics {
  private readonly messages: ReturnType<Metrics['counter']>;

  constructor(metrics: Metrics) {
    const help = 'Messages received, by outcome and acknowledgement';
    this.messages = metrics.counter('drimbox_hl7_messages_total', help, ['outcome', 'verdict']);
  }

  count(outcome: string, verdict: string): void {
    this.messages.inc({ outcome, verdict });
  }
}
