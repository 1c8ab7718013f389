import { SopClass } from '@drimbox/dicom';
import { Database } from '@drimbox/persistence';
import { CONFIG, Logger } from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Settings } from '../config/settings.js';

/**
 * By setting, pointers that an earlier release published without flagging their key images are built again, once each:
 * the plan of an exam replaces a version that is marked. Studies without a Key Object are left alone.
 */
@Injectable()
export class KeyImageRebuild implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly settings: Pick<Settings, 'kosRebuildKeyImages'>,
  ) {}

  async onModuleInit(): Promise<void> {
    if (!this.settings.kosRebuildKeyImages) return;
    const [row] = await this.database.query<{ count: number }>(
      `with marked as (
         update kos_version set outdated = true
          where status in ('frozen', 'approved') and not key_images and summary->'objects' @> $1
          returning exam_id),
       due as (
         update exam set next_attempt_at = now()
          where id in (select exam_id from marked) and next_attempt_at is null returning id)
       select count(*)::int as count from due`,
      [JSON.stringify([{ sopClass: SopClass.KeyObjectSelection }])],
    );
    this.logger.info('kos.key-images-rebuilt', { count: row?.count ?? 0 });
  }
}
