import { Audit } from '@drimbox/audit';
import { type ArchivePage, ArchivePart, ArchiveSearch, DrimError } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { CalledBy, valid, Operator } from '@drimbox/service';
import { Body, Controller, Get, HttpCode, Param, Post, StreamableFile } from '@nestjs/common';
import { z } from 'zod';

import { readAct, searchAct } from './archive-audit.js';
import { readArchive, searchArchive } from './archive.repository.js';

const TYPES: Readonly<Record<ArchivePart, string>> = {
  kos: 'application/dicom',
  metadata: 'application/xml',
  signature: 'application/xml',
};

/** The archive (DB.SO.13) in the hands of an operator: each search and each read leaves its audit record. */
@Controller('archive')
@CalledBy('admin')
export class ArchiveController {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  @Post('search')
  @HttpCode(200)
  search(@Body(valid(ArchiveSearch)) search: ArchiveSearch, @Operator() operator: string): Promise<ArchivePage> {
    return this.database.transaction(async (tx) => {
      const versions = await searchArchive(tx, search);
      await this.audit.record(tx, searchAct(search, operator, versions.length));
      return { versions, next: versions.length === search.limit ? (versions.at(-1)?.position ?? null) : null };
    });
  }

  @Get(':versionId/:part')
  async read(
    @Param('versionId', valid(z.uuid())) versionId: string,
    @Param('part', valid(ArchivePart)) part: ArchivePart,
    @Operator() operator: string,
  ): Promise<StreamableFile> {
    const read = await this.database.transaction(async (tx) => {
      const archived = await readArchive(tx, versionId, part);
      if (archived) await this.audit.record(tx, readAct(archived, part, operator));
      return archived;
    });
    if (!read) throw new DrimError('DRIM-103');
    return new StreamableFile(read.bytes, { type: TYPES[part], length: read.bytes.length });
  }
}
