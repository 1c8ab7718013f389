import { Injectable } from '@nestjs/common';

/**
 * Which PACS links this process works for. AE title and port belong to the link, and PACS administrators register fixed
 * addresses: one process at a time may use them. Today one pacs-bridge owns them all; when links are grouped in shards, a
 * lease in PostgreSQL with a fencing number stands behind this class and nothing else changes.
 */
@Injectable()
export class LinkOwner {
  owns(_linkId: string): boolean {
    return true;
  }
}
