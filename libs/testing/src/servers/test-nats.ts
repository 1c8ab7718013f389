import { askBroker } from './broker.js';

/** Address of the run's nats-server: JetStream, neither TLS nor users. Shared by all tests, so name streams uniquely. */
export async function testNats(): Promise<{ readonly url: string }> {
  return askBroker('nats');
}
