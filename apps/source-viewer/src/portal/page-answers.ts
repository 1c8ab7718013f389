import { CONFIG, SiteRegistryHolder } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { type Message, messagePage, refusalPage } from '../pages/pages.js';
import { type Exchange, pageContext, sendPage } from './exchange.js';

/** The answers that any part of the portal may give. */
@Injectable()
export class PageAnswers {
  constructor(
    private readonly registry: SiteRegistryHolder,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  /** The one page of all refusals: no reason, and whom to call. */
  refuse(exchange: Exchange): void {
    const site = this.registry.current.sites.find(({ id }) => id === exchange.name.site);
    const whom = [site?.name ?? '', this.settings.helpContact ?? ''].filter(Boolean).join(', ');
    sendPage(exchange, 403, refusalPage(pageContext(exchange), whom));
  }

  message(exchange: Exchange, status: number, message: Message): void {
    sendPage(exchange, status, messagePage(pageContext(exchange), message));
  }

  plain({ response }: Pick<Exchange, 'response'>, type: string, text: string): true {
    const bytes = Buffer.from(text);
    response
      .writeHead(200, {
        'content-type': type,
        'content-length': bytes.length,
        'cache-control': 'public, max-age=300',
        'x-content-type-options': 'nosniff',
      })
      .end(bytes);
    return true;
  }
}
