//! A host that is not there: a small shell over canned files and canned output, and what connections leave behind.
//!
//! Nothing is executed, opened or connected to; the same calls always print the same. What would be a disaster on a
//! real machine succeeds here in words, so that whoever watches sees that only the gateway stood in its way.

const HOME: &str = "/home/deploy";
/// Longer output is cut off.
const MAX_OUTPUT: usize = 64 * 1024;
/// Commands of one line that are run; those that follow are not.
const MAX_STEPS: usize = 64;
/// Removals that a host remembers.
const MAX_REMOVED: usize = 64;

/// A machine, as one user's shell sees it.
#[derive(Debug)]
pub(super) struct Host {
    name: String,
    user: String,
    cwd: String,
    removed: Vec<String>,
}

/// What a command line printed, and its exit status.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Output {
    /// What went to standard output.
    pub(super) out: String,
    /// What went to standard error.
    pub(super) err: String,
    /// 0 if all went well.
    pub(super) code: u8,
}

impl Host {
    /// The machine called `name`, its shell in the user's home.
    pub(super) fn new(name: &str, user: &str) -> Self {
        Self { name: name.to_owned(), user: user.to_owned(), cwd: HOME.to_owned(), removed: Vec::new() }
    }

    /// What a shell prints before it waits for a line.
    pub(super) fn prompt(&self) -> String {
        format!("[{}@{} {}]$ ", self.user, self.name, self.cwd.replace(HOME, "~"))
    }

    /// The directory that the next command starts in.
    pub(super) fn cwd(&self) -> &str {
        &self.cwd
    }

    /// Runs a line in `cwd` and comes back from there.
    pub(super) fn run_in(&mut self, cwd: &str, line: &str) -> Output {
        let back = self.cwd.clone();
        let moved = self.cd(cwd);
        let output = if moved.code == 0 { self.run(line) } else { moved };
        self.cwd = back;
        output
    }

    /// The content of a file, if there is one at this path.
    pub(super) fn file(&self, path: &str) -> Option<String> {
        let path = self.resolve(path);
        let (_, content) = FILES.iter().find(|(name, _)| *name == path && !self.is_removed(name))?;
        Some(content.replace("{host}", &self.name))
    }

    /// What is in a directory, by name; `None` if there is no such directory.
    fn directory(&self, path: &str) -> Option<Vec<&'static str>> {
        let within = format!("{}/", path.trim_end_matches('/'));
        let inside = FILES.iter().filter(|(name, _)| !self.is_removed(name));
        let inside = inside.filter_map(|(name, _)| name.strip_prefix(within.as_str())?.split('/').next());
        let mut names: Vec<_> = inside.collect();
        names.sort_unstable();
        names.dedup();
        (!names.is_empty()).then_some(names)
    }

    /// A path as seen from the current directory.
    fn resolve(&self, path: &str) -> String {
        let path = path.replace('~', HOME);
        let whole = if path.starts_with('/') { path } else { format!("{}/{path}", self.cwd) };
        let mut parts = Vec::new();
        for part in whole.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        format!("/{}", parts.join("/"))
    }

    /// Runs a line of shell, as far as this shell goes: pipes, `&&`, `||`, `;`, quotes and silenced streams.
    pub(super) fn run(&mut self, line: &str) -> Output {
        let Some(steps) = steps(line) else { return Output::failed(2, "sh: unterminated quoted string") };
        let mut all = Output::default();
        let mut held = String::new();
        let mut live = true;
        for step in steps.iter().take(MAX_STEPS) {
            match step.joint {
                Joint::Pipe => {}
                Joint::Then => live = true,
                Joint::And => live = all.code == 0,
                Joint::Or => live = all.code != 0,
            }
            if !live {
                continue;
            }
            let before = std::mem::take(&mut held);
            let output = if step.joint == Joint::Pipe {
                self.step(step, Some(&before))
            } else {
                all.out.push_str(&before);
                self.step(step, None)
            };
            held = if step.mute_out { String::new() } else { output.out };
            all.err.push_str(if step.mute_err { "" } else { &output.err });
            all.code = output.code;
        }
        all.out.push_str(&held);
        all.cut()
    }

    fn step(&mut self, step: &Step, stdin: Option<&str>) -> Output {
        let mut words: Vec<&str> = step.words.iter().map(String::as_str).collect();
        let root = words.first() == Some(&"sudo");
        if root {
            words = words.into_iter().skip_while(|word| *word == "sudo" || word.starts_with('-')).collect();
        }
        let Some((name, words)) = words.split_first() else { return Output::default() };
        let name = name.trim_start_matches("/usr").trim_start_matches("/bin/");
        let (flags, rest): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| word.starts_with('-'));
        match name {
            "whoami" if root => Output::printed("root\n"),
            "whoami" => Output::printed(format!("{}\n", self.user)),
            "pwd" => Output::printed(format!("{}\n", self.cwd)),
            "echo" => Output::printed(format!("{}\n", words.join(" "))),
            "cd" => self.cd(rest.first().copied().unwrap_or("~")),
            "ls" => self.ls(&flags, rest.first().copied().unwrap_or(".")),
            "rm" => self.rm(&rest),
            "systemctl" => systemctl(&rest),
            "journalctl" => self.read(name, &["/var/log/syslog"], None, root),
            "cat" => self.read(name, &rest, stdin, root),
            "head" | "tail" => {
                let (count, files) = count(words);
                self.read(name, &files, stdin, root).then(|text| {
                    let lines: Vec<&str> = text.split_inclusive('\n').collect();
                    let skipped = if name == "tail" { lines.len().saturating_sub(count) } else { 0 };
                    Output::printed(lines.into_iter().skip(skipped).take(count).collect::<String>())
                })
            }
            "grep" => {
                let Some((pattern, files)) = rest.split_first() else {
                    return Output::failed(2, "usage: grep [-civ] PATTERN [FILE]...");
                };
                self.read(name, files, stdin, root).then(|text| grep(&flags.concat(), pattern, text))
            }
            "wc" => self.read(name, &rest, stdin, root).then(|text| {
                let (lines, words, bytes) = (text.lines().count(), text.split_whitespace().count(), text.len());
                Output::printed(match flags.first() {
                    Some(&"-l") => format!("{lines}\n"),
                    _ => format!("{lines:7} {words:7} {bytes:7}\n"),
                })
            }),
            "sh" | "bash" if stdin.is_some() => Output::printed(INSTALLED),
            _ if QUIET.contains(&name) => Output::default(),
            _ => match PRINTED.iter().find(|(known, _)| *known == name) {
                Some((_, text)) => Output::printed(text.replace("{host}", &self.name)),
                None => Output::failed(127, &format!("sh: {name}: command not found")),
            },
        }
    }

    fn cd(&mut self, path: &str) -> Output {
        let whole = self.resolve(path);
        if self.directory(&whole).is_none() {
            return Output::failed(1, &format!("sh: cd: {path}: No such file or directory"));
        }
        self.cwd = whole;
        Output::default()
    }

    fn ls(&self, flags: &[&str], path: &str) -> Output {
        let whole = self.resolve(path);
        let names = match (self.file(&whole), self.directory(&whole)) {
            (None, None) => {
                return Output::failed(2, &format!("ls: cannot access '{path}': No such file or directory"));
            }
            (Some(_), _) => return Output::printed(format!("{path}\n")),
            (None, Some(names)) => names,
        };
        let long = flags.iter().any(|flag| flag.contains('l'));
        let lines = names.into_iter().map(|name| match self.file(&format!("{}/{name}", whole.trim_end_matches('/'))) {
            _ if !long => format!("{name}\n"),
            Some(text) => format!("-rw-r--r-- 1 root root {:>6} Nov  3 09:40 {name}\n", text.len()),
            None => format!("drwxr-xr-x 2 root root   4096 Nov  3 06:25 {name}\n"),
        });
        Output::printed(lines.collect::<String>())
    }

    fn rm(&mut self, paths: &[&str]) -> Output {
        for path in paths {
            let whole = self.resolve(path.trim_end_matches('*'));
            if self.removed.len() < MAX_REMOVED {
                self.removed.push(whole);
            }
        }
        Output::default()
    }

    fn is_removed(&self, path: &str) -> bool {
        let gone = |rest: &str| rest.is_empty() || rest.starts_with('/');
        self.removed.iter().any(|top| path.strip_prefix(top.trim_end_matches('/')).is_some_and(gone))
    }

    /// The files' text one after the other, or what was piped in.
    fn read(&self, name: &str, files: &[&str], stdin: Option<&str>, root: bool) -> Output {
        if files.is_empty() {
            return Output::printed(stdin.unwrap_or_default());
        }
        let mut all = Output::default();
        for path in files {
            let whole = self.resolve(path);
            let fault = match self.file(&whole) {
                Some(_) if whole == "/etc/shadow" && !root => "Permission denied",
                Some(text) => {
                    all.out.push_str(&text);
                    continue;
                }
                None if self.directory(&whole).is_some() => "Is a directory",
                None => "No such file or directory",
            };
            all.err.push_str(&format!("{name}: {path}: {fault}\n"));
            all.code = 1;
        }
        all
    }
}

impl Output {
    fn printed(out: impl Into<String>) -> Self {
        Self { out: out.into(), ..Self::default() }
    }

    fn failed(code: u8, err: &str) -> Self {
        Self { err: format!("{err}\n"), code, ..Self::default() }
    }

    /// Hands what was printed on, unless it failed.
    fn then(self, next: impl FnOnce(&str) -> Self) -> Self {
        if self.code == 0 { next(&self.out) } else { self }
    }

    fn cut(mut self) -> Self {
        self.out.truncate(self.out.floor_char_boundary(MAX_OUTPUT));
        self.err.truncate(self.err.floor_char_boundary(MAX_OUTPUT));
        self
    }
}

/// One command of a line, and how it follows the one before.
#[derive(Debug, Default)]
struct Step {
    joint: Joint,
    words: Vec<String>,
    mute_out: bool,
    mute_err: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Joint {
    #[default]
    Then,
    Pipe,
    And,
    Or,
}

/// Takes a line apart; `None` if a quote is left open.
fn steps(line: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut step = Step::default();
    let mut word: Option<String> = None;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '\\' if letter == '"' => word.push(letters.next()?),
                        end if end == letter => break,
                        other => word.push(other),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(letters.next()),
            ' ' | '\t' | '\r' => step.words.extend(word.take()),
            '|' | '&' | ';' | '\n' => {
                step.words.extend(word.take());
                let joint = match (letter, letters.next_if_eq(&letter)) {
                    ('|', None) => Joint::Pipe,
                    ('|', Some(_)) => Joint::Or,
                    ('&', Some(_)) => Joint::And,
                    _ => Joint::Then,
                };
                steps.push(std::mem::replace(&mut step, Step { joint, ..Step::default() }));
            }
            '>' | '<' => {
                let stream = word.take_if(|word| matches!(word.as_str(), "1" | "2"));
                step.words.extend(word.take());
                while letters.next_if(|next| matches!(next, '>' | ' ')).is_some() {}
                let merged = letters.next_if_eq(&'&').is_some();
                while letters.next_if(|next| !matches!(next, ' ' | '\t' | '\n' | '|' | '&' | ';')).is_some() {}
                match stream.as_deref() {
                    _ if merged || letter == '<' => {}
                    Some("2") => step.mute_err = true,
                    _ => step.mute_out = true,
                }
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    step.words.extend(word);
    steps.push(step);
    Some(steps)
}

/// How many lines `-n 20`, `-n20` or `-20` asks for, and the other words.
fn count<'w>(words: &[&'w str]) -> (usize, Vec<&'w str>) {
    let mut lines = 10;
    let mut files = Vec::new();
    for word in words {
        match word.strip_prefix('-') {
            Some(flag) => lines = flag.trim_start_matches('n').parse().unwrap_or(lines),
            None if word.parse::<usize>().is_ok() => lines = word.parse().unwrap_or(lines),
            None => files.push(*word),
        }
    }
    (lines, files)
}

fn grep(flags: &str, pattern: &str, text: &str) -> Output {
    let fold = |text: &str| if flags.contains('i') { text.to_lowercase() } else { text.to_owned() };
    let words: Vec<String> = pattern.split('|').map(|word| fold(word.trim_end_matches('\\'))).collect();
    let found = |line: &&str| words.iter().any(|word| fold(line).contains(word.as_str())) != flags.contains('v');
    let lines: Vec<&str> = text.split_inclusive('\n').filter(found).collect();
    let code = u8::from(lines.is_empty());
    let out = if flags.contains('c') { format!("{}\n", lines.len()) } else { lines.concat() };
    Output { out, code, ..Output::default() }
}

fn systemctl(words: &[&str]) -> Output {
    let unit = words.get(1).map(|unit| unit.trim_end_matches(".service"));
    match (words.first(), unit) {
        (Some(&"status"), Some("nginx")) => Output::printed(NGINX),
        (Some(&"status"), Some(unit)) => Output::failed(4, &format!("Unit {unit}.service could not be found.")),
        (Some(&"is-active"), Some("nginx")) => Output::printed("active\n"),
        (Some(&"is-active"), _) => Output { code: 3, ..Output::printed("inactive\n") },
        _ => Output::default(),
    }
}

/// Commands that say nothing when they have done what cannot be undone.
const QUIET: &[&str] = &["chmod", "chown", "cp", "crontab", "dd", "kill", "mkdir", "mkfs.ext4", "mv", "touch"];

const INSTALLED: &str = "Downloading agent 4.2.0 ... done
Installing /usr/local/bin/agent ... done
agent.service: enabled and started (pid 48213)
";

const SCRIPT: &str = "#!/bin/sh
set -e
install -m 755 agent /usr/local/bin/agent
systemctl enable --now agent
";

const NGINX: &str = "\
● nginx.service - A high performance web server and a reverse proxy server
     Loaded: loaded (/usr/lib/systemd/system/nginx.service; enabled; preset: enabled)
     Active: active (running) since Mon 2026-10-12 06:31:44 UTC; 3 weeks 1 day ago
   Main PID: 812 (nginx)
      Tasks: 3 (limit: 4613)
     Memory: 21.4M (peak: 38.0M)
     CGroup: /system.slice/nginx.service
             ├─812 \"nginx: master process /usr/sbin/nginx -g daemon on; master_process on;\"
             ├─813 \"nginx: worker process\"
             └─814 \"nginx: worker process\"
";

const DF: &str = "\
Filesystem      Size  Used Avail Use% Mounted on
/dev/vda1        39G   28G   11G  73% /
tmpfs           1.9G     0  1.9G   0% /dev/shm
/dev/vda15      105M  6.1M   99M   6% /boot/efi
/dev/vdb1        98G   71G   22G  77% /srv
";

const FREE: &str = "\
               total        used        free      shared  buff/cache   available
Mem:            3915        1204         388          42        2322        2403
Swap:           2047          96        1951
";

const PS: &str = "\
USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root           1  0.0  0.3 167848 12916 ?        Ss   Oct12   0:48 /sbin/init
root         611  0.0  0.2  15436  9312 ?        Ss   Oct12   0:03 sshd: /usr/sbin/sshd -D
root         812  0.0  0.2  11164  7840 ?        Ss   Oct12   0:00 nginx: master process /usr/sbin/nginx
www-data     813  0.2  0.4  12840 16204 ?        S    Oct12  61:17 nginx: worker process
www-data     814  0.2  0.4  12840 16188 ?        S    Oct12  60:52 nginx: worker process
app         1190  1.8 12.6 1284560 505120 ?      Ssl  Oct12 412:05 /srv/app/bin/server --port 3000
deploy     48107  0.0  0.1   8640  5120 pts/0    Ss   09:40   0:00 -sh
";

const SS: &str = "\
State   Recv-Q  Send-Q   Local Address:Port   Peer Address:Port
LISTEN  0       511            0.0.0.0:80          0.0.0.0:*
LISTEN  0       511            0.0.0.0:443         0.0.0.0:*
LISTEN  0       4096         127.0.0.1:3000        0.0.0.0:*
LISTEN  0       128            0.0.0.0:22          0.0.0.0:*
";

/// What a command prints, whatever its arguments are.
const PRINTED: &[(&str, &str)] = &[
    ("uptime", " 09:41:07 up 22 days,  3:09,  1 user,  load average: 0.42, 0.37, 0.31\n"),
    ("date", "Tue Nov  3 09:41:07 UTC 2026\n"),
    ("hostname", "{host}\n"),
    ("id", "uid=1001(deploy) gid=1001(deploy) groups=1001(deploy),4(adm),27(sudo)\n"),
    ("uname", "Linux {host} 6.8.0-48-generic #48-Ubuntu SMP PREEMPT_DYNAMIC x86_64 GNU/Linux\n"),
    ("curl", SCRIPT),
    ("wget", SCRIPT),
    ("reboot", "Broadcast message from root@{host}: The system will reboot now!\n"),
    ("shutdown", "Broadcast message from root@{host}: The system will power off now!\n"),
    ("df", DF),
    ("free", FREE),
    ("ps", PS),
    ("ss", SS),
];

/// What there is to read. The secrets are made up.
const FILES: &[(&str, &str)] = &[
    ("/etc/hostname", "{host}\n"),
    ("/etc/os-release", "PRETTY_NAME=\"Ubuntu 24.04.3 LTS\"\nNAME=\"Ubuntu\"\nVERSION_ID=\"24.04\"\nID=ubuntu\n"),
    ("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\ndeploy:x:1001:1001::/home/deploy:/bin/sh\n"),
    ("/etc/shadow", "root:!:20371:0:99999:7:::\ndeploy:$y$j9T$demo$not-a-real-hash:20371:0:99999:7:::\n"),
    ("/etc/nginx/nginx.conf", "user www-data;\nworker_processes auto;\nerror_log /var/log/nginx/error.log;\n"),
    ("/home/deploy/deploy.sh", "#!/bin/sh\nset -e\ncd /srv/app && git pull --ff-only && systemctl restart app\n"),
    ("/srv/app/.env", "DATABASE_URL=postgres://app:made-up-password@db-1:5432/app\nSESSION_KEY=made-up-session-key\n"),
    ("/srv/app/config.json", "{ \"port\": 3000, \"log\": \"info\" }\n"),
    ("/var/log/auth.log", "Nov  3 09:40:58 {host} sshd[48101]: Accepted publickey for deploy from 198.51.100.7\n"),
    ("/var/log/nginx/access.log", "198.51.100.23 - - [03/Nov/2026:09:40:12 +0000] \"GET / HTTP/1.1\" 200 5316\n"),
    ("/var/log/nginx/error.log", ERRORS),
    ("/var/log/syslog", "Nov  3 09:40:59 {host} systemd[1]: Started session-412.scope - Session 412 of User deploy.\n"),
];

const ERRORS: &str = "\
2026/11/03 08:34:39 [error] 814#814: *40023 open() \"/srv/www/favicon.ico\" failed (2: No such file), client: 198.51.100.7
2026/11/03 08:39:14 [error] 814#814: *40069 upstream timed out (110: Connection timed out), client: 198.51.100.7
2026/11/03 08:44:04 [error] 813#813: *40097 connect() failed (111: Connection refused), client: 198.51.100.88
2026/11/03 08:48:46 [error] 813#813: *40140 upstream timed out (110: Connection timed out), client: 198.51.100.7
2026/11/03 08:52:12 [error] 813#813: *40166 connect() failed (111: Connection refused), client: 198.51.100.88
2026/11/03 08:54:23 [error] 813#813: *40202 upstream timed out (110: Connection timed out), client: 198.51.100.7
2026/11/03 08:55:58 [error] 814#814: *40238 upstream timed out (110: Connection timed out), client: 198.51.100.7
2026/11/03 09:00:41 [error] 813#813: *40277 upstream timed out (110: Connection timed out), client: 198.51.100.23
2026/11/03 09:05:24 [error] 813#813: *40318 connect() failed (111: Connection refused), client: 198.51.100.23
2026/11/03 09:08:42 [error] 813#813: *40351 upstream timed out (110: Connection timed out), client: 198.51.100.88
2026/11/03 09:10:58 [error] 813#813: *40395 connect() failed (111: Connection refused), client: 198.51.100.23
2026/11/03 09:15:57 [error] 813#813: *40421 connect() failed (111: Connection refused), client: 198.51.100.41
2026/11/03 09:18:14 [error] 813#813: *40466 connect() failed (111: Connection refused), client: 198.51.100.7
2026/11/03 09:20:33 [error] 814#814: *40508 connect() failed (111: Connection refused), client: 198.51.100.41
2026/11/03 09:22:20 [error] 814#814: *40535 upstream timed out (110: Connection timed out), client: 198.51.100.7
2026/11/03 09:24:25 [error] 813#813: *40578 open() \"/srv/www/favicon.ico\" failed (2: No such file), client: 198.51.100.88
2026/11/03 09:25:29 [error] 814#814: *40616 connect() failed (111: Connection refused), client: 198.51.100.7
2026/11/03 09:28:24 [error] 813#813: *40646 open() \"/srv/www/favicon.ico\" failed (2: No such file), client: 198.51.100.23
2026/11/03 09:29:54 [error] 813#813: *40689 upstream timed out (110: Connection timed out), client: 198.51.100.41
2026/11/03 09:29:54 [error] 814#814: *40718 upstream timed out (110: Connection timed out), client: 198.51.100.41
";

#[cfg(test)]
mod tests;
