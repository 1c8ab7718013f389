import {
  type EchoAnswer,
  type FindStudyAnswer,
  FindStudyRequest,
  type LinkReport,
  PacsLinkId,
} from '@drimbox/contracts';
import { CalledBy, valid } from '@drimbox/service';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { EchoService } from '../echo/echo.service.js';
import { FindStudyService } from '../find-study/find-study.service.js';
import { LinkWatch } from './link-watch.service.js';

/** What the other services may ask of a PACS. */
@Controller('links')
export class LinksController {
  constructor(
    private readonly studies: FindStudyService,
    private readonly echoes: EchoService,
    private readonly watch: LinkWatch,
  ) {}

  @Get()
  @CalledBy('source-viewer', 'admin')
  links(): LinkReport[] {
    return this.watch.reports();
  }

  @Post(':link/studies/find')
  @HttpCode(200)
  @CalledBy('kos-publisher', 'admin')
  findStudy(
    @Param('link', valid(PacsLinkId)) link: string,
    @Body(valid(FindStudyRequest)) { study }: FindStudyRequest,
  ): Promise<FindStudyAnswer> {
    return this.studies.find(link, study);
  }

  @Post(':link/echo')
  @HttpCode(200)
  @CalledBy('admin')
  echo(@Param('link', valid(PacsLinkId)) link: string): Promise<EchoAnswer> {
    return this.echoes.echo(link);
  }
}
