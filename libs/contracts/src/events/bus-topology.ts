import { EVENT_NAMES, type EventName, ROUTES } from './catalogue.js';
import type { ListenerName } from '../services.js';

/** One stream for every event; one durable consumer per service and event (nats-server 2.9 filters on one subject). */
export const EVENTS_STREAM = 'DRIM_EVENTS';
export const SUBJECT_PREFIX = 'drim.evt.';

export const subjectOf = (event: EventName): string => SUBJECT_PREFIX + event;
export const durableOf = (service: ListenerName, event: EventName): string =>
  `${service}-${event.replaceAll('.', '_')}`;
export const inboxPrefixOf = (service: string): string => `_INBOX_${service}`;

export interface NatsPermissions {
  readonly publish: string[];
  readonly subscribe: string[];
}

/** Least privilege of one service on the bus: its own events out, its own durables in, nothing else. */
export function natsPermissionsOf(service: ListenerName): NatsPermissions {
  const spoken = EVENT_NAMES.filter((event) => (ROUTES[event].from as readonly ListenerName[]).includes(service));
  const heard = EVENT_NAMES.filter((event) => ROUTES[event].to.includes(service));
  return {
    publish: [
      ...spoken.map(subjectOf),
      `$JS.API.STREAM.INFO.${EVENTS_STREAM}`,
      ...heard.flatMap((event) => {
        const durable = durableOf(service, event);
        return [
          `$JS.API.CONSUMER.INFO.${EVENTS_STREAM}.${durable}`,
          `$JS.API.CONSUMER.MSG.NEXT.${EVENTS_STREAM}.${durable}`,
          `$JS.ACK.${EVENTS_STREAM}.${durable}.>`,
        ];
      }),
    ],
    subscribe: [`${inboxPrefixOf(service)}.>`],
  };
}
