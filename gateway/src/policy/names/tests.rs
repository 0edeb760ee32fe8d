use proptest::prelude::*;

use super::*;

fn table(names: &[&str], star: Star) -> Table<String> {
    Table::new(names.iter().map(|name| ((*name).to_owned(), (*name).to_owned())).collect(), star).unwrap()
}

#[test]
fn the_most_specific_name_wins() {
    let names = ["*", "read*", "readFile", "read*File", "*File", "write*", "write*e"];
    let table = table(&names, Star::Anything);
    for (name, wins) in [
        ("readFile", "readFile"),
        ("readAnyFile", "read*"),
        ("readX", "read*"),
        ("dropFile", "*"),
        ("x", "*"),
        ("", "*"),
        ("write_file", "write*"),
        ("a/b", "*"),
    ] {
        assert_eq!(table.find(name).map(String::as_str), Some(wins), "{name}");
    }
}

#[test]
fn in_addresses_a_star_does_not_cross_a_slash_and_two_do() {
    let names = ["file:///srv/*", "file:///srv/**", "file:///srv/a/b?c", "https://h/[x]/{y}/*"];
    let table = table(&names, Star::Segment);
    for (name, wins) in [
        ("file:///srv/a", Some("file:///srv/*")),
        ("file:///srv/a/b", Some("file:///srv/**")),
        ("file:///srv/a/b?c", Some("file:///srv/a/b?c")),
        ("file:///srv/a/bxc", Some("file:///srv/**")),
        ("file:///srvx", None),
        ("https://h/[x]/{y}/z", Some("https://h/[x]/{y}/*")),
        ("https://h/x/y/z", None),
    ] {
        assert_eq!(table.find(name).map(String::as_str), wins, "{name}");
    }
}

#[test]
fn an_address_that_can_be_read_in_several_ways_is_told() {
    for (uri, ambiguous) in [
        ("file:///srv/a", false),
        ("file:///srv/a..b/.c/d.", false),
        ("memo://insights", false),
        ("https://h/a?x=../y", false),
        ("test://static/resource 1", false),
        ("file:///srv/../etc/passwd", true),
        ("file:///srv/./a", true),
        ("file:///srv/%2e%2E/etc", true),
        ("file:///srv/.%2e/etc", true),
        ("file:///srv/a%2F..", true),
        ("file:///srv\\..\\etc", true),
        ("file:///srv/%5c..", true),
        ("file:///srv/a%00.txt", true),
        ("FILE:///srv/a", true),
        ("file:///srv/a\nb", true),
        ("file:///srv/..", true),
    ] {
        assert_eq!(is_ambiguous(uri), ambiguous, "{uri}");
    }
}

/// What the most specific of the globs that fit is, by the words of the document.
fn most_specific<'g>(globs: &'g [String], name: &str) -> Option<&'g String> {
    let fits = |glob: &&String| matcher(glob, Star::Anything).unwrap().is_match(name);
    let mut best: Option<&String> = None;
    for glob in globs.iter().filter(fits) {
        let length = |glob: &String| glob.find('*').unwrap();
        if best.is_none_or(|best| length(glob) > length(best)) {
            best = Some(glob);
        }
    }
    best
}

proptest! {
    #[test]
    fn specificity_is_a_total_order(
        globs in proptest::collection::vec("[ab]{0,3}\\*[ab]{0,2}", 1..8),
        name in "[ab]{0,6}",
    ) {
        let names: Vec<&str> = globs.iter().map(String::as_str).collect();
        let found = table(&names, Star::Anything).find(&name).cloned();
        prop_assert_eq!(found.as_ref(), most_specific(&globs, &name));
        // Of two with beginnings of different lengths the order of writing decides nothing.
        let mut turned = names.clone();
        turned.reverse();
        let other = table(&turned, Star::Anything).find(&name).cloned();
        let length = |glob: &Option<String>| glob.as_ref().and_then(|glob| glob.find('*'));
        prop_assert_eq!(length(&found), length(&other));
    }

    #[test]
    fn an_exact_name_wins_over_every_glob(globs in proptest::collection::vec("[ab]{0,3}\\*", 0..5), name in "[ab]{1,4}") {
        let mut names: Vec<&str> = globs.iter().map(String::as_str).collect();
        names.push(&name);
        let table = table(&names, Star::Anything);
        prop_assert_eq!(table.find(&name), Some(&name));
    }
}
