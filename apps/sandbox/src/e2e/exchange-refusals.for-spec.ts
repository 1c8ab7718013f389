import { eventually } from '@drimbox/testing';
import { X509Certificate } from 'node:crypto';
import { loadStudy } from '../pacs/pacs-loader.js';
import { entriesOf, DRIMBOXES } from '../stack/nation.js';
import { DRIMBOX_A, DRIMBOX_B, fqdnsOf } from '../stack/sites.js';
import type { Study } from '../studies/generate-study.js';
import type { ExchangeWorld, Published } from './exchange-world.for-spec.js';
import { ToldReport } from './told-report.js';

export interface Exchanged {
  readonly world: ExchangeWorld;
  readonly exam: Published;
  /** Another study, by its number. */
  studyOf(number: number): Study;
}

/** Who gets no images, and which images nobody gets any more. */
export function exchangeRefusals(given: () => Exchanged): void {
  it('nobody without a token, with a revoked one, or with a profession that is not allowed', async () => {
    const revoked = await given().world.desks.token('radiologue', DRIMBOX_B);
    await given().world.desks.revokeToken(revoked);
    const dietician = await given().world.desks.token('dieteticien', DRIMBOX_B);
    expect((await given().world.ask(given().exam, { token: 'unknown' })).status).toBe(401);
    expect((await given().world.ask(given().exam, { token: revoked })).status).toBe(401);
    expect((await given().world.ask(given().exam, { token: dietician })).status).toBe(403);
  });

  it('Pro Santé Connect away: nobody, and it says so', async () => {
    const token = await given().world.desks.token('radiologue', DRIMBOX_B);
    await given().world.desks.pscFault({ endpoint: 'introspection', kind: 'down' });
    const answer = await given().world.ask(given().exam, { token });
    await given().world.desks.pscWell();
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body.toString('utf8'))).toMatchObject({ code: 'DRIM-706' });
    expect(answer.headers['retry-after']).toMatch(/^[0-9]+$/);
  });

  it('another study, another KOS, another site: the same answer', async () => {
    const other = await given().world.published(given().studyOf(2002), 2002);
    const answers = [
      await given().world.ask({ study: given().exam.study, kos: other.kos }),
      await given().world.ask({ study: given().exam.study, kos: '1.2.3.4' }),
      await given().world.ask({ study: given().studyOf(2999), kos: given().exam.kos }),
      await given().world.ask(given().exam, { fqdn: fqdnsOf(DRIMBOX_A, 2).db }),
    ];
    const told = answers.map(({ status, body }) => [status, JSON.parse(body.toString('utf8')) as unknown]);
    expect(told[0]).toMatchObject([404, { code: 'DRIM-709' }]);
    for (const one of told) expect(one).toEqual(told[0]);
  });

  it('a replaced KOS still opens what replaced it; a withdrawn exam is refused', async () => {
    const study = given().studyOf(2003);
    await loadStudy(given().world.mesh.stack.pacs[0]!, study);
    const report = new ToldReport(given().world.mesh, 2003);
    await report.version(1, [study]);
    const first = { study, kos: (await given().world.mesh.examIn(study.uid, 'published')).kos ?? '' };
    await report.version(2, [study]);
    await eventually(async () => {
      const { kos } = await given().world.mesh.examIn(study.uid, 'published');
      if (kos === first.kos) throw new Error('not replaced yet');
    }, 20_000);
    await eventually(async () => expect((await given().world.ask(first)).status).toBe(200));
    await report.withdraw(2, [study]);
    await eventually(async () => expect((await given().world.ask(first)).status).toBe(404));
  });

  it('a DRIMbox that is taken off the list gets nothing more, and gets it again once it is listed', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await given().world.desks.publish(entriesOf(DRIMBOX_A));
    await refresh();
    await eventually(async () => expect((await given().world.ask(given().exam)).status).toBe(403));
    // A list says its time in seconds: one of the same second would be no later list.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await given().world.desks.publish(DRIMBOXES.flatMap(entriesOf));
    await refresh();
    await eventually(async () => expect((await given().world.ask(given().exam)).status).toBe(200));
  });

  it('a revoked certificate gets nothing more', async () => {
    const { serialNumber } = new X509Certificate(given().world.peer.cert ?? '');
    await given().world.desks.revokeCertificate(serialNumber);
    await refresh();
    await eventually(async () => expect((await given().world.ask(given().exam)).status).toBe(403));
  });

  /** The operator asks whitelist-sync to look now. */
  async function refresh(): Promise<void> {
    const asked = { method: 'POST', path: '/white-list/refresh', account: 'claire' };
    const { status } = await given().world.mesh.exchange('whitelist-sync', asked);
    expect(status).toBeLessThan(300);
  }
}
