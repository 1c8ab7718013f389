import { SpeedTestReport, SpeedTestReports } from '@drimbox/contracts';
import { type ExitCode, explain, type Io, type Session } from './command-line.js';
import { instant } from './words.js';

/** Begins the speed test of a PACS link; one that runs already is told instead. */
export async function beginSpeedTest(link: string, session: Session, io: Io): Promise<ExitCode> {
  const path = `/links/${link}/speed-tests`;
  const begun = await session.publisher.ask('POST', path, SpeedTestReport, 'pacs-bridge');
  if (!begun.ok) return explain(begun.failure, session, io);
  io.out(session.words.speedTestBegun(link, begun.value.study));
  return 0;
}

/** The speed tests of a PACS link, newest first. */
export async function speedTests(link: string, session: Session, io: Io): Promise<ExitCode> {
  const path = `/links/${link}/speed-tests`;
  const listed = await session.publisher.ask('GET', path, SpeedTestReports, 'pacs-bridge');
  if (!listed.ok) return explain(listed.failure, session, io);
  if (listed.value.length === 0) io.out(session.words.noSpeedTest);
  for (const report of listed.value) {
    io.out(`${instant(report.at)}  ${session.words.speedTest(report)}`);
    if (report.state === 'done') for (const warning of report.warnings) io.out(`    DRIM-318 — ${warning}`);
  }
  return 0;
}
