import { eventually, tempDir } from '@drimbox/testing';
import { DB2, FORMER_KOS, KOS, PATH, STUDY, World } from '../testing/world.for-spec.js';

const world = new World(tempDir());
beforeAll(() => world.start());
afterAll(() => world.stop());

const codeOf = (answer: { body: Buffer }): string =>
  (JSON.parse(answer.body.toString('utf8')) as { code: string }).code;
const now = (): number => Math.floor(Date.now() / 1000);

describe('no introspection, no image (P9)', () => {
  it.each<[string, () => string, number, string]>([
    ['unknown to the provider', () => 'unknown-token', 401, 'DRIM-705'],
    ['inactive: expired or revoked', () => world.psc.token({ introspection: { active: false } }), 401, 'DRIM-705'],
    ['said active, but past its time', () => world.psc.token({ introspection: { exp: now() - 60 } }), 401, 'DRIM-705'],
    ['of another issuer', () => world.psc.token({ introspection: { iss: 'https://other.test' } }), 401, 'DRIM-705'],
    ['an ID token', () => world.psc.token({ introspection: { typ: 'ID' } }), 401, 'DRIM-705'],
    ['of an unknown level', () => world.psc.token({ introspection: { acr: 'none' } }), 401, 'DRIM-705'],
    ['without openid', () => world.psc.token({ introspection: { scope: 'email' } }), 401, 'DRIM-705'],
    ['whose userinfo is somebody else', () => world.psc.token({ userinfo: { sub: 'f:test:other' } }), 503, 'DRIM-706'],
    [
      'of a profession that may not',
      () => world.psc.token({ userinfo: { SubjectRole: ['99^1.2.250.1.213.1.1.5.5'] } }),
      403,
      'DRIM-707',
    ],
    ['without profession', () => world.psc.token({ userinfo: { SubjectRole: [] } }), 403, 'DRIM-707'],
  ])('a token %s', async (_, token, status, code) => {
    const answer = await world.ask({ headers: world.headers(token()) });
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['no header', {}],
    ['another scheme', { authorization: 'Basic dTpw' }],
    ['two tokens in one header', { authorization: 'Bearer a, Bearer b' }],
    ['two headers', { authorization: ['Bearer a', 'Bearer b'] }],
  ])('%s is no token', async (_, authorization) => {
    const { authorization: _left, ...headers } = world.headers();
    const answer = await world.ask({ headers: { ...headers, ...authorization } });
    expect([answer.status, codeOf(answer), answer.headers['www-authenticate']]).toEqual([401, 'DRIM-704', 'Bearer']);
  });

  it('Pro Santé Connect away: nobody, and a time to come back; back again: at once', async () => {
    world.psc.down = true;
    const answer = await world.ask();
    expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([503, 'DRIM-706', '5']);
    world.psc.down = false;
    expect((await world.ask()).status).toBe(200);
  });

  it('a good token is asked about at every request', async () => {
    const token = world.psc.token();
    expect((await world.ask({ headers: world.headers(token) })).status).toBe(200);
    world.psc.tokens.delete(token);
    expect(codeOf(await world.ask({ headers: world.headers(token) }))).toBe('DRIM-705');
  });

  it('a good token replayed by a DRIMbox that is not listed opens nothing', async () => {
    const pair = world.igc.servSsl('db8.990.mesimagesmedicales.fr');
    expect(codeOf(await world.ask({ pair }))).toBe('DRIM-703');
  });

  it('no token is in the tables or in the journal', async () => {
    const token = world.psc.token();
    await world.ask({ headers: world.headers(token) });
    await world.ask({ headers: world.headers('secret-token-of-nobody') });
    const text = JSON.stringify([
      await world.rows('select record from audit_outbox'),
      await world.rows('select body from outbox'),
    ]);
    expect(text).not.toContain(token);
    expect(text).not.toContain('secret-token-of-nobody');
  });
});

describe('who holds no KOS of the study sees nothing of it', () => {
  const headers = (kos: string): Record<string, string> => world.headers(world.psc.token(), kos);
  /** What a refusal says, and all that it says. */
  const wholeAnswer = ({ status, headers: said, body }: Awaited<ReturnType<typeof world.ask>>): unknown => {
    const { date: _date, ...rest } = said;
    return { status, rest, body: body.toString('utf8') };
  };

  it('unknown, of another site, under another KOS, withdrawn, not named by the pointer: one answer', async () => {
    const withdrawn = world.exam({ study: '1.2.250.1.999.7', shown: false });
    await world.project(withdrawn);
    await eventually(
      async () => (await world.rows(`select 1 as one from exam where exam_id = '${withdrawn.examId}'`)).length === 1,
    );
    const series = (study: string): string => `${PATH}/studies/${study}/series/1.2.3.4`;
    const answers = [
      await world.ask({ path: series('1.2.250.1.999.404'), headers: headers(KOS) }),
      await world.ask({ path: series(withdrawn.study), headers: headers(KOS) }),
      await world.ask({ headers: headers('1.2.250.1.999.9.7') }),
      await world.ask({ sni: DB2, headers: headers(KOS) }),
      await world.ask({ path: series(STUDY), headers: headers(KOS) }),
    ];
    expect(wholeAnswer(answers[0]!)).toMatchObject({
      status: 404,
      body: JSON.stringify({ code: 'DRIM-709', message: 'Examen non disponible', retryable: false }),
    });
    for (const answer of answers) expect(wholeAnswer(answer)).toEqual(wholeAnswer(answers[0]!));
  });

  it('the journal tells them apart', async () => {
    const causes = await world.rows<{ cause: string }>(
      `select distinct record->'event'->>'outcomeDescription' as cause from audit_outbox
        where record->'event'->>'outcomeDescription' like 'DRIM-709%' order by 1`,
    );
    expect(causes.map(({ cause }) => cause)).toEqual([
      'DRIM-709 exam not shown',
      'DRIM-709 not named by the pointer',
      'DRIM-709 not the KOS of this study',
      'DRIM-709 study unknown at this link',
    ]);
  });

  it.each([
    ['absent', undefined],
    ['no UID', 'DROP TABLE'],
    ['twice', [KOS, KOS]],
  ])('a KOS-SOPInstanceUID %s is a bad request', async (_, kos) => {
    const { 'kos-sopinstanceuid': _left, ...rest } = world.headers();
    const answer = await world.ask({ headers: { ...rest, ...(kos !== undefined && { 'kos-sopinstanceuid': kos }) } });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'DRIM-708']);
  });

  it('a former KOS opens until the setting of the link says no', async () => {
    expect((await world.ask({ headers: headers(FORMER_KOS) })).status).toBe(200);
    world.writeRegistry({ acceptFormerKos: false });
    await eventually(async () => expect((await world.ask({ headers: headers(FORMER_KOS) })).status).toBe(404));
    expect((await world.ask({ headers: headers(KOS) })).status).toBe(200);
  });

  it('a level that is switched off is told so, and described no more', async () => {
    world.writeRegistry({ levels: { instance: false } });
    const path = `${PATH}/studies/${STUDY}/series/1.2.3/instances/1.2.4`;
    await eventually(async () => expect(codeOf(await world.ask({ path }))).toBe('DRIM-712'));
    const { body } = await world.ask({ path: `${PATH}/studies`, method: 'OPTIONS' });
    expect(body.toString('utf8')).not.toContain('id="retrieveInstance"');
    world.writeRegistry();
    await eventually(async () => expect(codeOf(await world.ask({ path }))).toBe('DRIM-709'));
  });

  it.each([
    ['absent', {}, 400, 'DRIM-710'],
    ['unreadable', { accept: 'multipart/related; type="application/dicom' }, 400, 'DRIM-710'],
    ['of what is not made here', { accept: 'image/png' }, 406, 'DRIM-711'],
    [
      'of a syntax that cannot be made',
      { accept: 'multipart/related; type="application/dicom"; transfer-syntax=1.2.3' },
      406,
      'DRIM-711',
    ],
  ])('Accept %s', async (_, accept, status, code) => {
    const { accept: _left, ...rest } = world.headers();
    const answer = await world.ask({ headers: { ...rest, ...accept } });
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  });

  it('says it in English when that is wished for', async () => {
    const { body } = await world.ask({ headers: { ...headers('1.2.9'), 'accept-language': 'en-GB, fr;q=0.5' } });
    expect(JSON.parse(body.toString('utf8'))).toMatchObject({ message: 'Study not available' });
  });
});
