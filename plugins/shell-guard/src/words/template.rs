//! Which templates of `docker inspect` and its kin name what they show, and not the environment.
//!
//! A template is text with actions in braces. An action is a path beneath one of the roots below, given to functions that
//! only print or choose; or it opens and closes a part: `range` and `with`, within which a path begins at a piece of
//! what is allowed, and may be any, and `if`, within which it begins where it did before.

use super::one_of;

/// What may be shown of containers, images, pods, networks and volumes.
const ROOTS: &str = ".Id .ID .Name .Created .CreatedAt .Image .ImageName .State .RestartCount .Mounts .NetworkSettings \
                     .HostConfig .Driver .Platform .RepoTags .RepoDigests .Size .SizeRw .SizeRootFs .VirtualSize .Os \
                     .Architecture .Variant .RootFS .Layers .Digest .Parent .Author .Comment .Path .Args .LogPath \
                     .ResolvConfPath .HostnamePath .HostsPath .AppArmorProfile .ProcessLabel .MountLabel .ExecIDs \
                     .GraphDriver .Pod .OCIRuntime .PidFile .ConmonPidFile .EffectiveCaps .BoundingCaps .Dependencies \
                     .IsInfra .Containers .NumContainers .Mountpoint .Scope .Labels .UsageData .IPAM .Internal \
                     .Attachable .EnableIPv6 .Subnets .NetworkInterface .Config.Image .Config.Labels .Config.Hostname \
                     .Config.Domainname .Config.ExposedPorts .Config.Healthcheck .Config.User .Config.WorkingDir \
                     .Config.Cmd .Config.Entrypoint .Config.Volumes .Config.StopSignal .Config.StopTimeout .Config.Tty \
                     .status .info.pid .info.sandboxID";

/// What prints, counts, compares and chooses.
const FUNCTIONS: &str = "json println print printf len index slice join upper lower title split truncate eq ne lt le gt \
                         ge not and or";

/// The deepest that parts and brackets stand within one another.
const DEEPEST: usize = 16;

/// A part that is open.
#[derive(Clone, Copy)]
struct Part {
    /// Whether a path begins at a piece of what is allowed: here, and outside of it.
    is_piece: bool,
    was_piece: bool,
}

/// Whether the text is one of them.
pub(super) fn is_harmless(text: &str) -> bool {
    let mut pieces = text.split("{{");
    let before = pieces.next().unwrap_or_default();
    let mut parts = Vec::new();
    let is_action = |piece: &str| {
        piece.split_once("}}").is_some_and(|(action, after)| is_action(trimmed(action), &mut parts) && is_text(after))
    };
    is_text(before) && pieces.all(is_action) && parts.is_empty()
}

fn is_text(text: &str) -> bool {
    !text.contains("}}")
}

/// Without the dashes that take blanks away around the action.
fn trimmed(action: &str) -> &str {
    let action = action.strip_prefix("- ").unwrap_or(action);
    action.strip_suffix(" -").unwrap_or(action).trim()
}

fn is_action(action: &str, parts: &mut Vec<Part>) -> bool {
    let is_piece = parts.last().is_some_and(|part| part.is_piece);
    let (word, rest) = action.split_once(' ').unwrap_or((action, ""));
    match word {
        "range" | "with" | "if" if parts.len() < DEEPEST => {
            parts.push(Part { is_piece: is_piece || word != "if", was_piece: is_piece });
            is_pipeline(without_variables(rest.trim(), word), is_piece)
        }
        // Where there is nothing to go through, a path begins where it did outside.
        "else" => match parts.last_mut() {
            Some(part) => {
                part.is_piece = part.was_piece;
                let was_piece = part.was_piece;
                rest.is_empty() || rest.strip_prefix("if ").is_some_and(|test| is_pipeline(test.trim(), was_piece))
            }
            None => false,
        },
        "end" => rest.is_empty() && parts.pop().is_some(),
        _ => is_pipeline(action, is_piece),
    }
}

/// Behind `$key, $value :=`.
fn without_variables<'a>(test: &'a str, word: &str) -> &'a str {
    match test.split_once(":=") {
        Some((variables, rest)) if word == "range" && variables.split(',').all(|name| is_variable(name.trim())) => {
            rest.trim()
        }
        _ => test,
    }
}

/// `$name`: of what is allowed, since nothing else is ever put into one. `$` by itself is all there is.
fn is_variable(word: &str) -> bool {
    let Some(name) = word.strip_prefix('$') else { return false };
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Words, strings, numbers and brackets; a path behind a bracket begins at what is in it.
fn is_pipeline(text: &str, is_piece: bool) -> bool {
    let (mut rest, mut depth) = (text, 0_usize);
    if rest.is_empty() {
        return false;
    }
    loop {
        rest = rest.trim_start_matches([' ', '|']);
        let Some(first) = rest.chars().next() else { return depth == 0 };
        let behind = rest.get(1..).unwrap_or_default();
        rest = match first {
            '(' if depth < DEEPEST => {
                depth += 1;
                behind
            }
            ')' if depth > 0 => {
                depth -= 1;
                let after = behind.trim_start_matches(is_letter);
                let path = behind.strip_suffix(after).unwrap_or_default();
                if !path.is_empty() && !path.starts_with('.') {
                    return false;
                }
                after
            }
            '"' => match behind.split_once('"') {
                Some((string, after)) if !string.ends_with('\\') => after,
                _ => return false,
            },
            _ => {
                let after = rest.trim_start_matches(|c: char| is_letter(c) || c == '$');
                let word = rest.strip_suffix(after).unwrap_or_default();
                if word.is_empty() || !is_word(word, is_piece) {
                    return false;
                }
                after
            }
        };
    }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '.' || c == '_'
}

fn is_word(word: &str, is_piece: bool) -> bool {
    if word.starts_with('.') {
        let is_beneath =
            |root: &str| word.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        return !word.contains('$') && (is_piece || ROOTS.split_ascii_whitespace().any(is_beneath));
    }
    if word.starts_with('$') {
        return is_variable(word.split('.').next().unwrap_or_default())
            && !word.get(1..).unwrap_or_default().contains('$');
    }
    one_of(FUNCTIONS, word) || word.bytes().all(|byte| byte.is_ascii_digit()) || matches!(word, "true" | "false")
}

#[cfg(test)]
mod tests {
    use super::is_harmless;

    #[test]
    fn templates_of_what_is_open_are_harmless() {
        for template in [
            "{{.State.Status}} {{.RestartCount}}",
            "{{json .NetworkSettings.Networks}}",
            "{{ .Name | upper }}",
            "{{println .LogPath}}{{.HostConfig.RestartPolicy.Name}}",
            "{{range .Mounts}}{{.Source}} -> {{.Destination}}{{\"\\n\"}}{{end}}",
            "{{range $port, $to := .NetworkSettings.Ports}}{{$port}} {{(index $to 0).HostPort}} {{end}}",
            "{{(index (index .NetworkSettings.Ports \"80/tcp\") 0).HostPort}}",
            "{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}",
            "{{with .State.Health}}{{.Status}}{{end}}",
            "{{if eq .State.Status \"running\"}}{{.Id}}{{else if .State.OOMKilled}}oom{{end}}",
            "{{index .Config.Labels \"com.docker.compose.project\"}}",
            "{{- .Name -}}",
            "{{slice .Id 0 12}} {{len .Mounts}} {{join .Args \" \"}}",
            "{{printf \"%.12s\" .Id}}",
        ] {
            assert!(is_harmless(template), "{template}");
        }
    }

    #[test]
    fn templates_that_lead_to_the_environment_are_not() {
        for template in [
            "{{.}}",
            "{{json .}}",
            "{{$}}",
            "{{$.Config.Env}}",
            "{{.State}}{{$.Config}}",
            "{{index . \"Config\"}}",
            "{{(index . \"Config\").Env}}",
            "{{range .}}{{.}}{{end}}",
            "{{with .}}{{.Config}}{{end}}",
            "{{with .Config}}{{.Env}}{{end}}",
            "{{range .Mounts}}{{else}}{{.Config.Env}}{{end}}",
            "{{range .Mounts}}{{else}}{{json .}}{{end}}",
            "{{with .State.Health}}{{else}}{{.Config.Env}}{{end}}",
            "{{if .State}}{{.Config.Env}}{{end}}",
            "{{if .State}}{{json .}}{{end}}",
            "{{if .State}}{{else if .Config.Env}}{{end}}",
            "{{range $x := .}}{{$x}}{{end}}",
            "{{$x := .}}{{$x.Config}}",
            "{{range .Mounts}}{{$.Config.Env}}{{end}}",
            "{{range .Mounts}}{{$.}}{{end}}",
            "{{.Id}}{{end}}",
            "{{range .Mounts}}",
            "{{template \"x\" .}}",
            "{{define \"x\"}}{{end}}",
            "{{.Config}}",
            "{{.ConfigX}}",
            "{{.Config.EnvX}}",
            "{{.State | call}}",
            "{{.State",
            "}}{{.State}}",
            "{{}}",
            "{{\"a\\\"}} {{.Config.Env}}",
            "{{/* x */}}",
        ] {
            assert!(!is_harmless(template), "{template}");
        }
    }
}
