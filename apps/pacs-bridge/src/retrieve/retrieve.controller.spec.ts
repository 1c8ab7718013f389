import { PacsLink } from '@drimbox/contracts';
import { createService } from '@drimbox/testing';
import { RetrieveController } from './retrieve.controller.js';

const link = PacsLink.parse({
  id: 'pacs',
  host: '127.0.0.1',
  port: 11112,
  calledAe: 'PACS',
  callingAe: 'DRIMBOX',
  db: 'db1.990.mesimagesmedicales.fr',
  vi: 'vi1.990.mesimagesmedicales.fr',
  listen: { port: 0, allow: ['127.0.0.1'] },
});

it('tells the door of a link what a flow wants first, and knows no other link', () => {
  const told: unknown[] = [];
  const controller = createService(RetrieveController, [
    { current: { version: 1, sites: [{ id: 'port', pacsLinks: [link] }] } } as never,
    undefined,
    undefined,
    { prefer: ({ id }, flow, series) => void told.push([id, flow, series]) },
  ]);
  controller.prefer('pacs', { flow: 'view-1', series: ['1.2.3', '1.2.4'] });
  expect(told).toEqual([['pacs', 'view-1', ['1.2.3', '1.2.4']]]);
  expect(() => controller.prefer('other', { flow: 'view-1', series: [] })).toThrow('other');
});
