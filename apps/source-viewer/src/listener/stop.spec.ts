import { eventually, framesOf, outcome, tempDir } from '@drimbox/testing';
import { CT, OBJECTS } from '../testing/exam.for-spec.js';
import { OpenView } from '../testing/open-view.for-spec.js';
import { framesIn } from '../testing/parts.for-spec.js';
import { Portal } from '../testing/portal.for-spec.js';

const portal = new Portal(tempDir());
const view = new OpenView(portal);
beforeAll(() => portal.start());
afterAll(() => view.close());

const [first, second] = OBJECTS.filter(({ series }) => series === CT);

/** A series of which the PACS gives the second object when it is told to. @returns its answer, once the first is there. */
async function begun(): Promise<{ answer: ReturnType<OpenView['stream']>; goOn: () => void }> {
  let goOn = (): void => undefined;
  portal.bridge = (_wanted, response) => {
    response.writeHead(200);
    for (const frame of framesOf(first!)) response.write(frame);
    goOn = () => {
      for (const frame of framesOf(second!)) response.write(frame);
      response.end(outcome(2));
    };
  };
  let there = false;
  const answer = portal.ask({ path: view.pathOf(CT), cookies: view.cookies, onData: () => (there = true) });
  await eventually(() => expect(there).toBe(true));
  return { answer, goOn };
}

it('a series under way is given whole, and nobody new is let in', async () => {
  await view.open();
  const { answer, goOn } = await begun();
  const stopped = portal.viewer.stop();
  await eventually(() => expect(portal.ask({ path: '/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' }));
  goOn();
  const whole = await answer;
  expect([whole.whole, framesIn(whole).length]).toEqual([true, 2]);
  await stopped;
  await portal.startViewer();
});

it('one that does not end is cut in time to be recorded', async () => {
  await portal.viewer.stop();
  await portal.startViewer({ DRIMBOX_DRAIN_SECONDS: '6' });
  await view.open();
  const { answer } = await begun();
  await portal.viewer.stop();
  expect((await answer).whole).toBe(false);
  expect(await view.underWay()).toEqual([]);
  expect((await portal.records('110104')).at(-1)).toMatchObject({ event: { outcome: expect.any(Number) as number } });
  await portal.startViewer();
});
