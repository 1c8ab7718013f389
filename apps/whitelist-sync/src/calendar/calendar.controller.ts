import type { CalendarEntry } from '@drimbox/contracts';
import { CalledBy } from '@drimbox/service';
import { Controller, Get } from '@nestjs/common';
import { ExpiryCalendar } from './calendar.service.js';

/** Everything that expires, soonest first. */
@Controller('calendar')
export class CalendarController {
  constructor(private readonly calendar: ExpiryCalendar) {}

  @Get()
  @CalledBy('admin')
  entries(): CalendarEntry[] {
    return this.calendar.entries();
  }
}
