import type { Report } from '@drimbox/contracts';
import type { LifeEvent, State } from '../life/life.js';

/**
 * The life event that a report is for one of its exams.
 * A replacement sent to change visibility says so by MODIF_CONF_CODE (interop §1.1); the flags then tell the direction.
 */
export function requestEvent(report: Report, state: State): LifeEvent {
  if (report.operation === 'withdraw') return 'report.withdraw';
  if (report.operation === 'new') return state === 'none' ? 'report.new' : 'report.join';
  const { modifConfCode, masquePs, invisiblePatient, invisibleRepresentants } = report.visibility;
  if (!modifConfCode) return 'report.replace';
  return masquePs || invisiblePatient || invisibleRepresentants ? 'report.hide' : 'report.show';
}
