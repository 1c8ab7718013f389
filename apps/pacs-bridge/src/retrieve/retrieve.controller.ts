import { findPacsLink, DrimError, PacsLinkId, RetrievePreference, RetrieveRequest } from '@drimbox/contracts';
import { CalledBy, SiteRegistryHolder, valid } from '@drimbox/service';
import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { FindStudyService } from '../find-study/find-study.service.js';
import { LinkDoor } from '../links/link-door.js';
import { Retrievals } from './retrievals.service.js';
import { type ObjectParts, sendParts } from './send-parts.js';
import { seriesParts } from './series-parts.js';
import { studyParts } from './study-parts.js';

type Request = z.output<typeof RetrieveRequest>;

/** Images for the other services, as they come out of the PACS. */
@Controller('links/:link')
export class RetrieveController {
  constructor(
    private readonly registry: SiteRegistryHolder,
    private readonly retrievals: Retrievals,
    private readonly studies: FindStudyService,
    private readonly door: LinkDoor,
  ) {}

  @Post('retrieve')
  @CalledBy('wado-gateway', 'source-viewer', 'admin')
  async retrieve(
    @Param('link', valid(PacsLinkId)) linkId: string,
    @Body(valid(RetrieveRequest)) request: Request,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const parts = await this.partsOf(linkId, request);
    await sendParts(parts, reply.raw, () => void reply.hijack());
  }

  /** What a person looks at now comes first of what that person waits for. */
  @Post('preference')
  @HttpCode(204)
  @CalledBy('source-viewer', 'admin')
  prefer(
    @Param('link', valid(PacsLinkId)) linkId: string,
    @Body(valid(RetrievePreference)) { flow, series }: RetrievePreference,
  ): void {
    const known = findPacsLink(this.registry.current, linkId);
    if (!known) throw new DrimError('DRIM-306', linkId);
    this.door.prefer(known.link, flow, series);
  }

  private async partsOf(linkId: string, request: Request): Promise<ObjectParts> {
    const known = findPacsLink(this.registry.current, linkId);
    if (!known) throw new DrimError('DRIM-306', linkId);
    const { site, link } = known;
    const { study, series, instance, purpose, flow, expected, heads } = request;
    if (series !== undefined) {
      const wanted = { study, series, instance };
      const opened = this.retrievals.open(site, link, wanted, { purpose, flow, expected, heads });
      const { reader } = opened;
      return { frames: seriesParts(opened), cut: reader.cut, close: () => reader.close() };
    }
    return studyParts(await this.studies.seriesOf(link, study, { purpose, flow }), (uid) =>
      this.retrievals.open(site, link, { study, series: uid }, { purpose, flow, heads }),
    );
  }
}
