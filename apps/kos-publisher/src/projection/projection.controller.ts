import { type ProjectionPage, ProjectionQuery } from '@drimbox/contracts';
import { CalledBy, valid } from '@drimbox/service';
import { Controller, Get, Query } from '@nestjs/common';
import { ProjectionRepository } from './projection.repository.js';

/** What `exam.projected` has told of every exam, for a door that rebuilds its projection. No patient trait. */
@Controller('projection')
@CalledBy('wado-gateway', 'source-viewer', 'admin')
export class ProjectionController {
  constructor(private readonly projection: ProjectionRepository) {}

  @Get()
  page(@Query(valid(ProjectionQuery)) query: ProjectionQuery): Promise<ProjectionPage> {
    return this.projection.page(query);
  }
}
