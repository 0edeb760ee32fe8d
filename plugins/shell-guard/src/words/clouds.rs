//! What the clients of clouds and of backups may be given: no value of which they would read a file or fetch a page, and no
//! place to which they would run a way.

use super::hosts;
use super::one_of;
use doorward_plugin::paths::Place;

/// The client of one cloud reads what `file://` names and fetches what `http://` names, in the middle of a value behind
/// `@=` too; that of another reads what stands behind `@`.
const READING: &[&str] = &["file:", "fileb:", "http:", "https:", "@=", "=@"];

/// In a format of another one this opens a pager.
const PAGING: &[&str] = &["pager]", "pager,", "pager="];

/// Whether the text is a value and nothing else.
pub(super) fn is_value(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    // The name of a queue is an address.
    if let Some(queue) = text.strip_prefix("https://sqs.") {
        let (host, name) = queue.split_once('/').unwrap_or((queue, ""));
        let is_plain = |text: &str, more: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
        return host.ends_with(".amazonaws.com") && is_plain(host, ".-") && is_plain(name, "/_.-");
    }
    text.len() <= 1024
        && text.is_ascii()
        && !text.starts_with(['@', '-'])
        // It would be shown in a pager.
        && text != "help"
        && !text.contains(" @")
        && !PAGING.iter().any(|sign| lower.contains(sign))
        && !READING.iter().any(|sign| lower.contains(sign))
}

/// Whether what is shown are names, states, times and sizes: `Functions[].[FunctionName,Runtime]`.
pub(super) fn are_members(text: &str) -> bool {
    const HARMLESS: &str = "FunctionName FunctionArn Runtime LastModified MemorySize Timeout State StateReason Version CodeSize \
                            Handler PackageType LastUpdateStatus taskArn taskDefinitionArn lastStatus desiredStatus \
                            stoppedReason stopCode stoppedAt startedAt createdAt healthStatus exitCode reason name \
                            launchType cpu memory group image availabilityZone connectivity";
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
    let is_step = |step: &str| {
        let (name, index) = step.split_once('[').unwrap_or((step, "]"));
        is_name(name) && matches!(index.strip_suffix(']'), Some("" | "*" | "0"))
    };
    let is_path =
        |path: &str, leaf: &str| path.split('.').filter(|step| !step.is_empty()).all(is_step) && one_of(HARMLESS, leaf);
    let is_leaf = |text: &str| match text.trim().rsplit_once('.') {
        Some((path, leaf)) => is_path(path, leaf),
        None => one_of(HARMLESS, text.trim()),
    };
    let text = text.trim();
    for (open, close) in [('[', ']'), ('{', '}')] {
        let inner = text.strip_suffix(close).and_then(|text| text.rsplit_once(open));
        if let Some((path, leaves)) = inner.filter(|(_, leaves)| leaves.contains(|c: char| c.is_ascii_alphabetic())) {
            let is_member = |leaf: &str| match leaf.split_once(':') {
                Some((label, leaf)) => open == '{' && is_name(label.trim()) && is_leaf(leaf),
                None => open == '[' && is_leaf(leaf),
            };
            let path = path.strip_suffix('.').unwrap_or(path);
            return (path.is_empty() || path.split('.').all(is_step)) && leaves.split(',').all(is_member);
        }
    }
    is_leaf(text)
}

/// Whether a format shows only what it names, and none of it is what is given to machines to start with.
pub(super) fn is_projection(text: &str) -> bool {
    const HIDDEN: &[&str] = &[
        "metadata",
        "env",
        "secret",
        "password",
        "token",
        "auth",
        "key",
        "pager",
        "template",
        "labels",
        "annotations",
    ];
    let lower = text.to_ascii_lowercase();
    let columns = ["value(", "get(", "table(", "csv(", "value[separator=\",\"](", "csv[no-heading]("]
        .iter()
        .find_map(|form| lower.strip_prefix(form)?.strip_suffix(')'));
    columns.is_some_and(|columns| {
        !HIDDEN.iter().any(|hidden| columns.contains(hidden))
            && columns.split(',').all(|column| is_column(column.trim()))
    })
}

/// `name`, `networkInterfaces[0].networkIP:label=IP`
fn is_column(column: &str) -> bool {
    column.starts_with(|c: char| c.is_ascii_alphabetic())
        && column.chars().all(|c| c.is_ascii_alphanumeric() || "._[]():= ".contains(c))
}

/// `/mnt/backup`, `/mnt/backup::archive`, `sftp:user@host:/path`, `ssh://user@host:22/path`, `user@host:path`, `b2:bucket:path`,
/// `s3:s3.amazonaws.com/bucket`, `remote:path`.
pub(super) fn is_repository(text: &str) -> bool {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "_./:@+-".contains(c));
    if !is_plain || text.is_empty() || text.len() > 512 || text.starts_with(['-', ':', '@']) || text.contains("@-") {
        return false;
    }
    if let Some(bucket) = text.strip_prefix("s3:") {
        let host = bucket.trim_start_matches("https://").split('/').next().unwrap_or_default();
        return host.starts_with("s3") && host.ends_with(".amazonaws.com") && !host.contains(['@', ':']);
    }
    let path = text.strip_prefix("file://").unwrap_or(text);
    let path = path.split_once("::").map_or(path, |(path, _)| path);
    let Some((before, after)) = path.split_once(':') else {
        return Place::parse(path).is_some_and(|place| !place.is_secret());
    };
    // What is fetched would be sent a password; the program of another service would be told what to run.
    let is_named =
        !matches!(before, "rest" | "rclone" | "http" | "https" | "ftp" | "ftps" | "webdav" | "rsync" | "socket");
    let authority = after.strip_prefix("//").unwrap_or(after).split('/').next().unwrap_or_default();
    let user = authority.split_once('@').map_or("", |(user, _)| user);
    // By ssh it would go to that machine with the keys of whoever runs it.
    let is_near = |authority: &str| {
        let host = authority.rsplit('@').next().unwrap_or_default();
        hosts::is_near(host.split(':').next().unwrap_or_default())
    };
    let is_reached = match before {
        "azure" | "b2" | "gs" | "swift" => true,
        "scp" | "sftp" | "ssh" => is_near(authority),
        machine => is_near(machine),
    };
    is_named && is_reached && !authority.starts_with('-') && !user.contains(':')
}

#[cfg(test)]
mod tests {
    use super::{are_members, is_projection, is_repository, is_value};

    fn check(is: fn(&str) -> bool, yes: &[&str], no: &[&str]) {
        for text in yes {
            assert!(is(text), "{text}");
        }
        for text in no {
            assert!(!is(text), "{text}");
        }
    }

    #[test]
    fn values_that_would_be_read_from_somewhere_are_refused() {
        check(
            is_value,
            &[
                "i-0ab12",
                "Name=tag:Name,Values=web",
                "s3://bucket/prefix/",
                "Reservations[].Instances[?State.Name=='running'].[InstanceId]",
                "/ecs/api",
                "status!=RUNNING",
                "[{\"Name\": \"x\"}]",
                "https://sqs.eu-west-1.amazonaws.com/1/orders",
                "",
            ],
            &[
                "file:///etc/shadow",
                "fileb://x",
                "FILE://x",
                "http://evil.example/",
                "https://evil.example/",
                "https://sqs.evil.example/",
                "https://sqs.evil.example/.amazonaws.com",
                "https://sqs.evil.example?.amazonaws.com/x",
                "Key@=file://x",
                "Key@=x",
                "a=@/etc/shadow",
                "@/etc/shadow",
                "@file.json",
                "x @/etc/shadow",
                "-x",
                "table[pager](name)",
                "table[box,pager=true](name)",
                "ä",
            ],
        );
    }

    #[test]
    fn members_are_names_and_states() {
        check(
            are_members,
            &[
                "Functions[].FunctionName",
                "Functions[*].[FunctionName,Runtime]",
                "Functions[].{n:FunctionName, r:Runtime}",
                "State",
                "tasks[].[taskArn,lastStatus,stoppedReason]",
                "tasks[0].containers[].{name:name,exit:exitCode,why:reason}",
                "tasks[].containers[].exitCode",
            ],
            &[
                "",
                "@",
                "*",
                "Functions",
                "Functions[]",
                "Functions[].Environment",
                "Functions[].Environment.Variables",
                "Functions[].[FunctionName,Environment]",
                "Functions[].{e:Environment}",
                "Functions[].[FunctionName] | [Environment]",
                "[Functions]",
                "{a:@}",
                "tasks[].overrides",
                "tasks[].[overrides.containerOverrides]",
                "Functions[?FunctionName=='x'].Environment",
                "values(Functions[0])",
            ],
        );
    }

    #[test]
    fn projections_name_what_they_show() {
        check(
            is_projection,
            &[
                "value(name)",
                "value(status,networkInterfaces[0].networkIP)",
                "table(name,zone.basename(),status:label=STATE)",
                "csv[no-heading](name,zone)",
            ],
            &[
                "json",
                "yaml",
                "yaml(metadata)",
                "value(metadata.items)",
                "value(name,metadata)",
                "table[pager](name)",
                "value()",
                "value(template.spec.containers[0].env)",
                "value(masterAuth.clientKey)",
                "json(name)",
                "value(name",
                "value(*)",
            ],
        );
    }

    #[test]
    fn repositories_are_places_without_programs_and_passwords() {
        check(
            is_repository,
            &[
                "/mnt/backup",
                "/mnt/backup::web-2024-11-20",
                "./repo",
                "sftp:backup@nas01:/srv/restic",
                "sftp://backup@nas01:22//srv/restic",
                "ssh://borg@nas01:22/./repo",
                "borg@nas01:repo",
                "borg@nas01:repo::web-1",
                "b2:bucket:path",
                "s3:s3.amazonaws.com/bucket",
                "s3:https://s3.eu-west-1.amazonaws.com/bucket",
                "nightly:",
                "file:///srv/backup",
            ],
            &[
                "",
                "-oProxyCommand=x",
                "sftp:-oProxyCommand=x:/y",
                "sftp:x@-oProxyCommand:/y",
                "ssh://-oProxyCommand=x/y",
                "ssh://-x/y",
                "ssh://user:password@host/x",
                "rest:http://evil.example/",
                "rclone:remote:path",
                "http://evil.example/",
                ":sftp,ssh=id:/x",
                ":local:/etc",
                "remote,shell_type=x:/y",
                "s3:evil.example/bucket",
                "s3:s3.amazonaws.com.evil.example/x",
                "s3:user@s3.amazonaws.com/x",
                "/root/.ssh/id_rsa",
                "a b",
                "x|id",
                "$(id)",
            ],
        );
    }
}
