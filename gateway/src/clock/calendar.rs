//! Calendars: in which second, minute, hour or day of a time zone a moment lies.
//!
//! The time zones are those of the database inside the program, so that they are the same on every machine.

use std::ops::Range;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::Timestamp;

/// What a calendar divides time into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Hours, as the clocks of the zone show them.
    Hour,
    /// Days, from midnight to midnight. Those on which clocks are put forward or back are shorter or longer.
    Day,
}

/// The seconds, minutes, hours or days of a time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    unit: Unit,
    zone: TimeZone,
}

impl Unit {
    /// How many milliseconds one has, as a rule.
    pub const fn millis(self) -> i64 {
        match self {
            Self::Second => 1000,
            Self::Minute => 60_000,
            Self::Hour => 3_600_000,
            Self::Day => 86_400_000,
        }
    }
}

impl Calendar {
    /// The calendar of a zone, by its IANA name; `None` if there is no such zone.
    pub fn new(unit: Unit, zone: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(zone).ok().filter(|zone| zone.iana_name().is_some())?;
        Some(Self { unit, zone })
    }

    /// The names of all zones.
    pub fn zones() -> Vec<String> {
        TimeZoneDatabase::bundled().available().map(|name| name.to_string()).collect()
    }

    /// What it divides time into.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// The name of its zone.
    pub fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or_default()
    }

    /// From when until when the unit lasts that a moment lies in. The end no longer belongs to it.
    pub fn window(&self, at: Timestamp) -> Range<Timestamp> {
        let at = i64::try_from(at.as_millis()).ok().and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
        let at = at.unwrap_or(jiff::Timestamp::MAX);
        let day = if self.unit == Unit::Day { self.day(at) } else { None };
        let window = day.unwrap_or_else(|| self.stretch(at));
        millis(window.start)..millis(window.end.max(at.as_millisecond() + 1))
    }

    fn day(&self, at: jiff::Timestamp) -> Option<Range<i64>> {
        let today = at.to_zoned(self.zone.clone());
        let tomorrow = today.tomorrow().ok()?;
        let starts = |day: jiff::Zoned| Some(day.start_of_day().ok()?.timestamp().as_millisecond());
        Some(starts(today)?..starts(tomorrow)?)
    }

    /// The unit as the clocks of the zone count it. Where they are put forward or back within it, it ends then.
    fn stretch(&self, at: jiff::Timestamp) -> Range<i64> {
        let begins = self.begins(at);
        let ends = begins.saturating_add(self.unit.millis());
        let same = |ends: jiff::Timestamp| self.zone.to_offset(ends) == self.zone.to_offset(at);
        if jiff::Timestamp::from_millisecond(ends).is_ok_and(same) {
            return begins..ends;
        }
        let turn = self.zone.following(at).next().map(|turn| turn.timestamp());
        let turn = turn.filter(|turn| self.begins(*turn) != begins).map(jiff::Timestamp::as_millisecond);
        begins..turn.map_or(ends, |turn| turn.min(ends))
    }

    fn begins(&self, at: jiff::Timestamp) -> i64 {
        let offset = i64::from(self.zone.to_offset(at).seconds()) * 1000;
        let local = at.as_millisecond().saturating_add(offset);
        local - local.rem_euclid(self.unit.millis()) - offset
    }
}

fn millis(millis: i64) -> Timestamp {
    Timestamp::from_millis(u64::try_from(millis).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Unit::{Day, Hour, Minute, Second};
    use super::*;

    fn calendar(unit: Unit, zone: &str) -> Calendar {
        Calendar::new(unit, zone).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn a_moment_lies_in_the_unit_that_the_clocks_of_the_zone_show() {
        for (unit, zone, moment, begins, ends) in [
            (Second, "UTC", "2027-01-01T12:34:56.789Z", "2027-01-01T12:34:56Z", "2027-01-01T12:34:57Z"),
            (Minute, "UTC", "2027-01-01T12:34:56.789Z", "2027-01-01T12:34:00Z", "2027-01-01T12:35:00Z"),
            (Hour, "UTC", "2027-01-01T12:00:00Z", "2027-01-01T12:00:00Z", "2027-01-01T13:00:00Z"),
            (Day, "UTC", "2027-01-01T23:59:59.999Z", "2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z"),
            (Day, "America/New_York", "2027-01-01T04:59:59Z", "2026-12-31T05:00:00Z", "2027-01-01T05:00:00Z"),
            (Hour, "Asia/Kathmandu", "2027-01-01T12:34:56Z", "2027-01-01T12:15:00Z", "2027-01-01T13:15:00Z"),
            // The day on which clocks go forward has 23 hours, and the one on which they go back has 25.
            (Day, "Europe/Berlin", "2027-03-28T00:30:00Z", "2027-03-27T23:00:00Z", "2027-03-28T22:00:00Z"),
            (Day, "Europe/Berlin", "2027-03-28T01:30:00Z", "2027-03-27T23:00:00Z", "2027-03-28T22:00:00Z"),
            (Day, "Europe/Berlin", "2027-10-31T22:59:59Z", "2027-10-30T22:00:00Z", "2027-10-31T23:00:00Z"),
            // The hour that clocks show twice is two hours.
            (Hour, "Europe/Berlin", "2027-10-31T00:30:00Z", "2027-10-31T00:00:00Z", "2027-10-31T01:00:00Z"),
            (Hour, "Europe/Berlin", "2027-10-31T01:30:00Z", "2027-10-31T01:00:00Z", "2027-10-31T02:00:00Z"),
            // Clocks that go back by half an hour, at two: from then on it is half past one.
            (Hour, "Australia/Lord_Howe", "2027-04-03T14:59:00Z", "2027-04-03T14:00:00Z", "2027-04-03T15:00:00Z"),
            (Hour, "Australia/Lord_Howe", "2027-04-03T15:00:00Z", "2027-04-03T14:30:00Z", "2027-04-03T15:30:00Z"),
            // And forward by half an hour, at two: from then on it is half past two.
            (Hour, "Australia/Lord_Howe", "2027-10-02T15:29:00Z", "2027-10-02T14:30:00Z", "2027-10-02T15:30:00Z"),
            (Hour, "Australia/Lord_Howe", "2027-10-02T15:30:00Z", "2027-10-02T15:00:00Z", "2027-10-02T16:00:00Z"),
            // A zone in which clocks go forward at midnight, and one that left a day out.
            (Day, "America/Asuncion", "2022-10-02T12:00:00Z", "2022-10-02T04:00:00Z", "2022-10-03T03:00:00Z"),
            (Day, "Pacific/Apia", "2011-12-30T09:00:00Z", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"),
            (Day, "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"),
        ] {
            let window = calendar(unit, zone).window(at(moment));
            assert_eq!(window, at(begins)..at(ends), "{unit:?} of {moment} in {zone}");
        }
    }

    #[test]
    fn zones_have_names_and_others_are_none() {
        assert_eq!(calendar(Day, "europe/berlin").zone(), "Europe/Berlin");
        assert_eq!(calendar(Day, "UTC").zone(), "UTC");
        for unknown in ["", "Europe/Berlim", "+02:00", "CEST", "Etc/Unknown", "../../etc/passwd", "local"] {
            assert_eq!(Calendar::new(Day, unknown), None, "{unknown}");
        }
        assert!(Calendar::zones().len() > 400);
    }

    #[test]
    fn the_ends_of_time_lie_in_a_window_too() {
        for unit in [Second, Minute, Hour, Day] {
            for moment in [0, 1, u64::MAX] {
                let window = calendar(unit, "Pacific/Kiritimati").window(Timestamp::from_millis(moment));
                assert!(window.start < window.end, "{window:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn windows_follow_each_other_without_a_gap(
            moment in 1_700_000_000_000..2_100_000_000_000u64,
            unit in prop::sample::select(vec![Minute, Hour, Day]),
            zone in prop::sample::select(vec![
                "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana",
                "Africa/Casablanca", "Pacific/Chatham", "Asia/Gaza",
            ]),
        ) {
            let calendar = calendar(unit, zone);
            let moment = Timestamp::from_millis(moment);
            let window = calendar.window(moment);
            prop_assert!(window.contains(&moment));
            let last = Timestamp::from_millis(window.end.as_millis() - 1);
            prop_assert_eq!(calendar.window(last), window.clone());
            prop_assert_ne!(calendar.window(window.end).start, window.start);
        }
    }
}
