import { randomLife } from '../testing/random-lives.js';
import { play } from './lives.spec.js';
it('x', async () => {
  for (const r of randomLife(38))
    console.log(
      r.sequence,
      r.operation,
      r.document.id.root.slice(12),
      'v',
      r.document.version,
      'repl',
      r.document.replaces?.root.slice(12),
      r.studies.map((s) => s.uid.slice(-1)).join(),
      r.patient.ins.value.slice(0, 3),
      r.visibility.invisiblePatient,
    );
  const { world, store } = await play(38);
  console.log(world.entries);
  for (const e of store.state.exams.values())
    console.log(
      e.study,
      e.state,
      e.cause,
      store.state.versions.filter((v) => v.examId === e.id).map((v) => [v.status, v.lineage.slice(0, 4), v.replaces]),
      store.state.steps
        .filter((s) => s.examId === e.id)
        .map((s) => s.step.event + '>' + s.step.to + ':' + (s.step.cause?.code ?? '')),
    );
});
