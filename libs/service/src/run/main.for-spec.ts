import { runService } from './run-service.js';
import { testConfigSchema, TestModule } from './service.for-spec.js';

await runService({ name: 'hl7-ingest', configSchema: testConfigSchema, module: TestModule });
if (process.env.DRIMBOX_TEST_DIE) void Promise.reject(new Error('nobody caught me'));
