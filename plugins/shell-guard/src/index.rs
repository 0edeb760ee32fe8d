//! The rules of a profile by the names that they are for. It is made when the settings are read: to walk through all rules for
//! every command takes longer than all else that is done for a call.

use crate::profile::Profile;
use crate::rule::Rule;

/// Names and the rules for them, sorted by name.
#[derive(Debug)]
pub(crate) struct Index(Vec<(&'static str, &'static Rule)>);

impl Index {
    /// The rules of a profile.
    pub(crate) fn of(profile: Profile) -> Self {
        let named = profile.all().flat_map(|rule| rule.names.split_ascii_whitespace().map(move |name| (name, rule)));
        let mut named: Vec<_> = named.collect();
        // The rules of one name stay in their order.
        named.sort_by_key(|(name, _)| *name);
        Self(named)
    }

    /// Those for a command, in the order of the profile.
    pub(crate) fn rules<'a>(&'a self, command: &'a str) -> impl Iterator<Item = &'static Rule> + use<'a> {
        let first = self.0.partition_point(|(name, _)| *name < command);
        let from_there = self.0.get(first..).unwrap_or_default().iter();
        from_there.take_while(move |(name, _)| *name == command).map(|(_, rule)| *rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_a_name_are_those_of_the_profile_in_its_order() {
        for profile in Profile::ALL {
            let index = Index::of(profile);
            let names = profile.all().flat_map(|rule| rule.names.split_ascii_whitespace());
            for name in names.chain(["", "a", "no-such-command", "zzz"]) {
                let walked: Vec<_> = profile.all().filter(|rule| rule.is_for(name)).map(std::ptr::from_ref).collect();
                let found: Vec<_> = index.rules(name).map(std::ptr::from_ref).collect();
                assert_eq!(found, walked, "{name} of {}", profile.name());
            }
        }
    }
}
