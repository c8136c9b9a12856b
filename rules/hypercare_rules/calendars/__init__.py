"""Calendars: the working hours, zones and holidays in which clocks run."""

from hypercare_rules.calendars.calendar import Calendar, CalendarError
from hypercare_rules.calendars.public_holidays import Holidays
from hypercare_rules.calendars.timetable import Span

__all__ = ["Calendar", "CalendarError", "Holidays", "Span"]
